"""Phones of technicians: send acts over HTTP, with a key made before the first try, until each is answered."""

from __future__ import annotations

import contextlib
import http.client
import json
import random
import threading
import time
import uuid
from dataclasses import dataclass, field

AGAIN = {429, 500, 502, 503, 504}  # not an answer to the act: send it again
PATIENCE = 120.0


@dataclass
class Sent:
    """One act as the phone knows it: what was sent how often, and what came back."""

    key: str
    order: int
    verb: str
    tries: int = 0
    status: int = 0
    replayed: bool = False
    answer: dict = field(default_factory=dict)


class Phone(threading.Thread):
    """One technician's phone with the orders it holds. Reads nobody's mind: a lost answer means sending again."""

    def __init__(self, port: int, token: str, orders: list[int], seed: int):
        super().__init__(daemon=True)
        self.port, self.token, self.chance = port, token, random.Random(seed)
        self.scripts = {order: self._script() for order in orders}
        self.sent: list[Sent] = []
        self.closing = threading.Event()
        self._wire: http.client.HTTPConnection | None = None

    def _script(self) -> list[tuple[str, dict]]:
        """The rest of an assigned order's life, as far as a phone consultation (H-A2)."""
        notes = [("add_note", {"note": f"note {n}"}) for n in range(3)]
        retry = [("log_no_answer", {})] * self.chance.randrange(3)
        advice = ("consult", {"advice": "open the tap", "customer_agrees": True})
        return [("accept", {}), *retry, advice, *notes]

    def run(self) -> None:
        """Send until told to stop; what was begun is sent to its end."""
        while not self.closing.wait(self.chance.uniform(0, 0.15)):
            open_ones = [order for order, script in self.scripts.items() if script]
            if open_ones:
                order = self.chance.choice(open_ones)
                self._send(order, *self.scripts[order].pop(0))
            else:
                self._send(self.chance.choice(list(self.scripts)), "add_note", {"note": "one more"})

    def _send(self, order: int, verb: str, data: dict) -> None:
        act = Sent(str(uuid.UUID(int=self.chance.getrandbits(128), version=4)), order, verb)
        self.sent.append(act)
        until = time.monotonic() + PATIENCE
        while not act.status and time.monotonic() < until:
            act.tries += 1
            with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
                self._try(act, data)
            if not act.status:
                time.sleep(self.chance.uniform(0.05, 0.3))

    def _try(self, act: Sent, data: dict) -> None:
        if self._wire is None:
            self._wire = http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
        headers = {"Authorization": f"Token {self.token}", "Idempotency-Key": act.key}
        headers["Content-Type"] = "application/json"
        # Now and then the answer is lost on its way, as in a lift: the act must not count twice.
        lost = self.chance.random() < 0.1
        try:
            self._wire.request("POST", f"/api/v1/orders/{act.order}/{act.verb}/", json.dumps(data), headers)
            response = self._wire.getresponse()
            body = response.read()
        except BaseException:
            self._hang_up()
            raise
        if lost:
            self._hang_up()
            return
        answer = json.loads(body)
        if response.status in AGAIN or answer.get("code") == "busy":
            return
        act.status, act.answer = response.status, answer
        act.replayed = response.headers.get("Idempotency-Replayed") == "true"

    def _hang_up(self) -> None:
        if self._wire:
            self._wire.close()
        self._wire = None
