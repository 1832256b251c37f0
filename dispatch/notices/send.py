"""Sending what is written down: claim, prepare, send, settle; over and over until nothing is due.

At least once: who dies between the sending and the writing down leaves a row that is sent again, with the same key, by
which a provider that knows keys drops the repeat. Waits between tries double, with a little chance in them, so that a
provider that comes back is not run over.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from time import monotonic

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from dispatch.models import Notice, NoticeEvent, NoticeState
from dispatch.models.notice import WAITING
from dispatch.notices.catalogue import KINDS
from dispatch.notices.channels import ChannelError, Message, sender
from dispatch.notices.claim import claim, one_of, settle
from dispatch.notices.prepare import prepare
from dispatch.notices.undelivered import give_up, tell_of_call

log = logging.getLogger(__name__)

BATCH = 100
MOST_TRIES = 24  # some four hours
LONGEST_WAIT = 900.0  # seconds


def drain(seconds: float, clock: Callable[[], datetime] = timezone.now, batch: int = BATCH) -> int:
    """Send until nothing is due or `seconds` have passed; return how many were taken up.

    0 too when others are at it already (NOTICE_SENDERS). `clock` gives the moment, UTC.
    """
    taken, until = 0, monotonic() + seconds
    with one_of(settings.NOTICE_SENDERS) as may, ThreadPoolExecutor(settings.NOTICE_THREADS) as crew:
        while may and monotonic() < until and (some := send_batch(clock, crew, batch)):
            taken += some
    return taken


def send_batch(clock: Callable[[], datetime], crew: ThreadPoolExecutor, batch: int = BATCH) -> int:
    """Claim one batch and see it through; return how many rows were claimed."""
    numbers = claim(clock(), batch)
    if not numbers:
        return 0
    rows = prepare(numbers, clock())
    tokens = {row.pk: row.tries for row in rows}
    ready = [row for row in rows if row.state == NoticeState.SENDING]
    for row, said in zip(ready, crew.map(_send, ready), strict=True):
        _after(row, said, clock())
    settled = [row for row in rows if row.state != NoticeState.SENDING]
    for row in settled:
        if row.state == NoticeState.HELD:
            row.tries -= 1  # nothing was tried
        elif row.event == NoticeEvent.CODE and row.state not in WAITING:
            row.forget_code()
    with transaction.atomic():
        for row in settle([(row, tokens[row.pk]) for row in settled]):
            tell_of_call(row, clock())
    return len(numbers)


def _send(row: Notice) -> str | Exception:
    """Hand one message to its channel, in a thread; return the provider's number, or what went wrong."""
    url = row.hook.url if row.hook_id and row.hook else ""
    try:
        return sender(row.channel)(Message(row.key, row.to, row.subject, row.body, row.event, url))
    except Exception as error:
        return error


def _after(row: Notice, said: str | Exception, now: datetime) -> None:
    """Note on the row what came of a try."""
    if isinstance(said, Exception):
        _failed(row, said, now)
        return
    row.state, row.sent_at, row.provider_ref, row.last_error = NoticeState.SENT, now, said, ""


def _failed(row: Notice, error: Exception, now: datetime) -> None:
    known = isinstance(error, ChannelError)
    if not known:
        log.error("notice %s: %s failed", row.pk, row.channel, exc_info=error)
    row.last_error = (str(error) if known else type(error).__name__)[:300]
    again = now + timedelta(seconds=wait(row.tries, error.again_after if known else None))
    over = again > row.counted_from + KINDS[row.event].patience
    if row.tries >= MOST_TRIES or over or (known and error.final):
        give_up(row, now)
    else:
        row.state, row.next_try_at = NoticeState.QUEUED, again


def wait(tries: int, asked: float | None = None) -> float:
    """Return the seconds to wait after so many tries: doubled each time, half by chance; at least what is asked."""
    whole = min(LONGEST_WAIT, settings.NOTICE_FIRST_WAIT * 2 ** min(tries - 1, 20))
    return max(whole / 2 + random.random() * whole / 2, min(asked or 0, LONGEST_WAIT))
