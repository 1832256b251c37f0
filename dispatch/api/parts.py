"""What hangs on an order, as plain data: visits, callbacks, repair records, bills."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Prefetch

from dispatch.api.rows import VISIT_TIMES, Eyes, order_columns, order_rows
from dispatch.models import Callback, CallbackAttempt, ServiceOrder, Visit
from technicians.models import User

VISIT_FIELDS = (
    *VISIT_TIMES,
    "travel_seconds",
    "left_at",
    "kit_checked_at",
    "kit",
    "consent",
    "abort_reason",
)
REPAIR_FIELDS = (
    "id",
    "outcome",
    "finding",
    "cause",
    "measure",
    "parts",
    "quoted",
    "quote_accepted",
    "worked_at",
    "tested",
    "certain",
    "rating_repair",
    "rating_manner",
    "signed_by",
    "unsigned_reason",
)
BILL_FIELDS = ("id", "amount", "currency", "method", "charged_at")
CALLBACK_FIELDS = ("id", "kind", "role", "due_at", "state", "attempts", "outcome", "done_at", "created_at")


def pick(row: Any, names: tuple[str, ...]) -> dict:
    """Return the named attributes of a row."""
    return {name: getattr(row, name) for name in names}


def who(user: User | None) -> dict | None:
    """Return a person by number and name."""
    return user and {"id": user.pk, "name": str(user)}


def visit_row(visit: Visit) -> dict:
    """Return one appointment; reads `visit.technician`."""
    technician = {"id": visit.technician_id, "name": visit.technician.name}
    return pick(visit, VISIT_FIELDS) | {"order": visit.order_id, "technician": technician}


def place_of(order: ServiceOrder, eyes: Eyes) -> dict:
    """Return whose order it is and where, masked where it is no longer needed; reads customer and address."""
    customer, address = order.customer, order.address
    whole = pick(address, ("line", "district", "city", "access_note", "latitude", "longitude"))
    phone = eyes.phone(customer.phone, needed=order.is_open)
    return {
        "customer": {"id": customer.pk, "name": customer.name, "phone": phone},
        "address": eyes.place(whole, needed=order.is_open),
    }


ATTEMPTS = Prefetch("log", CallbackAttempt.objects.select_related("caller"))


def callback_row(callback: Callback, now: datetime) -> dict:
    """Return one promised call with its attempts; reads `caller` and `log`."""
    log = [
        {"at": attempt.at, "caller": who(attempt.caller), "reached": attempt.reached, "note": attempt.note}
        for attempt in callback.log.all()
    ]
    return pick(callback, CALLBACK_FIELDS) | {
        "order": callback.order_id,
        "due": callback.state == Callback.WAITING and callback.due_at <= now,
        "caller": who(callback.caller),
        "log": log,
    }


def order_whole(pk: int, user: User, now: datetime) -> dict | None:
    """Return one order of `user` with everything that hangs on it; None when it is not theirs. Eight queries."""
    order = ServiceOrder.objects.with_rows().one_for(user, pk)
    if order is None:
        return None
    found = list(order_columns(ServiceOrder.objects.filter(pk=pk)))
    eyes, appliance = Eyes.of(user), order.appliance
    return order_rows(found, user, now)[0] | {
        "gaps": order.gaps(),
        "note": order.note,
        "fault": order.fault and {"code": order.fault.code, "name": order.fault.name},
        "serial": appliance.serial,
        "purchased_on": appliance.purchased_on,
        "phone_alt": eyes.phone(order.customer.phone_alt, needed=order.is_open),
        "satisfied": order.satisfied,
        "retry_at": order.retry_at,
        "no_answers": order.no_answers,
        "currency": order.outlet.currency,
        "visits": [visit_row(visit) for visit in order.visits.select_related("technician").order_by("sequence")],
        "callbacks": [
            callback_row(callback, now)
            for callback in order.callbacks.select_related("caller").prefetch_related(ATTEMPTS)
        ],
        "repairs": [
            pick(repair, REPAIR_FIELDS) | {"visit": repair.visit_id, "fault": repair.fault and repair.fault.code}
            for repair in order.repairs.select_related("fault")
        ],
        "bills": [pick(bill, BILL_FIELDS) | {"visit": bill.visit_id} for bill in order.bills.all()],
    }
