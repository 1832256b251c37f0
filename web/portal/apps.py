"""Django's registration of this face."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The pages a customer is sent."""

    name = "web.portal"
