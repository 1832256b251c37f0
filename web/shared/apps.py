"""Django's registration of this face."""

from django.apps import AppConfig


class SharedConfig(AppConfig):
    """The look and the parts that every face of the product uses."""

    name = "web.shared"
