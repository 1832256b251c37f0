"""What the customers of the example were told in the days that are told of them, as it would have been then."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from dispatch.models import Notice, NoticeEvent, NoticeState, State
from dispatch.notices import prepare
from dispatch.notices.known import Batch, with_orders
from dispatch.notices.outbox import kept_waiting
from dispatch.notices.undelivered import give_up

SENT_AFTER, DELIVERED_AFTER = timedelta(seconds=3), timedelta(seconds=11)
LIVE = timedelta(minutes=3)  # what is younger is sent as everything is
AT_A_TIME = 200
UNDELIVERED = 2  # appointments whose message did not arrive, for the agent to call


@contextmanager
def told_then(now: datetime) -> Iterator[None]:
    """Let notices of the past be sent in the past: nobody is told today that a technician left yesterday."""
    until = now + timedelta(hours=1)
    with kept_waiting(until, now - LIVE):
        yield
    rows = Notice.objects.filter(next_try_at=until, state=NoticeState.QUEUED).order_by("pk")
    while numbers := list(rows.values_list("pk", flat=True)[:AT_A_TIME]):
        _settle(numbers)
    coming = Notice.objects.filter(event=NoticeEvent.APPOINTMENT, order__state=State.CONTACTED).order_by("-pk")
    for row in coming[:UNDELIVERED]:
        row.last_error, row.delivered_at = "text message: 400", None
        give_up(row, now)
        row.save()


def _settle(numbers: list[int]) -> None:
    """Fill rows in with the words of their moment, sent and delivered."""
    rows = list(with_orders(Notice.objects.filter(pk__in=numbers)))
    known = Batch(rows)
    for row in rows:
        row.state = NoticeState.SENDING
        prepare.choose_way(row, known, row.created_at)
    ready = [row for row in rows if row.state == NoticeState.SENDING]
    if ready:
        prepare.fill_in(ready, ready[0].created_at)
    for row in ready:
        row.state, row.tries = NoticeState.DELIVERED, 1
        row.sent_at, row.delivered_at = row.created_at + SENT_AFTER, row.created_at + DELIVERED_AFTER
    for row in rows:
        row.next_try_at = row.created_at
        row.save()
