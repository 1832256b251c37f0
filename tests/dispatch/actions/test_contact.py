"""Reaching the customer (H-C), and settling it by phone (H-A2)."""

from datetime import timedelta

import pytest

from customers.models import Category
from dispatch.lifecycle import GuardsUnmet
from dispatch.models import CallbackKind, Escalation, NextAction, State, TimerKind, VisitStatus
from technicians.models import Role, Skill
from tests.dispatch.actions.tools import CONTACT, bad, lacks, step
from tests.factories import CONFIRMED, KIT, PULL_IN, STARTS, do, make_order, order_in, through_workshop

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def pending(order) -> dict:
    return dict(order.timers.filter(state="pending").values_list("kind", "due_at"))


@pytest.mark.parametrize("item", CONFIRMED)
def test_h_c1_each_item_is_confirmed(place, item):  # H-C1
    order, now = order_in(State.ACCEPTED, place)
    some = CONTACT | {"confirmed": [other for other in CONFIRMED if other != item]}
    assert lacks(order, "contact", place.technician.user, now, some) == [f"confirm_{item}"]


def test_h_c1_nothing_confirmed_lists_all_of_them(place):
    order, now = order_in(State.ACCEPTED, place)
    nothing = CONTACT | {"confirmed": []}
    assert lacks(order, "contact", place.technician.user, now, nothing) == [f"confirm_{item}" for item in CONFIRMED]


@pytest.mark.parametrize(
    ("item", "corrected"),
    [
        ("address", {"address_line": "仁愛路四段 9 號"}),
        ("model", {"model_no": "XQG90"}),
        ("purchase_date", {"purchased_on": "2024-01-01"}),
        ("symptom", {"symptom": "does not drain"}),
    ],
)
def test_h_c1_corrected_counts_as_said(place, item, corrected):
    order, now = order_in(State.ACCEPTED, place)
    raw = CONTACT | {"confirmed": [other for other in CONFIRMED if other != item]} | corrected
    order = do(order, "contact", place.technician.user, now, raw)
    assert order.state == State.CONTACTED and order.events.last().payload["changes"]


def test_the_agreed_time_stands_on_the_proposed_visit(place):
    order, _now = order_in(State.CONTACTED, place)
    visit = order.visits.get()
    assert (visit.status, visit.starts_at, visit.consent) == (VisitStatus.AGREED, STARTS, order.customer.name)
    assert step(order) == (NextAction.DEPART, Role.TECHNICIAN, place.technician.user)
    assert order.next_due_at == visit.leave_by


def test_h_c2_another_time_needs_a_reason_and_consent(place):  # H-C2
    order, now = order_in(State.CONTACTED, place)
    tech, later = place.technician.user, STARTS + 2 * HOUR
    raw = {"starts_at": later.isoformat(), "agreed": True}
    assert bad(order, "reschedule", tech, now, raw) == {"reason"}
    assert lacks(order, "reschedule", tech, now, raw | {"agreed": False, "reason": "jam"}) == ["consent"]
    order = do(order, "reschedule", tech, now, raw | {"reason": "jam"})
    first, second = order.visits.order_by("sequence")
    assert (first.status, first.abort_reason, first.starts_at) == (VisitStatus.ABORTED, "jam", STARTS)
    assert (second.status, second.starts_at) == (VisitStatus.AGREED, later)
    assert pending(order)[TimerKind.LEAVE_BY] == second.leave_by


def test_h_c2_rescheduling_at_the_door_closes_that_visit(place):
    order, now = order_in(State.ON_SITE, place)
    raw = {"starts_at": (now + 3 * HOUR).isoformat(), "agreed": True, "reason": "power cut"}
    order = do(order, "reschedule", place.technician.user, now, raw)
    first = order.visits.order_by("sequence").first()
    assert (first.status, first.left_at) == (VisitStatus.ABORTED, now)
    assert order.state == State.CONTACTED


def test_h_c3_a_corrected_category_asks_for_its_skill(place):  # H-C3
    fridge = Category.objects.create(code="fridge", name_en="Refrigerator")
    Skill.objects.create(code="cooling", name_en="Cooling").categories.add(fridge)
    order, now = order_in(State.ACCEPTED, place)
    raw = CONTACT | {"category": "fridge"}
    assert lacks(order, "contact", place.technician.user, now, raw) == ["skill"]


def test_h_c3_corrected_after_the_contact_is_seen_before_leaving(place):
    fridge = Category.objects.create(code="fridge", name_en="Refrigerator")
    Skill.objects.create(code="cooling", name_en="Cooling").categories.add(fridge)
    order, now = order_in(State.CONTACTED, place)
    order = do(order, "check_kit", place.technician.user, now, KIT)
    order = do(order, "correct", place.dispatcher, now, {"category": "fridge"})
    assert lacks(order, "depart", place.technician.user, now) == ["skill"]


@pytest.mark.parametrize("where", [{"latitude": 25.2, "longitude": 121.5}, {"latitude": 25.0375, "longitude": 121.9}])
def test_h_c3_a_corrected_place_moves_the_time_to_leave(place, where):
    order, now = order_in(State.CONTACTED, place)
    before = order.visits.get().leave_by
    order = do(order, "correct", place.dispatcher, now, where)
    after = order.visits.get().leave_by
    assert after < before
    assert pending(order)[TimerKind.LEAVE_BY] == max(after, now) and order.next_due_at == after


def test_h_c5_no_answer_is_tried_again(place):  # H-C5
    order, now = order_in(State.ACCEPTED, place)
    order = do(order, "log_no_answer", place.technician.user, now, {"note": "rang out"})
    assert order.state == State.ACCEPTED and order.no_answers == 1
    assert pending(order) == {TimerKind.RETRY_CONTACT: now + 20 * MINUTE}
    assert step(order) == (NextAction.CONTACT, Role.TECHNICIAN, place.technician.user)
    assert order.next_due_at == now + 20 * MINUTE


def test_h_c5_when_calling_again_would_be_too_late_go_straight_there(place):
    order, now = order_in(State.ACCEPTED, place)
    tech = place.technician.user
    assert lacks(order, "go_unreached", tech, now) == ["not_tried", "kit"]
    order = do(order, "log_no_answer", tech, now)
    assert lacks(order, "go_unreached", tech, now) == ["time_left", "kit"]
    order = do(order, "check_kit", tech, now, KIT)
    late = order.visits.get().leave_by - 10 * MINUTE
    order = do(order, "log_no_answer", tech, late)
    assert order.events.last().payload["go_direct"] and pending(order) == {}
    assert step(order) == (NextAction.DEPART, Role.TECHNICIAN, tech)
    order = do(order, "go_unreached", tech, late)
    assert order.state == State.EN_ROUTE and order.visits.get().status == VisitStatus.LOCKED
    assert order.events.last().payload["centre_told"]


def test_h_a4_going_unreached_does_not_overlap_what_was_agreed_since(place):
    order, now = order_in(State.ACCEPTED, place)
    tech = place.technician.user
    order = do(order, "check_kit", tech, now, KIT)
    other = make_order(place, phone="0987 654 321")
    other = do(other, "assign", place.dispatcher, now, {"technician": place.technician.pk})
    other = do(other, "accept", tech, now)
    do(other, "contact", tech, now, CONTACT)
    late = order.visits.get().leave_by
    order = do(order, "log_no_answer", tech, late)
    with pytest.raises(GuardsUnmet) as refusal:
        do(order, "go_unreached", tech, late)
    assert [(lack.code, lack.fix) for lack in refusal.value.lacks] == [("overlap", "transfer")]
    assert other.number in refusal.value.detail  # the guard says where they are; the net below could not


def test_who_was_never_reached_but_met_has_no_calls_open(place):
    order, now = order_in(State.ACCEPTED, place)
    tech = place.technician.user
    order = do(order, "log_no_answer", tech, now)
    order = do(order, "check_kit", tech, now, KIT)
    late = order.visits.get().leave_by
    found = {"finding": "?", "outcome": "pull_in", "in_warranty": True}
    for name, raw in (("go_unreached", None), ("arrive", None), ("diagnose", found)):
        order = do(order, name, tech, late, raw)
    order = do(order, "pull_in", tech, late, PULL_IN | {"promised_at": (late + 24 * HOUR).isoformat()})
    order = through_workshop(order, place.clerk, late + 20 * HOUR)
    assert order.next_due_at == late + 20 * HOUR + 30 * MINUTE  # a call like any other, not one missed long ago
    assert order.no_answers == 0


def test_h_c6_an_angry_customer_is_the_managers_until_settled(place):  # H-C6
    order, now = order_in(State.ACCEPTED, place)
    order = do(order, "escalate", place.technician.user, now, {"escalation": "angry", "reason": "third visit"})
    assert order.state == State.ACCEPTED and step(order) == (NextAction.WIN_BACK, Role.MANAGER, None)
    assert lacks(order, "contact", place.technician.user, now, CONTACT) == ["escalation"]
    order = do(order, "settle_escalation", place.manager, now, {"note": "visit tomorrow, free of charge"})
    assert order.escalation == "" and order.events.last().payload["was"] == Escalation.ANGRY
    assert do(order, "contact", place.technician.user, now, CONTACT).state == State.CONTACTED


def test_h_c6_nobody_calls_in_the_manager_as_never_reached(place):
    order, now = order_in(State.ACCEPTED, place)
    assert bad(order, "escalate", place.agent, now, {"escalation": "unreached", "reason": "?"}) == {"escalation"}


def test_a_calm_order_has_nothing_to_settle(place):
    order, now = order_in(State.ACCEPTED, place)
    assert lacks(order, "settle_escalation", place.manager, now, {"note": "?"}) == ["calm"]


def test_a_remark_gives_the_manager_no_more_time(place):
    order, now = order_in(State.ACCEPTED, place)
    order = do(order, "escalate", place.agent, now, {"escalation": "angry", "reason": "third visit"})
    due = order.next_due_at
    order = do(order, "add_note", place.agent, now + HOUR, {"note": "called again"})
    assert order.next_due_at == due and order.is_overdue(now + HOUR)


@pytest.mark.parametrize("state", [State.ACCEPTED, State.CONTACTED])
def test_h_a2_settled_by_phone_is_called_back_after_two_hours(place, state):  # H-A2
    order, now = order_in(state, place)
    tech = place.technician.user
    assert lacks(order, "consult", tech, now, {"advice": "open the tap"}) == ["wants_visit"]
    order = do(order, "consult", tech, now, {"advice": "open the tap", "customer_agrees": True})
    callback = order.callbacks.get()
    assert (callback.kind, callback.role, callback.due_at) == (CallbackKind.ADVICE, Role.AGENT, now + 2 * HOUR)
    assert pending(order) == {TimerKind.CALLBACK_ADVICE: now + 2 * HOUR}
    assert step(order) == (NextAction.CALL_BACK, Role.AGENT, None)
    assert order.visits.get().status == VisitStatus.ABORTED


def test_h_a2_not_fine_after_all_is_dispatched_again(place):
    order, now = order_in(State.CONSULTING, place)
    order = do(order, "callback_unhappy", place.agent, now + 2 * HOUR, {"note": "still leaks"})
    assert step(order) == (NextAction.ASSIGN, Role.DISPATCHER, None)
    assert order.returns == 0 and pending(order) == {}  # nobody has been there: not a visit again


def test_h_a2_fine_closes_it(place):
    order, now = order_in(State.CONSULTING, place)
    order = do(order, "callback_satisfied", place.agent, now + 2 * HOUR)
    assert order.state == State.CLOSED and order.satisfied is True


def test_the_delay_can_be_set_by_policy_and_for_trying_out(place, settings):
    settings.CALLBACK_DELAY_SECONDS = 7
    order, now = order_in(State.CONSULTING, place)
    assert order.callbacks.get().due_at == now + timedelta(seconds=7)


def test_h_c7_never_reached_and_nothing_proposed_goes_by_the_address(place):  # H-C7
    order = make_order(place)
    tech, now = place.technician.user, order.opened_at
    order = do(order, "assign", place.dispatcher, now, {"technician": place.technician.pk})
    order = do(order, "accept", tech, now)
    for _call in range(3):
        now += timedelta(minutes=21)
        assert not order.visits.exists()
        order = do(order, "log_no_answer", tech, now)
    visit = order.visits.get()
    assert visit.status == VisitStatus.PROPOSED and visit.starts_at > now
    now = visit.leave_by
    order = do(order, "check_kit", tech, now, KIT)
    assert do(order, "go_unreached", tech, now).state == State.EN_ROUTE
