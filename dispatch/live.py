"""The wire: tells open pages that an order changed. Says which and which version, never what."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from functools import cache

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

log = logging.getLogger(__name__)
STREAM = "doorstep:live"
LENGTH = 10_000
# After a failure nobody tries for this long (s): with Redis hanging, each act would wait for its time-out.
LEAVE_ALONE = 1.0
_dead_until = 0.0


@cache
def wire() -> redis.Redis:
    """Return the connection to Redis; short timeouts and no second try, because nobody's work may wait for it."""
    return redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=0.5, socket_connect_timeout=0.5, retry=Retry(NoBackoff(), 0)
    )


def tell(order_id: int, version: int, outlet_id: int) -> None:
    """Announce a committed change. Without Redis the pages find out a little later, by asking."""
    tell_all([(order_id, version, outlet_id)])


def tell_all(changes: Iterable[tuple[int, int, int]]) -> None:
    """Announce many committed changes, each (order, version, outlet), in one go."""
    global _dead_until
    if time.monotonic() < _dead_until:
        return
    try:
        pipe = wire().pipeline(transaction=False)
        for order_id, version, outlet_id in changes:
            pipe.xadd(STREAM, {"order": order_id, "version": version, "outlet": outlet_id}, maxlen=LENGTH)
        pipe.execute()
    except redis.RedisError as error:
        _dead_until = time.monotonic() + LEAVE_ALONE
        log.warning("live wire is down: %s", error)


def last() -> str:
    """Return the stream's newest number, from where a page that reads the database now has to listen; "" without Redis.

    Read it before the database: what is committed in between is then heard of twice, never missed.
    """
    try:
        newest = wire().xrevrange(STREAM, count=1)
    except redis.RedisError:
        return ""
    return newest[0][0].decode() if newest else "0-0"


def tell_of(kind: str, pk: int, outlet_id: int) -> None:
    """Announce what is no order: a "technician" with new hours, a "plan" that went on, a "position"."""
    global _dead_until
    if time.monotonic() < _dead_until:
        return
    try:
        wire().xadd(STREAM, {"kind": kind, "id": pk, "outlet": outlet_id}, maxlen=LENGTH)
    except redis.RedisError as error:
        _dead_until = time.monotonic() + LEAVE_ALONE
        log.warning("live wire is down: %s", error)
