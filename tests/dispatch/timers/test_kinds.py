"""Each kind of timer: started, cancelled and rung as its rule says."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dispatch.models import Callback, CallbackPolicy, NextAction, State, Timer, TimerKind, VisitStatus
from dispatch.models.event import broken_links
from technicians.models import Role
from tests.dispatch.timers.helpers import fall_due, pending, repaired, ring_all, rung
from tests.factories import CONFIRMED, NOW, STARTS, do, fresh, order_in

pytestmark = pytest.mark.django_db
HOURS = timedelta(hours=1)


def test_advice_by_phone_is_followed_up_after_two_hours(place):
    order, now = order_in(State.CONSULTING, place)  # H-A2
    callback = order.callbacks.get()
    assert pending(order) == {TimerKind.CALLBACK_ADVICE: now + 2 * HOURS}
    assert (callback.role, callback.due_at) == (Role.AGENT, now + 2 * HOURS)


def test_an_untested_repair_is_followed_up_after_two_hours(place):
    order, now = repaired(place, {"tested": False})  # H-F11
    assert pending(order) == {TimerKind.CALLBACK_UNTESTED: now + 2 * HOURS}
    assert order.callbacks.get().role == Role.AGENT


def test_after_an_uncertain_repair_the_technician_calls_after_three_hours(place):
    order, now = repaired(place, {"certain": False})  # H-R1
    assert pending(order) == {TimerKind.CALLBACK_UNCERTAIN: now + 3 * HOURS}
    assert order.callbacks.get().role == Role.TECHNICIAN
    assert order.next_user == place.technician.user


def test_untested_and_uncertain_are_two_calls(place):
    order, now = repaired(place, {"tested": False, "certain": False})
    assert pending(order) == {
        TimerKind.CALLBACK_UNTESTED: now + 2 * HOURS,
        TimerKind.CALLBACK_UNCERTAIN: now + 3 * HOURS,
    }
    assert (order.next_role, order.next_due_at) == (Role.AGENT, now + 2 * HOURS)


def test_a_repair_that_holds_is_asked_about_the_next_day(place):
    order, now = repaired(place)  # H-R1
    assert pending(order) == {TimerKind.CALLBACK_ROUTINE: now + 24 * HOURS}


def test_a_callback_that_falls_due_is_written_down_and_stays_open(place):
    order, _ = order_in(State.CONSULTING, place)
    fall_due(order, TimerKind.CALLBACK_ADVICE)
    ring_all()
    order = fresh(order)
    assert rung(order) == ["callback_due"]
    assert order.state == State.CONSULTING
    assert order.next_action == NextAction.CALL_BACK
    assert order.callbacks.get().state == Callback.WAITING
    assert order.timers.get().state == Timer.FIRED
    assert broken_links(order) == []


def test_a_policy_decides_when_who_and_how_often(place):
    CallbackPolicy.objects.create(kind="uncertain", delay_minutes=45, role=Role.AGENT, max_attempts=1, retry_minutes=7)
    order, now = repaired(place, {"certain": False})
    assert pending(order) == {TimerKind.CALLBACK_UNCERTAIN: now + timedelta(minutes=45)}
    assert order.callbacks.get().role == Role.AGENT
    later = now + HOURS
    order = do(order, "callback_no_answer", place.agent, later)
    assert pending(order) == {TimerKind.CALLBACK_UNCERTAIN: later + timedelta(minutes=7)}
    assert order.escalation == "unreached"


def test_a_setting_makes_every_callback_short(place, settings):
    settings.CALLBACK_DELAY_SECONDS = 2
    order, now = repaired(place, {"tested": False, "certain": False})
    assert set(pending(order).values()) == {now + timedelta(seconds=2)}
    assert {callback.due_at for callback in order.callbacks.all()} == {now + timedelta(seconds=2)}


def test_nobody_answers_the_callback_so_it_rings_again(place):
    order, now = order_in(State.CONSULTING, place)
    later = now + 2 * HOURS
    order = do(order, "callback_no_answer", place.agent, later)
    assert pending(order) == {TimerKind.CALLBACK_ADVICE: later + timedelta(minutes=30)}
    assert list(order.timers.order_by("pk").values_list("state", flat=True)) == [Timer.CANCELLED, Timer.PENDING]


@pytest.mark.parametrize(("verb", "raw"), [("callback_satisfied", {}), ("callback_unhappy", {"note": "still leaks"})])
def test_a_customer_who_was_heard_is_not_rung_for(place, verb, raw):
    order, now = order_in(State.CONSULTING, place)
    order = do(order, verb, place.agent, now + 2 * HOURS, raw)
    assert pending(order) == {}


def test_travel_is_estimated_again_an_hour_before(place):
    order, _ = order_in(State.CONTACTED, place)  # H-D2
    visit = order.visits.get()
    assert pending(order) == {TimerKind.RE_ESTIMATE: STARTS - HOURS, TimerKind.LEAVE_BY: visit.leave_by}
    assert visit.leave_by == STARTS - timedelta(minutes=5, seconds=visit.travel_seconds)


def test_a_long_way_is_settled_before_leaving(place):
    order, now = order_in(State.ACCEPTED, place, latitude=24.99, longitude=121.30, address_line="中正路 1 號")
    order = do(
        order, "contact", place.technician.user, now, {"confirmed": CONFIRMED, "starts_at": STARTS.isoformat()}
    )
    leave_by = order.visits.get().leave_by
    assert leave_by < STARTS - timedelta(minutes=50)
    assert pending(order)[TimerKind.RE_ESTIMATE] == leave_by - timedelta(minutes=15)


def test_the_estimate_is_made_anew_with_a_new_time_to_leave(place):
    order, _ = order_in(State.CONTACTED, place)
    visit = order.visits.get()
    place.technician.home_latitude, place.technician.home_longitude = 25.13, 121.46  # starts from elsewhere today
    place.technician.save()
    fall_due(order, TimerKind.RE_ESTIMATE)
    ring_all()
    again = fresh(order).visits.get()
    assert rung(order) == ["re_estimate"]
    assert again.travel_seconds > visit.travel_seconds
    assert again.leave_by == STARTS - timedelta(minutes=5, seconds=again.travel_seconds)
    assert pending(order) == {TimerKind.LEAVE_BY: again.leave_by}


def test_the_dispatcher_sees_who_has_not_left_in_time(place):
    order, _ = order_in(State.CONTACTED, place)
    assert not order.visits.get().at_risk
    fall_due(order, TimerKind.LEAVE_BY)
    ring_all()
    assert rung(order) == ["leave_by_passed"]
    assert order.visits.get().at_risk


def test_who_has_left_is_not_reminded_to_leave(place):
    order, _ = order_in(State.EN_ROUTE, place)
    assert set(pending(order)) == {TimerKind.LATE_CALL}
    leaving = order.timers.filter(kind__in=[TimerKind.RE_ESTIMATE, TimerKind.LEAVE_BY])
    assert set(leaving.values_list("state", flat=True)) == {Timer.CANCELLED}


def test_another_time_replaces_the_timers(place):
    order, now = order_in(State.CONTACTED, place)
    before = pending(order)
    new = STARTS + 2 * HOURS
    raw = {"starts_at": new.isoformat(), "reason": "held up", "agreed": True}
    order = do(order, "reschedule", place.technician.user, now, raw)
    assert set(pending(order)) == set(before)
    assert pending(order)[TimerKind.RE_ESTIMATE] == new - HOURS
    assert order.timers.filter(state=Timer.CANCELLED).count() == 2


def test_nobody_answers_so_call_again_in_twenty_minutes(place):
    order, now = order_in(State.ACCEPTED, place)  # H-C5
    order = do(order, "log_no_answer", place.technician.user, now)
    assert pending(order) == {TimerKind.RETRY_CONTACT: now + timedelta(minutes=20)}
    fall_due(order, TimerKind.RETRY_CONTACT)
    ring_all()
    order = fresh(order)
    assert rung(order) == ["retry_contact"]
    assert (order.next_action, order.next_due_at) == (NextAction.CONTACT, now + timedelta(minutes=20))


def test_reached_after_all_so_nobody_calls_again(place):
    order, now = order_in(State.ACCEPTED, place)
    do(order, "log_no_answer", place.technician.user, now)
    raw = {"confirmed": CONFIRMED, "starts_at": STARTS.isoformat()}
    order = do(order, "contact", place.technician.user, now, raw)
    assert TimerKind.RETRY_CONTACT not in pending(order)


def test_nobody_home_so_the_customer_is_called_again(place):
    order, now = order_in(State.ON_SITE, place)  # H-C7
    tech = place.technician.user
    for step in ("knock", "phone", "neighbour", "downstairs", "note"):
        do(order, "knock", tech, now, {"step": step})
    later = now + timedelta(minutes=6)
    order = do(order, "no_access", tech, later)
    assert pending(order) == {TimerKind.RETRY_CONTACT: later + timedelta(minutes=20)}


def test_open_fields_are_due_at_the_cut_off_of_the_day(place):
    order, _ = repaired(place, {"cause": ""}, {"cause": ""})  # H-H1
    cutoff = NOW.replace(hour=12)  # 20:00 in Taipei
    assert pending(order)[TimerKind.FIELDS_DUE] == cutoff
    assert (order.next_action, order.next_due_at) == (NextAction.COMPLETE_RECORD, cutoff)


def test_open_fields_past_their_time_are_on_the_log(place):
    order, _ = repaired(place, {"cause": ""}, {"cause": ""})
    fall_due(order, TimerKind.FIELDS_DUE)
    ring_all()
    assert rung(order) == ["fields_due"]
    assert order.events.last().payload["open"] is True


def test_fields_filled_in_are_not_rung_for(place):
    order, now = repaired(place, {"cause": ""}, {"cause": ""})
    order = do(order, "complete_record", place.technician.user, now, {"cause": "wear", "measure": "pump changed"})
    assert set(pending(order)) == {TimerKind.CALLBACK_ROUTINE}


def test_a_cancelled_order_rings_no_more(place):
    order, now = order_in(State.CONTACTED, place)
    fall_due(order, TimerKind.RE_ESTIMATE, TimerKind.LEAVE_BY)
    order = do(order, "cancel", place.dispatcher, now, {"reason": "bought a new one"})
    ring_all()
    assert (pending(order), rung(order)) == ({}, [])


def test_being_held_up_spreads_to_the_rest_of_the_day(place):
    first, now = order_in(State.CONTACTED, place)  # H-D4
    second = _next_visit(place, "0912345123", STARTS + HOURS + timedelta(minutes=30))
    other = _next_visit(place, "0912345124", STARTS + 5 * HOURS)
    late = {"expected_at": (STARTS + HOURS).isoformat(), "reason": "held up", "customer_told": True}
    first = do(first, "delay", place.technician.user, now, late)
    assert first.events.last().payload["spread"] == [second.pk]
    assert fresh(second).visits.get().at_risk
    assert not fresh(other).visits.get().at_risk
    assert rung(second) == rung(other) == ["re_estimate"]


def _next_visit(place, phone, starts_at):
    """Another customer of the same technician on the same day."""
    tech = place.technician.user
    order, now = order_in(State.READY, place, phone=phone)
    order = do(order, "assign", place.dispatcher, now, {"technician": place.technician.pk})
    order = do(order, "accept", tech, now)
    order = do(order, "contact", tech, now, {"confirmed": CONFIRMED, "starts_at": starts_at.isoformat()})
    assert order.visits.standing().get().status == VisitStatus.AGREED
    return order


def test_h_e4_who_is_still_on_the_way_two_minutes_before_calls_ahead(place):
    order, _ = order_in(State.EN_ROUTE, place)  # H-E4
    assert pending(order) == {TimerKind.LATE_CALL: STARTS - timedelta(minutes=2)}
    fall_due(order, TimerKind.LATE_CALL)
    ring_all()
    assert rung(order)[-1] == "late_call_due"
    assert order.visits.get().at_risk


def test_h_e4_who_arrives_is_not_reminded(place):
    order, _ = order_in(State.ON_SITE, place)
    assert pending(order) == {}


def test_h_e4_who_has_called_is_not_reminded(place):
    order, now = order_in(State.EN_ROUTE, place)
    told = {"reason": "jam", "expected_at": (STARTS + timedelta(minutes=9)).isoformat(), "customer_told": True}
    assert pending(do(order, "delay", place.technician.user, now, told)) == {}
