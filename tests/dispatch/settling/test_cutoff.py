"""At the outlet's cut-off a book for each technician who worked: once, also when the worker was down (H-R3)."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import DatabaseError

from dispatch.actions import settling
from dispatch.actions.settling import books
from dispatch.actions.settling.books import cutoff_of, due_days
from dispatch.models import BookEntry, BookStep, DayBook, LineKind, OutletDay
from tests.dispatch.settling.helpers import CUTOFF, DAY, MINUTE, book_of, done_today
from tests.factories import SIGNED, do, make_outlet, order_in

HOUR = timedelta(hours=1)
pytestmark = pytest.mark.django_db


def test_h_r3_the_book_says_at_the_cut_off_what_is_expected_and_what_is_missing(place):  # H-R3
    order, _now = done_today(place)
    assert settling.settle_due(CUTOFF - MINUTE) == 0 and not DayBook.objects.exists()
    assert settling.settle_due(CUTOFF) == 1

    book = book_of(place)
    lines = {line.kind: line for line in book.lines.all()}
    assert set(lines) == {LineKind.CARD, LineKind.CASH, LineKind.SIGNATURE, LineKind.RECORD}
    bill = order.bills.get()
    assert (lines[LineKind.CASH].expected, lines[LineKind.CASH].currency) == (bill.amount, "TWD")
    assert (lines[LineKind.CARD].order_id, lines[LineKind.CARD].counted) == (order.pk, None)
    assert (lines[LineKind.SIGNATURE].counted, lines[LineKind.RECORD].counted) == (1, 1)  # as it is written down
    made = BookEntry.objects.get(book=book, step=BookStep.MADE)
    assert made.actor is None and made.at == CUTOFF
    assert {name.split(":")[0] for name in made.what["missing"]} == {"card", "cash"}


def test_h_r3_the_cut_off_twice_makes_one_book(place):  # H-R3
    done_today(place)
    assert [settling.settle_due(CUTOFF), settling.settle_due(CUTOFF), settling.settle_due(CUTOFF + MINUTE)] == [1, 0, 0]
    book = book_of(place)
    assert BookEntry.objects.filter(book=book).count() == 1 and book.version == 1


@pytest.mark.parametrize("days", [1, 3, 20])
def test_h_r3_a_worker_that_was_down_over_the_cut_off_makes_up_for_it(place, days):  # H-R3
    settling.settle_due(CUTOFF - timedelta(days=1))  # it lived the evening before
    done_today(place)
    assert settling.settle_due(CUTOFF + timedelta(days=days) - HOUR) == 1
    assert book_of(place).cutoff_at == CUTOFF
    assert OutletDay.objects.filter(outlet=place.outlet, day=DAY).count() == 1


def test_h_r3_who_did_not_work_has_no_book(place):  # H-R3
    order_in("contacted", place)
    settling.settle_due(CUTOFF)
    assert not DayBook.objects.exists()


def test_h_r3_what_happens_after_the_cut_off_comes_into_the_open_book(place):  # H-R3
    settling.settle_due(CUTOFF)
    order, _now = order_in("charged", place)
    assert settling.settle_due(CUTOFF + MINUTE) == 1  # on the way all day, at a customer's still
    assert not book_of(place).lines.exists()
    do(order, "complete", place.technician.user, CUTOFF + HOUR, SIGNED)
    settling.settle_due(CUTOFF + 2 * HOUR)
    book = book_of(place)
    assert set(book.lines.values_list("kind", flat=True)) == {LineKind.CARD, LineKind.SIGNATURE, LineKind.RECORD}
    assert book.version == 2 and book.entries.filter(step=BookStep.EXPECTED).count() == 1


def test_h_r3_an_unsigned_visit_and_an_open_record_are_listed(place):  # H-R3, H-H1
    order, now = order_in("charged", place)
    order.repairs.update(cause="")
    said = {"unsigned_reason": "in a hurry", "tools_back": ["tools"]}
    do(order, "complete", place.technician.user, now + MINUTE, said)
    settling.settle_due(CUTOFF)
    found = dict(book_of(place).lines.values_list("kind", "counted"))
    assert found == {LineKind.CARD: None, LineKind.SIGNATURE: 0, LineKind.RECORD: 0}


@pytest.mark.parametrize(
    ("zone", "local", "utc"),
    [
        ("Asia/Taipei", time(20), datetime(2026, 3, 29, 12, tzinfo=UTC)),
        ("Europe/Berlin", time(20), datetime(2026, 3, 29, 18, tzinfo=UTC)),  # the day that summer time begins
        ("America/New_York", time(18, 30), datetime(2026, 3, 29, 22, 30, tzinfo=UTC)),
    ],
)
def test_h_r3_the_cut_off_is_by_the_outlets_own_clock(db, zone, local, utc):  # H-R3
    outlet = make_outlet(zone=zone, cutoff=local).outlet
    day = datetime(2026, 3, 29).date()
    assert cutoff_of(outlet, day) == utc
    assert day in due_days(outlet, utc) and day not in due_days(outlet, utc - MINUTE)


def test_h_r3_an_outlets_trouble_is_not_anothers(place, monkeypatch):  # H-R3
    other = make_outlet()
    done_today(other)
    real = books.facts_of

    def broken(outlet, day):
        if outlet == place.outlet:
            raise DatabaseError("gone")
        return real(outlet, day)

    monkeypatch.setattr(books, "facts_of", broken)
    assert settling.settle_due(CUTOFF) == 1
    assert book_of(other).outlet == other.outlet
