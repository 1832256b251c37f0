"""Signs of life of the processes that nobody looks at: each says in Redis from time to time that it works.

Redis, because the processes that matter here do nothing without it; and because a sign of life is no truth to keep.
"""

from __future__ import annotations

import contextlib
import os
import socket
import time
from dataclasses import dataclass
from datetime import UTC, datetime

import redis
from django.conf import settings

KINDS = ("worker", "beat", "sweeper")
KEY = "doorstep:pulse:"
EVERY = 10.0  # seconds between two signs
SILENT = 45.0  # seconds after which silence means something
KEPT = 7 * 86_400  # seconds for which it is remembered who was there
SECONDS = 0.5  # that a sign, or a look, may take

_last: dict[str, float] = {}


@dataclass(frozen=True)
class Pulse:
    """One process: what it is, where it runs, when it was last heard of (UTC)."""

    kind: str
    name: str
    at: datetime

    def age(self, now: datetime) -> float:
        """Return the seconds since; never less than 0, whatever the clocks say."""
        return max(0.0, (now - self.at).total_seconds())


def client() -> redis.Redis:
    """Return a client that gives up soon: nobody waits for Redis because of a sign of life."""
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=SECONDS, socket_connect_timeout=SECONDS, retry=None)


def beat(kind: str) -> bool:
    """Say that this process works, at most every few seconds; return whether it was said. Never raises for Redis."""
    if time.monotonic() - _last.get(kind, -EVERY) < EVERY:
        return False
    _last[kind] = time.monotonic()
    with contextlib.suppress(redis.exceptions.RedisError, OSError), client() as one:
        one.set(f"{KEY}{kind}:{socket.gethostname()}:{_family()}", repr(time.time()), ex=KEPT)
        return True
    return False


def heard(one: redis.Redis) -> list[Pulse]:
    """Return the last sign of each process, newest first. Raises RedisError, OSError."""
    keys = sorted(one.scan_iter(f"{KEY}*", count=1000))
    found = []
    for key, said in zip(keys, one.mget(keys) if keys else [], strict=True):
        kind, _colon, name = key.decode().removeprefix(KEY).partition(":")
        with contextlib.suppress(TypeError, ValueError):
            found.append(Pulse(kind, name, datetime.fromtimestamp(float(said), UTC)))
    return sorted(found, key=lambda pulse: pulse.at, reverse=True)


def _family() -> int:
    """Return the number of the process group: a worker's children are one worker."""
    return os.getpgrp()
