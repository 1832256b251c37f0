"""At the door (H-E)."""

from datetime import timedelta

import pytest

from dispatch.actions.arrive import EXCEPTIONS, KNOCKING, lateness
from dispatch.models import NextAction, ServiceOrder, State, VisitStatus
from technicians.models import Role
from tests.dispatch.actions.tools import bad, lacks, step
from tests.factories import NOW, STARTS, do, order_in

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


@pytest.mark.parametrize(
    ("after", "how"),
    [
        (-10 * MINUTE, "early"),
        (-5 * MINUTE - SECOND, "early"),
        (-5 * MINUTE, "on_time"),
        (0 * MINUTE, "on_time"),
        (SECOND, "late"),
        (15 * MINUTE - SECOND, "late"),
        (15 * MINUTE, "very_late"),
    ],
)
def test_h_e4_how_late_is_late(after, how):  # H-E4
    assert lateness(STARTS + after, STARTS, STARTS) == how


@pytest.mark.parametrize(("after", "gift"), [(0, False), (14, False), (15, True)])
def test_h_e4_fifteen_minutes_late_is_a_gift(place, after, gift):
    order, _now = order_in(State.EN_ROUTE, place)
    order = do(order, "arrive", place.technician.user, STARTS + after * MINUTE)
    assert order.events.last().payload["gift"] is gift
    assert order.events.last().payload["late_seconds"] == after * 60


def test_h_e3_arrival_is_recorded_with_time_and_position(place):  # H-E3
    order, _now = order_in(State.EN_ROUTE, place)
    here = {"latitude": 25, "longitude": 121.55, "accuracy": 12}
    told = STARTS - 3 * HOUR  # a phone whose clock is wrong by hours
    order = do(order, "arrive", place.technician.user, STARTS, position=here, device_at=told)
    event, visit = order.events.last(), order.visits.get()
    assert (event.latitude, event.longitude, event.accuracy, event.device_at) == (25.0, 121.55, 12.0, told)
    assert visit.arrived_at == event.at == STARTS  # ours counts
    assert event.payload["lateness"] == "on_time"


def test_h_e4_a_window_is_late_only_after_its_end(place):
    assert lateness(STARTS + HOUR, STARTS + 2 * HOUR, STARTS) == "on_time"


def knock_all(order, tech, now, steps=None, **how):
    for code in steps or [code for code, _ in KNOCKING]:
        order = do(order, "knock", tech, now, {"step": code}, **how)
    return order


def test_h_e2_nobody_home_is_said_only_after_the_whole_guide(place):  # H-E2
    order, now = order_in(State.ON_SITE, place)
    tech = place.technician.user
    assert lacks(order, "no_access", tech, now) == [
        "knock_knock",
        "knock_phone",
        "knock_neighbour",
        "knock_downstairs",
        "knock_note",
    ]
    order = knock_all(order, tech, now)
    assert lacks(order, "no_access", tech, now + 4 * MINUTE) == ["knock_time"]
    order = do(order, "no_access", tech, now + 5 * MINUTE)
    assert order.visits.get().status == VisitStatus.ABORTED
    assert order.events.last().payload["centre_told"]


def test_h_c7_after_no_access_the_customer_is_called_again(place):  # H-C7
    order, now = order_in(State.ON_SITE, place)
    order = knock_all(order, place.technician.user, now)
    now += 6 * MINUTE
    order = do(order, "no_access", place.technician.user, now)
    assert order.state == State.ACCEPTED and order.no_answers == 1
    assert step(order) == (NextAction.CONTACT, Role.TECHNICIAN, place.technician.user)
    assert order.timers.get(state="pending").due_at == order.next_due_at == now + 20 * MINUTE


def test_h_e2_steps_sent_together_count_by_the_phones_own_clock(place):
    """Offline at the door: all steps arrive at once, from a clock that is hours off but runs evenly."""
    order, now = order_in(State.ON_SITE, place)
    tech, wrong = place.technician.user, now - 5 * HOUR
    order = knock_all(order, tech, now, device_at=wrong)
    assert lacks(order, "no_access", tech, now) == ["knock_time"]
    order = do(order, "no_access", tech, now, device_at=wrong + 5 * MINUTE)
    assert order.state == State.ACCEPTED


def test_h_e2_knocks_of_an_earlier_visit_do_not_count(place):
    order, now = order_in(State.ON_SITE, place)
    tech = place.technician.user
    order = knock_all(order, tech, now)
    now += MINUTE
    raw = {"starts_at": (now + HOUR).isoformat(), "agreed": True, "reason": "neighbour says back in an hour"}
    order = do(order, "reschedule", tech, now, raw)
    order = do(order, "check_kit", tech, now, {"items": ["pad-cloth", "tools"]})
    order = do(order, "depart", tech, now)
    order = do(order, "arrive", tech, now + HOUR)
    assert "knock_knock" in lacks(order, "no_access", tech, now + HOUR)


def test_h_e2_a_step_that_is_none(place):
    order, now = order_in(State.ON_SITE, place)
    assert bad(order, "knock", place.technician.user, now, {"step": "kick"}) == {"step"}


@pytest.mark.parametrize("exception", EXCEPTIONS)
def test_h_e5_what_is_different_at_the_door_has_a_next_step(place, exception):  # H-E5
    order, now = order_in(State.ON_SITE, place)
    order = do(order, "note_exception", place.technician.user, now, {"exception": exception, "note": "…"})
    possible = {transition.name for transition in order.get_available_state_transitions()}
    following = order.events.last().payload["next"]
    assert following and set(following) <= possible
    assert order.state == State.ON_SITE


@pytest.mark.parametrize("escalation", ["doubt", "late"])
def test_h_e5_doubt_and_unforgiven_lateness_go_to_the_manager(place, escalation):
    order, now = order_in(State.ON_SITE, place)
    order = do(order, "escalate", place.technician.user, now, {"escalation": escalation, "reason": "at the door"})
    assert step(order) == (NextAction.WIN_BACK, Role.MANAGER, None)
    assert list(ServiceOrder.objects.waiting_for(place.manager)) == [order]
    raw = {"note": "apologised", "in_person": True}
    assert step(do(order, "settle_escalation", place.manager, now, raw))[0] == NextAction.DIAGNOSE


def test_arriving_before_ones_time_is_no_error(place):
    order, _now = order_in(State.EN_ROUTE, place)
    order = do(order, "arrive", place.technician.user, NOW + 2 * HOUR)
    assert order.events.last().payload == {"lateness": "early", "late_seconds": 0, "gift": False}
