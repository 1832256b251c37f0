"""Writing down what is to be told: one row per event, in the transaction of what it tells of. Nothing is sent here."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from django.db import models

from dispatch.models import Notice, NoticeChannel, NoticeEvent, NoticeHook, ServiceOrder

_WAITS: ContextVar[tuple[datetime, datetime] | None] = ContextVar("waits", default=None)


def note(order: ServiceOrder, event: str, now: datetime, *, cycle: int | None = None, **facts: Any) -> None:
    """Write down that the customer of `order` is to be told of `event`. Twice is once.

    One per order, event and `cycle`: the number of the event in the order's log, if not said. `facts` fill the
    template's places (times as aware datetimes, people and money as words) and are kept as they are now;
    what the template asks for besides (outlet, link, phone …) is found when it is sent.
    """
    cycle = order.log_seq if cycle is None else cycle
    _write(
        Notice(
            key=f"{order.pk}:{NoticeEvent(event)}:{cycle}",
            event=event,
            order=order,
            customer_id=order.customer_id,
            facts={name: plain(value) for name, value in facts.items()},
            next_try_at=now,
            created_at=now,
        )
    )


def send_code(to: str, code: str, language: str, now: datetime) -> None:
    """Write down that a one-time code is to be sent to a phone (E.164) or an e-mail address.

    It goes at any hour, is not tried for longer than the code is good for, and is blanked once it is sent.
    """
    _write(
        Notice(
            key=f"code:{uuid.uuid4().hex}",
            event=NoticeEvent.CODE,
            channel=NoticeChannel.EMAIL if "@" in to else NoticeChannel.SMS,
            to=to,
            language=language,
            facts={"code": code},
            next_try_at=now,
            created_at=now,
        )
    )


def tell_staff(order: ServiceOrder, event: str, now: datetime, *, cycle: int | str | None = None, **facts: Any) -> None:
    """Write down that our own people are to be told of `event`, on each of their channels that wants it.

    One per order, event, `cycle` and channel, like `note`.
    """
    hooks = NoticeHook.objects.filter(models.Q(outlet=order.outlet_id) | models.Q(outlet=None))
    cycle = order.log_seq if cycle is None else cycle
    _write(
        *(
            Notice(
                key=f"{order.pk}:{NoticeEvent(event)}:{cycle}:{hook.pk}",
                event=event,
                order=order,
                hook=hook,
                channel=NoticeChannel.STAFF,
                to=hook.name,
                language=hook.language,
                facts={name: plain(value) for name, value in facts.items()},
                next_try_at=now,
                created_at=now,
            )
            for hook in hooks.filter(active=True, events__contains=[event]).order_by("pk")
        )
    )


def plain(value: Any) -> Any:
    """Return a fact as it is kept: times as ISO 8601, all else as words or numbers."""
    if isinstance(value, datetime):
        return value.isoformat()
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


@contextmanager
def kept_waiting(until: datetime, before: datetime) -> Iterator[None]:
    """What is written meanwhile of moments `before` (UTC) is not taken up until then: a past that is being told."""
    token = _WAITS.set((until, before))
    try:
        yield
    finally:
        _WAITS.reset(token)


def _write(*rows: Notice) -> None:
    """Insert rows unless their keys are there: told once, however often the act is repeated (H-N3)."""
    if waits := _WAITS.get():
        for row in rows:
            row.next_try_at = waits[0] if row.created_at < waits[1] else row.next_try_at
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
