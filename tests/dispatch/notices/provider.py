"""A provider of text messages for tests: a real server that answers as it is told, well or badly."""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Provider(ThreadingHTTPServer):
    """`got` is what it was sent, in order, with the headers; `mood` is how it answers, a status, "hangs" or "half"."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.mood: int | str = 200
        self.got: list[tuple[dict, dict]] = []
        self.chance = random.Random(7)
        self.lock = threading.Lock()
        self.before_answer: Callable[[dict], None] | None = None  # done with the body before it is answered

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.server_address[1]}/send"

    @property
    def keys(self) -> list[str]:
        """The keys it took."""
        return [body["id"] for body, _ in self.got]


class Handler(BaseHTTPRequestHandler):
    """POST of JSON."""

    def do_POST(self) -> None:
        """Answer by the mood; what is refused is not in `got`."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        server = self.server
        mood = server.mood
        if mood == "hangs":
            time.sleep(3)
            return
        with server.lock:
            if mood == "half":
                mood = 200 if server.chance.random() < 0.5 else 503
            if mood == 200:
                server.got.append((body, dict(self.headers)))
        if server.before_answer:
            server.before_answer(body)
        said = json.dumps({"data": [{"id": f"P{len(server.got)}"}], "id": f"P{len(server.got)}"}).encode()
        self.send_response(mood)
        if mood == 429:
            self.send_header("Retry-After", "120")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_args) -> None:
        """Say nothing."""


@contextmanager
def providing() -> Iterator[Provider]:
    """Run one for as long as the block lasts."""
    server = Provider()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
