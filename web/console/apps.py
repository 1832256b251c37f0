"""Django's registration of this face."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """The dispatcher's, the clerk's and the agent's pages."""

    name = "web.console"
