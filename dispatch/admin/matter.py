"""What hangs on orders beside the visit: money, parts, loans, claims, help. Read here, never changed."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from customers.admin import OwnFilter, ReadOnly, RoleAdmin
from dispatch.admin.orders import OfOrderAdmin
from dispatch.models import (
    Check,
    Claim,
    Consent,
    Film,
    HelpRequest,
    Incident,
    Loan,
    OrderPhoto,
    Paper,
    PartUse,
    Payment,
    Quote,
    QuoteLine,
    Requisition,
    Reservation,
    Series,
    Waiver,
    WarrantyDecision,
    WorkshopJob,
)


class ThroughAdmin(ReadOnly, RoleAdmin):
    """Rows that know their order through another row; `way` leads to the outlet."""

    way = ""

    def get_queryset(self, request):
        """Return the rows of the orders this person may see."""
        rows = super().get_queryset(request)
        return rows if request.user.sees_everything else rows.filter(**{self.way: request.user.outlet_id})


@admin.register(WarrantyDecision)
class WarrantyDecisionAdmin(OfOrderAdmin):
    """What was decided about warranties, under which version (H-W1, H-W2)."""

    list_display = ("order", "stage", "covered", "exclusion", "policy", "decided_at", "decided_by")
    list_filter = ("stage", "covered", "exclusion")
    list_select_related = ("order", "policy__brand", "policy__category", "decided_by")
    date_hierarchy = "decided_at"


class QuoteLineInline(ReadOnly, admin.TabularInline):
    """The lines of a quote."""

    model = QuoteLine
    extra = 0
    fields = ("kind", "name", "quantity", "table", "certificate", "unit", "amount", "covered")
    readonly_fields = ("name",)

    def has_view_permission(self, request, obj=None) -> bool:
        """Who sees the quote sees its lines."""
        return True

    @admin.display(description=_("name"))
    def name(self, line: QuoteLine) -> str:
        """What the line is for."""
        return line.name


@admin.register(Quote)
class QuoteAdmin(OfOrderAdmin):
    """Quotes and how they stand with the customer (H-F2)."""

    list_display = ("order", "number", "status", "total", "currency", "price_list", "made_at", "made_by")
    list_filter = ("status", "currency", "covered")
    list_select_related = ("order", "price_list__table", "made_by")
    date_hierarchy = "made_at"
    inlines = (QuoteLineInline,)


@admin.register(Consent)
class ConsentAdmin(ThroughAdmin):
    """What customers answered."""

    way = "quote__order__outlet_id"
    list_display = ("quote", "accepted", "how", "name", "at", "by")
    list_filter = ("accepted", "how")
    list_select_related = ("quote__order", "by")
    search_fields = ("quote__order__id__exact", "name")
    date_hierarchy = "at"


@admin.register(Payment)
class PaymentAdmin(ThroughAdmin):
    """Money received and given back."""

    way = "bill__order__outlet_id"
    list_display = ("bill", "method", "amount", "reference", "refunds", "at", "by")
    list_filter = ("method",)
    list_select_related = ("bill__order", "refunds__bill__order", "by")
    search_fields = ("bill__order__id__exact", "reference")
    date_hierarchy = "at"


@admin.register(Waiver)
class WaiverAdmin(OfOrderAdmin):
    """What was waived, by whom and why (H-G4)."""

    list_display = ("order", "state", "amount", "granted", "asked_by", "decided_by", "decided_at")
    list_filter = ("state",)
    list_select_related = ("order", "asked_by", "decided_by")
    date_hierarchy = "asked_at"


@admin.register(Paper)
class PaperAdmin(OfOrderAdmin):
    """Receipts, invoices, slips: numbered without a gap (H-G1)."""

    list_display = ("number", "kind", "outlet", "order", "issued_at", "issued_by")
    list_filter = ("kind", "outlet")
    list_select_related = ("outlet", "order", "issued_by")
    search_fields = ("order__id__exact", "number__exact")
    date_hierarchy = "issued_at"


@admin.register(Series)
class SeriesAdmin(ThroughAdmin):
    """The last numbers given."""

    way = "outlet_id"
    list_display = ("outlet", "kind", "last")
    list_filter = ("kind", "outlet")
    list_select_related = ("outlet",)


@admin.register(Reservation)
class ReservationAdmin(OfOrderAdmin):
    """Parts held for orders (H-A3)."""

    list_display = ("order", "part", "quantity", "warehouse", "state", "at", "by")
    list_filter = ("state",)
    list_select_related = ("order", "part", "warehouse", "by")
    search_fields = ("order__id__exact", "part__code")


@admin.register(Requisition)
class RequisitionAdmin(ReadOnly, RoleAdmin):
    """Parts asked for; decided on their own page (H-A3)."""

    list_display = ("part", "quantity", "order", "outlet", "state", "asked_by", "expected_on", "arrived_at")
    list_filter = ("state", "outlet")
    list_select_related = ("part", "order", "outlet", "asked_by")
    search_fields = ("part__code", "order__id__exact")
    date_hierarchy = "asked_at"


@admin.register(PartUse)
class PartUseAdmin(OfOrderAdmin):
    """Parts put in, with their numbers, and where the old ones are (H-F7, H-W4)."""

    list_display = ("order", "part", "quantity", "serial_in", "serial_out", "covered", "old", "at", "by")
    list_filter = ("covered", "old")
    list_select_related = ("order", "part", "by")
    search_fields = ("order__id__exact", "part__code", "serial_in", "serial_out")
    date_hierarchy = "at"


@admin.register(WorkshopJob)
class WorkshopJobAdmin(OfOrderAdmin):
    """Appliances in the workshop (H-F4)."""

    list_display = ("code", "order", "stage", "shelf", "bench", "promised_at", "promise_moved", "returned_at")
    list_filter = ("stage", ("bench", OwnFilter))
    list_select_related = ("order", "bench")
    search_fields = ("code", "order__id__exact", "shelf", "parcel")
    date_hierarchy = "taken_at"


@admin.register(Loan)
class LoanAdmin(OfOrderAdmin):
    """Units lent (H-A6, H-F4)."""

    list_display = ("order", "loaner", "state", "out_at", "condition_out", "back_at", "condition_back")
    list_filter = ("state", "condition_back")
    list_select_related = ("order", "loaner__brand")
    search_fields = ("order__id__exact", "loaner__code")


@admin.register(HelpRequest)
class HelpRequestAdmin(OfOrderAdmin):
    """What was asked and answered (H-A5)."""

    list_display = ("order", "level", "asked_by", "asked_at", "due_at", "raised", "answered_by", "answered_at")
    list_filter = ("level", "new_fault", "category")
    list_select_related = ("order", "asked_by", "answered_by")
    search_fields = ("question", "answer", "order__id__exact", "model_no")
    date_hierarchy = "asked_at"


@admin.register(Claim)
class ClaimAdmin(OfOrderAdmin):
    """Claims and what was decided, with the clause (H-F8, H-W7)."""

    list_display = ("order", "kind", "state", "asked", "granted", "clause", "filed_by", "decided_by")
    list_filter = ("kind", "state")
    list_select_related = ("order", "filed_by", "decided_by")
    search_fields = ("order__id__exact", "what", "reason")
    date_hierarchy = "filed_at"


@admin.register(Incident)
class IncidentAdmin(OfOrderAdmin):
    """Alarms and how they ended (H-F10)."""

    list_display = ("order", "raised_by", "raised_at", "taken_by", "settled_by", "settled_at", "outcome")
    list_filter = ("settled_at",)
    list_select_related = ("order", "raised_by", "taken_by", "settled_by")
    date_hierarchy = "raised_at"


@admin.register(Check)
class CheckAdmin(OfOrderAdmin):
    """Checklists gone through."""

    list_display = ("order", "step", "at", "by")
    list_filter = ("step",)
    list_select_related = ("order", "by")
    date_hierarchy = "at"


@admin.register(OrderPhoto)
class OrderPhotoAdmin(OfOrderAdmin):
    """Pictures of orders."""

    list_display = ("order", "kind", "note", "by", "at")
    list_filter = ("kind",)
    list_select_related = ("order", "by")
    date_hierarchy = "at"


@admin.register(Film)
class FilmAdmin(OfOrderAdmin):
    """Films of orders."""

    list_display = ("order", "seconds", "bytes", "at")
    list_select_related = ("order",)
    date_hierarchy = "at"
