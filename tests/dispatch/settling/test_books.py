"""Clerk and technician settle a book: arithmetic, who may, and that nothing changes once it is closed (H-R4)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from dispatch.actions import settling
from dispatch.actions.settling import Counted
from dispatch.lifecycle import BadData, GuardsUnmet, NotAllowed, NotFound
from dispatch.models import BookEntry, BookLine, BookStep, CaseKind, DayBook, Discrepancy, LineKind, Payment
from tests.dispatch.settling.helpers import (
    CUTOFF,
    MINUTE,
    all_there,
    book_of,
    closed,
    counted,
    done_today,
    line_of,
)
from tests.factories import make_outlet, make_user

HOUR = timedelta(hours=1)
pytestmark = pytest.mark.django_db


def codes(error) -> set[str]:
    return {lack.code.split("_")[0] for lack in error.value.lacks}


def test_h_r4_expected_against_counted_in_minor_units(place):  # H-R4
    order, _now = done_today(place)
    book = counted(place, missing=1_250, owner=place.technician.user.pk, reason="slip lost")
    cash = line_of(book)
    assert (cash.expected, cash.counted, cash.difference) == (order.bills.get().amount, cash.expected - 1_250, -1_250)
    assert cash.source == list(Payment.objects.values_list("pk", flat=True))
    assert not any(line.differs for line in book.lines.exclude(pk=cash.pk))


def test_h_r4_money_is_counted_by_means_and_currency(place):  # H-R4
    order, now = done_today(place)
    bill = order.bills.get()
    more = {"bill": bill, "at": now, "by": place.technician.user}
    Payment.objects.create(method="card", amount=1_000, reference="s1", **more)
    Payment.objects.create(method="card", amount=2_500, reference="s2", **more)
    Payment.objects.create(method="qr", amount=700, reference="q1", **more)
    Payment.objects.create(method="cash", amount=99_999, **(more | {"by": place.clerk}))  # the counter's, not theirs
    settling.settle_due(CUTOFF)
    found = dict(book_of(place).lines.exclude(currency="").values_list("kind", "expected"))
    assert found == {LineKind.CASH: bill.amount, LineKind.SLIP: 3_500, LineKind.QR: 700}


def test_h_r4_nobody_agrees_to_what_is_not_counted_or_not_explained(place):  # H-R4
    done_today(place)
    settling.settle_due(CUTOFF)
    book = book_of(place)
    with pytest.raises(GuardsUnmet) as refused:
        settling.agree(book.pk, place.clerk, CUTOFF, book.version)
    assert codes(refused) == {"uncounted"}
    book = counted(place, missing=100)
    for who, agree in ((place.clerk, settling.agree), (place.technician.user, settling.confirm)):
        with pytest.raises(GuardsUnmet) as refused:
            agree(book.pk, who, CUTOFF, book.version)
        assert codes(refused) == {"unexplained"}
    book = counted(place, missing=100, owner=place.clerk.pk)  # an owner alone says nothing
    with pytest.raises(GuardsUnmet):
        settling.agree(book.pk, place.clerk, CUTOFF, book.version)


def test_h_r4_a_book_closes_only_when_both_agreed(place):  # H-R4
    done_today(place)
    book = counted(place)
    settling.confirm(book.pk, place.technician.user, CUTOFF, book.version)
    assert book_of(place).closed_at is None
    settling.agree(book.pk, place.clerk, CUTOFF + MINUTE, book.version)
    book = book_of(place)
    assert (book.closed_at, book.clerk, book.confirmed_by) == (CUTOFF + MINUTE, place.clerk, place.technician.user)
    steps = list(book.entries.order_by("pk").values_list("step", flat=True))
    assert steps == [BookStep.MADE, BookStep.COUNTED, BookStep.CONFIRMED, BookStep.CLERK_AGREED, BookStep.CLOSED]


def test_h_r4_a_change_takes_back_what_was_agreed_to(place):  # H-R4
    done_today(place)
    book = counted(place)
    settling.confirm(book.pk, place.technician.user, CUTOFF, book.version)
    before = book.version
    book = counted(place, missing=500, owner=place.clerk.pk, reason="counted again")
    assert book.version > before and book.confirmed_at is None
    with pytest.raises(GuardsUnmet) as refused:  # what the technician saw is not what stands there now
        settling.confirm(book.pk, place.technician.user, CUTOFF, before)
    assert codes(refused) == {"moved"}


def test_h_r4_each_difference_becomes_a_case_with_an_owner(place):  # H-R4
    done_today(place)
    closed(place, missing=1_250, owner=place.technician.user.pk, reason="slip lost")
    case = Discrepancy.objects.get()
    assert (case.kind, case.what, case.difference) == (CaseKind.DIFFERENCE, LineKind.CASH, -1_250)
    assert (case.owner, case.reason, case.currency) == (place.technician.user, "slip lost", "TWD")


def test_h_r4_who_may_not_count_or_agree(place):  # H-R4
    done_today(place)
    book = counted(place)
    for user in (place.dispatcher, place.agent, place.technician.user):
        with pytest.raises(NotAllowed):
            settling.count(book.pk, user, CUTOFF, {})
        with pytest.raises(NotAllowed):
            settling.agree(book.pk, user, CUTOFF, book.version)
    for user in (place.clerk, place.manager):
        with pytest.raises(NotAllowed):
            settling.confirm(book.pk, user, CUTOFF, book.version)
    with pytest.raises(NotFound):
        settling.confirm(book.pk, place.other.user, CUTOFF, book.version)
    with pytest.raises(NotFound):
        settling.count(book.pk, make_outlet().clerk, CUTOFF, {})
    with pytest.raises(NotAllowed):
        settling.agree_instead(book.pk, place.clerk, CUTOFF, book.version, "ill")


def test_h_r4_one_person_never_agrees_for_both(place):  # H-R4
    done_today(place)
    book = counted(place)
    with pytest.raises(GuardsUnmet):
        settling.agree_instead(book.pk, place.manager, CUTOFF, book.version, " ")
    settling.agree(book.pk, place.manager, CUTOFF, book.version)
    with pytest.raises(GuardsUnmet) as refused:
        settling.agree_instead(book.pk, place.manager, CUTOFF, book.version, "ill")
    assert codes(refused) == {"two"}
    settling.agree_instead(book.pk, place.admin, CUTOFF, book.version, "ill")
    book = book_of(place)
    assert book.closed_at and book.instead_reason == "ill" and book.confirmed_by == place.admin


def test_h_r4_a_closed_book_is_refused_by_the_action(place):  # H-R4
    done_today(place)
    book = closed(place)
    works = [
        lambda: settling.count(book.pk, place.clerk, CUTOFF, all_there(book)),
        lambda: settling.agree(book.pk, place.clerk, CUTOFF, book.version),
        lambda: settling.carry(book.pk, place.clerk, CUTOFF, place.clerk.pk, "late"),
    ]
    for work in works:
        with pytest.raises(GuardsUnmet) as refused:
            work()
        assert codes(refused) == {"closed"}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE dispatch_daybook SET closed_at = NULL",
        "UPDATE dispatch_daybook SET version = 9",
        "DELETE FROM dispatch_daybook",
        "UPDATE dispatch_bookline SET counted = expected",
        "UPDATE dispatch_bookline SET reason = 'another'",
        "UPDATE dispatch_bookline SET book_id = NULL",
        "DELETE FROM dispatch_bookline",
        "UPDATE dispatch_bookentry SET at = now()",
        "DELETE FROM dispatch_bookentry",
        "UPDATE dispatch_discrepancy SET counted = expected",
        "DELETE FROM dispatch_discrepancy",
    ],
)
def test_h_r4_the_database_refuses_to_change_a_closed_book(place, statement):  # H-R4
    done_today(place)
    closed(place, missing=100, owner=place.clerk.pk, reason="lost")
    with pytest.raises(IntegrityError, match=r"H-R4|H-N2"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_h_r4_the_database_takes_no_line_into_a_closed_book(place):  # H-R4
    done_today(place)
    book = closed(place)
    with pytest.raises(IntegrityError, match="H-R4"), transaction.atomic():
        BookLine.objects.create(book=book, key="cash:USD", kind=LineKind.CASH, currency="USD", expected=1)


def test_h_r4_a_book_is_not_closed_by_one_alone_even_by_hand(place):  # H-R4
    done_today(place)
    book = counted(place)
    for how in ({"clerk": place.clerk, "clerk_at": CUTOFF}, {}):
        with pytest.raises(IntegrityError, match="book_closed_by_both"), transaction.atomic():
            DayBook.objects.filter(pk=book.pk).update(closed_at=CUTOFF, **how)
    both = {"clerk": place.clerk, "clerk_at": CUTOFF, "confirmed_by": place.clerk, "confirmed_at": CUTOFF}
    with pytest.raises(IntegrityError, match="book_agreed_by_two"), transaction.atomic():
        DayBook.objects.filter(pk=book.pk).update(closed_at=CUTOFF, **both)


def test_h_r4_money_that_comes_after_the_book_was_closed_opens_a_case_once(place):  # H-R4
    order, _now = done_today(place)
    closed(place)
    paid = {"bill": order.bills.get(), "method": "cash", "by": place.technician.user}
    Payment.objects.create(amount=5_000, at=CUTOFF + HOUR, **paid)
    for _again in range(3):
        settling.settle_due(CUTOFF + 2 * HOUR)
    case = Discrepancy.objects.get()
    assert (case.kind, case.difference, case.owner) == (CaseKind.LATE, -5_000, place.technician.user)
    Payment.objects.create(amount=700, at=CUTOFF + 3 * HOUR, **paid)
    settling.settle_due(CUTOFF + 3 * HOUR + MINUTE)
    assert [one.difference for one in Discrepancy.objects.order_by("pk")] == [-5_000, -700]  # only what is new
    assert BookEntry.objects.filter(step=BookStep.CASE_OPENED).count() == 2


@pytest.mark.parametrize("amount", [10**12, -(10**13)])
def test_h_r4_amounts_nobody_counts_are_refused(place, amount):  # H-R4
    done_today(place)
    book = counted(place)
    with pytest.raises(BadData):
        settling.count(book.pk, place.clerk, CUTOFF, {line_of(book).pk: Counted(amount)})
    with pytest.raises(BadData):  # a line of somebody else's book, an owner of another outlet
        settling.count(book.pk, place.clerk, CUTOFF, {10**9: Counted(1)})
    with pytest.raises(BadData):
        far = make_user("clerk", make_outlet().outlet)
        settling.count(book.pk, place.clerk, CUTOFF, {line_of(book).pk: Counted(1, far.pk, "theirs")})
    assert line_of(book_of(place)).counted == line_of(book_of(place)).expected
