"""Clerk and technician settle one day's book: counted, explained, agreed to by both, closed (H-R4)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dispatch.actions.settling.books import bring_up_to_date, take_back
from dispatch.actions.settling.counting import (
    CENTRE,
    CLOSED,
    MOVED,
    SETTLERS,
    Counted,
    NoBook,
    allowed,
    people_of,
    refuse,
    unsettled,
    write,
)
from dispatch.actions.settling.facts import facts_of
from dispatch.actions.settling.making_sure import make_sure
from dispatch.actions.settling.signs import SERIOUS, Sign
from dispatch.actions.store import old_parts_back
from dispatch.lifecycle import GuardsUnmet
from dispatch.models import (
    BookEntry,
    BookLine,
    BookStep,
    CaseKind,
    DayBook,
    Discrepancy,
    LineKind,
    ServiceOrder,
)
from technicians.models import Role, User

NO_CARD = Sign("no_card", SERIOUS, _("The supervision card did not come back to the outlet."))


def locked(pk: int, by: User, now: datetime) -> DayBook:
    """Return a book with its row locked and, while it is open, brought up to date. Raises NoBook."""
    rows = DayBook.objects.select_for_update(of=("self",), no_key=True)
    book = (
        rows.filter(pk=pk, pk__in=DayBook.objects.for_user(by).values("pk"))
        .select_related("outlet", "technician__user")
        .first()
    )
    if book is None:
        raise NoBook("H-R4")
    if not book.closed_at:
        bring_up_to_date(book, facts_of(book.outlet, book.day).get(book.technician_id, []), now, None)
    return book


def _open(pk: int, by: User, now: datetime, version: int | None) -> DayBook:
    book = locked(pk, by, now)
    if book.closed_at:
        raise refuse("closed", CLOSED)
    if version is not None and version != book.version:
        raise refuse("moved", MOVED)
    return book


@transaction.atomic
def count(pk: int, by: User, now: datetime, typed: dict[int, Counted], version: int | None = None) -> DayBook:
    """Write what the clerk counted; what both had agreed to before is taken back when anything changed.

    An old part that was counted is taken into the depot at once. Raises NotAllowed, NoBook, GuardsUnmet, BadData.
    """
    allowed(by, SETTLERS, _("Count"))
    book = _open(pk, by, now, version)
    if changes := write(book.lines.select_for_update(no_key=True), typed, set(people_of(book.outlet_id))):
        _take_in(book, by, now)
        take_back(book)
        BookEntry.objects.create(book=book, step=BookStep.COUNTED, at=now, actor=by, what={"lines": changes})
    return book


def _take_in(book: DayBook, by: User, now: datetime) -> None:
    """Old parts that are all there go into the depot's books as well: nothing is written twice (H-W4)."""
    came = [line for line in book.lines.filter(kind=LineKind.OLD_PART) if line.counted == line.expected > 0]
    if numbers := [pk for line in came for pk in line.source]:
        old_parts_back(by, now, numbers)


def _ready(book: DayBook) -> None:
    if lacks := list(unsettled(book.lines.all())):
        raise GuardsUnmet("H-R4", lacks)


@transaction.atomic
def agree(pk: int, by: User, now: datetime, version: int) -> DayBook:
    """The outlet agrees to the figures of `version`; with the technician's word the book closes.

    Raises NotAllowed, NoBook, GuardsUnmet.
    """
    allowed(by, SETTLERS, _("Agree for the outlet"))
    book = _open(pk, by, now, version or 0)  # nobody agrees to figures unseen
    _ready(book)
    if book.confirmed_by_id == by.pk:
        raise refuse("two", _("You agreed in the technician's place already. Somebody else agrees for the outlet."))
    if book.clerk_at is None:
        book.clerk, book.clerk_at = by, now
        book.save(update_fields=["clerk", "clerk_at"])
        BookEntry.objects.create(book=book, step=BookStep.CLERK_AGREED, at=now, actor=by, what={"version": version})
    return _close_when_both(book, by, now)


@transaction.atomic
def confirm(pk: int, by: User, now: datetime, version: int) -> DayBook:
    """The technician agrees to their own book. Raises NotAllowed, NoBook, GuardsUnmet."""
    allowed(by, (Role.TECHNICIAN,), _("Agree as the technician"))
    book = _open(pk, by, now, version or 0)  # nobody agrees to figures unseen
    _ready(book)
    if book.confirmed_at is None:
        book.confirmed_by, book.confirmed_at = by, now
        book.save(update_fields=["confirmed_by", "confirmed_at"])
        BookEntry.objects.create(book=book, step=BookStep.CONFIRMED, at=now, actor=by, what={"version": version})
    return _close_when_both(book, by, now)


@transaction.atomic
def agree_instead(pk: int, by: User, now: datetime, version: int, reason: str) -> DayBook:
    """A manager agrees where the technician can't, with the reason; never the one who agreed for the outlet.

    Raises NotAllowed, NoBook, GuardsUnmet.
    """
    allowed(by, CENTRE, _("Agree in the technician's place"))
    book = _open(pk, by, now, version or 0)  # nobody agrees to figures unseen
    _ready(book)
    if not reason.strip():
        raise refuse("reason", _("Say why the technician can't agree themself."))
    if book.clerk_id == by.pk:
        raise refuse("two", _("You agreed for the outlet already. Somebody else agrees in the technician's place."))
    if book.confirmed_at is None:
        book.confirmed_by, book.confirmed_at, book.instead_reason = by, now, reason.strip()[:240]
        book.save(update_fields=["confirmed_by", "confirmed_at", "instead_reason"])
        what = {"version": version, "reason": book.instead_reason}
        BookEntry.objects.create(book=book, step=BookStep.INSTEAD, at=now, actor=by, what=what)
    return _close_when_both(book, by, now)


def _close_when_both(book: DayBook, by: User, now: datetime) -> DayBook:
    """Close a locked book that both agreed to: each difference becomes a case, each missing card a call (H-R4)."""
    if book.clerk_at is None or book.confirmed_at is None:
        return book
    lines = list(book.lines.order_by("pk"))
    for line in lines:
        if line.differs:
            case = Discrepancy.objects.create(**case_of(line, book.outlet_id, book.day), opened_at=now, opened_by=by)
            BookEntry.objects.create(book=book, case=case, step=BookStep.CASE_OPENED, at=now, actor=by, what={})
    book.closed_at = now
    book.save(update_fields=["closed_at"])
    BookEntry.objects.create(book=book, step=BookStep.CLOSED, at=now, actor=by, what={"version": book.version})
    lost = [line.order_id for line in lines if line.kind == LineKind.CARD and line.differs]
    for order in ServiceOrder.objects.with_rows().filter(pk__in=lost).order_by("pk"):
        make_sure(order, [NO_CARD], now)
    return book


def case_of(line: BookLine, outlet_id: int, day, kind: str = CaseKind.DIFFERENCE) -> dict:
    """Return the fields of a case for a line that differs."""
    return {
        "outlet_id": outlet_id,
        "day": day,
        "book": line.book,
        "outlet_day": line.outlet_day,
        "technician_id": line.book.technician_id if line.book else None,
        "order_id": line.order_id,
        "key": f"{kind}/{line.pk}",
        "kind": kind,
        "what": line.kind,
        "currency": line.currency,
        "about": line.about,
        "expected": line.expected,
        "counted": line.counted,
        "owner_id": line.owner_id,
        "reason": line.reason,
        "remedy": line.remedy,
    }


@transaction.atomic
def carry(pk: int, by: User, now: datetime, owner: int | None, reason: str) -> Discrepancy:
    """Name a case for a book that can't be settled today, so that the outlet's day can be closed. Once for each book.

    Raises NotAllowed, NoBook, GuardsUnmet.
    """
    allowed(by, SETTLERS, _("Carry it as a case"))
    book = _open(pk, by, now, None)
    if owner not in people_of(book.outlet_id) or not reason.strip():
        raise refuse("named", _("Say who answers for it, and why it can't be settled today."))
    fields = {
        "outlet_id": book.outlet_id,
        "technician_id": book.technician_id,
        "day": book.day,
        "book": book,
        "kind": CaseKind.NOT_SETTLED,
        "owner_id": owner,
        "reason": reason.strip()[:240],
        "opened_at": now,
        "opened_by": by,
    }
    case, new = Discrepancy.objects.get_or_create(key=f"open/{book.pk}", defaults=fields)
    if new:
        BookEntry.objects.create(book=book, case=case, step=BookStep.CARRIED, at=now, actor=by, what={})
    return case
