"""For tests of the live streams: a server process for them, and a reader that says what it hears."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode

from config.up import PROJECT

GRANIAN = ["-m", "granian", "--interface", "rsgi", "--http", "1", "--no-ws"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def served(app: str, port: int, **environment: str):
    """Run one of our servers on a port until the block ends; yields its process, once it answers."""
    command = [sys.executable, *GRANIAN, "--port", str(port), app]
    server = subprocess.Popen(
        command, cwd=PROJECT, env=os.environ | {"WEB_THREADS": "2"} | environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_for(lambda: _answers(port))
        yield server
    finally:
        server.terminate()
        server.wait(20)


def _answers(port: int) -> bool:
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/livez")
        return connection.getresponse().status == 200
    except OSError:
        return False


def wait_for(condition, seconds: float = 30):
    """Return what `condition()` comes to as soon as it is true; fail if that takes too long."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.02)
    return found


@dataclass
class Event:
    """One server-sent event."""

    name: str = "message"
    at: str = ""
    data: dict | None = None


@dataclass
class Reader:
    """An open stream. `answer` is what came first; `hear()` gives event after event."""

    port: int
    query: dict[str, str]
    path: str = "/live/"
    status: int = 0
    answer: http.client.HTTPResponse | None = field(default=None, repr=False)

    def __enter__(self) -> Reader:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
        self.connection.request("GET", f"{self.path}?{urlencode(self.query)}")
        self.answer = self.connection.getresponse()
        self.status = self.answer.status
        return self

    def __exit__(self, *_):
        self.answer.close()
        self.connection.close()

    def hear(self) -> Event | None:
        """Return the next event; None when the stream has ended."""
        found = Event()
        while line := self.answer.readline().decode():
            key, _, value = line.rstrip("\n").partition(": ")
            if key == "event":
                found.name = value
            elif key == "id":
                found.at = value
            elif key == "data":
                found.data = json.loads(value)
            elif not line.strip() and found.data is not None:
                return found
        return None

    def until(self, name: str) -> list[Event]:
        """Return the events up to one of that name, which comes last."""
        found = []
        while not found or found[-1].name != name:
            found.append(self.hear())
            assert found[-1], f"the stream ended before {name}"
        return found
