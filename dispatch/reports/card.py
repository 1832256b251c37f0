"""The task supervision card of an order: what was promised, done, signed and returned (H-R3).

Read from the log and the rows as they stand; nothing is kept twice. Times in UTC.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime

from dispatch.models import (
    BookEntry,
    BookLine,
    BookStep,
    Callback,
    Check,
    LineKind,
    OrderEvent,
    PartUse,
    Repair,
    ServiceOrder,
    Visit,
)
from dispatch.reports.till import Till, till_of

# What agrees a time with the customer; on the board it is agreed with somebody's consent, else proposed (H-C2).
AGREED_BY = ("contact", "reschedule", "no_access", "place")


@dataclass(frozen=True)
class Promise:
    """A time the customer was told: from, and no later than where a window was agreed."""

    at: datetime
    starts_at: datetime
    until: datetime | None


@dataclass(frozen=True)
class Returned:
    """How the paper came back: True with whom it was given to and when, False when it is missing, None: not counted."""

    back: bool | None
    day: Any = None
    book: int | None = None
    at: datetime | None = None
    by: Any = None


@dataclass
class VisitCard:
    """One visit on the card."""

    visit: Visit
    repair: Repair | None
    lateness: str = ""
    steps: list[OrderEvent] = field(default_factory=list)
    parts: list[PartUse] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    returned: Returned = Returned(None)


@dataclass
class Card:
    """The card of an order."""

    order: ServiceOrder
    first: Promise | None
    last: Promise | None
    visits: list[VisitCard]
    steps: list[OrderEvent]
    till: Till
    callbacks: list[Callback]


def card_of(order: ServiceOrder, now: datetime) -> Card:
    """Return the card of an order; some twelve statements, however long its story."""
    events = list(order.events.select_related("actor").order_by("seq"))
    promises = [promise for event in events if (promise := _promise(event))]
    moved = [event for event in events if event.from_state != event.to_state]
    return Card(
        order,
        promises[0] if promises else None,
        promises[-1] if promises else None,
        _visits(order, events),
        moved,
        till_of(order, now),
        list(order.callbacks.select_related("caller").order_by("due_at", "pk")),
    )


def _promise(event: OrderEvent) -> Promise | None:
    told = event.payload.get("starts_at")
    if event.action not in AGREED_BY or not isinstance(told, str) or not (starts := parse_datetime(told)):
        return None
    if event.action == "place" and not event.payload.get("consent"):
        return None
    until = event.payload.get("window_ends_at")
    return Promise(event.at, starts, parse_datetime(until) if isinstance(until, str) else None)


def _visits(order: ServiceOrder, events: list[OrderEvent]) -> list[VisitCard]:
    """Return the visits that somebody set out for, each with what was done and put in, and whether its card is back."""
    rows = order.visits.filter(departed_at__isnull=False).select_related("technician__user", "repair__fault")
    parts, checks = {}, {}
    for use in PartUse.objects.filter(order=order).select_related("part", "by", "repair").order_by("pk"):
        parts.setdefault(use.repair.visit_id if use.repair else None, []).append(use)
    for check in Check.objects.filter(order=order).select_related("by").order_by("pk"):
        checks.setdefault(check.visit_id, []).append(check)
    back = _returned(order)
    return [
        VisitCard(
            visit,
            getattr(visit, "repair", None),
            _lateness(visit, events),
            [event for event in events if _during(event, visit)],
            parts.get(visit.pk, []),
            checks.get(visit.pk, []),
            back.get(visit.pk, Returned(None)),
        )
        for visit in rows.order_by("departed_at", "pk")
    ]


def _during(event: OrderEvent, visit: Visit) -> bool:
    """True for what happened from setting out until leaving."""
    return visit.departed_at <= event.at and (visit.left_at is None or event.at <= visit.left_at)


def _lateness(visit: Visit, events: list[OrderEvent]) -> str:
    """Return the class of an arrival as the arrival itself wrote it (H-E4); '' before."""
    came = (event for event in events if event.action == "arrive" and event.at == visit.arrived_at)
    return next((event.payload.get("lateness", "") for event in came), "")


def _returned(order: ServiceOrder) -> dict[int, Returned]:
    """Return visit → how its card came back, from the lines of the day's books and their log (H-R3)."""
    found = {}
    lines = BookLine.objects.filter(order=order, kind=LineKind.CARD, book__isnull=False).select_related("book")
    for line in lines.order_by("pk"):
        entries = BookEntry.objects.filter(book=line.book_id, step=BookStep.COUNTED, what__lines__contains=[
            {"line": line.key, "counted": 1}
        ])  # fmt: skip
        entry = entries.select_related("actor").order_by("pk").last() if line.counted == 1 else None
        state = None if line.counted is None else line.counted == 1
        said = Returned(state, line.book.day, line.book_id, entry and entry.at, entry and entry.actor)
        found.update(dict.fromkeys(line.source, said))
    return found
