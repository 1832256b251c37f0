"""The wire: tells open pages that something changed. Says which and which version, never what.

This half writes, and says where the wire stands; `config.live` reads it and serves the pages' streams.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable
from functools import cache

import redis
from django.conf import settings
from django.core import signing
from redis.backoff import NoBackoff
from redis.retry import Retry

log = logging.getLogger(__name__)
STREAM = "doorstep:live"
LENGTH = 10_000
# After a failure nobody tries for this long (s): with Redis hanging, each act would wait for its time-out.
LEAVE_ALONE = 1.0
# What stands in the stream where something could not be told: whoever reads past it fetches everything anew.
GAP = {"kind": "gap"}
TICKET_SECONDS = 60  # to open a stream with; an open stream outlives it
_SALT = "doorstep.live"
_dead_until = 0.0
_mending = False
_lock = threading.Lock()


@cache
def wire() -> redis.Redis:
    """Return the connection to Redis; short timeouts and no second try, because nobody's work may wait for it."""
    return redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=0.5, socket_connect_timeout=0.5, retry=Retry(NoBackoff(), 0)
    )


def tell(order_id: int, version: int, outlet_id: int) -> None:
    """Announce a committed change. Without Redis the pages hear, once it is back, that they missed something."""
    tell_all([(order_id, version, outlet_id)])


def tell_all(changes: Iterable[tuple[int, int, int]]) -> None:
    """Announce many committed changes, each (order, version, outlet), in one go."""
    _add([{"order": order, "version": version, "outlet": outlet} for order, version, outlet in changes])


def tell_of(kind: str, pk: int, outlet_id: int) -> None:
    """Announce what is no order: a "technician" with other hours, a "plan" that went on, a "position"."""
    _add([{"kind": kind, "id": pk, "outlet": outlet_id}])


def last() -> str:
    """Return the stream's newest number, from where a page that reads the database now has to listen; "" without Redis.

    Read it before the database: what is committed in between is then heard of twice, never missed.
    """
    try:
        newest = wire().xrevrange(STREAM, count=1)
    except redis.RedisError:
        return ""
    return newest[0][0].decode() if newest else "0-0"


def ticket_for(user_id: int, outlet_id: int | None) -> str:
    """Return what opens one stream: it names the person and the one outlet they hear of, None for every outlet."""
    return signing.dumps([user_id, outlet_id], salt=_SALT)


def read_ticket(ticket: str) -> tuple[int, int | None]:
    """Return (user, outlet) of a ticket. Raises signing.BadSignature: forged, garbled, or older than a minute."""
    user_id, outlet_id = signing.loads(ticket, salt=_SALT, max_age=TICKET_SECONDS)
    return user_id, outlet_id


def _add(entries: list[dict]) -> None:
    """Write to the stream, or see to it that the pages learn that something is missing there."""
    if time.monotonic() < _dead_until:
        return
    try:
        pipe = wire().pipeline(transaction=False)
        for entry in entries:
            pipe.xadd(STREAM, entry, maxlen=LENGTH)
        pipe.execute()
    except redis.RedisError as error:
        log.warning("live wire is down: %s", error)
        _be_silent()


def _be_silent() -> None:
    """Leave Redis alone for a while, and have somebody write down what the pages do not learn by it."""
    global _dead_until, _mending
    with _lock:
        _dead_until = time.monotonic() + LEAVE_ALONE
        begins, _mending = not _mending, True
    if begins:
        threading.Thread(target=_mend, name="live-gap", daemon=True).start()


def _mend() -> None:
    """Write a gap as soon as Redis answers, after the last word that was swallowed: nobody may have another to say."""
    global _mending
    while True:
        time.sleep(LEAVE_ALONE)
        began = time.monotonic()
        try:
            wire().xadd(STREAM, GAP, maxlen=LENGTH)
        except redis.RedisError:
            continue
        with _lock:
            if began >= _dead_until:
                _mending = False
                return
