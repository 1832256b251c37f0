"""The wire: tells open pages that an order changed. Says which and which version, never what."""

from __future__ import annotations

import logging
from functools import cache

import redis
from django.conf import settings

log = logging.getLogger(__name__)
STREAM = "doorstep:live"


@cache
def wire() -> redis.Redis:
    """Return the connection to Redis; short timeouts, because nobody's work may wait for it."""
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=0.5, socket_connect_timeout=0.5)


def tell(order_id: int, version: int, outlet_id: int) -> None:
    """Announce a committed change. Without Redis the pages find out a little later, by asking."""
    try:
        wire().xadd(STREAM, {"order": order_id, "version": version, "outlet": outlet_id}, maxlen=10_000)
    except redis.RedisError as error:
        log.warning("live wire is down: %s", error)
