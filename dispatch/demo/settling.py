"""How the example's clerk settled yesterday: every book closed, one card slip still looked for (H-R4)."""

from __future__ import annotations

from datetime import datetime, timedelta

from dispatch.actions import settling
from dispatch.actions.settling import Counted
from dispatch.demo.teller import People
from dispatch.models import DayBook, LineKind, OutletDay
from technicians.models import Outlet

MINUTE = timedelta(minutes=1)
SLIP = "簽單找不到，應該在車上的資料夾"
UNSIGNED = "客戶趕時間，沒有簽名"
RECORD = "回站補齊"


def settle_yesterday(people: People, outlet: Outlet, now: datetime) -> int:
    """Settle yesterday's books and report the day to the centre; return how many books there were."""
    day = now.astimezone(outlet.tz).date() - timedelta(days=1)
    at = settling.cutoff_of(outlet, day)
    settling.make_books(outlet, day, at)
    books = list(DayBook.objects.filter(outlet=outlet, day=day).open().select_related("technician__user"))
    missed = False
    for number, book in enumerate(books, 1):
        when = at + number * 2 * MINUTE
        missed = _count(people, book, when, miss=not missed) or missed
        book.refresh_from_db()
        settling.agree(book.pk, people.clerk, when, book.version)
        settling.confirm(book.pk, book.technician.user, when + MINUTE, book.version)
    if books:
        found = OutletDay.objects.get(outlet=outlet, day=day)
        settling.close_day(found.pk, people.clerk, at + (2 * len(books) + 5) * MINUTE)
    return len(books)


def _count(people: People, book: DayBook, when: datetime, *, miss: bool) -> bool:
    """Count a book: all there, but for a slip if `miss`; return whether any was missing."""
    lines = list(book.lines.all())
    short = next((line for line in lines if miss and line.kind == LineKind.SLIP and line.expected > 0), None)
    typed = {}
    for line in lines:
        counted = line.counted if line.by_doorstep else line.expected
        if line == short:  # one slip of several, or the only one
            counted = line.expected // 2 // 100 * 100 if len(line.source) > 1 else 0
        typed[line.pk] = Counted(counted)
        if counted != line.expected:
            why = SLIP if line == short else UNSIGNED if line.kind == LineKind.SIGNATURE else RECORD
            typed[line.pk] = Counted(counted, book.technician.user_id, line.reason or why)
    settling.count(book.pk, people.clerk, when, typed)
    return short is not None
