"""Starting, stopping and sweeping timers. Always under the order's lock, so none can be lost or doubled."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q

from dispatch.models import ServiceOrder, State, Timer, TimerKind

log = logging.getLogger(__name__)

_WAITING = (State.CONSULTING, State.FOLLOW_UP)
# In which states a timer still means something; leaving them cancels it.
ALIVE = {
    TimerKind.CALLBACK_ADVICE: _WAITING,
    TimerKind.CALLBACK_UNTESTED: _WAITING,
    TimerKind.CALLBACK_UNCERTAIN: _WAITING,
    TimerKind.CALLBACK_ROUTINE: _WAITING,
    TimerKind.RE_ESTIMATE: (State.CONTACTED,),
    TimerKind.LEAVE_BY: (State.CONTACTED,),
    TimerKind.RETRY_CONTACT: (State.ACCEPTED,),
    TimerKind.FIELDS_DUE: (State.CHARGED, State.FOLLOW_UP),
}


def settle_timers(order: ServiceOrder, start: dict[str, datetime], stop: set[str], *, moved: bool) -> None:
    """Cancel what no longer means anything, then start `start` (kind → due, UTC). At most two statements."""
    gone = stop | set(start)
    if moved:
        gone |= {kind for kind, states in ALIVE.items() if order.state not in states}
    if gone:
        order.timers.filter(state=Timer.PENDING, kind__in=gone).update(state=Timer.CANCELLED)
    Timer.objects.bulk_create(
        Timer(order=order, kind=kind, cycle=order.log_seq, due_at=due, wake_at=due) for kind, due in start.items()
    )


DUE = """
SELECT o.id FROM dispatch_serviceorder o
WHERE o.id IN (
    SELECT t.order_id FROM dispatch_timer t
    WHERE t.state = 'pending' AND t.wake_at <= clock_timestamp()
    ORDER BY t.wake_at LIMIT %s
)
FOR NO KEY UPDATE SKIP LOCKED LIMIT %s
"""


def sweep(ring: Callable[[ServiceOrder, Timer, datetime], None], batch: int = 50) -> int:
    """Claim up to `batch` orders with due timers, `ring` each due timer, and return how many rang.

    The order's row is the claim: two sweepers never hold the same one, and a person who is acting on it
    right now is passed over until the next sweep. The timer is marked and its effect done in the same
    transaction, by the database's clock, so a kill at any moment loses nothing and doubles nothing.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        # Look further than one batch, so that sweepers side by side find work of their own.
        cursor.execute(DUE, [batch * 8, batch])
        claimed = [row[0] for row in cursor.fetchall()]
        if not claimed:
            return 0
        cursor.execute("SELECT clock_timestamp()")
        now = cursor.fetchone()[0]
        due = Timer.objects.filter(Q(order__in=claimed, state=Timer.PENDING, wake_at__lte=now))
        orders = ServiceOrder.objects.with_rows().in_bulk(claimed)
        rang, spoilt = 0, set()
        for timer in due.order_by("wake_at", "pk"):
            if timer.order_id in spoilt:  # the order in memory may be half changed: next sweep
                continue
            try:
                rang += _ring_once(ring, orders[timer.order_id], timer, now)
            except Exception:
                spoilt.add(timer.order_id)
                _put_off(timer, now)
        return rang


def _ring_once(ring: Callable, order: ServiceOrder, timer: Timer, now: datetime) -> int:
    """Fire one timer in a savepoint and return 1; 0 when it has just been cancelled."""
    with transaction.atomic():
        # Conditional: an earlier timer of the same order may just have cancelled this one.
        fired = Timer.objects.filter(pk=timer.pk, state=Timer.PENDING).update(state=Timer.FIRED, fired_at=now)
        if fired:
            ring(order, timer, now)
        return fired


def _put_off(timer: Timer, now: datetime) -> None:
    """Try a timer that failed again a little later, and leave the others alone."""
    log.exception("timer %s of order %s failed", timer.kind, timer.order_id)
    wait = timedelta(seconds=min(600, 5 * 2**timer.tries))
    Timer.objects.filter(pk=timer.pk).update(tries=timer.tries + 1, wake_at=now + wait)
