"""Sweepers on connections of their own, with real commits."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import OperationalError, connection, transaction
from django.db.models import Count
from django.db.models.functions import Now

from dispatch import actions
from dispatch.actions import clock
from dispatch.lifecycle.sweep import sweep
from dispatch.models import OrderEvent, ServiceOrder, State, Timer
from dispatch.models.event import broken_links
from tests.dispatch.timers.helpers import rung
from tests.factories import order_in

TIMERS = 500


def on_its_own(work):
    """Run `work` with a connection of its own and close it."""
    try:
        return work()
    finally:
        connection.close()


@pytest.fixture
def many(real_place):
    """500 orders, each with a callback that is due."""
    first, _ = order_in(State.CONSULTING, real_place)
    like = {field.attname: getattr(first, field.attname) for field in first._meta.concrete_fields}
    head = like | {"id": None, "log_seq": 0, "log_hash": "", "version": 1}
    orders = ServiceOrder.objects.bulk_create(ServiceOrder(**head) for _ in range(TIMERS))
    Timer.objects.all().update(state=Timer.CANCELLED)
    Timer.objects.bulk_create(
        Timer(order=order, kind="callback_advice", cycle=1, due_at=Now(), wake_at=Now()) for order in orders
    )
    return orders


def test_eight_sweepers_ring_five_hundred_timers_once_each(many):
    start = threading.Barrier(8)

    def work():
        start.wait()
        taken = 0
        while Timer.objects.filter(state=Timer.PENDING).exists():
            taken += actions.sweep_timers(7)
        return taken

    with ThreadPoolExecutor(8) as pool:
        taken = [future.result() for future in [pool.submit(on_its_own, work) for _ in range(8)]]
    assert sum(taken) == TIMERS
    assert sum(1 for each in taken if each) > 1, "one sweeper did it all"
    assert OrderEvent.objects.filter(action="callback_due").count() == TIMERS
    assert not OrderEvent.objects.filter(action="callback_due").values("order").annotate(n=Count("pk")).filter(n__gt=1)
    assert all(broken_links(order) == [] for order in ServiceOrder.objects.filter(timers__state=Timer.FIRED)[:50])


def test_an_order_somebody_is_acting_on_is_passed_over_and_rung_next_time(real_place):
    busy, free = (order_in(State.CONSULTING, real_place)[0] for _ in range(2))
    Timer.objects.update(wake_at=Now())
    with transaction.atomic():
        ServiceOrder.objects.select_for_update(no_key=True).get(pk=busy.pk)
        with ThreadPoolExecutor(1) as pool:  # does not wait for the lock
            assert pool.submit(on_its_own, actions.sweep_timers).result(timeout=20) == 1
        assert (rung(busy), rung(free)) == ([], ["callback_due"])
    assert actions.sweep_timers() == 1
    assert rung(busy) == ["callback_due"]


def test_a_sweep_whose_connection_is_cut_leaves_nothing_half_done(real_place):
    orders = [order_in(State.CONSULTING, real_place)[0] for _ in range(3)]
    Timer.objects.update(wake_at=Now())

    def ring(order, timer, now, write):
        clock.ring(order, timer, now, write)
        if order.pk == orders[-1].pk:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    def cut():
        with pytest.raises(OperationalError):
            sweep(ring)

    with ThreadPoolExecutor(1) as pool:
        pool.submit(on_its_own, cut).result()
    assert [rung(order) for order in orders] == [[], [], []]
    assert set(Timer.objects.values_list("state", "tries")) == {(Timer.PENDING, 0)}
    assert actions.sweep_timers() == 3
    assert [rung(order) for order in orders] == [["callback_due"]] * 3


def test_a_timer_cancelled_while_a_sweep_looks_never_rings(real_place):
    """The sweep's list is older than its locks: what was cancelled in between is read again under the lock."""
    order, _ = order_in(State.CONSULTING, real_place)
    Timer.objects.update(wake_at=Now())
    looked, cancelled = threading.Event(), threading.Event()

    def sweeper():
        with connection.execute_wrapper(wait_before_reading):
            return actions.sweep_timers()

    def wait_before_reading(execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if "SKIP LOCKED" in sql:
            looked.set()
            cancelled.wait(5)
        return result

    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(on_its_own, sweeper)
        assert looked.wait(10)
        # Not the way of an act, which waits for the order's lock: the worst that anybody could do.
        Timer.objects.update(state=Timer.CANCELLED)
        cancelled.set()
        assert future.result() == 0
    assert rung(order) == []
