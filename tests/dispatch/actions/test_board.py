"""Placing orders on the board, taking them off, undoing it, pinning (H-A4, H-C2, H-N2)."""

from datetime import timedelta

import pytest

from dispatch.lifecycle import GuardsUnmet, Stale
from dispatch.models import State, Timer, VisitStatus
from tests.factories import CONFIRMED, NOW, STARTS, do, make_order, make_outlet, make_technician, order_in

pytestmark = pytest.mark.django_db
LATER = STARTS + timedelta(hours=2)


@pytest.fixture
def place():
    return make_outlet()


def at(technician, starts_at=STARTS, **more):
    return {"technician": technician.pk, "starts_at": starts_at.isoformat()} | more


def refused(order, by, raw, name="place", now=NOW):
    """Return the codes of what stands in the way."""
    with pytest.raises(GuardsUnmet) as refusal:
        do(order, name, by, now, raw)
    return {lack.code for lack in refusal.value.lacks}


def walked(place, state):
    """Return an order brought to a state."""
    return order_in(state, place)[0]


def standing(order):
    return order.visits.standing().get()


def test_a_ready_order_is_proposed_to_a_technician(place):
    order = do(make_order(place), "place", place.dispatcher, raw=at(place.technician, minutes=45))
    visit = standing(order)
    assert (order.state, order.technician) == (State.ASSIGNED, place.technician)
    assert (visit.status, visit.starts_at, visit.ends_at - visit.starts_at) == (
        VisitStatus.PROPOSED,
        STARTS,
        timedelta(minutes=45),
    )


def test_a_proposed_time_moves_without_anybodys_consent_and_keeps_its_row(place):
    order = do(make_order(place), "place", place.dispatcher, raw=at(place.technician, minutes=45))
    moved = do(order, "place", place.dispatcher, raw=at(place.technician, LATER))
    assert moved.visits.count() == 1
    assert standing(moved).starts_at == LATER
    assert standing(moved).ends_at == LATER + timedelta(minutes=45)


def test_another_technician_has_to_accept_anew(place):
    order = do(walked(place, State.ACCEPTED), "place", place.dispatcher, raw=at(place.other, LATER))
    assert (order.state, order.technician) == (State.ASSIGNED, place.other)
    assert [visit.status for visit in order.visits.order_by("sequence")] == [VisitStatus.ABORTED, VisitStatus.PROPOSED]


def test_a_promise_is_only_broken_with_the_customers_consent(place):  # H-C2
    order = walked(place, State.CONTACTED)
    assert refused(order, place.dispatcher, at(place.technician, LATER)) == {"consent"}
    moved = do(order, "place", place.dispatcher, raw=at(place.technician, LATER, consent="Mrs Wang"))
    assert moved.state == State.CONTACTED
    assert (standing(moved).status, standing(moved).consent) == (VisitStatus.AGREED, "Mrs Wang")
    assert moved.timers.filter(state=Timer.PENDING, kind="leave_by").exists()


def test_inside_the_promised_window_it_stays_agreed_whoever_comes(place):  # H-C2
    order = walked(place, State.ACCEPTED)
    window = {"starts_at": STARTS.isoformat(), "window_ends_at": (STARTS + timedelta(hours=1)).isoformat()}
    order = do(order, "contact", place.technician.user, raw={"confirmed": CONFIRMED} | window)
    moved = do(order, "place", place.dispatcher, raw=at(place.other, STARTS + timedelta(minutes=30)))
    visit = standing(moved)
    assert (moved.state, visit.status, visit.technician) == (State.ASSIGNED, VisitStatus.AGREED, place.other)
    assert visit.latest_arrival == STARTS + timedelta(hours=1)


def test_who_is_not_trained_or_does_not_work_is_refused(place):  # H-C3, H-A4
    order, green = make_order(place), make_technician(place.outlet)
    night = STARTS + timedelta(hours=12)
    assert refused(order, place.dispatcher, at(green)) == {"skill"}
    assert refused(order, place.dispatcher, at(place.technician, night)) == {"off_shift"}
    assert do(order, "place", place.dispatcher, raw=at(place.technician, night, overtime=True)).technician


def test_another_outlets_technician_is_refused(place):  # H-A4
    assert refused(make_order(place), place.dispatcher, at(make_outlet().technician)) == {"other_outlet"}


def test_two_agreed_visits_never_overlap(place):  # H-A4
    taken, order = walked(place, State.CONTACTED), make_order(place)
    assert standing(taken).status == VisitStatus.AGREED
    assert refused(order, place.dispatcher, at(place.technician, consent="Mr Lin")) == {"overlap"}


def test_two_dispatchers_with_the_same_visit_in_hand(place):  # H-N2
    order = make_order(place)
    first = do(order, "place", place.dispatcher, raw=at(place.technician), version=order.version)
    with pytest.raises(Stale):
        do(order, "place", place.manager, raw=at(place.other), version=order.version)
    assert first.technician == place.technician


def test_undo_puts_a_ready_order_back(place):
    order = do(make_order(place), "place", place.dispatcher, raw=at(place.technician))
    back = do(order, "undo_place", place.dispatcher)
    assert (back.state, back.technician, back.visits.standing().count()) == (State.READY, None, 0)


def test_undo_puts_the_agreed_time_back_with_its_consent_and_timers(place):
    order = walked(place, State.CONTACTED)
    agreed = standing(order)
    moved = do(order, "place", place.dispatcher, raw=at(place.other, LATER, consent="Mrs Wang"))
    back = do(moved, "undo_place", place.dispatcher)
    visit = standing(back)
    assert (back.state, visit.status, visit.technician) == (State.CONTACTED, VisitStatus.AGREED, place.technician)
    assert (visit.starts_at, visit.ends_at, visit.consent) == (agreed.starts_at, agreed.ends_at, agreed.consent)
    assert back.timers.filter(state=Timer.PENDING, kind="leave_by").exists()


def test_several_steps_are_undone_one_by_one(place):
    order = make_order(place)
    for technician, when in ((place.technician, STARTS), (place.other, STARTS), (place.other, LATER)):
        order = do(order, "place", place.dispatcher, raw=at(technician, when))
    order = do(order, "undo_place", place.dispatcher)
    assert (order.technician, standing(order).starts_at) == (place.other, STARTS)
    order = do(order, "undo_place", place.dispatcher)
    assert (order.technician, standing(order).starts_at) == (place.technician, STARTS)
    order = do(order, "undo_place", place.dispatcher)
    assert order.state == State.READY
    assert refused(order, place.dispatcher, {}, "undo_place") == {"undo_too_late"}


def test_a_withdrawn_order_is_ready_again_and_comes_back(place):
    order = do(make_order(place), "place", place.dispatcher, raw=at(place.technician))
    order = do(order, "withdraw", place.dispatcher)
    assert (order.state, order.technician) == (State.READY, None)
    order = do(order, "undo_place", place.dispatcher)
    assert (order.state, order.technician, standing(order).starts_at) == (State.ASSIGNED, place.technician, STARTS)


def test_nothing_is_undone_once_somebody_has_acted(place):
    order = do(make_order(place), "place", place.dispatcher, raw=at(place.technician))
    order = do(order, "accept", place.technician.user)
    assert refused(order, place.dispatcher, {}, "undo_place") == {"undo_too_late"}


def test_nobody_undoes_what_another_did(place):
    order = do(make_order(place), "place", place.dispatcher, raw=at(place.technician))
    assert refused(order, place.manager, {}, "undo_place") == {"undo_of_others"}


def test_what_was_taken_meanwhile_is_not_given_back(place):  # H-A4
    order = walked(place, State.CONTACTED)
    moved = do(order, "place", place.dispatcher, raw=at(place.technician, LATER, consent="Mrs Wang"))
    do(make_order(place), "place", place.dispatcher, raw=at(place.technician, consent="Mr Lin"))
    assert refused(moved, place.dispatcher, {}, "undo_place") == {"overlap"}


def test_pinned_until_unpinned_also_when_it_moves(place):
    order = do(make_order(place), "place", place.dispatcher, raw=at(place.technician))
    order = do(order, "pin", place.dispatcher)
    assert refused(order, place.dispatcher, {}, "pin") == {"pinned"}
    order = do(order, "place", place.dispatcher, raw=at(place.other))
    assert standing(order).pinned
    order = do(order, "unpin", place.dispatcher)
    assert not standing(order).pinned
    assert refused(order, place.dispatcher, {}, "unpin") == {"not_pinned"}


def test_the_counter_has_no_place_on_the_board(place):  # H-I4
    order = make_order(place, service_kind="carry_in")
    assert refused(order, place.dispatcher, at(place.technician)) == {"at_counter"}


def test_a_pin_set_afterwards_does_not_keep_a_move_from_being_undone(place):
    """Pinning moves nothing; what it is put back to is what it was."""
    order = do(make_order(place), "place", place.dispatcher, raw=at(place.technician))
    order = do(order, "pin", place.dispatcher)
    order = do(order, "undo_place", place.dispatcher)
    assert order.state == State.READY
