"""Plans: what was proposed, to whom it was shown and what became of it. Read here, never changed."""

from __future__ import annotations

from django.contrib import admin

from customers.admin import ReadOnly, RoleAdmin
from dispatch.models import Plan, PlanMove, PlanOption


class PlanOptionInline(ReadOnly, admin.TabularInline):
    """The options of a plan."""

    model = PlanOption
    extra = 0
    fields = ("number", "price", "figures", "left")

    def has_view_permission(self, request, obj=None) -> bool:
        """Who sees the plan sees its options."""
        return True


class OfOutlet(ReadOnly, RoleAdmin):
    """Rows that belong to an outlet by `way`."""

    way = "outlet"

    def get_queryset(self, request):
        """Return the rows of the outlets this person may see."""
        rows = super().get_queryset(request)
        return rows if request.user.sees_everything else rows.filter(**{self.way: request.user.outlet_id})


@admin.register(Plan)
class PlanAdmin(OfOutlet):
    list_display = ("outlet", "day", "state", "again", "asked_at", "asked_by", "ready_at", "settled_at")
    list_filter = ("state", "again")
    list_select_related = ("outlet", "asked_by")
    date_hierarchy = "day"
    inlines = (PlanOptionInline,)


@admin.register(PlanMove)
class PlanMoveAdmin(OfOutlet):
    way = "option__plan__outlet"
    list_display = ("order", "option", "technician", "starts_at", "from_technician", "from_starts_at", "state")
    list_filter = ("state",)
    list_select_related = ("order", "option__plan__outlet", "technician", "from_technician")
    search_fields = ("=order__pk",)
