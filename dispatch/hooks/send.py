"""Sending to receivers: each in its own order, side by side. One that hangs or fails is left alone for a while, the
others are not kept waiting for it.

At least once: who dies between sending and writing down leaves it to be sent again, under the same id.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from time import monotonic

import aiohttp
from django.db import connection, models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from dispatch.hooks.letter import body_of, headers_of
from dispatch.models import Delivery, OrderEvent, Webhook
from dispatch.notices.claim import one_of

log = logging.getLogger(__name__)

EACH = 20  # of one receiver, before what came of them is written down
A_TURN = 5.0  # seconds after which a receiver's turn ends though it takes what it is sent: it is slow
TIMEOUT = aiohttp.ClientTimeout(total=15, sock_connect=5)  # seconds for all of it: who trickles is cut off too
FIRST, LONGEST = timedelta(seconds=5), timedelta(hours=1)
PATIENCE = timedelta(days=3)  # a receiver that answers nothing for so long is switched off
CREW = 16
LOCK = 0x4007_0001  # the advisory lock of whoever sends: one, so that each receiver hears of things in their order
DUE = """
SELECT due.id FROM dispatch_webhook h, LATERAL (
    SELECT id FROM dispatch_delivery WHERE webhook_id = h.id AND state = 'waiting' ORDER BY id LIMIT %(each)s
) due
WHERE h.active AND (h.rests_until IS NULL OR h.rests_until <= %(now)s) AND h.id <> ALL(%(busy)s)
"""


def drain(seconds: float, clock: Callable[[], datetime] = timezone.now) -> int:
    """Send until nothing is due or `seconds` have passed; return how many were tried. `clock` gives UTC."""
    tried, until = 0, monotonic() + seconds
    turns: dict[Future[list[Delivery]], int] = {}
    with one_of(1, LOCK) as may, ThreadPoolExecutor(CREW) as crew:
        while may:
            if monotonic() < until + (TIMEOUT.total if turns else 0):  # while one hangs, the others go on
                turns |= _begin(crew, clock, turns.values())
            if not turns:
                break
            over, _others = wait(turns, timeout=1.0, return_when=FIRST_COMPLETED)
            for turn in over:
                del turns[turn]
                tried += _settle(turn.result(), clock())
    return tried


def _begin(crew: ThreadPoolExecutor, clock: Callable[[], datetime], busy: Iterable[int]) -> dict[Future, int]:
    """Give a turn to every receiver that something waits for and that is neither busy nor resting."""
    with connection.cursor() as cursor:
        cursor.execute(DUE, {"now": clock(), "each": EACH, "busy": list(busy)})
        numbers = [pk for (pk,) in cursor.fetchall()]
    rows = Delivery.objects.filter(pk__in=numbers).select_related("webhook", "order__outlet").order_by("pk")
    by_hook: dict[int, list[Delivery]] = {}
    for row in rows:
        by_hook.setdefault(row.webhook_id, []).append(row)
    letters = _letters(list(rows))
    return {crew.submit(_send_all, mine, letters, clock): hook for hook, mine in by_hook.items()}


def _letters(rows: list[Delivery]) -> dict[int, bytes]:
    """Return {delivery: body}; the events are read at once."""
    wanted = models.Q()
    for row in rows:
        wanted |= models.Q(order=row.order_id, seq=row.seq)
    events = {(event.order_id, event.seq): event for event in OrderEvent.objects.filter(wanted)} if rows else {}
    return {row.pk: body_of(row, events[row.order_id, row.seq]) for row in rows}


def _send_all(rows: list[Delivery], letters: dict[int, bytes], clock: Callable[[], datetime]) -> list[Delivery]:
    """Send one receiver's, in their order, in a thread, until its turn is over; return those that were tried.

    What fails ends the turn: the rest waits with it.
    """

    async def turn() -> list[Delivery]:
        done, until = [], monotonic() + A_TURN
        async with aiohttp.ClientSession(timeout=TIMEOUT, trust_env=True) as session:
            for row in rows:
                row.answered, row.error = await _send(session, row, letters[row.pk], clock())
                done.append(row)
                if row.error or monotonic() > until:
                    break
        return done

    return asyncio.run(turn())


async def _send(session: aiohttp.ClientSession, row: Delivery, body: bytes, now: datetime) -> tuple[int | None, str]:
    """Send one; return (status, what went wrong). Redirects are not followed: they lead where nobody agreed to."""
    try:
        headers = headers_of(row, body, now)
        async with session.post(row.webhook.url, data=body, headers=headers, allow_redirects=False) as answer:
            return answer.status, "" if 200 <= answer.status < 300 else f"HTTP {answer.status}"
    except TimeoutError:
        return None, "Timeout"
    except (aiohttp.ClientError, OSError, ValueError) as error:  # an address no parser takes is a ValueError
        return None, type(error).__name__


def _settle(done: list[Delivery], now: datetime) -> int:
    """Write down what came of one receiver's turn, and let it rest when the last try failed; return how many tries."""
    hook, failed = done[0].webhook, bool(done[-1].error)
    for row in done:
        changed = {"answered": row.answered, "error": row.error[:300], "tries": F("tries") + 1}
        changed |= {} if row.error else {"state": Delivery.SENT, "sent_at": now}
        Delivery.objects.filter(pk=row.pk, state=Delivery.WAITING).update(**changed)
    if not failed:
        Webhook.objects.filter(pk=hook.pk).update(failing_since=None, rests_until=None)
        return len(done)
    since = (now if len(done) > 1 else hook.failing_since) or now
    rest = min(LONGEST, FIRST * 2 ** min(done[-1].tries, 16))
    Webhook.objects.filter(pk=hook.pk).update(failing_since=since, rests_until=now + rest)
    if since + PATIENCE < now:
        _switch_off(hook, now)
    return len(done)


def _switch_off(hook: Webhook, now: datetime) -> None:
    """Give a receiver up that took nothing for days; what waits can be sent again once it is mended."""
    log.error("webhook %s switched off: failing since %s", hook.pk, hook.failing_since)
    Webhook.objects.filter(pk=hook.pk).update(active=False)
    hook.deliveries.filter(state=Delivery.WAITING).update(state=Delivery.FAILED, error=_("Switched off"))


def pass_over(rows: models.QuerySet[Delivery]) -> int:
    """Give deliveries up that a receiver never takes, so that what waits behind them goes; return how many."""
    hooks = list(rows.filter(state=Delivery.WAITING).values_list("webhook_id", flat=True).distinct())
    count = rows.filter(state=Delivery.WAITING).update(state=Delivery.FAILED, error=_("Passed over"))
    Webhook.objects.filter(pk__in=hooks).update(failing_since=None, rests_until=None)
    return count


def send_again(rows: models.QuerySet[Delivery]) -> int:
    """Have deliveries sent once more, taken ones too; return how many. The receiver sees the same ids."""
    return rows.update(state=Delivery.WAITING, tries=0, sent_at=None, error="")
