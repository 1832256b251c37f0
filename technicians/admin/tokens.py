"""API tokens in the admin: whose they are and what they are for. Programs make their own; here they are taken back."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from customers.admin import ReadOnly, RoleAdmin
from technicians.models import ApiToken


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnly, RoleAdmin):
    """Tokens by owner. Never the digest: it is nobody's business, and a page is soon photographed."""

    list_display = ("token_key", "name", "user", "for_what", "created", "expiry")
    list_select_related = ("user",)
    list_filter = ("expiry",)
    search_fields = ("name", "user__username", "token_key")
    fields = ("token_key", "name", "user", "for_what", "created", "expiry")

    def has_delete_permission(self, request, obj=None) -> bool:
        """Taken back by who looks after all outlets."""
        return self.may_change(request) and request.user.sees_everything

    @admin.display(description=_("for"))
    def for_what(self, token: ApiToken) -> str:
        """Return its scopes."""
        return ", ".join(token.scopes)
