"""The sweep itself: what is due rings, once, whatever else happens."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now
from django.forms.models import model_to_dict

from dispatch import actions
from dispatch.actions import clock
from dispatch.lifecycle import REGISTRY
from dispatch.lifecycle.sweep import HEAD, sweep
from dispatch.models import ServiceOrder, State, Timer, TimerKind
from dispatch.models.event import broken_links
from tests.dispatch.timers.helpers import fall_due, pending, repaired, ring_all, rung
from tests.factories import do, fresh, order_in

pytestmark = pytest.mark.django_db


def test_what_is_not_due_does_not_ring(place):
    order, _ = order_in(State.CONSULTING, place)
    order.timers.update(due_at=Now() + timedelta(hours=1), wake_at=Now() + timedelta(hours=1))
    assert actions.sweep_timers() == 0
    assert rung(order) == []


def test_it_rings_once_and_not_again(place):
    order, _ = order_in(State.CONSULTING, place)
    fall_due(order, TimerKind.CALLBACK_ADVICE)
    assert actions.sweep_timers() == 1
    assert actions.sweep_timers() == 0
    assert rung(order) == ["callback_due"]


def test_fired_at_is_the_time_of_the_database_and_not_before_due(place):
    order, _ = order_in(State.CONSULTING, place)
    fall_due(order, TimerKind.CALLBACK_ADVICE)
    ring_all()
    timer = order.timers.get()
    assert timer.fired_at >= timer.due_at
    assert order.events.last().at == timer.fired_at


def test_two_timers_of_one_order_ring_one_after_the_other(place):
    order, _ = repaired(place, {"tested": False, "certain": False})
    fall_due(order, TimerKind.CALLBACK_UNTESTED, TimerKind.CALLBACK_UNCERTAIN)
    ring_all()
    assert rung(order) == ["callback_due", "callback_due"]
    order = fresh(order)
    assert broken_links(order) == []
    assert order.version == order.log_seq


def test_many_orders_in_batches_each_once(place):
    orders = [order_in(State.CONSULTING, place)[0] for _ in range(7)]
    Timer.objects.update(wake_at=Now())
    assert [actions.sweep_timers(3) for _ in range(4)] == [3, 3, 1, 0]
    assert [rung(order) for order in orders] == [["callback_due"]] * 7
    assert all(broken_links(fresh(order)) == [] for order in orders)


def test_a_timer_that_fails_is_put_off_and_holds_up_nobody(place, caplog):
    orders = [order_in(State.CONSULTING, place)[0] for _ in range(3)]
    Timer.objects.update(wake_at=Now())
    bad, began = orders[1].pk, Timer.objects.first().wake_at

    def ring(order, timer, now, write):
        if order.pk == bad:
            raise ValueError("a poisoned one")
        clock.ring(order, timer, now, write)

    assert sweep(ring) == 3
    assert [rung(order) for order in orders] == [["callback_due"], [], ["callback_due"]]
    timer = Timer.objects.get(order=bad)
    assert (timer.state, timer.tries) == (Timer.PENDING, 1)
    assert timer.wake_at > began
    assert f"order {bad} failed" in caplog.text
    assert sweep(ring) == 0  # not due again yet
    Timer.objects.filter(order=bad).update(wake_at=Now())
    ring_all()
    assert rung(orders[1]) == ["callback_due"]


def test_it_is_put_off_longer_each_time_but_never_for_good(place, caplog):
    order_in(State.CONSULTING, place)

    def ring(*_):
        raise ValueError("always")

    for _ in range(12):
        Timer.objects.update(wake_at=Now())
        assert sweep(ring) == 1
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM dispatch_timer WHERE wake_at > clock_timestamp()")
            assert cursor.fetchone()[0] == 1
    waits = [int(record.getMessage().split()[-2]) for record in caplog.records if "again in" in record.getMessage()]
    assert waits[:4] == [5, 10, 20, 40]
    assert waits[-1] == 600


def test_a_timer_whose_order_is_no_longer_there_for_it_is_put_off(place):
    order, now = order_in(State.CONSULTING, place)
    order = do(order, "callback_satisfied", place.agent, now, {"customer_called": True})
    Timer.objects.create(order=order, kind=TimerKind.LEAVE_BY, cycle=99, due_at=Now(), wake_at=Now())
    ring_all()
    assert rung(order) == []
    assert Timer.objects.get(cycle=99).tries == 1


def test_a_cancelled_timer_never_rings(place):
    order, now = order_in(State.CONSULTING, place)
    fall_due(order, TimerKind.CALLBACK_ADVICE)
    do(order, "callback_satisfied", place.agent, now, {"customer_called": True})
    assert actions.sweep_timers() == 0
    assert rung(order) == []


def test_the_database_refuses_a_second_pending_timer_of_a_kind(place):
    order, _ = order_in(State.CONSULTING, place)
    with pytest.raises(IntegrityError, match="timer_one_pending_of_a_kind"), transaction.atomic():
        Timer.objects.create(order=order, kind=TimerKind.CALLBACK_ADVICE, cycle=99, due_at=Now(), wake_at=Now())


def test_the_database_refuses_the_same_cycle_twice(place):
    order, _ = order_in(State.CONSULTING, place)
    fall_due(order, TimerKind.CALLBACK_ADVICE)
    ring_all()
    cycle = order.timers.get().cycle
    with pytest.raises(IntegrityError, match="timer_once_per_cycle"), transaction.atomic():
        Timer.objects.create(order=order, kind=TimerKind.CALLBACK_ADVICE, cycle=cycle, due_at=Now(), wake_at=Now())


def _woken(place):
    """One order per verb of the clock, with a timer due."""
    yield order_in(State.CONSULTING, place)[0], TimerKind.CALLBACK_ADVICE
    yield repaired(place, {"cause": ""}, {"cause": ""})[0], TimerKind.FIELDS_DUE
    order, now = order_in(State.ACCEPTED, place)
    yield do(order, "log_no_answer", place.technician.user, now), TimerKind.RETRY_CONTACT


def test_together_writes_what_one_by_one_writes(place):
    """What is saved in one go is all that the clock changes: nothing else of the order may differ."""
    for order, kind in _woken(place):
        fall_due(order, kind)
        before = model_to_dict(fresh(order))
        ring_all()
        after = fresh(order)
        changed = {name for name, value in model_to_dict(after).items() if value != before[name]}
        assert changed <= {name.removesuffix("_id") for name in HEAD}
        assert after.version == before["version"] + 1
        assert broken_links(after) == []


def test_every_kind_wakes_a_verb_of_the_clock():
    assert set(clock.WAKES) == set(TimerKind)
    assert all(REGISTRY[name].by_clock for name in clock.WAKES.values())


def test_queries_do_not_grow_with_the_number_of_timers(place, django_assert_max_num_queries):
    for _ in range(6):
        order_in(State.CONSULTING, place)
    Timer.objects.update(wake_at=Now())
    with django_assert_max_num_queries(16):
        assert actions.sweep_timers() == 6


def test_the_next_step_of_an_overdue_callback_stays_with_its_caller(place):
    order, _ = repaired(place, {"certain": False})
    fall_due(order, TimerKind.CALLBACK_UNCERTAIN)
    ring_all()
    assert fresh(order).next_user == place.technician.user
    assert pending(order) == {}
    assert not ServiceOrder.objects.unfinished().filter(next_action="").exists()
