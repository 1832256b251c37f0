"""Sheets of what happens to orders: the work, the money, the parts, the calls, the settling of each day."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from dispatch.reports.sheets.kind import Shelf
from technicians.models import Outlet

ORDER = "order__outlet"
SHEETS = Shelf()
add = SHEETS.add


def _stock(rows: QuerySet, outlet: Outlet) -> QuerySet:
    return rows.filter(source__outlet=outlet) | rows.filter(target__outlet=outlet)


def _books(rows: QuerySet, outlet: Outlet) -> QuerySet:
    return rows.filter(Q(book__outlet=outlet) | Q(outlet_day__outlet=outlet))


def _steps(rows: QuerySet, outlet: Outlet) -> QuerySet:
    return rows.filter(Q(book__outlet=outlet) | Q(outlet_day__outlet=outlet) | Q(case__outlet=outlet))


add(
    "orders", _("Orders"), "dispatch.ServiceOrder",
    "order:id state outlet:outlet__code customer:customer_id address:address_id appliance:appliance_id"
    " technician:technician_id channel service_kind priority symptom fault:fault__code wish wish_from wish_to"
    " in_warranty note external_ref opened_at state_since finished_at escalation no_answers returns satisfied"
    " promised_at next_action next_role next_due_at invoice_due_at money_due_at loaner_due_at log_seq log_hash",
    way="outlet", at="opened_at",
)  # fmt: skip
add(
    "visits", _("Visits"), "dispatch.Visit",
    "visit:id order:order_id sequence technician:technician_id status starts_at ends_at window_ends_at"
    " expected_at travel_seconds leave_by at_risk pinned kit_checked_at departed_at arrived_at left_at"
    " abort_reason",
    way=ORDER, at="starts_at",
)  # fmt: skip
add(
    "events", _("Events"), "dispatch.OrderEvent",
    "event:id order:order_id seq action at device_at actor:actor__username role from_state to_state reason"
    " payload latitude longitude accuracy hash",
    way=ORDER, at="at",
)  # fmt: skip
add(
    "repairs", _("Repair records"), "dispatch.Repair",
    "repair:id order:order_id visit:visit_id fault:fault__code outcome finding cause measure parts worked_at"
    " tested certain rating_repair rating_manner remarks rated_how rated_at signed_by unsigned_reason",
    way=ORDER, at="worked_at",
)  # fmt: skip
add(
    "callbacks", _("Callbacks"), "dispatch.Callback",
    "callback:id order:order_id kind role due_at state attempts outcome caller:caller__username done_at"
    " created_at",
    way=ORDER, at="created_at",
)  # fmt: skip
add(
    "calls", _("Calls"), "dispatch.CallbackAttempt",
    "call:id callback:callback_id order:callback__order_id at caller:caller__username reached note",
    way="callback__order__outlet", at="at",
)  # fmt: skip
add(
    "quotes", _("Quotes"), "dispatch.Quote",
    "quote:id order:order_id visit:visit_id number status covered net_minor:net tax_minor:tax total_minor:total"
    " currency price_list:price_list_id made_at made_by:made_by__username valid_until note",
    way=ORDER, at="made_at",
)  # fmt: skip
add(
    "quote_lines", _("Lines of quotes"), "dispatch.QuoteLine",
    "line:id quote:quote_id order:quote__order_id sequence kind fault:fault__code part:part__code"
    " discount:discount__code quantity table_minor:table certificate_minor:certificate unit_minor:unit"
    " amount_minor:amount currency:quote__currency covered",
    way="quote__order__outlet", at="quote__made_at",
)  # fmt: skip
add(
    "consents", _("Answers to quotes"), "dispatch.Consent",
    "consent:id quote:quote_id order:quote__order_id accepted how name reason at by:by__username",
    way="quote__order__outlet", at="at",
)  # fmt: skip
add(
    "bills", _("Bills"), "dispatch.Bill",
    "bill:id order:order_id visit:visit_id quote:quote_id amount_minor:amount waived_minor:waived tax_minor:tax"
    " currency method invoice_to invoice_tax_no charged_at",
    way=ORDER, at="charged_at",
)  # fmt: skip
add(
    "payments", _("Payments"), "dispatch.Payment",
    "payment:id bill:bill_id order:bill__order_id refunds:refunds_id method amount_minor:amount"
    " currency:bill__currency reference reason at by:by__username",
    way="bill__order__outlet", at="at",
)  # fmt: skip
add(
    "invoices", _("Receipts and invoices"), "dispatch.Paper",
    "paper:id outlet:outlet__code kind number order:order_id bill:bill_id payment:payment_id language issued_at"
    " issued_by:issued_by__username",
    way="outlet", at="issued_at",
)  # fmt: skip
add(
    "waivers", _("Waivers"), "dispatch.Waiver",
    "waiver:id order:order_id amount_minor:amount granted_minor:granted currency:order__outlet__currency reason"
    " state asked_at asked_by:asked_by__username decided_at decided_by:decided_by__username decision",
    way=ORDER, at="asked_at",
)  # fmt: skip
add(
    "warranty", _("Warranty decisions"), "dispatch.WarrantyDecision",
    "decision:id order:order_id stage covered until exclusion code policy:policy_id reason decided_at"
    " decided_by:decided_by__username",
    way=ORDER, at="decided_at",
)  # fmt: skip
add(
    "claims", _("Claims"), "dispatch.Claim",
    "claim:id order:order_id kind what asked_minor:asked granted_minor:granted currency:order__outlet__currency"
    " state clause reason filed_at filed_by:filed_by__username decided_at decided_by:decided_by__username",
    way=ORDER, at="filed_at",
)  # fmt: skip
add(
    "parts_used", _("Parts put in"), "dispatch.PartUse",
    "use:id order:order_id repair:repair_id part:part__code quantity serial_in serial_out covered old"
    " old_returned_at at by:by__username move:move_id",
    way=ORDER, at="at",
)  # fmt: skip
add(
    "moves", _("Moves of parts"), "technicians.Move",
    "move:id at kind part:part__code quantity source:source__code target:target__code serial order:order_number"
    " by:by__username note",
    at="at", by=_stock,
)  # fmt: skip
add(
    "stock", _("Stock"), "technicians.Balance",
    "warehouse:warehouse__code outlet:warehouse__outlet__code part:part__code on_hand reserved minimum counted_at",
    way="warehouse__outlet",
)  # fmt: skip
add(
    "requisitions", _("Requisitions"), "dispatch.Requisition",
    "requisition:id order:order_id outlet:outlet__code part:part__code quantity source:source__code"
    " target:target__code state asked_at asked_by:asked_by__username decided_at decided_by:decided_by__username"
    " expected_on arrived_at reason",
    way="outlet", at="asked_at",
)  # fmt: skip
add(
    "workshop", _("Workshop"), "dispatch.WorkshopJob",
    "job:id order:order_id code stage stage_since shelf bench:bench_id taken_at taken_by:taken_by__username"
    " promised_at promise_moved returned_at parcel outside accessories",
    way=ORDER, at="taken_at",
)  # fmt: skip
add(
    "loans", _("Loans"), "dispatch.Loan",
    "loan:id order:order_id loaner:loaner__code state reserved_at out_at condition_out back_at condition_back"
    " note",
    way=ORDER, at="reserved_at",
)  # fmt: skip
add(
    "notices", _("Notices"), "dispatch.Notice",
    "notice:id order:order_id customer:customer_id event channel to language state tries created_at sent_at"
    " delivered_at last_error provider_ref call_due_at called_at call_outcome",
    way=ORDER, at="created_at",
)  # fmt: skip
add(
    "help", _("Requests for help"), "dispatch.HelpRequest",
    "request:id order:order_id level question fault:fault__code model_no asked_at asked_by:asked_by__username"
    " due_at raised answer answered_at answered_by:answered_by__username",
    way=ORDER, at="asked_at",
)  # fmt: skip
add(
    "alarms", _("Alarms"), "dispatch.Incident",
    "alarm:id order:order_id raised_at raised_by:raised_by__username what taken_at taken_by:taken_by__username"
    " settled_at settled_by:settled_by__username outcome",
    way=ORDER, at="raised_at",
)  # fmt: skip
add(
    "timers", _("Timers"), "dispatch.Timer",
    "timer:id order:order_id kind cycle due_at state fired_at tries",
    way=ORDER, at="due_at",
)  # fmt: skip
add(
    "reservations", _("Parts held"), "dispatch.Reservation",
    "reservation:id order:order_id part:part__code warehouse:warehouse__code quantity state at by:by__username",
    way=ORDER, at="at",
)  # fmt: skip
add(
    "stock_counts", _("Stock counts"), "technicians.StockCount",
    "count:id warehouse:warehouse__code at by:by__username lines note",
    way="warehouse__outlet", at="at",
)  # fmt: skip
add(
    "checks", _("Checklists gone through"), "dispatch.Check",
    "check:id order:order_id visit:visit_id step answers at by:by__username",
    way=ORDER, at="at",
)  # fmt: skip
add(
    "photos", _("Photos of orders"), "dispatch.OrderPhoto",
    "photo:id order:order_id kind note at by:by__username event:event_seq file:photo__file sha256:photo__sha256",
    way=ORDER, at="at",
)  # fmt: skip
add(
    "films", _("Films of orders"), "dispatch.Film",
    "film:id order:order_id at seconds bytes file",
    way=ORDER, at="at",
)  # fmt: skip
add(
    "phones_kept", _("What phones could not do"), "dispatch.KeptAct",
    "kept:id order:order_id actor:actor__username verb device_at refused_at code rule title detail settled_at"
    " settled_how settled_by:settled_by__username",
    way=ORDER, at="refused_at",
)  # fmt: skip
add(
    "day_books", _("Day books"), "dispatch.DayBook",
    "book:id outlet:outlet__code technician:technician_id day cutoff_at made_at clerk:clerk__username clerk_at"
    " confirmed_by:confirmed_by__username confirmed_at instead_reason closed_at",
    way="outlet", at="day",
)  # fmt: skip
add(
    "outlet_days", _("Days of outlets"), "dispatch.OutletDay",
    "outlet_day:id outlet:outlet__code day made_at closed_at closed_by:closed_by__username accepted_at"
    " accepted_by:accepted_by__username note",
    way="outlet", at="day",
)  # fmt: skip
add(
    "book_lines", _("Lines of day books"), "dispatch.BookLine",
    "line:id book:book_id outlet_day:outlet_day_id kind order:order_id about source expected counted currency"
    " owner:owner__username reason remedy",
    by=_books,
)  # fmt: skip
add(
    "book_entries", _("Steps of settling"), "dispatch.BookEntry",
    "entry:id book:book_id outlet_day:outlet_day_id difference:case_id step at actor:actor__username what",
    at="at", by=_steps,
)  # fmt: skip
add(
    "discrepancies", _("Differences"), "dispatch.Discrepancy",
    "difference:id outlet:outlet__code technician:technician_id day order:order_id kind what about expected counted"
    " currency owner:owner__username reason remedy state opened_at settled_at settled_by:settled_by__username outcome",
    way="outlet", at="day",
)  # fmt: skip
