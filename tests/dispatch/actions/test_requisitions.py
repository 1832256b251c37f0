"""Parts asked for, approved with a day or refused, arrived; and the order that waited for them (H-A3, H-F3)."""

from datetime import timedelta

import pytest

from dispatch import actions
from dispatch.models import Requisition, Reservation, State, Timer, TimerKind
from technicians import stock
from tests.dispatch.actions.tools import bad, lacks, step
from tests.factories import DIAGNOSIS, do, fresh, make_outlet, order_in
from tests.stocking import balance, make_centre, make_part, make_store, make_van, put

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SETTLED = ["nothing_requested", "settled"]


@pytest.fixture
def place():
    return make_outlet()


@pytest.fixture
def pump():
    return make_part("DP-31")


@pytest.fixture(autouse=True)
def books_agree():
    yield
    assert stock.differences() == []


def day(now, days=2) -> str:
    return (now + days * DAY).date().isoformat()


def waiting(place, parts="DP-31"):
    """Return an order that waits for parts, its technician gone, and the moment."""
    order, now = order_in(State.ON_SITE, place)
    do(order, "diagnose", place.technician.user, now, DIAGNOSIS | {"outcome": "part_missing"})
    return do(order, "wait_for_parts", place.technician.user, now, {"parts": parts}), now


def asked(order) -> Requisition:
    return Requisition.objects.get(order=order)


def approve(order, place, now, **more):
    raw = {"requisition": asked(order).pk, "decision": "approve", "expected_on": day(now)} | more
    return do(order, "decide_part", place.clerk, now, raw)


def test_h_a3_asked_for_by_the_technician_for_the_outlet(place, pump):
    order, now = order_in(State.ACCEPTED, place)
    do(order, "request_part", place.technician.user, now, {"part": "dp 31", "quantity": 2, "reason": "worn"})
    one = asked(order)
    assert (one.part, one.quantity, one.state, one.reason) == (pump, 2, "asked", "worn")
    assert (one.outlet, one.target, one.asked_by) == (place.outlet, make_store(place.outlet), place.technician.user)


def test_h_f3_waiting_keeps_what_is_near_and_requests_the_rest(place, pump):
    hose, store = make_part("HO-1"), make_store(place.outlet)
    put(store, pump, 2)
    put(make_centre(), hose, 5)  # far away: it has to be sent
    order, _now = waiting(place, "2x dp31, hose from the kitchen; HO-1 ×3")
    assert list(Reservation.objects.values_list("part", "quantity", "warehouse")) == [(pump.pk, 2, store.pk)]
    assert (asked(order).part, asked(order).quantity) == (hose, 3)
    assert order.events.last().payload["parts"] == "2x dp31, hose from the kitchen; HO-1 ×3"


def test_h_f3_words_alone_are_still_welcome(place):
    order, _now = waiting(place, "the thing at the back")
    assert order.state == State.AWAITING_PARTS
    assert not Requisition.objects.exists()


def test_h_f3_what_is_here_is_fetched_now(place, pump):
    store, van, tech = make_store(place.outlet), make_van(place.technician), place.technician.user
    put(store, pump, 1)
    order, now = order_in(State.ON_SITE, place)
    do(order, "diagnose", tech, now, DIAGNOSIS | {"outcome": "part_missing"})
    do(order, "wait_for_parts", tech, now, {"parts": "DP-31", "stay": True})
    order = do(order, "part_fetched", tech, now + DAY / 48)
    assert (order.state, balance(store, pump), balance(van, pump)) == (State.DIAGNOSED, (0, 0), (1, 1))


def test_h_a3_approved_with_a_day_which_is_promised(place, pump):
    order, now = waiting(place)
    order = approve(order, place, now)
    assert asked(order).state == "approved"
    promised = order.promised_at.astimezone(place.outlet.tz)
    assert (promised.date().isoformat(), promised.time()) == (day(now), place.outlet.cutoff)
    assert step(order) == ("chase_parts", "clerk", None)
    assert Timer.objects.get(order=order, kind=TimerKind.PART_DUE, state="pending").due_at == order.promised_at


def test_h_a3_the_day_may_move(place, pump):
    order, now = waiting(place)
    approve(order, place, now)
    order = approve(order, place, now, expected_on=day(now, 5))
    assert order.promised_at.astimezone(place.outlet.tz).date().isoformat() == day(now, 5)


def test_h_a3_refused_with_a_reason(place, pump):
    order, now = waiting(place)
    raw = {"requisition": asked(order).pk, "decision": "refuse"}
    assert lacks(order, "decide_part", place.clerk, now, raw) == ["reason"]
    order = do(order, "decide_part", place.clerk, now, raw | {"reason": "no longer made"})
    assert (asked(order).state, asked(order).reason) == ("refused", "no longer made")
    assert lacks(order, "decide_part", place.clerk, now, raw | {"reason": "again"}) == SETTLED
    assert lacks(order, "part_came", place.clerk, now, {"requisition": asked(order).pk}) == SETTLED


@pytest.mark.parametrize(("days", "code"), [(None, "expected_on"), (-1, "past")])
def test_h_a3_an_approval_says_when(place, pump, days, code):
    order, now = waiting(place)
    raw = {"requisition": asked(order).pk, "decision": "approve"} | ({"expected_on": day(now, days)} if days else {})
    assert lacks(order, "decide_part", place.clerk, now, raw) == [code]


def test_h_a3_from_the_centre_it_is_kept_there_meanwhile(place, pump):
    centre, store = make_centre(), make_store(place.outlet)
    put(centre, pump, 1)
    order, now = waiting(place)
    order = approve(order, place, now, source="centre")
    assert balance(centre, pump) == (1, 1)
    order = do(order, "part_came", place.clerk, now + DAY, {"requisition": asked(order).pk})
    assert (balance(centre, pump), balance(store, pump)) == ((0, 0), (1, 1))


def test_h_a3_decided_anew_the_first_source_is_free(place, pump):
    centre = make_centre()
    put(centre, pump, 1)
    order, now = waiting(place)
    approve(order, place, now, source="centre")
    approve(order, place, now)
    assert balance(centre, pump) == (1, 0)


def test_h_a3_a_source_that_has_none(place, pump):
    make_centre()
    order, now = waiting(place)
    raw = {"requisition": asked(order).pk, "decision": "approve", "expected_on": day(now), "source": "centre"}
    assert lacks(order, "decide_part", place.dispatcher, now, raw) == ["not_enough"]
    assert asked(order).state == "asked"


def test_h_f3_the_last_part_wakes_the_order(place, pump):
    make_part("HO-1")
    order, now = waiting(place, "DP-31, HO-1")
    first, second = Requisition.objects.filter(order=order)
    order = do(order, "part_came", place.clerk, now + DAY, {"requisition": first.pk})
    assert order.state == State.AWAITING_PARTS
    order = do(order, "part_came", place.clerk, now + DAY, {"requisition": second.pk})
    assert (order.state, order.promised_at) == (State.ACCEPTED, None)
    assert step(order) == ("contact", "technician", place.technician.user)
    kept = Reservation.objects.filter(order=order).values_list("part__code", "state")
    assert list(kept) == [("DP-31", "held"), ("HO-1", "held")]


def test_h_f3_not_while_the_technician_waits_with_the_customer(place, pump):
    tech = place.technician.user
    order, now = order_in(State.ON_SITE, place)
    do(order, "diagnose", tech, now, DIAGNOSIS | {"outcome": "part_missing"})
    do(order, "wait_for_parts", tech, now, {"parts": "DP-31", "stay": True})
    order = do(order, "part_came", place.clerk, now, {"requisition": asked(order).pk})
    assert order.state == State.AWAITING_PARTS
    assert do(order, "part_fetched", tech, now).state == State.DIAGNOSED


def test_after_the_bill_what_comes_is_free(place, pump):
    order, now = order_in(State.DIAGNOSED, place)
    do(order, "request_part", place.technician.user, now, {"part": "DP-31"})
    do(order, "repair", place.technician.user, now, {"measure": "cleaned", "tested": True, "certain": True})
    do(order, "charge", place.technician.user, now, {})
    order = do(order, "part_came", place.clerk, now, {"requisition": asked(order).pk})
    assert (order.state, balance(make_store(place.outlet), pump)) == (State.CHARGED, (1, 0))


def test_a_requisition_of_another_order_is_not_there(place, pump):
    order, now = waiting(place)
    other, _now = order_in(State.READY, place, name="陳先生", phone="0912 345 679")
    raw = {"requisition": asked(order).pk, "decision": "refuse", "reason": "no"}
    assert bad(other, "decide_part", place.clerk, now, raw) == {"requisition"}


def test_h_a3_overdue_is_told_by_the_clock(place, pump):
    from dispatch.actions.clock import ring

    order, now = waiting(place)
    order = approve(order, place, now)
    order.standing = []
    timer = Timer.objects.get(order=order, kind=TimerKind.PART_DUE, state="pending")
    ring(order, timer, order.promised_at)
    assert fresh(order).events.last().action == "part_due"
    assert "part_due" not in {open_.verb.name for open_ in actions.open_to(fresh(order), place.admin, now)}
