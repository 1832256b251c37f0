"""Ringing what is due: claim, do, mark, in one transaction, so that a kill loses nothing and doubles nothing.

The order's row is the claim. Two sweepers never hold the same one, and a person who is acting on it right now
is passed over until the next sweep. The database's clock decides what is due.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from django.db import connection, transaction
from django.db.models import Prefetch

from dispatch import live
from dispatch.lifecycle.act import Act, conclude
from dispatch.models import OrderEvent, ServiceOrder, Timer, Visit

log = logging.getLogger(__name__)
Write = Callable[..., None]
Ring = Callable[[ServiceOrder, Timer, datetime, Write | None], None]

BATCH = 100
# Look further than one batch, so that sweepers side by side find work of their own.
LOOK = 8
FIRST_WAIT, LONGEST_WAIT = 5, 600  # seconds until a timer that failed is tried again

DUE = """
SELECT o.id, clock_timestamp() FROM dispatch_serviceorder o
WHERE o.id IN (
    SELECT t.order_id FROM dispatch_timer t
    WHERE t.state = 'pending' AND t.wake_at <= clock_timestamp()
    ORDER BY t.wake_at LIMIT %s
)
FOR NO KEY UPDATE SKIP LOCKED LIMIT %s
"""

# All that the clock changes on an order itself: the head of its log and its next step.
HEAD = ("version", "log_seq", "log_hash", "next_action", "next_role", "next_user_id", "next_due_at")
SAVE_HEAD = f"UPDATE dispatch_serviceorder SET {', '.join(f'{name} = %s' for name in HEAD)} WHERE id = %s"


def sweep(ring: Ring, batch: int = BATCH) -> int:
    """Claim up to `batch` orders with due timers, `ring` the first due timer of each, return how many were taken.

    Together first, which is quick; when one of them fails, all over again one by one, and the failed ones are
    put off a little. 0 means that nothing is due, or that others are at it.

    Raises OperationalError or InterfaceError when the database goes away; then nothing has happened.
    """
    with transaction.atomic():
        due, now = _claim(batch)
        if due:
            try:
                with transaction.atomic():
                    _together(ring, due, now)
            except Exception:
                if _database_is_gone():
                    raise
                log.info("a sweep of %s timers goes one by one", len(due), exc_info=True)
                for timer in due:
                    _alone(ring, timer, now)
    return len(due)


def _claim(batch: int) -> tuple[list[Timer], datetime | None]:
    """Lock orders and return their first due timers, and the moment by the database's clock."""
    with connection.cursor() as cursor:
        cursor.execute(DUE, [batch * LOOK, batch])
        claimed = cursor.fetchall()
    if not claimed:
        return [], None
    now = max(moment for _, moment in claimed)
    # Read again, under the lock: what was due a moment ago may have been cancelled or rung since.
    timers = Timer.objects.filter(order__in=[pk for pk, _ in claimed], state=Timer.PENDING, wake_at__lte=now)
    first: dict[int, Timer] = {}
    for timer in timers.order_by("wake_at", "pk"):
        first.setdefault(timer.order_id, timer)
    return list(first.values()), now


@dataclass
class Page:
    """What many acts write down, kept until it is written in one go."""

    orders: list[ServiceOrder] = field(default_factory=list)
    events: list[OrderEvent] = field(default_factory=list)

    def write(self, act: Act, *, moved: bool) -> None:
        """Take down one act of the clock, which never moves an order. See `act_on`."""
        if moved:
            raise RuntimeError(f"{act.verb.name} moves an order; the clock only reminds")
        self.events.append(conclude(act, moved=moved))
        self.orders.append(act.order)

    def save(self) -> None:
        """Write all of it, and tell the wire on commit."""
        with connection.cursor() as cursor:
            cursor.executemany(SAVE_HEAD, [(*(getattr(o, name) for name in HEAD), o.pk) for o in self.orders])
        OrderEvent.objects.bulk_create(self.events)
        changes = [(order.pk, order.version, order.outlet_id) for order in self.orders]
        transaction.on_commit(partial(live.tell_all, changes))


def _together(ring: Ring, due: list[Timer], now: datetime) -> None:
    """Fire timers of different orders with a few statements for all of them."""
    _mark((timer.pk for timer in due), now)
    orders, page = _orders(due), Page()
    for timer in due:
        ring(orders[timer.order_id], timer, now, page.write)
    page.save()


def _alone(ring: Ring, timer: Timer, now: datetime) -> None:
    """Fire one timer in a savepoint, or put it off and leave the others alone."""
    try:
        with transaction.atomic():
            _mark([timer.pk], now)
            ring(_orders([timer])[timer.order_id], timer, now, None)
    except Exception:
        if _database_is_gone():
            raise
        wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(timer.tries, 10))
        log.exception("timer %s of order %s failed; again in %s s", timer.kind, timer.order_id, wait)
        Timer.objects.filter(pk=timer.pk).update(
            tries=min(timer.tries + 1, 30_000), wake_at=now + timedelta(seconds=wait)
        )


def _mark(timers: Iterable[int], now: datetime) -> None:
    Timer.objects.filter(pk__in=list(timers), state=Timer.PENDING).update(state=Timer.FIRED, fired_at=now)


def _orders(due: list[Timer]) -> dict[int, ServiceOrder]:
    """Return the orders of timers with all that a reminder reads, in a fixed number of queries."""
    standing = Visit.objects.standing().select_related("technician__outlet")
    rows = ServiceOrder.objects.with_rows().prefetch_related(
        Prefetch("visits", standing, to_attr="standing"), "timers", "callbacks", "repairs"
    )
    return rows.in_bulk([timer.order_id for timer in due])


def _database_is_gone() -> bool:
    """True when it is the connection that failed, not a timer."""
    return connection.connection is None or connection.connection.closed
