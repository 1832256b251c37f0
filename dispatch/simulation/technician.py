"""An invented technician: from accepting to leaving, with jams, closed doors and wrong parts (H-A to H-H)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from dispatch.demo.checks import answers
from dispatch.demo.pictures import signature
from dispatch.example import data
from dispatch.simulation.fate import Fate, fate
from dispatch.simulation.people import MINUTE, Person, Row, moment

CONFIRMED = ["time", "address", "model", "purchase_date", "symptom"]
PAPERS = ["box", "card", "invoice"]
KNOCKS = ("bell", "knock", "knock", "knock", "phone", "neighbour", "note")
BAG = sorted({item["code"] for kit in data.kits() for item in kit["items"]})
TOOLS = sorted({item["code"] for kit in data.kits() for item in kit["items"] if item["counted"]})
LATE = timedelta(minutes=5)


class Technician(Person):
    """One technician with a phone in the pocket."""

    def at(self, row: Row) -> datetime:
        """Leave when it is time, arrive when the way is done, work as long as the work takes."""
        visit, luck, now = row["visit"], fate(self.seed, row["external_ref"]), timezone.now()
        action = row["next"]["action"]
        if action == "depart" and visit:
            return moment(visit["leave_by"] or visit["starts_at"]) - self.dice.uniform(0, 4) * MINUTE
        if action == "arrive" and visit and visit["departed_at"]:
            return moment(visit["departed_at"]) + self._way(visit) * luck.jam
        if action == "repair":
            return now + luck.minutes * MINUTE
        if action == "call_back":
            return moment(row["next"]["due_at"]) + MINUTE
        return super().at(row)

    @staticmethod
    def _way(visit: Row) -> timedelta:
        """Return how long the way takes without a jam: what was planned, less the minutes to be early (H-D2)."""
        return max(moment(visit["starts_at"]) - moment(visit["leave_by"]) - 7 * MINUTE, 3 * MINUTE)

    def give_up(self, row: Row, problem: dict) -> None:
        """Hand back what does not go on, with the reason."""
        reason = str(problem.get("detail", ""))[:200] or "does not go on"
        self.wire.act(row["id"], "hand_back", {"reason": reason})

    def accept(self, row: Row, luck: Fate) -> dict | None:
        """Accept; once in a while decline, and somebody else gets it (H-A4)."""
        if luck.declined and not self._calls[row["id"]]:
            self._calls[row["id"]] += 1
            return self.wire.act(row["id"], "decline", {"reason": "Not trained for this model"})
        return self.wire.act(row["id"], "accept")

    def contact(self, row: Row, luck: Fate) -> dict | None:
        """Call: no answer at first for some, settled on the phone for a few, else agreed (H-C1, H-C5, H-A2)."""
        self._calls["call", row["id"]] += 1
        if luck.unreached and self._calls["call", row["id"]] == 1:
            return self.wire.act(row["id"], "log_no_answer")
        if luck.by_phone and not row["returns"]:
            advice = {"advice": "Open the tap and press start again", "customer_agrees": True}
            return self.wire.act(row["id"], "consult", advice)
        visit = row["visit"]
        raw = {"confirmed": CONFIRMED}
        soonest = timezone.now() + 45 * MINUTE
        if visit and moment(visit["starts_at"]) > timezone.now() + 5 * MINUTE:
            raw["starts_at"] = visit["starts_at"]
        else:
            shift = self._calls["call", row["id"]] * 20 * MINUTE
            raw["starts_at"] = (soonest + shift).replace(second=0, microsecond=0).isoformat()
        return self.wire.act(row["id"], "contact", raw)

    def depart(self, row: Row, luck: Fate) -> dict | None:
        """Check the bag and leave; call ahead when the road is jammed (H-D1, H-D3)."""
        self.wire.act(row["id"], "load_parts")
        problem = self.wire.act(row["id"], "check_kit", {"items": BAG}) or self.wire.act(row["id"], "depart")
        if problem is None and luck.jam > 1.2 and row["visit"]:
            expected = timezone.now() + self._way(row["visit"]) * luck.jam
            if expected > moment(row["visit"]["starts_at"]) + LATE:
                raw = {"reason": "Jam on the ring road", "expected_at": expected.isoformat(), "customer_told": True}
                self.wire.act(row["id"], "delay", raw)
        return problem

    def arrive(self, row: Row, _luck: Fate) -> dict | None:
        """Ring the bell."""
        place = {name: row["address"][name] for name in ("latitude", "longitude")}
        return self.wire.act(row["id"], "arrive", {"position": place | {"accuracy": 20}})

    def diagnose(self, row: Row, luck: Fate) -> dict | None:
        """Nobody opens, or the fault is found (H-E2, H-F2, H-F3)."""
        first = row["visit"] and row["visit"]["sequence"] == 1
        if luck.no_show and first:
            for step in KNOCKS:
                self.wire.act(row["id"], "knock", {"step": step})
            return self.wire.act(row["id"], "no_access")
        self.wire.act(row["id"], "check_off", {"answers": answers()})
        outcome = "part_missing" if luck.wrong_part and first else "repairable"
        if luck.nothing_wrong and outcome == "repairable":
            outcome = "nothing_wrong"
        raw = {"finding": "Worn out", "outcome": outcome, "documents": PAPERS, "cause": "worn"}
        return self.wire.act(row["id"], "diagnose", raw)

    def repair(self, row: Row, luck: Fate) -> dict | None:
        """Quote first where it costs something; then repair and test (H-F2, H-F11)."""
        raw = {"measure": "Part changed, cleaned, tested", "cause": "worn"}
        raw |= {"tested": not luck.untested, "certain": not luck.uncertain}
        self.wire.act(row["id"], "check_off", {"answers": answers()})
        problem = self.wire.act(row["id"], "repair", raw)
        if problem and any(lack["rule"] == "H-F2" for lack in problem.get("lacks", [])):
            self.wire.act(row["id"], "quote", {"parts": []})
            accepted = {"how": "here", "name": row["customer"]["name"], "signature": signature(row["id"])}
            self.wire.act(row["id"], "accept_quote", accepted)
            problem = self.wire.act(row["id"], "repair", raw)
        return problem

    def explain(self, row: Row, _luck: Fate) -> dict | None:
        """Nothing wrong: explained by the standard text (H-F3)."""
        return self.wire.act(row["id"], "explain", {"explained": True, "said": "Understood"})

    def get_part(self, row: Row, _luck: Fate) -> dict | None:
        """The part does not fit: another is asked for, and a visit made later (H-F3)."""
        return self.wire.act(row["id"], "wait_for_parts", {"parts": "control board"})

    def charge(self, row: Row, _luck: Fate) -> dict | None:
        """Take what is due (H-G1)."""
        self.wire.act(row["id"], "check_off", {"answers": answers()})
        due = (self.wire.get(f"orders/{row['id']}/money/") or {}).get("due") or 0
        raw = {"amount": due, "method": "cash"} if due else {}
        return self.wire.act(row["id"], "charge", raw)

    def complete(self, row: Row, luck: Fate) -> dict | None:
        """Rated here or on the customer's own phone; tools counted, goodbye (H-H1, H-F12)."""
        self.wire.act(row["id"], "check_off", {"answers": answers()})
        raw = {"tools_back": TOOLS}
        if luck.on_own_phone:
            raw["own_phone"] = True
        else:
            raw |= {"rating_repair": luck.rating, "rating_manner": 5, "signed_by": row["customer"]["name"]}
        return self.wire.act(row["id"], "complete", raw)

    def complete_record(self, row: Row, _luck: Fate) -> dict | None:
        """Finish the record at the depot (H-H1)."""
        return self.wire.act(row["id"], "complete_record", {"cause": "worn", "measure": "part changed"})

    def call_back(self, row: Row, _luck: Fate) -> dict | None:
        """Call back oneself where one was not sure (H-R1)."""
        return self.wire.act(row["id"], "callback_satisfied", {"note": "Holds"})
