"""The API as a program uses it: a token, a key for each act, and the same again when the line or the server fails."""

from __future__ import annotations

import threading
import time
import uuid
from collections import Counter
from typing import Any

import requests

TRIES, PAUSE = 6, 0.5  # seconds, doubled each time
AGAIN = (429, 502, 503, 504)
_mine = threading.local()


class Wire:
    """One person's line to the server. `said` counts answers by status and code, for everybody who shares it."""

    def __init__(self, base: str, token: str, said: Counter) -> None:
        """Remember where and who."""
        self.base, self.said = base.rstrip("/"), said
        self.headers = {"Authorization": f"Token {token}", "Accept-Language": "en"}

    def get(self, path: str, **params: Any) -> Any:
        """Return what an address says as data; None when it is not there."""
        answer = self._send("GET", path, params=params)
        return answer.json() if answer is not None and answer.status_code == 200 else None

    def act(self, order: int, verb: str, raw: dict | None = None) -> dict | None:
        """Do something to an order, once; return None when it was done, else the problem document."""
        return self.post(f"orders/{order}/{verb}/", raw)[1]

    def post(self, path: str, raw: dict | None = None) -> tuple[Any, dict | None]:
        """Send something once, however often it takes; return (answer, None) or (None, problem)."""
        answer = self._send("POST", path, json=raw or {}, key=str(uuid.uuid4()))
        if answer is None:
            return None, {"code": "unreachable", "detail": "no answer"}
        body = answer.json() if answer.content else {}
        if answer.status_code < 300:
            return body, None
        self.said[f"{answer.status_code} {body.get('code', '')} {path.split('/')[-2]}"] += 1
        return None, body

    def _send(self, method: str, path: str, key: str = "", **how: Any) -> requests.Response | None:
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        for tried in range(TRIES):
            try:
                answer = _session().request(method, f"{self.base}/api/v1/{path}", headers=headers, timeout=30, **how)
            except requests.RequestException:
                answer = None
            busy = answer is not None and answer.status_code == 409 and answer.json().get("code") == "busy"
            if answer is not None and answer.status_code not in AGAIN and not busy:
                return answer
            self.said["sent again"] += 1
            time.sleep(PAUSE * 2**tried)
        return answer


def _session() -> requests.Session:
    if not hasattr(_mine, "session"):
        _mine.session = requests.Session()
    return _mine.session
