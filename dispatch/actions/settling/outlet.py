"""Centre and clerk settle an outlet's day: closed by the clerk, counted and accepted by the centre (H-R3, H-R4)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Sum
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from dispatch.actions.settling.clerk import case_of
from dispatch.actions.settling.counting import (
    CENTRE,
    SETTLERS,
    Counted,
    NoBook,
    allowed,
    people_of,
    refuse,
    unsettled,
    write,
)
from dispatch.actions.settling.facts import counter_money
from dispatch.lifecycle import GuardsUnmet, Lack
from dispatch.models import (
    BookEntry,
    BookLine,
    BookStep,
    CaseKind,
    CaseState,
    DayBook,
    Discrepancy,
    LineKind,
    OutletDay,
)
from dispatch.models.settle import MONEY
from technicians.models import User

REPORTED = (*MONEY, LineKind.CARD, LineKind.OLD_PART)  # what the clerk hands on to the centre


def _locked(pk: int, by: User) -> OutletDay:
    rows = OutletDay.objects.select_for_update(of=("self",), no_key=True).select_related("outlet")
    day = rows.filter(pk=pk, pk__in=OutletDay.objects.for_user(by).values("pk")).first()
    if day is None:
        raise NoBook("H-R4")
    return day


def expected_of(day: OutletDay) -> dict[tuple[str, str], int]:
    """Return (kind, currency) → what the centre should get for a day, in minor units or pieces.

    That is what was counted in its closed books, and what the outlet itself took less what it gave back.
    """
    rows = BookLine.objects.filter(book__outlet=day.outlet_id, book__day=day.day, book__closed_at__isnull=False)
    rows = rows.filter(kind__in=REPORTED).order_by().values_list("kind", "currency").annotate(Sum("counted"))
    found = {(kind, currency): total or 0 for kind, currency, total in rows}
    for key, amount in counter_money(day.outlet, day.day).items():
        found[key] = found.get(key, 0) + amount
    return found


def open_books(day: OutletDay) -> list[tuple[DayBook, Discrepancy | None]]:
    """Return the books of a day that are not closed, each with the case that carries it, if somebody named one."""
    rows = DayBook.objects.filter(outlet=day.outlet_id, day=day.day).open().select_related("technician")
    cases = Discrepancy.objects.filter(book__in=rows, kind=CaseKind.NOT_SETTLED)
    by_book = {case.book_id: case for case in cases.select_related("owner")}
    return [(book, by_book.get(book.pk)) for book in rows.order_by("technician__name", "pk")]


@transaction.atomic
def close_day(pk: int, by: User, now: datetime, note: str = "") -> OutletDay:
    """The clerk reports the outlet's day to the centre: every book closed, or carried by a case with a name (H-R3).

    Raises NotAllowed, NoBook, GuardsUnmet.
    """
    allowed(by, SETTLERS, _("Close the outlet's day"))
    day = _locked(pk, by)
    if day.closed_at:
        raise refuse("closed", _("This day was reported to the centre already."))
    # Closing waits for whoever is at a book of the day; a book closed meanwhile counts.
    list(DayBook.objects.filter(outlet=day.outlet_id, day=day.day).order_by("pk").select_for_update(no_key=True))
    said = _("The book of {name} is open: settle it, or name who answers for it.")
    lacks = [
        Lack("H-R4", f"open_{book.pk}", format_lazy(said, name=book.technician.name))
        for book, case in open_books(day)
        if case is None or case.state != CaseState.OPEN
    ]
    if lacks:
        raise GuardsUnmet("H-R4", lacks)
    BookLine.objects.bulk_create(
        BookLine(outlet_day=day, key=f"{kind}:{currency}", kind=kind, currency=currency, expected=expected)
        for (kind, currency), expected in sorted(expected_of(day).items())
    )
    day.closed_at, day.closed_by, day.note = now, by, note.strip()[:500]
    day.save(update_fields=["closed_at", "closed_by", "note"])
    BookEntry.objects.create(outlet_day=day, step=BookStep.CLOSED, at=now, actor=by, what={"note": day.note})
    return day


def _reported(pk: int, by: User) -> OutletDay:
    day = _locked(pk, by)
    if not day.closed_at:
        raise refuse("not_reported", _("The clerk has not reported this day yet."))
    if day.accepted_at:
        raise refuse("accepted", _("This day was accepted and stays as it is."))
    if day.closed_by_id == by.pk:
        raise refuse("two", _("You reported this day yourself. Somebody else of the centre accepts it."))
    return day


@transaction.atomic
def count_day(pk: int, by: User, now: datetime, typed: dict[int, Counted]) -> OutletDay:
    """Write what the centre counted of an outlet's day. Raises NotAllowed, NoBook, GuardsUnmet, BadData."""
    allowed(by, CENTRE, _("Count for the centre"))
    day = _reported(pk, by)
    if changes := write(day.lines.select_for_update(no_key=True), typed, set(people_of(day.outlet_id))):
        BookEntry.objects.create(outlet_day=day, step=BookStep.COUNTED, at=now, actor=by, what={"lines": changes})
    return day


@transaction.atomic
def accept_day(pk: int, by: User, now: datetime) -> OutletDay:
    """The centre accepts an outlet's day; what it counted otherwise becomes a case.

    Raises NotAllowed, NoBook, GuardsUnmet.
    """
    allowed(by, CENTRE, _("Accept the outlet's day"))
    day = _reported(pk, by)
    lines = list(day.lines.order_by("pk"))
    if lacks := list(unsettled(lines)):
        raise GuardsUnmet("H-R4", lacks)
    for line in lines:
        if line.differs:
            fields = case_of(line, day.outlet_id, day.day, CaseKind.CENTRE)
            case = Discrepancy.objects.create(**fields, opened_at=now, opened_by=by)
            BookEntry.objects.create(outlet_day=day, case=case, step=BookStep.CASE_OPENED, at=now, actor=by, what={})
    day.accepted_at, day.accepted_by = now, by
    day.save(update_fields=["accepted_at", "accepted_by"])
    BookEntry.objects.create(outlet_day=day, step=BookStep.ACCEPTED, at=now, actor=by, what={})
    return day
