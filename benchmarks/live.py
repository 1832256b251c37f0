"""What 500 open live streams cost, in a process of their own and in the web process, and how soon they all hear."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import common
import psutil

STREAMS = 500
PEOPLE = 100
MEMORY = 100.0  # MB, the process of its own
CHANGES = 200
PACE = 0.05  # seconds between two changes
IDLE = 20.0  # seconds with a heartbeat in them
GRANIAN = ["-m", "granian", "--interface", "rsgi", "--http", "1", "--no-ws", "--runtime-threads", "1"]
GRANIAN += ["--backlog", "2048", "--backpressure", "2048", "--workers-kill-timeout", "3"]


def main() -> None:
    """Print the figures."""
    with common.servers() as var:
        common.heading(f"{STREAMS} open live streams")
        for name, app in (("a process of its own", "config.live:app"), ("the web process", "config.server:app")):
            with served(app, var / "live.log") as (process, port):
                print(f"{name} ({app})")
                asyncio.run(measure(process, port, alone=app.startswith("config.live")))


@contextlib.contextmanager
def served(app: str, log: Path) -> Iterator[tuple[psutil.Process, int]]:
    """Run a server; yields the process that answers, and its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = common.start(*GRANIAN, "--port", str(port), app, log=log)
    try:
        while not _answers(port):
            time.sleep(0.1)
        yield psutil.Process(server.pid).children(recursive=True)[-1], port
    finally:
        common.end(server)


def _answers(port: int) -> bool:
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/livez")
        return connection.getresponse().status == 200
    except OSError:
        return False


async def measure(process: psutil.Process, port: int, *, alone: bool) -> None:
    """Open the streams, tell changes, and print what it took."""
    before, databases = size(process), database_connections()
    begun = time.perf_counter()
    readers = [await opened(port, number) for number in range(STREAMS)]
    common.line("  opened, one after the other", f"{time.perf_counter() - begun:.2f} s")
    took, cpu = await told(process, readers)
    common.line("  change to the first of them, median", f"{common.percentile(took[0], 0.5):.1f} ms")
    last = common.percentile(took[1], 0.99)
    common.line("  change to the last of them, median", f"{common.percentile(took[1], 0.5):.1f} ms")
    common.line("  change to the last of them, 99 of 100", f"{last:.1f} ms", "1000 ms", last / 1000)
    common.line(f"  processor per change for {STREAMS} streams", f"{cpu * 1000 / CHANGES:.1f} ms")
    spent = used(process)
    await asyncio.sleep(IDLE)
    common.line("  processor while nothing happens", f"{(used(process) - spent) / IDLE:.2%}")
    after = size(process)
    if alone:
        common.line("  resident", f"{after:.0f} MB", f"{MEMORY:.0f} MB", after / MEMORY)
    else:
        common.line("  resident before and with them", f"{before:.0f}, {after:.0f} MB")
    common.line("  added by a stream", f"{(after - before) * 1000 / STREAMS:.1f} KB")
    held = database_connections() - databases
    common.line("  database connections held", str(held), "0", None)
    for _reader, writer in readers:
        writer.close()


async def opened(port: int, number: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Open a stream and read on to where it is live. Everyone here hears of one outlet."""
    from dispatch.live import ticket_for

    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    query = urlencode({"ticket": ticket_for(1 + number % PEOPLE, 1)})
    writer.write(f"GET /live/?{query} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    await reader.readuntil(b"event: hello")
    return reader, writer


async def told(process: psutil.Process, readers: list) -> tuple[tuple[list[float], list[float]], float]:
    """Tell changes one by one; return how long each took to the first and to the last reader (ms), and the CPU (s)."""
    from dispatch import live

    first, last, spent = [], [], used(process)
    for number in range(CHANGES):
        begun = time.perf_counter()
        await asyncio.to_thread(live.tell, number, 1, 1)
        heard = await asyncio.gather(*(hears(reader, number) for reader, _writer in readers))
        first.append((min(heard) - begun) * 1000)
        last.append((max(heard) - begun) * 1000)
        await asyncio.sleep(PACE)
    return (sorted(first), sorted(last)), used(process) - spent


async def hears(reader: asyncio.StreamReader, number: int) -> float:
    """Return when a reader has heard of an order."""
    await reader.readuntil(f'"order":{number},'.encode())
    return time.perf_counter()


def size(process: psutil.Process) -> float:
    """Return what a process has in memory, MB."""
    return process.memory_info().rss / 1e6


def used(process: psutil.Process) -> float:
    """Return the CPU seconds a process has used."""
    times = process.cpu_times()
    return times.user + times.system


def database_connections() -> int:
    """Return how many clients PostgreSQL has, without this one that asks."""
    asked = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
    with common.superuser() as own:
        return own.execute(asked).fetchone()[0]


if __name__ == "__main__":
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    main()
