"""A road server for tests: a real one, on a port of its own, that answers as it is told, well or badly."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from dispatch.planning import travel

FACTOR = 1.5  # real roads against the estimate


class Road(ThreadingHTTPServer):
    """What it did is in `asked`; `mood` is how it answers: well, slow, drip, 500, gone …"""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.mood, self.asked = "well", []

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    """OSRM by GET, Valhalla by POST."""

    def do_GET(self) -> None:
        """Answer as OSRM's table."""
        parts = urlsplit(self.path)
        spots = [tuple(map(float, spot.split(",")))[::-1] for spot in parts.path.rsplit("/", 1)[1].split(";")]
        how = {name: value[0] for name, value in parse_qs(parts.query, separator="&").items()}
        rows, columns = ([int(one) for one in how[name].split(";")] for name in ("sources", "destinations"))
        times, far = self._ways([spots[i] for i in rows], [spots[i] for i in columns])
        self._say({"code": "Ok", "durations": times, "distances": far})

    def do_POST(self) -> None:
        """Answer as Valhalla's matrix."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        sources, targets = ([(one["lat"], one["lon"]) for one in body[name]] for name in ("sources", "targets"))
        times, far = self._ways(sources, targets)
        rows = [
            [{"time": t, "distance": d and d / 1000} for t, d in zip(*both, strict=True)]
            for both in zip(times, far, strict=False)
        ]
        self._say({"sources_to_targets": rows})

    def _ways(self, sources: list, targets: list) -> tuple[list, list]:
        self.server.asked.append((len(sources), len(targets)))
        factor = {"hours": FACTOR / 3600}.get(self.server.mood, FACTOR)
        times = [[factor * travel.seconds(a, b) for b in targets] for a in sources]
        self._spoil(times)
        return times, [[1.3 * travel.metres(a, b) for b in targets] for a in sources]

    def _spoil(self, times: list) -> None:
        bad = {"nan": float("nan"), "negative": -5, "words": "soon", "true": True, "endless": 1e12}
        if self.server.mood in bad:
            times[0][-1] = bad[self.server.mood]
        if self.server.mood == "island":
            times[0][:] = [None] * len(times[0])
        if self.server.mood == "short":
            times.pop()

    def _say(self, data: dict) -> None:
        mood = self.server.mood
        if mood == "slow":
            time.sleep(2)
        if mood == "refused":
            data["code"] = "InvalidQuery"
        body = {"html": b"<html>", "list": b"[]", "empty": b""}.get(mood, json.dumps(data).encode())
        self.send_response(500 if mood == "500" else 302 if mood == "moved" else 200)
        self.send_header("Location", "http://127.0.0.1:1/")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        for at in range(0, len(body), 20 if mood == "drip" else len(body)):
            self.wfile.write(body[at : at + 20] if mood == "drip" else body)
            time.sleep(0.05 if mood == "drip" else 0)

    def log_message(self, *_what) -> None:
        """Say nothing."""


@contextmanager
def road_server() -> Iterator[Road]:
    """Run one for as long as the block lasts."""
    server = Road()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
