"""Django's registration of this face."""

from django.apps import AppConfig


class FieldConfig(AppConfig):
    """The technician's pages, made for a phone."""

    name = "web.field"
