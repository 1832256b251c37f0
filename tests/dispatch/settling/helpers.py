"""A settled day for tests: an order that was paid in cash and signed for, and the book that comes of it."""

from datetime import timedelta

from dispatch.actions import settling
from dispatch.actions.settling import Counted
from dispatch.models import DayBook, LineKind
from tests.factories import NOW, SIGNED, do
from tests.pricing import charged as paid
from tests.pricing import make_prices

DAY = NOW.date()  # in Taipei too
CUTOFF = NOW.replace(hour=12)  # 20:00 in Taipei
MINUTE = timedelta(minutes=1)


def done_today(place, signed=SIGNED, position=None, **how):
    """Return an order paid and completed today, and when."""
    if place.outlet.price_table is None:
        make_prices(place)
    order, now = paid(place, **how)
    now += 5 * MINUTE
    return do(order, "complete", place.technician.user, now, signed, position=position), now


def book_of(place, technician=None) -> DayBook:
    """Return the technician's book of the day."""
    return DayBook.objects.get(technician=technician or place.technician, day=DAY)


def all_there(book) -> dict[int, Counted]:
    """Return what is typed when everything that is expected is there."""
    return {line.pk: Counted(line.expected, line.owner_id, line.reason, line.remedy) for line in book.lines.all()}


def line_of(book, kind=LineKind.CASH):
    """Return a book's line of a kind."""
    return book.lines.get(kind=kind)


def counted(place, now=CUTOFF, missing=0, **why) -> DayBook:
    """Return the day's book, counted by the clerk; `missing` minor units of cash with `why` (owner, reason)."""
    settling.settle_due(now)
    book = book_of(place)
    typed = all_there(book)
    if missing:
        cash = line_of(book)
        typed[cash.pk] = Counted(cash.expected - missing, **why)
    return settling.count(book.pk, place.clerk, now, typed)


def closed(place, now=CUTOFF, **how) -> DayBook:
    """Return the day's book, counted and agreed to by both."""
    book = counted(place, now, **how)
    settling.agree(book.pk, place.clerk, now, book.version)
    settling.confirm(book.pk, place.technician.user, now, book.version)
    return book_of(place)
