"""Whose account at the identity provider is whose here: to be read, and let go by administrators."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib import admin

from customers.admin import ReadOnly, RoleAdmin

for kind in (EmailAddress, SocialApp, SocialAccount, SocialToken):
    if admin.site.is_registered(kind):
        admin.site.unregister(kind)  # the provider is named in the settings, addresses belong to people


@admin.register(SocialAccount)
class SocialAccountAdmin(ReadOnly, RoleAdmin):
    """Let go of one, and its person is found anew by the verified address at the next sign-in."""

    list_display = ("user", "provider", "uid", "date_joined", "last_login")
    list_select_related = ("user",)
    search_fields = ("user__username", "uid")
    fields = ("user", "provider", "uid", "date_joined", "last_login")

    def get_queryset(self, request):
        """Return the accounts of the people this person may see."""
        rows = super().get_queryset(request)
        return rows if request.user.sees_everything else rows.filter(user__outlet_id=request.user.outlet_id)

    def has_delete_permission(self, request, obj=None) -> bool:
        """Administrators alone."""
        return self.may_see(request) and request.user.role == "admin"
