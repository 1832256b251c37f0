"""Tells Django about customers."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CustomersConfig(AppConfig):
    """The app and its name."""

    name = "customers"
    verbose_name = _("Customers")
