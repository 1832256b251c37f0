"""Centre and clerk settle an outlet's day, and cases are brought to an end by somebody else (H-R3, H-R4)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from dispatch.actions import settling
from dispatch.actions.settling import Counted
from dispatch.lifecycle import GuardsUnmet, NotAllowed, NotFound
from dispatch.models import CaseKind, CaseState, Discrepancy, LineKind, OutletDay, PartUse, Payment
from tests.dispatch.settling.helpers import CUTOFF, DAY, MINUTE, book_of, closed, counted, done_today, line_of
from tests.factories import make_outlet, make_user
from tests.stocking import make_part, make_store

HOUR = timedelta(hours=1)
pytestmark = pytest.mark.django_db


def day_of(place) -> OutletDay:
    return OutletDay.objects.get(outlet=place.outlet, day=DAY)


def reported(place, **how) -> OutletDay:
    done_today(place)
    closed(place, **how)
    return settling.close_day(day_of(place).pk, place.clerk, CUTOFF + MINUTE)


def count_all(place, by, less=0, **why) -> OutletDay:
    day = day_of(place)
    typed = {line.pk: Counted(line.expected) for line in day.lines.all()}
    if less:
        cash = day.lines.get(kind=LineKind.CASH)
        typed[cash.pk] = Counted(cash.expected - less, **why)
    return settling.count_day(day.pk, by, CUTOFF + HOUR, typed)


def test_h_r3_the_day_is_reported_when_every_book_is_closed(place):  # H-R3, H-R4
    done_today(place)
    counted(place)
    day = day_of(place)
    with pytest.raises(GuardsUnmet) as refused:
        settling.close_day(day.pk, place.clerk, CUTOFF)
    assert place.technician.name in str(refused.value.detail)
    closed(place)
    day = settling.close_day(day.pk, place.clerk, CUTOFF + MINUTE, "all in the bag")
    assert (day.closed_by, day.closed_at, day.note) == (place.clerk, CUTOFF + MINUTE, "all in the bag")
    with pytest.raises(GuardsUnmet):
        settling.close_day(day.pk, place.clerk, CUTOFF + HOUR)


def test_h_r4_an_open_book_is_carried_by_a_case_with_a_name(place):  # H-R4
    done_today(place)
    counted(place)
    book, day = book_of(place), day_of(place)
    for owner, reason in ((None, "ill"), (place.clerk.pk, " "), (make_user("clerk", make_outlet().outlet).pk, "ill")):
        with pytest.raises(GuardsUnmet):
            settling.carry(book.pk, place.clerk, CUTOFF, owner, reason)
    first = settling.carry(book.pk, place.clerk, CUTOFF, place.technician.user.pk, "ill today")
    again = settling.carry(book.pk, place.clerk, CUTOFF, place.technician.user.pk, "ill today")
    assert first == again and first.kind == CaseKind.NOT_SETTLED
    assert settling.close_day(day.pk, place.clerk, CUTOFF).closed_at
    assert book_of(place).closed_at is None


def test_h_r4_a_case_that_is_settled_carries_no_open_book(place):  # H-R4
    done_today(place)
    counted(place)
    case = settling.carry(book_of(place).pk, place.clerk, CUTOFF, place.technician.user.pk, "ill today")
    settling.settle_case(case.pk, place.clerk, CUTOFF, CaseState.EXPLAINED, "back tomorrow")
    with pytest.raises(GuardsUnmet):
        settling.close_day(day_of(place).pk, place.clerk, CUTOFF)


def test_h_r4_the_centre_gets_what_was_counted_and_the_counters_own_money(place):  # H-R4
    order, now = done_today(place)
    bill = order.bills.get()
    Payment.objects.create(bill=bill, method="card", amount=2_500, reference="s1", at=now, by=place.clerk)
    paid = Payment.objects.get(method="cash")
    Payment.objects.create(
        bill=bill, method="cash", amount=300, refunds=paid, at=now, by=place.manager, reason="scratched"
    )
    closed(place, missing=1_000, owner=place.technician.user.pk, reason="slip lost")
    day = settling.close_day(day_of(place).pk, place.clerk, CUTOFF)
    found = {(line.kind, line.currency): line.expected for line in day.lines.all()}
    cash = paid.amount - 1_000 - 300
    assert found == {(LineKind.CASH, "TWD"): cash, (LineKind.SLIP, "TWD"): 2_500, (LineKind.CARD, ""): 1}


def test_h_r4_the_centre_accepts_with_its_own_differences(place):  # H-R4
    day = reported(place)
    with pytest.raises(GuardsUnmet):  # nothing counted yet
        settling.accept_day(day.pk, place.manager, CUTOFF + HOUR)
    count_all(place, place.manager, less=100)
    with pytest.raises(GuardsUnmet):  # nobody answers for it
        settling.accept_day(day.pk, place.manager, CUTOFF + HOUR)
    count_all(place, place.manager, less=100, owner=place.clerk.pk, remedy="sent after")
    settling.accept_day(day.pk, place.manager, CUTOFF + HOUR)
    case = Discrepancy.objects.get()
    assert (case.kind, case.difference, case.owner, case.remedy) == (CaseKind.CENTRE, -100, place.clerk, "sent after")
    assert day_of(place).accepted_by == place.manager


def test_h_r4_who_may_not_report_or_accept(place):  # H-R4
    day = reported(place)
    for user in (place.clerk, place.dispatcher, place.agent, place.technician.user):
        with pytest.raises(NotAllowed):
            settling.count_day(day.pk, user, CUTOFF, {})
        with pytest.raises(NotAllowed):
            settling.accept_day(day.pk, user, CUTOFF)
    with pytest.raises(NotFound):
        settling.accept_day(day.pk, make_outlet().manager, CUTOFF)
    other = make_outlet()
    done_today(other)
    closed(other)
    settling.close_day(day_of(other).pk, other.manager, CUTOFF)
    with pytest.raises(GuardsUnmet) as refused:  # nobody accepts their own report
        settling.accept_day(day_of(other).pk, other.manager, CUTOFF)
    assert refused.value.lacks[0].code == "two"


def test_h_r4_an_accepted_day_stays_also_for_the_database(place):  # H-R4
    day = reported(place)
    with pytest.raises(IntegrityError, match="H-R4"), transaction.atomic():  # reported figures are not touched
        day.lines.update(expected=0)
    with pytest.raises(IntegrityError, match="H-R4"), transaction.atomic():
        OutletDay.objects.filter(pk=day.pk).update(closed_at=None, closed_by=None)
    count_all(place, place.manager)
    settling.accept_day(day.pk, place.manager, CUTOFF + HOUR)
    for rows, change in ((day.lines, {"counted": 1}), (OutletDay.objects.filter(pk=day.pk), {"note": "another"})):
        with pytest.raises(IntegrityError, match="H-R4"), transaction.atomic():
            rows.update(**change)
    with pytest.raises(GuardsUnmet):
        settling.accept_day(day.pk, place.manager, CUTOFF + HOUR)


def test_h_r4_a_case_is_ended_in_words_by_somebody_else(place):  # H-R4
    reported(place, missing=100, owner=place.clerk.pk, reason="lost")
    case = Discrepancy.objects.get()
    with pytest.raises(GuardsUnmet) as refused:
        settling.settle_case(case.pk, place.clerk, CUTOFF, CaseState.EXPLAINED, "found")
    assert refused.value.lacks[0].code == "own"
    with pytest.raises(GuardsUnmet):
        settling.settle_case(case.pk, place.manager, CUTOFF, CaseState.EXPLAINED, " ")
    with pytest.raises(GuardsUnmet):
        settling.settle_case(case.pk, place.manager, CUTOFF, CaseState.OPEN, "never mind")
    with pytest.raises(NotAllowed):
        settling.settle_case(case.pk, place.technician.user, CUTOFF, CaseState.GOOD, "paid")
    with pytest.raises(NotFound):
        settling.settle_case(case.pk, make_outlet().clerk, CUTOFF, CaseState.GOOD, "paid")
    settling.settle_case(case.pk, place.manager, CUTOFF, CaseState.GOOD, "paid from the till")
    with pytest.raises(GuardsUnmet):
        settling.settle_case(case.pk, place.admin, CUTOFF, CaseState.WRITTEN_OFF, "again")
    with pytest.raises(IntegrityError, match="H-R4"), transaction.atomic():
        Discrepancy.objects.filter(pk=case.pk).update(outcome="another")


def test_h_r4_only_a_manager_writes_off(place):  # H-R4
    reported(place, missing=100, owner=place.technician.user.pk, reason="lost")
    case = Discrepancy.objects.get()
    with pytest.raises(NotAllowed):
        settling.settle_case(case.pk, place.clerk, CUTOFF, CaseState.WRITTEN_OFF, "too small")
    settling.settle_case(case.pk, place.manager, CUTOFF, CaseState.WRITTEN_OFF, "too small")
    case.refresh_from_db()
    assert (case.state, case.settled_by, case.outcome) == (CaseState.WRITTEN_OFF, place.manager, "too small")


def test_h_r4_an_old_part_that_was_counted_is_in_the_depot(place):  # H-R4, H-W4
    make_store(place.outlet)
    order, now = done_today(place)
    use = PartUse.objects.create(
        order=order, part=make_part(), quantity=2, old="technician", serial_out="S-1", at=now, by=place.technician.user
    )
    settling.settle_due(CUTOFF)
    line = line_of(book_of(place), LineKind.OLD_PART)
    assert (line.expected, line.counted, line.order) == (2, None, order)
    settling.count(book_of(place).pk, place.clerk, CUTOFF, {line.pk: Counted(1)})
    use.refresh_from_db()
    assert use.old == "technician" and line_of(book_of(place), LineKind.OLD_PART).difference == -1
    settling.count(book_of(place).pk, place.clerk, CUTOFF, {line.pk: Counted(2)})
    use.refresh_from_db()
    assert (use.old, use.old_returned_at) == ("depot", CUTOFF)
