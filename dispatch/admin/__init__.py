"""Django's admin: master data to change, orders and their history to read."""

from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _

from dispatch.admin import (  # noqa: F401 - importing registers
    audit,
    catalogue,
    holidays,
    hooks,
    matter,
    notices,
    orders,
    people,
    plans,
    prices,
    sso,
)

admin.site.site_header = "Doorstep"
admin.site.site_title = "Doorstep"
admin.site.index_title = _("Master data")
# One door: who is not signed in uses the page that everybody uses.
admin.site.login = login_required(admin.site.login)

if admin.site.is_registered(Group):
    admin.site.unregister(Group)  # roles decide here, groups would only pretend to
