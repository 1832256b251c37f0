"""What people did that belongs to no one order: sheets taken along, backups, single sign-on. To be read."""

from __future__ import annotations

from django.contrib import admin

from customers.admin import ReadOnly, RoleAdmin
from dispatch.models import AuditEntry


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnly, RoleAdmin):
    """Written once, never changed. A manager of one outlet sees what people of that outlet did."""

    list_display = ("at", "deed", "actor", "role", "what")
    list_filter = ("deed", "role")
    list_select_related = ("actor",)
    search_fields = ("actor__username",)
    date_hierarchy = "at"

    def get_queryset(self, request):
        """Return what this person may see."""
        rows = super().get_queryset(request)
        return rows if request.user.sees_everything else rows.filter(actor__outlet_id=request.user.outlet_id)
