"""Orders and all that is written about them, to be read. They change through the actions, on the order's page."""

from __future__ import annotations

from django.contrib import admin
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from customers.admin import OwnFilter, ReadOnly, RoleAdmin
from dispatch.imports.admin import OrderImport
from dispatch.models import Answer, Bill, Callback, OrderEvent, Repair, ServiceOrder, Timer, Visit


class OfOrderAdmin(ReadOnly, RoleAdmin):
    """Rows of orders: a manager sees those of the outlet's orders."""

    list_select_related = ("order",)
    search_fields = ("order__id__exact", "order__external_ref")

    def get_queryset(self, request):
        """Return the rows of the orders this person may see."""
        rows = super().get_queryset(request)
        if hasattr(rows, "for_user") or request.user.sees_everything:
            return rows
        return rows.filter(order__outlet_id=request.user.outlet_id)


@admin.register(ServiceOrder)
class OrderAdmin(OrderImport, ReadOnly, RoleAdmin):
    """Orders, found by number, customer or phone; each leads to its page."""

    list_display = ("number", "state", "outlet", "customer", "technician", "next_action", "next_due_at", "on_its_page")
    list_filter = ("state", "escalation", "priority", "channel", "service_kind", "outlet")
    list_select_related = ("outlet", "customer", "technician")
    search_fields = ("id__exact", "external_ref", "customer__name", "customer__phone")
    date_hierarchy = "opened_at"
    readonly_fields = ("on_its_page",)
    ordering = ("-pk",)

    def get_fields(self, request, obj=None):
        """The way to the order's page first."""
        return ["on_its_page", *(name for name in super().get_fields(request, obj) if name != "on_its_page")]

    @admin.display(description=_("Number"), ordering="pk")
    def number(self, order: ServiceOrder) -> str:
        """Return the order's number as people know it."""
        return order.number

    @admin.display(description=_("order page"))
    def on_its_page(self, order: ServiceOrder) -> str:
        """A link to where the order can be worked on."""
        try:
            return format_html('<a href="{}">{}</a>', reverse("order", args=[order.pk]), _("Open the order"))
        except NoReverseMatch:
            return "–"


@admin.register(Visit)
class VisitAdmin(OfOrderAdmin):
    """Appointments, with what became of them."""

    list_display = ("order", "sequence", "technician", "status", "starts_at", "ends_at", "at_risk", "arrived_at")
    list_filter = ("status", "at_risk", ("technician", OwnFilter))
    list_select_related = ("order", "technician")
    date_hierarchy = "starts_at"


@admin.register(OrderEvent)
class EventAdmin(OfOrderAdmin):
    """The log: written once, never changed (H-N2)."""

    list_display = ("order", "seq", "action", "at", "actor", "from_state", "to_state", "reason")
    list_filter = ("action", "role")
    list_select_related = ("order", "actor")
    date_hierarchy = "at"
    ordering = ("-id",)


@admin.register(Timer)
class TimerAdmin(OfOrderAdmin):
    """What falls due, and what has."""

    list_display = ("order", "kind", "state", "due_at", "fired_at", "tries")
    list_filter = ("state", "kind")
    date_hierarchy = "due_at"
    ordering = ("-id",)


@admin.register(Callback)
class CallbackAdmin(OfOrderAdmin):
    """Promised calls and what was said."""

    list_display = ("order", "kind", "role", "due_at", "state", "attempts", "outcome", "caller", "done_at")
    list_filter = ("state", "kind", "outcome", "role")
    list_select_related = ("order", "caller")
    date_hierarchy = "due_at"


@admin.register(Repair)
class RepairAdmin(OfOrderAdmin):
    """Warranty records."""

    list_display = ("order", "fault", "outcome", "tested", "certain", "rating_repair", "rating_manner", "worked_at")
    list_filter = ("outcome", "tested", "certain")
    list_select_related = ("order", "fault")
    date_hierarchy = "worked_at"
    ordering = ("-id",)


@admin.register(Bill)
class BillAdmin(OfOrderAdmin):
    """What was charged."""

    list_display = ("order", "amount", "currency", "method", "charged_at")
    list_filter = ("method", "currency")
    date_hierarchy = "charged_at"
    ordering = ("-id",)


@admin.register(Answer)
class AnswerAdmin(ReadOnly, RoleAdmin):
    """What was answered to each key, for those who look after programs; administrators only."""

    list_display = ("created_at", "actor", "key", "status")
    list_filter = ("status",)
    list_select_related = ("actor",)
    search_fields = ("key", "actor__username")
    date_hierarchy = "created_at"
    ordering = ("-id",)

    def may_see(self, request) -> bool:
        """Answers hold other people's work: administrators only."""
        return super().may_see(request) and request.user.role == "admin"
