"""One reader of the wire per process, and the inboxes of the open streams that it fills."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import resource
import signal
import time
from collections import deque

import redis.asyncio
from django.conf import settings
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from dispatch.live import GAP, LENGTH, STREAM

log = logging.getLogger(__name__)
Place = tuple[int, int]  # in the stream: milliseconds and number, as Redis orders them
BLOCK_MS = 2_000
ANSWER_SECONDS = 4.0  # a Redis that hangs is as good as gone
TRY_AGAIN_SECONDS = 0.3
BEAT_SECONDS = 15.0
INBOX = 500  # batches that may wait for one reader; who lets more pile up is sent away and catches up
AT_ONCE = 500
CATCH_UP = 5_000  # who missed more is better off fetching everything anew
RESET, LOST = "reset", "lost"


def place_of(text: str | bytes) -> Place | None:
    """Read "1763858042000-3"; None when it is no place in a stream."""
    text = text.decode() if isinstance(text, bytes) else text
    moment, _, number = text.partition("-")
    if not all(part.isascii() and part.isdigit() and len(part) <= 20 for part in (moment, number)):
        return None
    return int(moment), int(number)


def written(place: Place) -> str:
    """Write a place as Redis does."""
    return f"{place[0]}-{place[1]}"


def event(name: str, place: Place | None = None) -> bytes:
    """Return a server-sent event without content: hello, reset, lost, renew."""
    at = f"id: {written(place)}\n" if place else ""
    return f"event: {name}\n{at}data: {{}}\n\n".encode()


class Listener:
    """The inbox of one open stream: what of one outlet (None: of all) is to be told, at the reader's pace."""

    __slots__ = ("_inbox", "_woken", "ended", "outlet", "until")

    def __init__(self, outlet: int | None, until: float):
        """`until`: the moment (monotonic) at which the page has to come with a new ticket."""
        self.outlet, self.until = outlet, until
        self.ended = ""
        self._inbox: deque[bytes] = deque()
        self._woken = asyncio.Event()

    def hear(self, data: bytes) -> None:
        """Put something into the inbox; a full one ends the stream."""
        if len(self._inbox) >= INBOX:
            self.end("slow")
        if not self.ended:
            self._inbox.append(data)
            self._woken.set()

    def end(self, why: str) -> None:
        """End the stream; what waits is forgotten, because who comes back catches up."""
        self.ended = self.ended or why
        self._inbox.clear()
        self._woken.set()

    async def next(self) -> bytes:
        """Wait for something; return all that waits, nothing when the stream is to end."""
        await self._woken.wait()
        self._woken.clear()
        found = b"".join(self._inbox)
        self._inbox.clear()
        return found


class Hub:
    """Reads the wire as long as somebody listens, one connection for all, and tells each what is theirs."""

    def __init__(self):
        self.at: Place | None = None  # where it has read to
        self.up = False
        self.closing = False
        self.listeners: set[Listener] = set()
        self._ready: asyncio.Event | None = None
        self._task: asyncio.Task | None = None
        self._client: redis.asyncio.Redis | None = None
        self._beaten = 0.0

    async def attach(self, listener: Listener) -> Place | None:
        """Let somebody listen; return the place after which they hear everything, None while the wire is down."""
        if self._ready is None:
            self._prepare()
        self.listeners.add(listener)
        if self._task is None:
            self._ready.clear()
            self._task = asyncio.get_running_loop().create_task(self._run())
        await self._ready.wait()
        return self.at if self.up else None

    def detach(self, listener: Listener) -> None:
        """Let somebody go. The last one takes the connection with them."""
        self.listeners.discard(listener)

    async def missed(self, after: Place | None, until: Place, outlet: int | None) -> bytes:
        """Return what was told after `after` up to `until`, or a reset when nobody knows any more.

        The stream has to hold `after` itself: then nothing was trimmed, emptied or lost since. Raises RedisError.
        """
        if after is None:
            return event(RESET, until)
        upper = written(max(after, until))
        found = await self._client.xrange(STREAM, written(after), upper, count=CATCH_UP + 1)
        if not found and after == until == (0, 0):
            return b""
        if not found or place_of(found[0][0]) != after or len(found) > CATCH_UP:
            return event(RESET, until)
        return _told(found[1:], outlet)

    def close(self) -> None:
        """End every stream: the process stops."""
        self.closing = True
        for listener in list(self.listeners):
            listener.end("closing")

    def _prepare(self) -> None:
        """On the first stream: know when the process stops, and have a file handle for everyone."""
        self._ready = asyncio.Event()
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if soft < hard:
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            before = signal.getsignal(number)
            if not callable(before):
                continue

            # The server hears of it through the loop's own file, whoever handles it here; it then waits for our end.
            def stop(signum, frame, before=before):
                loop.call_soon_threadsafe(self.close)
                before(signum, frame)

            signal.signal(number, stop)
            signal.siginterrupt(number, False)

    async def _run(self) -> None:
        """Read while somebody listens. Redis may come and go."""
        self._client = client = redis.asyncio.Redis.from_url(
            settings.REDIS_URL, socket_timeout=ANSWER_SECONDS, socket_connect_timeout=1.0, retry=Retry(NoBackoff(), 0)
        )
        self._beaten = time.monotonic()
        try:
            while self.listeners:
                try:
                    await self._read(client)
                except (RedisError, OSError) as error:
                    self._lose(error)
                    await asyncio.sleep(TRY_AGAIN_SECONDS)
                self._beat()
        finally:
            self._task, self.at, self.up = None, None, False
            for listener in list(self.listeners):  # only when something of ours broke: nobody may wait for nothing
                listener.end("broken")
            self._ready.set()
            await client.aclose()

    async def _read(self, client: redis.asyncio.Redis) -> None:
        """Read on from where we are; find out first where that is."""
        if not self.up:
            if self.at is None and not self._ready.is_set():
                newest = await client.xrevrange(STREAM, count=1)
                self.at = place_of(newest[0][0]) if newest else (0, 0)
            else:
                # What was told meanwhile reached nobody. Who is not connected now learns it from the gap.
                self.at = place_of(await client.xadd(STREAM, GAP, maxlen=LENGTH))
                self._tell_all(event(RESET, self.at))
            self.up = True
            self._ready.set()
        found = await client.xread({STREAM: written(self.at)}, count=AT_ONCE, block=BLOCK_MS)
        for _name, entries in found or ():
            self._tell(entries)

    def _tell(self, entries: list) -> None:
        """Give everyone what is theirs of some new entries; written once for all who hear the same."""
        same: dict[int | None, bytes] = {}
        for listener in list(self.listeners):
            if listener.outlet not in same:
                same[listener.outlet] = _told(entries, listener.outlet)
            if same[listener.outlet]:
                listener.hear(same[listener.outlet])
        self.at = place_of(entries[-1][0])

    def _tell_all(self, data: bytes) -> None:
        for listener in list(self.listeners):
            listener.hear(data)

    def _lose(self, error: Exception) -> None:
        """Say once that the wire is down."""
        if self.up or not self._ready.is_set():
            log.warning("the live wire does not answer: %s", error)
            self._tell_all(event(LOST))
        self.up = False
        self._ready.set()

    def _beat(self) -> None:
        """Tell from time to time that the stream lives and how far it is; end what is old."""
        now = time.monotonic()
        if now - self._beaten < BEAT_SECONDS:
            return
        self._beaten = now
        at = f"id: {written(self.at)}\n" if self.up else ""
        self._tell_all(f": beat\n{at}\n".encode())
        for listener in list(self.listeners):
            if listener.until <= now:
                listener.end("renew")


def _told(entries: list, outlet: int | None) -> bytes:
    """Return entries as server-sent events, those that the outlet's people may hear of (None: all)."""
    found = []
    for name, values in entries:
        if values is None:
            continue
        at, kind = name.decode(), values.get(b"kind", b"").decode()
        if kind == GAP["kind"]:
            found = [event(RESET, place_of(name))]
        elif outlet is None or int(values[b"outlet"]) == outlet:
            what = {key.decode(): int(value) for key, value in values.items() if key != b"kind"}
            data = json.dumps(({"kind": kind} if kind else {}) | what, separators=(",", ":"))
            found.append(f"id: {at}\ndata: {data}\n\n".encode())
    return b"".join(found)
