"""Two at once: one book, one closing, one call (H-R3, H-R4)."""

import pytest

from dispatch.actions import settling
from dispatch.lifecycle import GuardsUnmet
from dispatch.models import BookEntry, BookStep, CallbackKind, DayBook, Discrepancy, OutletDay
from tests.dispatch.lifecycle.test_at_once import at_once
from tests.dispatch.settling.helpers import CUTOFF, DAY, book_of, counted, done_today
from tests.factories import make_outlet

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=False)
UNSIGNED = {"rating_repair": 5, "rating_manner": 5, "unsigned_reason": "in a hurry", "tools_back": ["tools"]}


def test_h_r3_the_cut_off_rung_by_several_at_once_makes_one_book_and_one_call():  # H-R3, H-R4
    place = make_outlet()
    order, _now = done_today(place, UNSIGNED)
    made = at_once(*[lambda: settling.settle_due(CUTOFF)] * 4)
    assert sorted(made) == [0, 0, 0, 1]
    book = DayBook.objects.get()
    assert book.lines.values("key").distinct().count() == book.lines.count() == 4
    assert BookEntry.objects.filter(book=book, step=BookStep.MADE).count() == 1
    assert order.callbacks.filter(kind=CallbackKind.REMEDIAL).count() == 1
    assert OutletDay.objects.filter(outlet=place.outlet, day=DAY).count() == 1


def test_h_r4_of_two_who_close_a_book_at_once_one_does():  # H-R4
    place = make_outlet()
    done_today(place)
    book = counted(place, missing=100, owner=place.clerk.pk, reason="lost")
    settling.confirm(book.pk, place.technician.user, CUTOFF, book.version)
    agree = [
        lambda user=user: settling.agree(book.pk, user, CUTOFF, book.version) for user in (place.clerk, place.manager)
    ]
    found = at_once(*agree)
    refused = [one for one in found if isinstance(one, GuardsUnmet)]
    assert [one.lacks[0].code for one in refused] == ["closed"]
    assert BookEntry.objects.filter(book=book, step=BookStep.CLOSED).count() == Discrepancy.objects.count() == 1


def test_h_r4_clerk_and_technician_at_once_close_it_once():  # H-R4
    place = make_outlet()
    done_today(place)
    book = counted(place)
    found = at_once(
        lambda: settling.agree(book.pk, place.clerk, CUTOFF, book.version),
        lambda: settling.confirm(book.pk, place.technician.user, CUTOFF, book.version),
    )
    assert all(isinstance(one, DayBook) for one in found)
    assert book_of(place).closed_at and BookEntry.objects.filter(book=book, step=BookStep.CLOSED).count() == 1


def test_h_r4_the_outlets_day_is_reported_once():  # H-R4
    place = make_outlet()
    done_today(place)
    book = counted(place)
    settling.confirm(book.pk, place.technician.user, CUTOFF, book.version)
    settling.agree(book.pk, place.clerk, CUTOFF, book.version)
    day = OutletDay.objects.get(outlet=place.outlet, day=DAY)
    found = at_once(*[lambda: settling.close_day(day.pk, place.clerk, CUTOFF)] * 2)
    assert sum(isinstance(one, GuardsUnmet) for one in found) == 1
    assert BookEntry.objects.filter(outlet_day=day, step=BookStep.CLOSED).count() == 1
