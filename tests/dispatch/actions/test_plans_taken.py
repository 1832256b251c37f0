"""Taking a plan: order by order, once, with what changed meanwhile refused; and leaving one (H-A4, H-N2, H-N3)."""

from datetime import timedelta

import pytest

from dispatch.actions import plans
from dispatch.actions.plans.asking import PlanIsOver
from dispatch.lifecycle import NotAllowed
from dispatch.models import MoveState, OrderEvent, Plan, PlanMove, PlanState, State
from tests.dispatch.actions.planned import LATER, NOW, placed, plan_of, promise_until, standing
from tests.factories import do, fresh, make_order, make_outlet

pytestmark = pytest.mark.django_db


def states(plan):
    return dict(PlanMove.objects.filter(option__plan=plan).values_list("order", "state"))


def test_all_of_it_puts_every_order_where_the_plan_says_and_settles_the_plan(place):
    first, second = make_order(place), placed(place, place.other, 2)
    plan = plan_of(place, [(first, place.technician, 1), (second, place.technician, 3)])
    came = plans.take(plan.pk, 0, place.dispatcher, LATER)
    assert (sorted(came.taken), came.refused) == (sorted([first.pk, second.pk]), {})
    assert standing(first) == (place.technician, 1) and standing(second) == (place.technician, 3)
    assert fresh(first).state == State.ASSIGNED
    plan.refresh_from_db()
    assert plan.state == PlanState.SETTLED and plan.settled_at == LATER


def test_some_of_it_leaves_the_rest_proposed(place):
    first, second = make_order(place), make_order(place)
    plan = plan_of(place, [(first, place.technician, 1), (second, place.technician, 3)])
    plans.take(plan.pk, 0, place.dispatcher, LATER, [first.pk])
    assert states(plan) == {first.pk: MoveState.TAKEN, second.pk: MoveState.OPEN}
    assert Plan.objects.get(pk=plan.pk).state == PlanState.READY
    plans.take(plan.pk, 0, place.dispatcher, LATER, [second.pk])
    assert Plan.objects.get(pk=plan.pk).state == PlanState.SETTLED


def test_what_changed_meanwhile_is_refused_with_who_did_it_and_the_rest_goes_through(place):  # H-N2
    first, second = make_order(place), make_order(place)
    plan = plan_of(place, [(first, place.technician, 1), (second, place.technician, 3)])
    do(first, "place", place.dispatcher, LATER, {"technician": place.other.pk, "starts_at": NOW + timedelta(hours=5)})
    came = plans.take(plan.pk, 0, place.manager, LATER)
    assert came.taken == [second.pk] and list(came.refused) == [first.pk]
    assert came.refused[first.pk]["code"] == "stale" and came.refused[first.pk]["detail"]
    assert standing(first) == (place.other, 5)
    move = PlanMove.objects.get(order=first)
    assert move.state == MoveState.REFUSED and move.refusal["title"]


def test_pressed_twice_nothing_is_done_twice(place):  # H-N3
    order = make_order(place)
    plan = plan_of(place, [(order, place.technician, 1)])
    plans.take(plan.pk, 0, place.dispatcher, LATER)
    again = plans.take(plan.pk, 0, place.dispatcher, LATER)
    assert (again.taken, again.again, again.refused) == ([], [order.pk], {})
    assert OrderEvent.objects.filter(order=order, action="place").count() == 1


def test_cut_off_in_the_middle_it_can_be_taken_up_where_it_ended(place, monkeypatch):  # H-N3
    orders = [make_order(place) for _ in range(3)]
    plan = plan_of(place, [(order, place.technician, 1 + number) for number, order in enumerate(orders)])
    save, count = PlanMove.save, iter(range(9))

    def dies(self, *args, **kwargs):
        if next(count) == 1:
            raise RuntimeError("the power is gone")
        save(self, *args, **kwargs)

    monkeypatch.setattr(PlanMove, "save", dies)
    with pytest.raises(RuntimeError):
        plans.take(plan.pk, 0, place.dispatcher, LATER)
    assert standing(orders[1]) is None  # its act is undone with its mark
    assert sorted(states(plan).values()) == [MoveState.OPEN, MoveState.OPEN, MoveState.TAKEN]
    plans.take(plan.pk, 0, place.dispatcher, LATER)
    assert [standing(order)[1] for order in orders] == [1, 2, 3]
    assert OrderEvent.objects.filter(action="place").count() == 3


def test_a_whole_outlet_is_taken_in_parts_that_each_end_soon(place):
    orders = [make_order(place) for _ in range(3)]
    plan = plan_of(place, [(order, place.technician, 1 + number) for number, order in enumerate(orders)])
    came = plans.take(plan.pk, 0, place.dispatcher, LATER, seconds=-1)
    assert came.more and came.taken == [] and Plan.objects.get(pk=plan.pk).state == PlanState.READY
    came = plans.take(plan.pk, 0, place.dispatcher, LATER)
    assert not came.more and len(came.taken) == 3


def test_an_agreed_visit_makes_room_before_the_next_one_comes(place):  # H-A4
    comes = promise_until(placed(place, place.other, 1, consent="son"), 4)
    goes = promise_until(placed(place, place.technician, 1, consent="son"), 4)
    plan = plan_of(place, [(comes, place.technician, 1), (goes, place.other, 3)])
    came = plans.take(plan.pk, 0, place.dispatcher, LATER)
    assert came.refused == {}
    assert standing(comes) == (place.technician, 1) and standing(goes) == (place.other, 3)


def test_what_stays_in_the_way_is_named(place):  # H-A4
    blocks = placed(place, place.technician, 1, consent="son")
    order = promise_until(placed(place, place.other, 1, consent="son"), 4)
    plan = plan_of(place, [(order, place.technician, 1)])
    came = plans.take(plan.pk, 0, place.dispatcher, LATER)
    assert blocks.number in came.refused[order.pk]["detail"]
    assert standing(order) == (place.other, 1)


def test_a_promise_is_not_broken_by_accepting_a_plan(place):  # H-C2
    order = placed(place, place.technician, 1, consent="son")
    plan = plan_of(place, [(order, place.technician, 5)])
    came = plans.take(plan.pk, 0, place.dispatcher, LATER)
    assert [lack["code"] for lack in came.refused[order.pk]["lacks"]] == ["consent"]
    assert standing(order) == (place.technician, 1)


def test_taking_of_one_option_leaves_the_others(place):
    order, other = make_order(place), make_order(place)
    plan = plan_of(place, [(order, place.technician, 1), (other, place.other, 1)], [(order, place.other, 2)])
    plans.take(plan.pk, 1, place.dispatcher, LATER)
    assert standing(order) == (place.other, 2) and standing(other) is None
    assert set(PlanMove.objects.filter(option__number=0).values_list("state", flat=True)) == {MoveState.LEFT}


def test_a_plan_of_yesterday_or_one_that_was_left_is_not_taken(place):
    order = make_order(place)
    plan = plan_of(place, [(order, place.technician, 1)])
    with pytest.raises(PlanIsOver):
        plans.take(plan.pk, 0, place.dispatcher, NOW + timedelta(days=1))
    plans.dismiss(plan.pk, place.dispatcher, LATER)
    with pytest.raises(PlanIsOver, match="Dismissed"):
        plans.take(plan.pk, 0, place.dispatcher, LATER)
    assert standing(order) is None
    assert states(plan) == {order.pk: MoveState.LEFT}
    assert "was left" in plans.said(Plan.objects.get(pk=plan.pk), LATER)["over"]


def test_what_makes_room_goes_back_to_the_queue_accepted_or_not(place):
    assigned, accepted = placed(place, place.technician, 2), placed(place, place.other, 2)
    accepted = do(accepted, "accept", place.other.user, NOW)
    plan = plan_of(place, [(assigned, place.technician, 2), (accepted, place.other, 2)])
    PlanMove.objects.update(off=True)
    came = plans.take(plan.pk, 0, place.dispatcher, LATER)
    assert came.refused == {}
    for order in (assigned, accepted):
        assert fresh(order).state == State.READY and fresh(order).technician is None and standing(order) is None
    event = OrderEvent.objects.get(order=accepted, action="hand_back")
    assert event.reason


@pytest.mark.parametrize("role", ["agent", "clerk"])
def test_who_only_looks_takes_and_leaves_nothing(place, role):
    plan = plan_of(place, [(make_order(place), place.technician, 1)])
    for act in (lambda user: plans.take(plan.pk, 0, user, LATER), lambda user: plans.dismiss(plan.pk, user, LATER)):
        with pytest.raises(NotAllowed):
            act(getattr(place, role))
    assert Plan.objects.get(pk=plan.pk).state == PlanState.READY


def test_the_plan_of_another_outlet_is_not_there(place):
    plan = plan_of(place, [(make_order(place), place.technician, 1)])
    stranger = make_outlet().dispatcher
    with pytest.raises(plans.UnknownPlan):
        plans.take(plan.pk, 0, stranger, LATER)
    with pytest.raises(plans.UnknownPlan):
        plans.dismiss(plan.pk, stranger, LATER)
    with pytest.raises(plans.UnknownPlan):
        plans.take(plan.pk, 7, place.dispatcher, LATER)  # no such option
