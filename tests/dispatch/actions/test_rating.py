"""The customer's own word, by link or said on the phone (H-H1, H-H2, H-R2, H-R4)."""

from datetime import timedelta

import pytest

from dispatch.actions.rating import HOLDS_FOR, by_link
from dispatch.lifecycle import GuardsUnmet, WrongState
from dispatch.models import Callback, Escalation, Link, NextAction, Priority, State
from technicians.models import Role
from tests import pictures
from tests.dispatch.actions.tools import lacks, step
from tests.factories import do, fresh, make_outlet, order_in

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
STROKES = [[[1, 2, 0, 0.5], [90, 80, 60, 0.7]]]
SIGNED = {"png": pictures.signature(), "strokes": STROKES}


@pytest.fixture
def place():
    return make_outlet()


def said(order, name, now, **raw):
    """Let the customer do it by their link; return the order as it is then."""
    by_link(Link.objects.of(order, now), name, now, raw)
    return fresh(order)


def test_h_h1_rated_and_signed_on_their_own_phone_before_the_technician_leaves(place):
    order, now = order_in(State.CHARGED, place)
    order = said(order, "rate", now, rating_repair=5, rating_manner=4, remarks="quick", signature=SIGNED)
    record = order.repairs.get()
    assert (record.rating_repair, record.rating_manner, record.remarks) == (5, 4, "quick")
    assert (record.signed_by, record.rated_how, record.rated_at) == (order.customer.name, "link", now)
    assert order.photos.get(kind="signature").strokes == STROKES
    event = order.events.last()
    assert (event.actor, event.payload["how"]) == (None, "link")
    done = do(order, "complete", place.technician.user, now, {"rating_repair": 1, "tools_back": ["tools"]})
    record = done.repairs.get()
    assert (record.rating_repair, record.rated_how) == (5, "link")  # H-R4: what the customer wrote stands


def test_h_r4_a_word_promised_for_their_own_phone_is_missing_until_it_comes(place):
    order, now = order_in(State.CHARGED, place)
    order = do(order, "complete", place.technician.user, now, {"own_phone": True, "tools_back": ["tools"]})
    record = order.repairs.get()
    assert not record.signed_by and record.unsigned_reason and record.rated_how == ""
    record = said(order, "rate", now + HOUR, signed_by="王太太").repairs.get()
    assert (record.signed_by, record.unsigned_reason) == ("王太太", "")


def test_written_on_the_technicians_phone_is_told_apart(place):
    order, now = order_in(State.CHARGED, place)
    raw = {"rating_repair": 5, "signed_by": "Wang", "tools_back": ["tools"]}
    assert do(order, "complete", place.technician.user, now, raw).repairs.get().rated_how == "here"


def test_h_h1_nobody_is_forced_and_an_empty_form_is_no_rating(place):
    order, now = order_in(State.FOLLOW_UP, place)
    with pytest.raises(GuardsUnmet) as refusal:
        said(order, "rate", now)
    assert [(lack.rule, lack.code) for lack in refusal.value.lacks] == [("H-H1", "empty")]


def test_h_h2_a_bad_rating_by_link_goes_to_the_manager(place):
    order, now = order_in(State.FOLLOW_UP, place)
    order = said(order, "rate", now, rating_repair=2)
    assert (order.escalation, order.satisfied) == (Escalation.BAD_RATING, False)
    assert step(order)[1] == Role.MANAGER


def test_h_h2_a_bad_rating_after_the_end_takes_the_order_up_again(place):
    order, now = order_in(State.CLOSED, place)
    order = said(order, "rate", now + HOUR, rating_manner=1)
    assert (order.state, order.finished_at, order.escalation) == (State.FOLLOW_UP, None, Escalation.BAD_RATING)
    assert order.callbacks.open().get().due_at == now + HOUR
    assert said(order_in(State.CLOSED, place)[0], "rate", now + HOUR, rating_manner=5).state == State.CLOSED


@pytest.mark.parametrize("state", [State.CONSULTING, State.FOLLOW_UP, State.CLOSED])
def test_h_r2_still_broken_at_any_time_is_visited_again(place, state):
    order, now = order_in(state, place)
    order = said(order, "still_broken", now + HOUR, reason="又漏水了")
    assert (order.state, order.satisfied, order.technician) == (State.READY, False, None)
    assert order.returns == (0 if state == State.CONSULTING else 1)
    assert order.priority <= Priority.HIGH and step(order)[0] == NextAction.ASSIGN
    assert not order.callbacks.filter(state=Callback.WAITING).exists()
    assert order.events.last().reason == "又漏水了"
    with pytest.raises(WrongState):
        said(order, "still_broken", now + HOUR, reason="again")


def test_h_r2_what_comes_back_long_after_is_a_new_order(place):
    order, _now = order_in(State.CLOSED, place)
    late = order.finished_at + HOLDS_FOR + HOUR
    assert lacks(order, "still_broken", place.agent, late, {"reason": "x"}) == ["too_late"]


def test_said_on_the_phone_is_noted_as_such(place):
    order, now = order_in(State.FOLLOW_UP, place)
    record = do(order, "rate", place.agent, now, {"rating_repair": 4}).repairs.get()
    assert record.rated_how == "phone"


def test_a_link_is_made_once_and_can_be_taken_back(place):
    order, now = order_in(State.FOLLOW_UP, place)
    link = Link.objects.of(order, now)
    assert Link.objects.of(order, now + HOUR) == link
    Link.objects.filter(pk=link.pk).update(revoked_at=now)
    assert Link.objects.of(order, now) != link and link not in Link.objects.open(now)
