"""What could not be delivered: a call with an owner and a due time, so that the customer hears it all the same."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from dispatch.models import Notice, NoticeEvent, NoticeState
from dispatch.notices.catalogue import KINDS
from dispatch.notices.known import Batch, overtaken, with_orders
from dispatch.notices.outbox import tell_staff


def give_up(row: Notice, now: datetime) -> None:
    """Mark a row as not delivered; where it matters, an agent is to call by a time (H-C, H-N1). Not saved."""
    kind = KINDS[row.event]
    row.state = NoticeState.FAILED
    row.call_due_at = now + kind.call_within if kind.call_within and row.order_id else None


def call_off(row: Notice) -> None:
    """Take back the call of a row that arrived after all. Not saved."""
    if row.called_at is None:
        row.call_due_at = None


def tell_of_call(row: Notice, now: datetime) -> None:
    """Tell our own people that somebody is to be called because of `row`: once for each time it was sent in vain."""
    if row.call_due_at:
        _key, plus, again = row.key.partition("+")
        tell_staff(row.order, NoticeEvent.UNDELIVERED, now, cycle=f"{row.pk}{plus}{again}", what=row.event)


def still_to_call(rows: list[Notice], now: datetime) -> list[Notice]:
    """Return those of `rows` (`with_orders`) of which a customer has still to hear."""
    known = Batch(rows)
    return [row for row in rows if not overtaken(row, known, now)]


def call_off_overtaken(now: datetime) -> int:
    """Take back the calls about what is no longer true: another time was agreed, or it has passed. Return how many."""
    with transaction.atomic():
        locked = Notice.objects.to_call().select_for_update(of=("self",), skip_locked=True)
        rows = list(with_orders(locked))
        needed = {row.pk for row in still_to_call(rows, now)}
        past = [row.pk for row in rows if row.pk not in needed]
        return Notice.objects.filter(pk__in=past).update(call_due_at=None)
