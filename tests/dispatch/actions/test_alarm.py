"""The alarm: one press, the centre takes over, the technician is out of it (H-F10)."""

import pytest

from dispatch.models import Incident, NextAction, State
from technicians.models import Role
from tests.dispatch.actions.tools import bad, lacks, step
from tests.factories import do, order_in

WHERE = {"latitude": 25.03, "longitude": 121.55, "accuracy": 12.0}
STATES = [State.CONTACTED, State.EN_ROUTE, State.ON_SITE, State.DIAGNOSED, State.CHARGED]


def alarmed(place, state=State.ON_SITE, **how):
    order, now = order_in(state, place)
    return do(order, "sos", place.technician.user, now, None, **how), now


@pytest.mark.parametrize("state", STATES)
def test_h_f10_one_press_freezes_the_order_and_calls_the_dispatcher_at_once(place, state):
    order, now = alarmed(place, state, position=WHERE)
    assert (order.state, order.sos_at, order.next_due_at) == (state, now, now)
    assert step(order) == (NextAction.TAKE_OVER, Role.DISPATCHER, None)
    incident = order.incidents.get()
    assert (incident.latitude, incident.longitude, incident.accuracy) == (25.03, 121.55, 12.0)


def test_h_f10_the_technician_does_nothing_more_but_alarm_again_and_note(place):
    order, now = alarmed(place)
    tech = place.technician.user
    assert lacks(order, "note_exception", tech, now, {"exception": "power_cut"}) == ["sos"]
    order = do(order, "sos", tech, now, {"what": "door is locked"}, position=WHERE)
    assert order.incidents.get().what == "door is locked" and order.incidents.get().latitude == 25.03
    assert do(order, "add_note", tech, now, {"note": "in the kitchen"}).sos_at


def test_h_f10_the_centre_takes_over_and_settles_once_the_technician_is_safe(place):
    order, now = alarmed(place)
    boss = place.dispatcher
    assert bad(order, "take_over", boss, now, {}) == {"caller"}
    order = do(order, "take_over", boss, now, {"caller": "Ms Lin", "police": True})
    assert order.incidents.get().taken_by == boss and step(order)[0] == NextAction.TAKE_OVER
    assert lacks(order, "settle_sos", boss, now, {"outcome": "out"}) == ["safe"]
    order = do(order, "settle_sos", boss, now, {"outcome": "police let him out", "safe": True})
    assert order.sos_at is None and order.incidents.get().settled_by == boss
    assert step(order) == (NextAction.DIAGNOSE, Role.TECHNICIAN, place.technician.user)


def test_h_f10_afterwards_the_order_can_go_to_somebody_else(place):
    order, now = alarmed(place)
    order = do(order, "transfer", place.dispatcher, now, {"technician": place.other.pk, "reason": "alarm"})
    assert step(order)[0] == NextAction.TAKE_OVER  # the alarm is not forgotten by passing the order on
    order = do(order, "settle_sos", place.dispatcher, now, {"outcome": "safe at home", "safe": True})
    assert step(order) == (NextAction.ACCEPT, Role.TECHNICIAN, place.other.user)


def test_an_alarm_outlives_a_cancelled_order(place):
    order, now = alarmed(place)
    order = do(order, "cancel", place.dispatcher, now, {"reason": "not going there again"})
    assert Incident.objects.for_user(place.clerk).open().get().order == order
    order = do(order, "settle_sos", place.dispatcher, now, {"outcome": "safe", "safe": True})
    assert not Incident.objects.open().exists() and order.state == State.CANCELLED


def test_without_an_alarm_there_is_nothing_to_take_over(place):
    order, now = order_in(State.ON_SITE, place)
    assert lacks(order, "take_over", place.dispatcher, now, {"caller": "x"}) == ["no_alarm"]
    assert lacks(order, "settle_sos", place.dispatcher, now, {"outcome": "x", "safe": True}) == ["no_alarm"]
