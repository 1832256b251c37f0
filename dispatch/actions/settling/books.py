"""Making the day's books at the outlet's cut-off: once each, also when nobody was there at that time (H-R3)."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime, timedelta

from django.db import DatabaseError, transaction

from dispatch.actions.settling.facts import Fact, facts_of, who_worked
from dispatch.actions.settling.making_sure import make_sure, questions
from dispatch.models import (
    BookEntry,
    BookLine,
    BookStep,
    CaseKind,
    DayBook,
    Discrepancy,
    LineKind,
    OutletDay,
    ServiceOrder,
)
from technicians.models import Outlet, User

log = logging.getLogger(__name__)

FIRST_TIME = timedelta(days=1)  # how far an outlet that never settled looks back
CATCH_UP = timedelta(days=31)  # how far one looks back whose workers were away


def cutoff_of(outlet: Outlet, day: date) -> datetime:
    """Return an outlet's cut-off on a local day, in UTC."""
    return datetime.combine(day, outlet.cutoff, outlet.tz).astimezone(UTC)


def settle_due(now: datetime) -> int:
    """Make the books whose cut-off has come, for every outlet; return how many were made.

    The same again makes none. What came in after a book was closed becomes a case.
    """
    made = 0
    for outlet in Outlet.objects.order_by("pk"):
        for day in due_days(outlet, now):
            try:
                made += make_books(outlet, day, now)
            except DatabaseError:  # one outlet's trouble is not another's
                log.exception("outlet %s: books of %s not made", outlet.code, day)
    return made


def due_days(outlet: Outlet, now: datetime) -> list[date]:
    """Return the local days to look at: those past their cut-off since the outlet last settled, and the last two."""
    today = now.astimezone(outlet.tz).date()
    last = OutletDay.objects.filter(outlet=outlet).order_by("-day").values_list("day", flat=True).first()
    first = max(min(last or today, today - FIRST_TIME), today - CATCH_UP)
    days = [first + timedelta(days=n) for n in range((today - first).days + 1)]
    return [day for day in days if cutoff_of(outlet, day) <= now]


def make_books(outlet: Outlet, day: date, now: datetime, by: User | None = None) -> int:
    """Make an outlet's books of a local day, or bring the open ones up to date; return how many are new.

    `by` is who begins before the cut-off; None at the cut-off.
    """
    facts = facts_of(outlet, day)
    technicians = facts.keys() | who_worked(outlet, day)
    new = sum(_make(outlet, technician, day, facts.get(technician, []), now, by) for technician in sorted(technicians))
    if technicians or OutletDay.objects.filter(outlet=outlet, day=day).exists() or now >= cutoff_of(outlet, day):
        OutletDay.objects.get_or_create(outlet=outlet, day=day, defaults={"made_at": now})
    return new


@transaction.atomic
def _make(outlet: Outlet, technician: int, day: date, facts: list[Fact], now: datetime, by: User | None) -> bool:
    # H-R3: the unique constraint decides who made it when two try
    first = {"made_at": now, "cutoff_at": cutoff_of(outlet, day)}
    found, new = DayBook.objects.get_or_create(outlet=outlet, technician_id=technician, day=day, defaults=first)
    rows = DayBook.objects.select_for_update(of=("self",), no_key=True).select_related("technician__user")
    book = rows.get(pk=found.pk)
    if book.closed_at:
        open_late(book, facts, now)
    else:
        bring_up_to_date(book, facts, now, by, new=new)
    return new


def bring_up_to_date(
    book: DayBook, facts: list[Fact], now: datetime, by: User | None = None, *, new: bool = False
) -> bool:
    """Let an open book, locked, say what is expected by now. A change takes back what was agreed to; say if there was.

    Nothing goes silently: what is not expected any more stays as a line of 0.
    """
    lines = {line.key: line for line in book.lines.all()}
    changes = [change for fact in facts if (change := _put(book, lines.get(fact.key), fact))]
    gone = lines.keys() - {fact.key for fact in facts}
    for line in (lines[key] for key in sorted(gone) if lines[key].expected):
        changes.append({"line": line.key, "from": line.expected, "to": 0})
        line.expected = 0
        line.save(update_fields=["expected"])
    if new:
        missing = [fact.key for fact in facts if fact.counted is None or fact.counted != fact.expected]
        BookEntry.objects.create(book=book, step=BookStep.MADE, at=now, actor=by, what={"missing": missing})
    elif changes:
        take_back(book)
        BookEntry.objects.create(book=book, step=BookStep.EXPECTED, at=now, actor=by, what={"changes": changes})
    ask = [fact.order_id for fact in facts if fact.kind == LineKind.SIGNATURE and fact.key not in lines]
    for order in ServiceOrder.objects.with_rows().filter(pk__in=ask).order_by("pk"):
        make_sure(order, questions(order, now), now)
    return bool(changes)


def _put(book: DayBook, line: BookLine | None, fact: Fact) -> dict | None:
    """Write a fact onto its line; return what changed, None for nothing."""
    if line is None:
        BookLine.objects.create(
            book=book,
            key=fact.key,
            kind=fact.kind,
            order_id=fact.order_id,
            currency=fact.currency,
            about=fact.about,
            source=fact.source,
            expected=fact.expected,
            counted=fact.counted,
            # Whose record it is answers for it, unless the clerk names another.
            owner=book.technician.user if fact.counted is not None and fact.counted != fact.expected else None,
            reason=fact.reason,
        )
        return {"line": fact.key, "from": None, "to": fact.expected}
    counted = fact.counted if fact.counted is not None else line.counted
    if (line.expected, line.counted, line.source) == (fact.expected, counted, fact.source):
        return None
    change = {"line": fact.key, "from": line.expected, "to": fact.expected, "counted": counted}
    line.expected, line.counted, line.source = fact.expected, counted, fact.source
    line.save(update_fields=["expected", "counted", "source"])
    return change


def take_back(book: DayBook) -> None:
    """The figures changed: nobody has agreed to these yet."""
    book.version += 1
    book.clerk = book.clerk_at = book.confirmed_by = book.confirmed_at = None
    book.instead_reason = ""
    book.save(update_fields=["version", "clerk", "clerk_at", "confirmed_by", "confirmed_at", "instead_reason"])


def open_late(book: DayBook, facts: list[Fact], now: datetime) -> int:
    """Open a case for each thing that came in after a locked book was closed; return how many. Each once (H-R4)."""
    lines = {line.key: line.expected for line in book.lines.all()}
    for case in book.cases.filter(kind=CaseKind.LATE).order_by("pk"):
        lines[case.key.split("/")[2]] = case.expected  # already told: only what is new since then
    opened = 0
    for fact in facts:
        known = lines.get(fact.key, 0)
        if fact.expected == known:
            continue
        _case, new = Discrepancy.objects.get_or_create(
            key=f"late/{book.pk}/{fact.key}/{fact.expected}",
            defaults={
                "outlet_id": book.outlet_id,
                "technician_id": book.technician_id,
                "day": book.day,
                "book": book,
                "order_id": fact.order_id,
                "kind": CaseKind.LATE,
                "what": fact.kind,
                "currency": fact.currency,
                "about": fact.about,
                "expected": fact.expected,
                "counted": known,
                "owner": book.technician.user,
                "opened_at": now,
            },
        )
        if new:
            opened += 1
            BookEntry.objects.create(book=book, case=_case, step=BookStep.CASE_OPENED, at=now, actor=None, what={})
    return opened
