"""Django's registration of this face."""

from django.apps import AppConfig


class InsightConfig(AppConfig):
    """The manager's pages."""

    name = "web.insight"
