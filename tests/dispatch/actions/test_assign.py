"""Who does it: assign, accept, decline, hand back, transfer (H-A)."""

from datetime import timedelta

import pytest

from dispatch.lifecycle import NotFound
from dispatch.models import Fault, NextAction, State, VisitStatus
from technicians.models import Absence, Role, Skill
from tests.dispatch.actions.tools import CONTACT, bad, lacks, step
from tests.factories import NOW, STARTS, do, fresh, make_order, make_outlet, make_technician, order_in

HOUR = timedelta(hours=1)


def give(technician, **more):
    return {"technician": technician.pk, "starts_at": STARTS.isoformat()} | more


def test_assigning_proposes_a_time_and_waits_for_the_technician(place):
    order = do(make_order(place), "assign", place.dispatcher, NOW, give(place.technician))
    visit = order.visits.get()
    assert (visit.status, visit.starts_at) == (VisitStatus.PROPOSED, STARTS)
    assert step(order) == (NextAction.ACCEPT, Role.TECHNICIAN, place.technician.user)


def test_without_a_time_the_wish_is_proposed(place):
    order = make_order(place, wish_from=STARTS.isoformat())
    order = do(order, "assign", place.dispatcher, NOW, {"technician": place.technician.pk})
    assert order.visits.get().starts_at == STARTS


def test_a_window_that_ends_before_the_wish_is_no_window(place):
    order = make_order(place, wish_from=STARTS.isoformat())
    raw = {"technician": place.technician.pk, "window_ends_at": (STARTS - HOUR).isoformat()}
    assert do(order, "assign", place.dispatcher, NOW, raw).visits.get().window_ends_at is None


def test_a_wish_in_the_past_is_not_proposed(place):
    order = make_order(place, wish_from=(NOW - HOUR).isoformat())
    assert not do(order, "assign", place.dispatcher, NOW, {"technician": place.technician.pk}).visits.exists()


def test_h_a4_no_second_visit_at_the_same_time(place):  # H-A4
    order_in(State.CONTACTED, place)
    second = make_order(place, phone="0987 654 321")
    assert lacks(second, "assign", place.dispatcher, NOW, give(place.technician)) == ["overlap"]
    later = give(place.technician, starts_at=(STARTS + HOUR).isoformat())  # one ends as the other begins
    assert do(second, "assign", place.dispatcher, NOW, later).state == State.ASSIGNED


def test_h_a4_all_that_stands_in_the_way_is_told_at_once(place):
    untrained = make_technician(place.outlet)
    early = give(untrained, starts_at=(NOW - 12 * HOUR).isoformat())
    assert lacks(make_order(place), "assign", place.dispatcher, NOW, early) == ["skill", "past", "off_shift"]


def test_h_a4_outside_the_shift_needs_to_be_said(place):
    at_night = give(place.technician, starts_at=(NOW + 14 * HOUR).isoformat())
    order = make_order(place)
    assert lacks(order, "assign", place.dispatcher, NOW, at_night) == ["off_shift"]
    assert do(order, "assign", place.dispatcher, NOW, at_night | {"overtime": True}).state == State.ASSIGNED


def test_h_a4_an_absence_counts(place):
    Absence.objects.create(technician=place.technician, starts_at=STARTS, ends_at=STARTS + HOUR)
    assert lacks(make_order(place), "assign", place.dispatcher, NOW, give(place.technician)) == ["off_shift"]


def test_h_a4_only_technicians_of_the_outlet(place):
    stranger = make_outlet().technician
    assert lacks(make_order(place), "assign", place.dispatcher, NOW, give(stranger)) == ["other_outlet"]


def test_h_c3_the_fault_may_need_a_skill_of_its_own(place):  # H-C3
    gas = Skill.objects.create(code="gas", name_en="Gas")
    Fault.objects.create(code="leak", name_en="Leak", category=place.category, skill=gas)
    order = make_order(place, fault="leak")
    assert lacks(order, "assign", place.dispatcher, NOW, give(place.technician)) == ["skill"]
    place.technician.skills.add(gas)
    assert do(order, "assign", place.dispatcher, NOW, give(place.technician)).state == State.ASSIGNED


def test_an_appliance_without_category_can_be_given_to_anybody(place):
    untrained = make_technician(place.outlet)
    order = make_order(place, category=None)
    assert do(order, "assign", place.dispatcher, NOW, give(untrained)).state == State.ASSIGNED


def test_who_was_deactivated_can_not_be_chosen(place):
    place.other.active = False
    place.other.save()
    assert bad(make_order(place), "assign", place.dispatcher, NOW, give(place.other)) == {"technician"}


@pytest.mark.parametrize("technician", [None, True, 0, -1, 10**30, "x", [1], {"a": 1}, 1.5, "\x00"])
def test_no_technician_of_that_kind(place, technician):
    assert bad(make_order(place), "assign", place.dispatcher, NOW, {"technician": technician}) == {"technician"}


def test_declined_is_the_dispatchers_again_with_the_reason(place):
    order, now = order_in(State.ASSIGNED, place)
    order = do(order, "decline", place.technician.user, now, {"reason": "too far"})
    assert step(order) == (NextAction.ASSIGN, Role.DISPATCHER, None)
    assert order.technician is None and order.events.last().reason == "too far"
    assert order.visits.get().status == VisitStatus.ABORTED
    with pytest.raises(NotFound):
        do(order, "accept", place.technician.user, now)


@pytest.mark.parametrize("state", ["accepted", "contacted", "en_route", "on_site", "diagnosed", "awaiting_parts"])
def test_h_a4_handed_back_leaves_no_appointment_and_no_timer(place, state):
    order, now = order_in(state, place)
    order = do(order, "hand_back", place.technician.user, now, {"reason": "van broke down"})
    assert step(order) == (NextAction.ASSIGN, Role.DISPATCHER, None)
    assert not order.visits.standing().exists()
    assert not order.timers.filter(state="pending").exists()
    assert order.no_answers == 0 and order.retry_at is None


@pytest.mark.parametrize("state", ["assigned", "accepted", "contacted", "en_route", "on_site", "diagnosed"])
def test_h_a4_transferred_is_the_next_ones_to_accept(place, state):
    order, now = order_in(state, place)
    now += 10 * HOUR / 60
    order = do(order, "transfer", place.dispatcher, now, {"technician": place.other.pk, "reason": "nearer"})
    assert order.state == State.ASSIGNED
    assert step(order) == (NextAction.ACCEPT, Role.TECHNICIAN, place.other.user)
    assert order.state_since == now and order.next_due_at > now  # a whole time to answer, also from *assigned*
    standing = list(order.visits.standing())
    if state in ("on_site", "diagnosed"):
        assert standing == []
    else:
        assert [(v.technician, v.status, v.starts_at) for v in standing] == [
            (place.other, VisitStatus.PROPOSED, STARTS)
        ]
    order = do(order, "accept", place.other.user, now)
    later = CONTACT | {"starts_at": (now + HOUR).isoformat()}
    assert do(order, "contact", place.other.user, now, later).state == State.CONTACTED


def test_transferring_to_the_same_one_is_refused(place):
    order, now = order_in(State.ACCEPTED, place)
    same = {"technician": place.technician.pk, "reason": "?"}
    assert lacks(order, "transfer", place.dispatcher, now, same) == ["same_technician"]


def test_what_is_passed_on_is_not_found_any_more(place):
    order, now = order_in(State.ACCEPTED, place)
    do(order, "transfer", place.technician.user, now, {"technician": place.other.pk, "reason": "nearer"})
    with pytest.raises(NotFound):
        do(order, "contact", place.technician.user, now, CONTACT)
    assert fresh(order).technician == place.other
