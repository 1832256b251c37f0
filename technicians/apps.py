"""Tells Django about outlets and people."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TechniciansConfig(AppConfig):
    """The app and its name."""

    name = "technicians"
    verbose_name = _("Outlets and people")
