"""The log of sign-ins under a name that people know: the package calls it after itself."""

from axes.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SignIns(AppConfig):
    """django-axes, as it stands in the list of master data."""

    verbose_name = _("Signing in")
