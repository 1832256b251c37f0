"""The road between a phone and the server: an HTTP relay that loses what it is told to lose, as a basement does."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

WELL = ""  # passed on, answered
CUT = "cut"  # the request never arrives
LOST = "lost"  # it arrives and is done, the answer is lost
AWAY = "away"  # the server says 503
SLOW = "slow"  # the answer comes a byte at a time, and then the connection breaks
FAULTS = (CUT, LOST, AWAY, SLOW)
HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "upgrade"}

Judge = Callable[[str, str, int], str]  # method, path, how many came before → a fault, or WELL


class Road:
    """Listens on a port of its own on loopback, and passes on to `port`. Use as a context manager.

    `judge` may be set at any time. `seen` holds (method, path, fault) of everything that came, in order.
    """

    def __init__(self, port: int, judge: Judge | None = None, static: int = 0):
        """Begin without faults unless `judge` says otherwise. `static`: another port that has the static files."""
        self.upstream, self.judge = port, judge or (lambda method, path, count: WELL)
        self.static = static or port
        self.seen: list[tuple[str, str, str]] = []
        self.down = False
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.port = self._server.server_port

    def __enter__(self) -> Road:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_how) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        """Where a browser goes to."""
        return f"http://127.0.0.1:{self.port}"

    def sent(self, part: str) -> list[tuple[str, str, str]]:
        """Return what came for addresses with `part` in them."""
        return [one for one in self.seen if part in one[1]]

    def _judged(self, method: str, path: str) -> str:
        with self._lock:
            fault = CUT if self.down else self.judge(method, path, len(self.seen))
            self.seen.append((method, path, fault))
        return fault

    def _handler(road) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_said) -> None:
                """Say nothing."""

            def _pass_on(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                fault = road._judged(self.command, self.path)
                if fault == CUT:
                    return self._break()
                if fault == AWAY:
                    return self._answer(503, {"Retry-After": "0"}, b"")
                status, headers, content = road._ask(self.command, self.path, dict(self.headers), body)
                if fault == LOST or status == 0:
                    return self._break()
                self._answer(status, headers, content, whole=fault != SLOW)

            do_GET = do_POST = do_HEAD = do_PUT = do_DELETE = _pass_on

            def _break(self) -> None:
                self.close_connection = True
                with suppress(OSError):
                    self.connection.shutdown(socket.SHUT_RDWR)

            def _answer(self, status: int, headers, content: bytes, *, whole: bool = True) -> None:
                with suppress(OSError):
                    self.send_response_only(status)
                    for name, value in headers.items() if isinstance(headers, dict) else headers:
                        if name.lower() not in HOP:
                            self.send_header(name, value)
                    self.send_header("Content-Length", str(len(content)))
                    self.end_headers()
                    if self.command != "HEAD":
                        self.wfile.write(content if whole else content[: len(content) // 2])
                if not whole:
                    self._break()

        return Handler

    def _ask(self, method: str, path: str, headers: dict, body: bytes) -> tuple[int, list, bytes]:
        """Ask the server behind; status 0 when it is not there."""
        passed = {name: value for name, value in headers.items() if name.lower() not in HOP}
        port = self.static if path.startswith("/static/") else self.upstream
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            link.request(method, path, body or None, passed)
            answer = link.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        except (OSError, http.client.HTTPException):
            return 0, [], b""
        finally:
            link.close()
