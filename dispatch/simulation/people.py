"""The invented people. Each looks at what waits for them (H-N1) and takes the next step when its time has come.

Nobody knows more than the API tells them; what happens to them is an order's `Fate`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from dispatch.simulation.fate import Fate, fate
from dispatch.simulation.wire import Wire

MINUTE = timedelta(minutes=1)
REACTS = (1.0, 6.0)  # minutes somebody takes to see what waits for them
GIVES_UP = 4  # refusals of one step after which another way is tried
Row = dict[str, Any]


class Person:
    """Somebody with a queue: `look` once takes every step that is due."""

    def __init__(self, wire: Wire, seed: int, name: str) -> None:
        """Remember the line to the server; nobody has seen anything yet."""
        self.wire, self.seed, self.dice = wire, seed, Random(f"{seed}:{name}")
        self._when: dict[tuple, datetime] = {}
        self._refused: dict[tuple, int] = {}
        self._calls: Counter[int] = Counter()

    def look(self) -> None:
        """Take every step of the queue whose time has come."""
        waiting = self.wire.get("queue/", limit=60) or {"results": []}
        for row in waiting["results"]:
            step = getattr(self, row["next"]["action"], None)
            if step and self._its_time(row):
                problem = step(row, fate(self.seed, row["external_ref"] or row["number"]))
                self._after(row, problem)

    def at(self, row: Row) -> datetime:
        """Return when this person would take the step: after seeing it, for those that do not say otherwise."""
        return timezone.now() + self.dice.uniform(*REACTS) * MINUTE

    def give_up(self, row: Row, problem: dict) -> None:
        """Find another way after several refusals; none, for most."""

    def _key(self, row: Row) -> tuple:
        return row["id"], row["next"]["action"], row["state_since"], row["visit"] and row["visit"]["id"]

    def _its_time(self, row: Row) -> bool:
        return timezone.now() >= self._when.setdefault(self._key(row), self.at(row))

    def _after(self, row: Row, problem: dict | None) -> None:
        key = self._key(row)
        self._when.pop(key, None)
        if problem is None:
            self._refused.pop(key, None)
            return
        self._refused[key] = self._refused.get(key, 0) + 1
        self._when[key] = timezone.now() + 3 * self._refused[key] * MINUTE
        if self._refused[key] % GIVES_UP == 0:
            self.give_up(row, problem)


def moment(text: str | None) -> datetime | None:
    """Read a time of the API."""
    return parse_datetime(text) if text else None


class Dispatcher(Person):
    """Places what waits where the planning offers it (H-A4)."""

    def assign(self, row: Row, _luck: Fate) -> dict | None:
        """Take the first offer; without one, ask again later."""
        said = self.wire.get(f"orders/{row['id']}/suggestions/", top=1)
        if not said or not said["offers"]:
            return {"code": "no_offer"}
        offer = said["offers"][0]
        raw = {"technician": offer["technician"]["id"], "starts_at": offer["starts_at"], "minutes": offer["minutes"]}
        return self.wire.act(row["id"], "place", raw)

    def reassign(self, row: Row, _luck: Fate) -> dict | None:
        """Take it back from who left, then place it."""
        return self.wire.act(row["id"], "hand_back", {"reason": "technician is away"})

    def answer_help(self, row: Row, _luck: Fate) -> dict | None:
        """Answer a technician's question (H-A5)."""
        return self.wire.act(row["id"], "answer_help", {"answer": "Check the connector first."})


class Agent(Person):
    """Reviews requests and calls customers back (H-I1, H-R1)."""

    def at(self, row: Row) -> datetime:
        """A callback is made when it falls due, not before (H-A2)."""
        due = moment(row["next"]["due_at"])
        return due + self.dice.uniform(1, 8) * MINUTE if row["next"]["action"] == "call_back" else super().at(row)

    def review(self, row: Row, _luck: Fate) -> dict | None:
        """Let a request in."""
        return self.wire.act(row["id"], "approve")

    def call_back(self, row: Row, luck: Fate) -> dict | None:
        """Not reached, not satisfied once, or satisfied."""
        self._calls[row["id"]] += 1
        if luck.unreached_later and self._calls[row["id"]] == 1:
            return self.wire.act(row["id"], "callback_no_answer")
        if luck.angry and not row["returns"] and row["state"] == "follow_up":
            return self.wire.act(row["id"], "callback_unhappy", {"note": "It leaks again"})
        return self.wire.act(row["id"], "callback_satisfied", {"note": "All is well"})


class Clerk(Person):
    """Gets parts, finishes what is owed at the counter (H-A3, H-G3)."""

    def chase_parts(self, row: Row, _luck: Fate) -> dict | None:
        """Have what was asked for, or say that it is there."""
        asked = self.wire.get(f"orders/{row['id']}/parts/") or {}
        for one in asked.get("requisitions", []):
            if one["state"] in ("asked", "waiting", "open"):
                on = timezone.localtime(timezone.now()).date().isoformat()
                raw = {"requisition": one["id"], "decision": "approve", "expected_on": on}
                return self.wire.act(row["id"], "decide_part", raw)
            if one["state"] in ("approved", "ordered"):
                return self.wire.act(row["id"], "part_came", {"requisition": one["id"]})
        return self.wire.act(row["id"], "parts_arrived")

    def complete_record(self, row: Row, _luck: Fate) -> dict | None:
        """Fill in what the technician left open (H-H1)."""
        return self.wire.act(row["id"], "complete_record", {"cause": "worn", "measure": "part changed"})

    def send_invoice(self, row: Row, _luck: Fate) -> dict | None:
        """Send what is owed."""
        return self.wire.act(row["id"], "send_invoice")


class Manager(Person):
    """Wins back who is not satisfied, and decides (H-H2, H-G4)."""

    def win_back(self, row: Row, _luck: Fate) -> dict | None:
        """Call and settle it."""
        raw = {"note": "Called, apologised, a senior technician comes again", "in_person": False}
        return self.wire.act(row["id"], "settle_escalation", raw)

    def decide_waiver(self, row: Row, _luck: Fate) -> dict | None:
        """Grant nothing: the table stands."""
        return self.wire.act(row["id"], "decide_waiver", {"granted": 0, "reason": "By the fee table"})

    answer_help = Dispatcher.answer_help


STAFF: dict[str, Callable] = {"dispatcher": Dispatcher, "agent": Agent, "clerk": Clerk, "manager": Manager}
