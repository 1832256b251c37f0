"""Calling back until the customer has been heard (H-R1, H-R2)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from dispatch import actions
from dispatch.models import Callback, CallbackPolicy, Escalation, NextAction, Priority, State, TimerKind
from technicians.models import Role
from tests.dispatch.actions.test_finish import completed
from tests.dispatch.actions.tools import CONTACT, lacks, step
from tests.factories import DIAGNOSIS, KIT, REPAIR, SIGNED, do, order_in

HOUR = timedelta(hours=1)


def test_h_r1_a_call_before_its_time_tells_nothing(place):  # H-R1
    order, now = order_in(State.FOLLOW_UP, place)
    assert lacks(order, "callback_satisfied", place.agent, now + 23 * HOUR) == ["early"]
    assert lacks(order, "callback_no_answer", place.agent, now + 23 * HOUR) == ["early"]
    order = do(order, "callback_satisfied", place.agent, now, {"customer_called": True})
    assert order.state == State.CLOSED


def test_h_r1_the_technician_calls_only_where_the_rule_says_so(place):
    order, now = completed(place)  # a routine call: the centre's
    tech = place.technician.user
    now += 25 * HOUR
    for name in ("callback_satisfied", "callback_unhappy", "callback_no_answer"):
        assert lacks(order, name, tech, now) == ["caller"]


def test_h_r1_the_uncertain_repair_is_the_technicians_own_call(place):
    order, now = completed(place, certain=False)
    tech = place.technician.user
    assert step(order) == (NextAction.CALL_BACK, Role.TECHNICIAN, tech)
    now += 3 * HOUR
    assert lacks(order, "callback_satisfied", place.agent, now) == ["caller"]
    assert do(order, "callback_satisfied", tech, now).state == State.CLOSED


@pytest.mark.parametrize("role", ["dispatcher", "manager", "admin"])
def test_h_r1_the_office_may_make_any_call(place, role):
    order, now = completed(place, certain=False)
    assert do(order, "callback_satisfied", getattr(place, role), now + 3 * HOUR).state == State.CLOSED


def test_h_r1_two_calls_owed_are_two_calls_made(place):
    order, now = completed(place, tested=False, certain=False)
    now += 4 * HOUR
    order = do(order, "callback_satisfied", place.agent, now)
    assert order.state == State.FOLLOW_UP and order.satisfied is None
    assert step(order) == (NextAction.CALL_BACK, Role.TECHNICIAN, place.technician.user)
    order = do(order, "callback_satisfied", place.technician.user, now)
    assert order.state == State.CLOSED and order.satisfied is True
    assert {c.state for c in order.callbacks.all()} == {"done"}
    assert not order.timers.filter(state="pending").exists()


def test_h_r1_of_two_calls_due_each_caller_is_offered_their_own(place):
    order, now = completed(place, tested=False, certain=False)
    now += 4 * HOUR
    tech = place.technician.user
    for caller in (place.agent, tech):
        (offer,) = [one for one in actions.open_to(order, caller, now) if one.verb.name == "callback_satisfied"]
        assert not offer.lacks
    order = do(order, "callback_satisfied", tech, now)
    assert [c.role for c in order.callbacks.open()] == [Role.AGENT]


def test_h_r1_policy_data_says_who_and_when(place):
    rule = {"delay_minutes": 30, "max_attempts": 1, "retry_minutes": 5}
    CallbackPolicy.objects.create(kind="uncertain", role="agent", **rule)
    order, now = completed(place, certain=False)
    callback = order.callbacks.get()
    assert (callback.role, callback.due_at) == (Role.AGENT, now + HOUR / 2)
    order = do(order, "callback_no_answer", place.agent, now + HOUR)
    assert order.escalation == Escalation.UNREACHED


@pytest.mark.parametrize("kind", ["routine", "untested", "advice"])
def test_h_r1_no_policy_lets_the_technician_ask_about_their_own_work(place, kind):
    with pytest.raises(IntegrityError), transaction.atomic():
        CallbackPolicy.objects.create(kind=kind, delay_minutes=30, role="technician")


def test_h_r1_not_reached_is_tried_again_and_at_last_the_managers(place):
    order, now = order_in(State.FOLLOW_UP, place)
    now += 25 * HOUR
    for attempt in (1, 2):
        order = do(order, "callback_no_answer", place.agent, now, {"note": "rang out"})
        callback = order.callbacks.get()
        assert (callback.attempts, callback.state, callback.due_at) == (attempt, "waiting", now + HOUR / 2)
        assert order.timers.get(state="pending").due_at == callback.due_at and order.escalation == ""
        now += HOUR
    assert lacks(order, "close_unreached", place.manager, now, {"reason": "?"}) == ["try_again"]
    order = do(order, "callback_no_answer", place.agent, now)
    assert step(order) == (NextAction.WIN_BACK, Role.MANAGER, None)
    order = do(order, "close_unreached", place.manager, now, {"reason": "moved away"})
    assert order.state == State.CLOSED and order.satisfied is None  # never counted as satisfied
    assert order.callbacks.get().outcome == "unreached" and order.callbacks.get().log.count() == 4


def test_h_h1_the_record_is_whole_before_anybody_closes(place):  # H-H1
    order, now = completed(place, diagnosis=DIAGNOSIS | {"cause": ""})
    for _attempt in range(3):
        now += 25 * HOUR
        order = do(order, "callback_no_answer", place.agent, now)
    assert lacks(order, "close_unreached", place.manager, now, {"reason": "moved away"}) == ["record"]


@pytest.mark.parametrize("outcome", ["callback_satisfied", "callback_unhappy"])
def test_reached_after_all_is_no_longer_unreached(place, outcome):
    order, now = order_in(State.FOLLOW_UP, place)
    for _attempt in range(3):
        now += 25 * HOUR
        order = do(order, "callback_no_answer", place.agent, now)
    assert order.escalation == Escalation.UNREACHED
    assert do(order, outcome, place.agent, now + HOUR).escalation == ""


def test_the_manager_may_have_it_tried_again(place):
    order, now = order_in(State.FOLLOW_UP, place)
    for _attempt in range(3):
        now += 25 * HOUR
        order = do(order, "callback_no_answer", place.agent, now)
    order = do(order, "settle_escalation", place.manager, now, {"note": "try the neighbour's phone"})
    assert step(order) == (NextAction.CALL_BACK, Role.AGENT, None) and order.callbacks.get().attempts == 0
    assert do(order, "callback_satisfied", place.agent, now).state == State.CLOSED


def test_h_r2_not_satisfied_is_visited_again_counted_and_more_urgent(place):  # H-R2
    order, now = completed(place, tested=False, certain=False)
    order = do(order, "callback_unhappy", place.agent, now + HOUR, {"note": "leaks again"})
    assert (order.state, order.returns, order.satisfied) == (State.READY, 1, False)
    assert order.priority == Priority.HIGH and order.technician is None
    assert step(order) == (NextAction.ASSIGN, Role.DISPATCHER, None)
    assert {c.kind: c.state for c in order.callbacks.all()} == {"untested": "done", "uncertain": "void"}
    assert not order.timers.filter(state="pending").exists()


def test_h_r2_until_satisfied(place):
    order, now = completed(place)
    now += 24 * HOUR
    order = do(order, "callback_unhappy", place.agent, now)
    tech, starts = place.other.user, {"starts_at": (now + HOUR).isoformat()}
    walk = [
        ("assign", place.dispatcher, {"technician": place.other.pk} | starts),
        ("accept", tech, None),
        ("contact", tech, CONTACT | starts),
        ("check_kit", tech, KIT),
        ("depart", tech, None),
        ("arrive", tech, None),
        ("diagnose", tech, DIAGNOSIS),
        ("repair", tech, REPAIR),
        ("charge", tech, {}),
        ("complete", tech, SIGNED),
    ]
    for name, by, raw in walk:
        order = do(order, name, by, now, raw)
    assert order.repairs.count() == order.bills.count() == order.visits.count() == 2
    order = do(order, "callback_satisfied", place.agent, now + 25 * HOUR)
    assert (order.state, order.returns, order.satisfied) == (State.CLOSED, 1, True)


def test_h_r2_urgent_can_not_be_more_urgent(place):
    order, now = order_in(State.FOLLOW_UP, place, priority=1)
    assert do(order, "callback_unhappy", place.agent, now).priority == Priority.URGENT


@pytest.mark.parametrize("number", [0, -1, 10**30, 999_999])
def test_a_callback_that_is_not_of_this_order(place, number):
    order, now = order_in(State.FOLLOW_UP, place)
    other, _later = order_in(State.CONSULTING, place, phone="0987 654 321")
    named = other.callbacks.get().pk if number == 999_999 else number
    found = {"callback": named, "customer_called": True}
    if number == 0:  # nothing named: the one due first
        assert do(order, "callback_satisfied", place.agent, now, found).state == State.CLOSED
    else:
        assert "no_callback" in lacks(order, "callback_satisfied", place.agent, now, found)


def test_the_one_named_is_the_one_closed(place):
    order, now = completed(place, tested=False, certain=False)
    later = order.callbacks.get(kind="uncertain")
    order = do(order, "callback_satisfied", place.technician.user, now + 4 * HOUR, {"callback": later.pk})
    assert order.callbacks.get(state="waiting").kind == "untested"
    pending = set(order.timers.filter(state="pending").values_list("kind", flat=True))
    assert pending == {TimerKind.CALLBACK_UNTESTED}
    assert list(Callback.objects.for_user(place.agent).open()) == [order.callbacks.get(kind="untested")]
