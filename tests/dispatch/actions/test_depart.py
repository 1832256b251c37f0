"""Leaving for the customer (H-D)."""

from datetime import timedelta

import pytest

from customers.models import Category
from dispatch.models import State, TimerKind, VisitStatus
from technicians.models import KitItem, KitStandard
from tests.dispatch.actions.tools import CONTACT, lacks
from tests.factories import KIT, NOW, STARTS, do, make_order, order_in

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def test_h_d1_an_unchecked_bag_blocks_departure(place):  # H-D1
    order, now = order_in(State.CONTACTED, place)
    assert lacks(order, "depart", place.technician.user, now) == ["kit"]


def test_h_d1_mandatory_kit_item_blocks_departure(place):
    order, now = order_in(State.CONTACTED, place)
    order = do(order, "check_kit", place.technician.user, now, {"items": ["tools", "umbrella", "nonsense"]})
    assert order.events.last().payload["missing"] == ["pad-cloth"]
    assert order.visits.get().kit == ["tools", "umbrella"]
    assert lacks(order, "depart", place.technician.user, now) == ["kit_pad-cloth"]
    order = do(order, "check_kit", place.technician.user, now, {"items": ["tools", "pad-cloth"]})
    assert do(order, "depart", place.technician.user, now).state == State.EN_ROUTE


@pytest.mark.parametrize(("in_warranty", "needed"), [(True, []), (None, []), (False, ["kit_receipts"])])
def test_h_c4_receipts_are_wanted_when_it_is_charged(place, in_warranty, needed):  # H-C4
    order, now = order_in(State.CONTACTED, place, in_warranty=in_warranty)
    order = do(order, "check_kit", place.technician.user, now, {"items": ["tools", "pad-cloth"]})
    if needed:
        assert lacks(order, "depart", place.technician.user, now) == needed
    else:
        assert do(order, "depart", place.technician.user, now).state == State.EN_ROUTE


def test_h_d1_the_newest_standard_that_holds_today_counts(place):
    for version, starts, code in ((1, "2020-01-01", "hose"), (2, "2025-01-01", "gauge"), (3, "2099-01-01", "robot")):
        kit = KitStandard.objects.create(category=place.category, version=version, valid_from=starts)
        KitItem.objects.create(standard=kit, code=code, name_en=code)
    fridge = Category.objects.create(code="fridge", name_en="Refrigerator")
    KitItem.objects.create(
        standard=KitStandard.objects.create(category=fridge, valid_from="2020-01-01"), code="freon", name_en="freon"
    )
    order, now = order_in(State.CONTACTED, place)
    order = do(order, "check_kit", place.technician.user, now, KIT)
    assert lacks(order, "depart", place.technician.user, now) == ["kit_gauge"]


def test_h_d1_an_appliance_without_category_needs_what_every_job_needs(place):
    order, now = order_in(State.CONTACTED, place, category=None)
    order = do(order, "check_kit", place.technician.user, now, {"items": []})
    assert lacks(order, "depart", place.technician.user, now) == ["kit_pad-cloth", "kit_tools"]


def test_h_d1_a_new_appointment_is_checked_again(place):
    order, now = order_in(State.CONTACTED, place)
    order = do(order, "check_kit", place.technician.user, now, KIT)
    raw = {"starts_at": (STARTS + 24 * HOUR).isoformat(), "agreed": True, "reason": "customer away"}
    order = do(order, "reschedule", place.agent, now, raw)
    assert lacks(order, "depart", place.technician.user, now) == ["kit"]


def test_departing_locks_the_visit(place):
    order, now = order_in(State.EN_ROUTE, place)
    visit = order.visits.get()
    assert (visit.status, visit.departed_at) == (VisitStatus.LOCKED, now)
    assert list(order.timers.filter(state="pending").values_list("kind", flat=True)) == [TimerKind.LATE_CALL]


def test_h_d2_the_time_to_leave_is_worked_back_to_arrive_five_minutes_early(place):  # H-D2
    order, _now = order_in(State.CONTACTED, place)
    visit = order.visits.get()
    assert visit.leave_by == STARTS - timedelta(seconds=visit.travel_seconds) - 5 * MINUTE
    assert visit.expected_at == STARTS - 5 * MINUTE and not visit.at_risk
    due = dict(order.timers.filter(state="pending").values_list("kind", "due_at"))
    assert due == {TimerKind.RE_ESTIMATE: STARTS - HOUR, TimerKind.LEAVE_BY: visit.leave_by}


def test_h_d2_a_long_way_is_settled_before_leaving(place):
    order, now = order_in(State.CONTACTED, place, latitude=24.4, longitude=121.2)
    visit = order.visits.get()
    assert visit.travel_seconds > 3600
    assert order.timers.get(kind=TimerKind.RE_ESTIMATE).due_at == max(visit.leave_by - 15 * MINUTE, now)


def test_h_d2_no_coordinates_is_half_an_hour(place):
    order, _now = order_in(State.CONTACTED, place, latitude=None, longitude=None)
    assert order.visits.get().travel_seconds == 30 * 60


def test_h_d2_what_can_not_be_reached_on_time_is_at_risk(place):
    order, now = order_in(State.ACCEPTED, place)
    soon = CONTACT | {"starts_at": (now + 2 * MINUTE).isoformat()}
    assert do(order, "contact", place.technician.user, now, soon).visits.get().at_risk


def test_h_d3_delayed_tells_the_new_time(place):  # H-D3
    order, now = order_in(State.EN_ROUTE, place)
    raw = {"expected_at": (STARTS + 20 * MINUTE).isoformat(), "reason": "accident on the bridge"}
    order = do(order, "delay", place.technician.user, now, raw)
    visit = order.visits.get()
    assert visit.at_risk and order.next_due_at == visit.expected_at == STARTS + 20 * MINUTE
    assert order.events.last().payload["late_seconds"] == 20 * 60


def test_h_d3_nobody_will_be_there_in_the_past(place):
    order, now = order_in(State.EN_ROUTE, place)
    raw = {"expected_at": (now - HOUR).isoformat(), "reason": "?"}
    assert lacks(order, "delay", place.technician.user, now, raw) == ["past"]


def test_h_d4_held_up_moves_the_rest_of_the_day_and_nobody_elses(place):  # H-D4
    first, now = order_in(State.CONTACTED, place)
    second, third = (_next(place, hours) for hours in (1.2, 5))
    elsewhere = _next(place, 1.2, place.other)
    raw = {"expected_at": (STARTS + HOUR).isoformat(), "reason": "held up at the last one"}
    first = do(first, "delay", place.technician.user, now, raw)
    assert first.events.last().payload["spread"] == [second.pk]
    assert second.visits.get().at_risk
    assert not third.visits.get().at_risk and not elsewhere.visits.get().at_risk
    assert second.events.last().payload["because_of"] == first.pk


def _next(place, hours, technician=None):
    technician = technician or place.technician
    order = make_order(place, phone=f"09123{hours * 10:05.0f}")
    order = do(order, "assign", place.dispatcher, NOW, {"technician": technician.pk})
    order = do(order, "accept", technician.user, NOW)
    return do(
        order, "contact", technician.user, NOW, CONTACT | {"starts_at": (STARTS + hours * HOUR).isoformat()}
    )
