"""Tells Django about service orders."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DispatchConfig(AppConfig):
    """The app, its name, and its verbs loaded."""

    name = "dispatch"
    verbose_name = _("Service orders")

    def ready(self) -> None:
        """Load the verbs, so that every process knows them all."""
        import dispatch.actions  # noqa: F401
