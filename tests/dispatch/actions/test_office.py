"""What the office does at any time: cancel, reopen, note; and when people leave (H-N1)."""

from datetime import timedelta

import pytest

from dispatch import actions
from dispatch.models import OPEN, NextAction, ServiceOrder, State, Timer
from technicians.models import Role
from tests.dispatch.actions.tools import CONTACT, bad, lacks, step
from tests.factories import SIGNED, do, fresh, make_order, order_in, through_workshop

HOUR = timedelta(hours=1)
HELD = ["assigned", "accepted", "contacted", "en_route", "on_site", "diagnosed", "awaiting_parts"]


@pytest.mark.parametrize("state", [str(state) for state in OPEN])
def test_cancelled_from_anywhere_leaves_nothing_open(place, state):
    order, now = order_in(state, place)
    by = place.manager if state in ("charged", "follow_up") else place.agent
    assert bad(order, "cancel", by, now, {}) == {"reason"}
    raw = {"reason": "bought a new one", "given_back": state == "in_workshop"}
    order = do(order, "cancel", by, now, raw)
    assert order.state == State.CANCELLED and order.finished_at == now
    assert step(order) == ("", "", None) and order.next_due_at is None
    assert not order.visits.standing().exists()
    assert not order.timers.filter(state="pending").exists()
    assert not order.callbacks.open().exists()


@pytest.mark.parametrize("state", ["charged", "follow_up"])
def test_h_h2_only_the_manager_breaks_off_once_the_work_is_done(place, state):  # H-H2
    order, now = order_in(state, place)
    assert lacks(order, "cancel", place.agent, now, {"reason": "not answering"}) == ["work_done"]


def test_an_address_that_becomes_another_place_forgets_the_old_coordinates(place):  # H-C3
    order = make_order(place)
    order = do(order, "correct", place.dispatcher, order.opened_at, {"address_line": order.address.line + " 5 樓"})
    assert order.address.place is not None
    order = do(order, "correct", place.dispatcher, order.opened_at, {"address_line": "和平東路一段 9 號"})
    assert order.address.place is None
    told = {"address_line": "x", "latitude": 25.0, "longitude": 121.5}
    order = do(order, "correct", place.dispatcher, order.opened_at, told)
    assert order.address.place == (25.0, 121.5)


@pytest.mark.parametrize("state", ["closed", "cancelled", "rejected"])
def test_h_h2_reopened_by_a_manager_it_begins_anew(place, state):  # H-H2
    order, now = order_in(state, place)
    order = do(order, "reopen", place.manager, now, {"reason": "the customer called"})
    assert step(order) == (NextAction.ASSIGN, Role.DISPATCHER, None)
    assert (order.finished_at, order.technician, order.satisfied) == (None, None, None)
    assert do(order, "assign", place.dispatcher, now, {"technician": place.technician.pk}).state == State.ASSIGNED


def test_h_n2_a_remark_is_on_the_log_with_who_and_when(place):  # H-N2
    order = make_order(place)
    order = do(order, "add_note", place.clerk, order.opened_at + HOUR, {"note": "key is with the porter"})
    event = order.events.last()
    assert (event.actor, event.role, event.at) == (place.clerk, "clerk", order.opened_at + HOUR)
    assert (event.from_state, event.to_state) == ("ready", "ready")
    assert event.payload == {"note": "key is with the porter"}


def test_h_n1_everybody_finds_what_they_must_do_next(place):  # H-N1
    to_assign = make_order(place)
    to_accept, _now = order_in(State.ASSIGNED, place, phone="0911 111 111")
    to_review = make_order(place, needs_review=True, phone="0922 222 222")
    waiting = ServiceOrder.objects.waiting_for
    assert list(waiting(place.dispatcher)) == [to_assign]
    assert list(waiting(place.technician.user)) == [to_accept]
    assert list(waiting(place.other.user)) == []
    assert list(waiting(place.agent)) == [to_review]
    assert not ServiceOrder.objects.adrift().exists()


@pytest.mark.parametrize("state", HELD)
def test_h_n1_who_left_is_replaced_by_the_dispatcher(place, state):
    order, now = order_in(state, place)
    assert actions.deactivate(place.technician, now) == 1
    order = fresh(order)
    assert step(order) == (NextAction.REASSIGN, Role.DISPATCHER, None)
    assert not ServiceOrder.objects.adrift().exists()
    later = do(order, "add_note", place.clerk, now + HOUR, {"note": "nobody yet"})
    assert later.next_due_at == order.next_due_at  # waiting does not make it due later
    order = do(order, "transfer", place.dispatcher, now, {"technician": place.other.pk, "reason": "left us"})
    assert step(order) == (NextAction.ACCEPT, Role.TECHNICIAN, place.other.user)


@pytest.mark.parametrize(
    ("state", "action", "role"),
    [
        ("charged", NextAction.COMPLETE, Role.DISPATCHER),
        ("follow_up", NextAction.CALL_BACK, Role.AGENT),
        ("consulting", NextAction.CALL_BACK, Role.AGENT),
        ("in_workshop", NextAction.WORKSHOP, Role.CLERK),
    ],
)
def test_h_n1_what_can_not_be_passed_on_falls_to_somebody_who_can_do_it(place, state, action, role):
    order, now = order_in(state, place)
    actions.deactivate(place.technician, now)
    assert step(fresh(order)) == (action, role, None)


def test_h_n1_the_dispatcher_carries_a_charged_order_to_its_end(place):
    order, now = order_in(State.CHARGED, place)
    actions.deactivate(place.technician, now)
    order = do(order, "complete", place.dispatcher, now, SIGNED)
    assert do(order, "callback_satisfied", place.agent, now + 25 * HOUR).state == State.CLOSED


def test_h_n1_the_call_of_a_technician_who_left_is_the_dispatchers(place):
    from tests.dispatch.actions.test_finish import completed

    order, now = completed(place, certain=False)
    actions.deactivate(place.technician, now)
    order = fresh(order)
    assert step(order) == (NextAction.CALL_BACK, Role.DISPATCHER, None)
    assert do(order, "callback_satisfied", place.dispatcher, now + 3 * HOUR).state == State.CLOSED


def test_h_n1_ready_from_the_workshop_with_nobody_to_bring_it_back(place):
    order, now = order_in(State.IN_WORKSHOP, place)
    actions.deactivate(place.technician, now)
    order = through_workshop(order, place.clerk, now)
    assert step(order) == (NextAction.REASSIGN, Role.DISPATCHER, None)


@pytest.mark.parametrize(("state", "verb"), [("accepted", "contact"), ("contacted", "reschedule")])
def test_h_n1_no_time_is_agreed_for_somebody_who_left(place, state, verb):
    order, now = order_in(state, place)
    actions.deactivate(place.technician, now)
    raw = CONTACT | {"reason": "later", "agreed": True, "starts_at": (now + 4 * HOUR).isoformat()}
    assert "gone" in lacks(order, verb, place.dispatcher, now, raw)


def test_h_n1_finished_orders_stay_with_who_did_them(place):
    order, now = order_in(State.CLOSED, place)
    assert actions.deactivate(place.technician, now) == 0
    assert fresh(order).technician == place.technician


def test_h_n1_an_account_switched_off_by_hand_is_found(place):
    order, _now = order_in(State.ASSIGNED, place)
    type(place.technician.user).objects.filter(pk=place.technician.user_id).update(is_active=False)
    assert list(ServiceOrder.objects.adrift()) == [order]


def test_two_orders_of_one_customer_live_side_by_side(place):
    first, now = order_in(State.CONTACTED, place)
    second = make_order(place, symptom="noise")
    assert first.customer == second.customer
    do(second, "cancel", place.agent, now, {"reason": "one visit for both"})
    assert fresh(first).state == State.CONTACTED
    assert Timer.objects.filter(order=first, state="pending").count() == 2
