"""The live streams: what `dispatch.live` writes, told to every open page that may hear of it.

Needs the settings and Redis, no tables and no thread: a stream costs some kilobytes and no database connection.
The web server serves `/live/` with it; `python -m granian --interface rsgi config.live:app` is a process for it alone.

A stream says: `hello` (from here on you hear everything), a change (its data as JSON, its id its place), `reset` (fetch
everything anew), `lost` (the wire itself is down; a reset follows), `renew` (come again with a new ticket), and every
15 seconds a comment with the place that has been reached.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import time
from collections import Counter
from http import HTTPStatus
from urllib.parse import parse_qs

from django.core import signing
from redis.exceptions import RedisError

from config.live_hub import LOST, Hub, Listener, event, place_of
from dispatch.live import read_ticket

PATH = "/live/"
STREAM_SECONDS = (540, 660)  # then a new ticket, not for all at once: a session may have ended, an outlet changed
# The server's own buffer has no end; so this is what somebody who never reads can make us keep.
STREAM_BYTES = 1_000_000
STREAMS_EACH = 24  # of one person in one process; the tabs of a browser share one
GONE_SECONDS = 60.0
HEADERS = [
    ("content-type", "text/event-stream; charset=utf-8"),
    ("cache-control", "no-store"),
    ("x-accel-buffering", "no"),
    # The ticket is the key, no cookie is: pages may come from another origin of ours (LIVE_URL).
    ("access-control-allow-origin", "*"),
    ("connection", "close"),
]
OLD = "The ticket is older than a minute. Ask /live/ticket/ for a new one."
FORGED = "The ticket is not one of ours. Ask /live/ticket/ for one."
MANY = f"{STREAMS_EACH} streams are open for this person already. Close some pages, then try again."
STOPPING = "The server is about to stop. Try again in a moment."

_hub = Hub()
_open: Counter[int] = Counter()


async def app(scope, proto) -> None:
    """Serve the streams and `/livez` alone (RSGI): for a process that does nothing else."""
    if scope.proto != "http":
        proto.close(403)
    elif scope.path == PATH:
        await stream(scope, proto)
    elif scope.path == "/livez":
        proto.response_str(200, [("content-type", "application/json")], '{"status": "alive"}')
    else:
        _refuse(proto, HTTPStatus.NOT_FOUND, "not_found", "Only the live streams are served here.")


async def stream(scope, proto) -> None:
    """Answer one request for `/live/?ticket=…&after=…` and go on until one of the two has enough (RSGI)."""
    if scope.method != "GET":
        return _refuse(proto, HTTPStatus.METHOD_NOT_ALLOWED, "method_not_allowed", "A stream is asked for with GET.")
    asked = parse_qs(scope.query_string, keep_blank_values=True)
    try:
        user, outlet = read_ticket(asked.get("ticket", [""])[0])
    except signing.SignatureExpired:
        return _refuse(proto, HTTPStatus.FORBIDDEN, "ticket_old", OLD)
    except (signing.BadSignature, ValueError, TypeError):
        return _refuse(proto, HTTPStatus.FORBIDDEN, "ticket", FORGED)
    if _hub.closing:
        return _refuse(proto, HTTPStatus.SERVICE_UNAVAILABLE, "stopping", STOPPING)
    if _open[user] >= STREAMS_EACH:
        return _refuse(proto, HTTPStatus.TOO_MANY_REQUESTS, "too_many", MANY)
    listener = Listener(outlet, time.monotonic() + random.uniform(*STREAM_SECONDS))
    _open[user] += 1
    gone = asyncio.create_task(_gone(proto, listener))
    try:
        await _serve(proto.response_stream(200, HEADERS), listener, asked.get("after", [None])[0])
        if not _hub.closing:
            # What the reader has not taken is still in our memory, and counts.
            await asyncio.wait([gone], timeout=GONE_SECONDS)
    finally:
        _hub.detach(listener)
        gone.cancel()
        _open[user] -= 1
        if not _open[user]:
            del _open[user]


async def _serve(transport, listener: Listener, after: str | None) -> None:
    """Say what was missed, then what happens. `after`: None when the page does not care what was before."""
    with contextlib.suppress(RuntimeError, ConnectionError):  # granian's way to say that the reader has gone
        begin = await _hub.attach(listener)
        if begin is None:
            sent = event(LOST)
        else:
            known = place_of(after) if after is not None else begin
            try:
                missed = await _hub.missed(known, begin, listener.outlet) if known != begin else b""
            except RedisError:
                return
            sent = missed + event("hello", begin)
        budget = STREAM_BYTES - len(sent)
        await transport.send_bytes(sent)
        while budget > 0 and (found := await listener.next()):
            budget -= len(found)
            await transport.send_bytes(found)
        if listener.ended in ("", "renew"):
            await transport.send_bytes(event("renew"))


async def _gone(proto, listener: Listener) -> None:
    """Notice a reader who left, before there is anything to tell them."""
    with contextlib.suppress(RuntimeError, ConnectionError):
        await proto.client_disconnect()
    listener.end("gone")


def _refuse(proto, status: HTTPStatus, code: str, detail: str) -> None:
    """Answer with a problem (RFC 9457), as everything else of ours does."""
    answer = {"type": f"urn:doorstep:problem:{code}", "title": status.phrase, "status": status.value}
    content = json.dumps(answer | {"code": code, "detail": detail}).encode()
    proto.response_bytes(status.value, [("content-type", "application/problem+json"), *HEADERS[1:4]], content)
