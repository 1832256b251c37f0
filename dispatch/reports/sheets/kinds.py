"""What there is to take along: each kind of thing with its columns, named for programs and kept the same.

No password, token, one-time code or drawn signature is among them. `docs/sheets.md` is written from this table.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from dispatch.models import ServiceOrder
from dispatch.reports.sheets.kind import Kind
from technicians.models import Outlet

ORDER = "order__outlet"


def _customers(path: str) -> Callable[[QuerySet, Outlet], QuerySet]:
    def narrowed(rows: QuerySet, outlet: Outlet) -> QuerySet:
        mine = ServiceOrder.objects.filter(outlet=outlet).order_by().values("customer_id")
        return rows.filter(**{f"{path}__in": mine})

    return narrowed


def _stock(rows: QuerySet, outlet: Outlet) -> QuerySet:
    return rows.filter(source__outlet=outlet) | rows.filter(target__outlet=outlet)


def _columns(text: str) -> tuple[str, ...]:
    return tuple(text.split())


NAMES = "name_en name_zh_hans name_zh_hant"
KINDS: dict[str, Kind] = {}


def _kind(code: str, name: Any, model: str, columns: str, **more: Any) -> None:
    KINDS[code] = Kind(code, name, model, _columns(columns), **more)


_kind(
    "orders", _("Orders"), "dispatch.ServiceOrder",
    "order:id state outlet:outlet__code customer:customer_id address:address_id appliance:appliance_id"
    " technician:technician_id channel service_kind priority symptom fault:fault__code wish wish_from wish_to"
    " in_warranty note external_ref opened_at state_since finished_at escalation no_answers returns satisfied"
    " promised_at next_action next_role next_due_at invoice_due_at money_due_at loaner_due_at log_seq log_hash",
    way="outlet", at="opened_at",
)  # fmt: skip
_kind(
    "visits", _("Visits"), "dispatch.Visit",
    "visit:id order:order_id sequence technician:technician_id status starts_at ends_at window_ends_at"
    " expected_at travel_seconds leave_by at_risk pinned kit_checked_at departed_at arrived_at left_at"
    " abort_reason",
    way=ORDER, at="starts_at",
)  # fmt: skip
_kind(
    "events", _("Events"), "dispatch.OrderEvent",
    "event:id order:order_id seq action at device_at actor:actor__username role from_state to_state reason"
    " payload latitude longitude accuracy hash",
    way=ORDER, at="at",
)  # fmt: skip
_kind(
    "repairs", _("Repair records"), "dispatch.Repair",
    "repair:id order:order_id visit:visit_id fault:fault__code outcome finding cause measure parts worked_at"
    " tested certain rating_repair rating_manner remarks rated_how rated_at signed_by unsigned_reason",
    way=ORDER, at="worked_at",
)  # fmt: skip
_kind(
    "callbacks", _("Callbacks"), "dispatch.Callback",
    "callback:id order:order_id kind role due_at state attempts outcome caller:caller__username done_at"
    " created_at",
    way=ORDER, at="created_at",
)  # fmt: skip
_kind(
    "calls", _("Calls"), "dispatch.CallbackAttempt",
    "call:id callback:callback_id order:callback__order_id at caller:caller__username reached note",
    way="callback__order__outlet", at="at",
)  # fmt: skip
_kind(
    "quotes", _("Quotes"), "dispatch.Quote",
    "quote:id order:order_id visit:visit_id number status covered net_minor:net tax_minor:tax total_minor:total"
    " currency price_list:price_list_id made_at made_by:made_by__username valid_until note",
    way=ORDER, at="made_at",
)  # fmt: skip
_kind(
    "quote_lines", _("Lines of quotes"), "dispatch.QuoteLine",
    "line:id quote:quote_id order:quote__order_id sequence kind fault:fault__code part:part__code"
    " discount:discount__code quantity table_minor:table certificate_minor:certificate unit_minor:unit"
    " amount_minor:amount currency:quote__currency covered",
    way="quote__order__outlet", at="quote__made_at",
)  # fmt: skip
_kind(
    "consents", _("Answers to quotes"), "dispatch.Consent",
    "consent:id quote:quote_id order:quote__order_id accepted how name reason at by:by__username",
    way="quote__order__outlet", at="at",
)  # fmt: skip
_kind(
    "bills", _("Bills"), "dispatch.Bill",
    "bill:id order:order_id visit:visit_id quote:quote_id amount_minor:amount waived_minor:waived tax_minor:tax"
    " currency method invoice_to invoice_tax_no charged_at",
    way=ORDER, at="charged_at",
)  # fmt: skip
_kind(
    "payments", _("Payments"), "dispatch.Payment",
    "payment:id bill:bill_id order:bill__order_id refunds:refunds_id method amount_minor:amount"
    " currency:bill__currency reference reason at by:by__username",
    way="bill__order__outlet", at="at",
)  # fmt: skip
_kind(
    "invoices", _("Receipts and invoices"), "dispatch.Paper",
    "paper:id outlet:outlet__code kind number order:order_id bill:bill_id payment:payment_id language issued_at"
    " issued_by:issued_by__username",
    way="outlet", at="issued_at",
)  # fmt: skip
_kind(
    "waivers", _("Waivers"), "dispatch.Waiver",
    "waiver:id order:order_id amount_minor:amount granted_minor:granted currency:order__outlet__currency reason"
    " state asked_at asked_by:asked_by__username decided_at decided_by:decided_by__username decision",
    way=ORDER, at="asked_at",
)  # fmt: skip
_kind(
    "warranty", _("Warranty decisions"), "dispatch.WarrantyDecision",
    "decision:id order:order_id stage covered until exclusion code policy:policy_id reason decided_at"
    " decided_by:decided_by__username",
    way=ORDER, at="decided_at",
)  # fmt: skip
_kind(
    "claims", _("Claims"), "dispatch.Claim",
    "claim:id order:order_id kind what asked_minor:asked granted_minor:granted currency:order__outlet__currency"
    " state clause reason filed_at filed_by:filed_by__username decided_at decided_by:decided_by__username",
    way=ORDER, at="filed_at",
)  # fmt: skip
_kind(
    "parts_used", _("Parts put in"), "dispatch.PartUse",
    "use:id order:order_id repair:repair_id part:part__code quantity serial_in serial_out covered old"
    " old_returned_at at by:by__username move:move_id",
    way=ORDER, at="at",
)  # fmt: skip
_kind(
    "moves", _("Moves of parts"), "technicians.Move",
    "move:id at kind part:part__code quantity source:source__code target:target__code serial order:order_number"
    " by:by__username note",
    at="at", by=_stock,
)  # fmt: skip
_kind(
    "stock", _("Stock"), "technicians.Balance",
    "warehouse:warehouse__code outlet:warehouse__outlet__code part:part__code on_hand reserved minimum counted_at",
    way="warehouse__outlet",
)  # fmt: skip
_kind(
    "requisitions", _("Requisitions"), "dispatch.Requisition",
    "requisition:id order:order_id outlet:outlet__code part:part__code quantity source:source__code"
    " target:target__code state asked_at asked_by:asked_by__username decided_at decided_by:decided_by__username"
    " expected_on arrived_at reason",
    way="outlet", at="asked_at",
)  # fmt: skip
_kind(
    "workshop", _("Workshop"), "dispatch.WorkshopJob",
    "job:id order:order_id code stage stage_since shelf bench:bench_id taken_at taken_by:taken_by__username"
    " promised_at promise_moved returned_at parcel outside accessories",
    way=ORDER, at="taken_at",
)  # fmt: skip
_kind(
    "loans", _("Loans"), "dispatch.Loan",
    "loan:id order:order_id loaner:loaner__code state reserved_at out_at condition_out back_at condition_back"
    " note",
    way=ORDER, at="reserved_at",
)  # fmt: skip
_kind(
    "notices", _("Notices"), "dispatch.Notice",
    "notice:id order:order_id customer:customer_id event channel to language state tries created_at sent_at"
    " delivered_at last_error provider_ref call_due_at called_at call_outcome",
    way=ORDER, at="created_at",
)  # fmt: skip
_kind(
    "help", _("Requests for help"), "dispatch.HelpRequest",
    "request:id order:order_id level question fault:fault__code model_no asked_at asked_by:asked_by__username"
    " due_at raised answer answered_at answered_by:answered_by__username",
    way=ORDER, at="asked_at",
)  # fmt: skip
_kind(
    "alarms", _("Alarms"), "dispatch.Incident",
    "alarm:id order:order_id raised_at raised_by:raised_by__username what taken_at taken_by:taken_by__username"
    " settled_at settled_by:settled_by__username outcome",
    way=ORDER, at="raised_at",
)  # fmt: skip
_kind(
    "timers", _("Timers"), "dispatch.Timer",
    "timer:id order:order_id kind cycle due_at state fired_at tries",
    way=ORDER, at="due_at",
)  # fmt: skip
_kind(
    "customers", _("Customers"), "customers.Customer",
    "customer:id name phone phone_alt email language note created_at",
    by=_customers("pk"),
)  # fmt: skip
_kind(
    "addresses", _("Addresses"), "customers.Address",
    "address:id customer:customer_id line district city latitude longitude access_note",
    by=_customers("customer"),
)  # fmt: skip
_kind(
    "appliances", _("Appliances"), "customers.Appliance",
    "appliance:id customer:customer_id category:category__code brand:brand__code model_no serial purchased_on"
    " installed_on replaced_on note",
    by=_customers("customer"),
)  # fmt: skip
_kind(
    "outlets", _("Outlets"), "technicians.Outlet",
    f"outlet:code {NAMES} zone region currency phone address tax_no cutoff latitude longitude",
    way="pk",
)  # fmt: skip
_kind(
    "people", _("People"), "technicians.User",
    "person:id username first_name last_name role outlet:outlet__code language is_active date_joined last_login",
    way="outlet",
)  # fmt: skip
_kind(
    "technicians", _("Technicians"), "technicians.Technician",
    "technician:id username:user__username outlet:outlet__code name phone permit_code active",
    way="outlet",
)  # fmt: skip
_kind(
    "absences", _("Absences"), "technicians.Absence",
    "absence:id technician:technician_id starts_at ends_at reason recorded_at recorded_by:recorded_by__username",
    way="technician__outlet", at="starts_at",
)  # fmt: skip
_kind(
    "parts", _("Parts"), "technicians.Part",
    f"part:code {NAMES} category:category__code serialised return_old consumable",
)  # fmt: skip
_kind(
    "warehouses", _("Warehouses"), "technicians.Warehouse",
    f"warehouse:code {NAMES} kind outlet:outlet__code technician:technician_id active",
    way="outlet",
)  # fmt: skip
_kind(
    "loaners", _("Loaners"), "technicians.Loaner",
    "loaner:code outlet:outlet__code category:category__code brand:brand__code model_no serial condition retired"
    " note",
    way="outlet",
)  # fmt: skip
_kind(
    "faults", _("Faults"), "dispatch.Fault",
    f"fault:code {NAMES} category:category__code minutes by_phone skill:skill__code",
)  # fmt: skip
_kind(
    "audit", _("Audit entries"), "dispatch.AuditEntry",
    "entry:id deed at actor:actor__username role what",
    way="actor__outlet", at="at",
)  # fmt: skip
