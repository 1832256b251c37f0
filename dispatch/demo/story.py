"""What happened today: each order is walked along by the people who would have walked it.

Everything goes through `actions.perform`, with `now` set to when it happened; nothing is written by hand.
"""

from __future__ import annotations

import logging
import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction

from dispatch import actions
from dispatch.actions import cover
from dispatch.actions.contact import ITEMS
from dispatch.lifecycle import GuardsUnmet, Refusal
from dispatch.models import ServiceOrder
from technicians.availability import works_at
from technicians.models import KitItem, Technician, User

log = logging.getLogger(__name__)
CONFIRMED = [code for code, _name in ITEMS]
MINUTES = timedelta(minutes=1)
PAPERS = ["box", "card", "invoice"]


@dataclass
class People:
    """Who acts at one outlet."""

    dispatcher: User
    agent: User
    manager: User


class Teller:
    """Tells the story of one order: keeps its clock, and does one thing after another."""

    def __init__(self, order_id: int, people: People, clock: datetime, until: datetime, dice: random.Random) -> None:
        self.order_id, self.people, self.clock, self.until, self.dice = order_id, people, clock, until, dice

    def at(self, moment: datetime) -> Teller:
        """Set the clock forward, never back."""
        self.clock = max(self.clock, moment)
        return self

    def after(self, low: float, high: float) -> Teller:
        """Let some minutes pass."""
        self.clock += self.dice.uniform(low, high) * MINUTES
        return self

    def do(self, name: str, by: User, raw: dict | None = None) -> bool:
        """Do it, unless it would lie in the future; return whether it was done."""
        if self.clock > self.until:
            return False
        actions.perform(self.order_id, name, by, self.clock, raw)
        return True

    @property
    def order(self) -> ServiceOrder:
        """The order as it is now."""
        return ServiceOrder.objects.get(pk=self.order_id)


def fill_gaps(teller: Teller) -> None:
    """The dispatcher asks the customer for what the file left out (H-I3)."""
    order = teller.order
    known = {
        "name": {"name": "陳先生"},
        "address": {"address_line": "信義路三段 100 號"},
        "phone": {"phone": "0912 000 111"},
        "model": {"model_no": f"{order.appliance.category_id or 0}-{order.pk % 900 + 100}A"},
        "purchase_date": {"purchased_on": f"{2019 + order.pk % 6}-0{order.pk % 9 + 1}-1{order.pk % 9}"},
        "symptom": {"symptom": "無法運轉"},
        "wish": {"wish": "盡快"},
    }
    missing = {name: value for gap in order.gaps() for name, value in known[gap].items()}
    if missing:
        teller.do("correct", teller.people.dispatcher, missing | {"checked_with": "customer"})


def agree(teller: Teller, technician: Technician, starts_at: datetime, minutes: int) -> bool:
    """The technician calls, confirms everything and agrees a time; False when the slot is not free."""
    fill_gaps(teller)
    ends_at = starts_at + minutes * MINUTES
    raw = {
        "confirmed": CONFIRMED,
        "starts_at": starts_at.isoformat(),
        "minutes": minutes,
        "overtime": not works_at(technician, starts_at, ends_at),
    }
    try:
        return teller.do("contact", technician.user, raw)
    except GuardsUnmet as refusal:
        log.debug("order %s: %s", teller.order_id, refusal.detail)
        return False


def visit(teller: Teller, technician: Technician, starts_at: datetime, *, late: float, end: str) -> None:
    """From the bag to the customer's word. `late` is in minutes; `end` says how it turns out."""
    user, order = technician.user, teller.order
    bag = list(KitItem.objects.values_list("code", flat=True).distinct())
    travel = order.visits.standing().get().travel_seconds / 60
    teller.at(starts_at - (travel + 12) * MINUTES)
    if not (teller.do("check_kit", user, {"items": bag}) and teller.after(1, 3).do("depart", user)):
        return
    if late > 5:
        expected = (starts_at + late * MINUTES).isoformat()
        raw = {"reason": "環河快速道路塞車", "expected_at": expected, "customer_told": True}
        teller.after(5, 8).do("delay", user, raw)
    if not teller.at(starts_at + late * MINUTES).do("arrive", user):
        return
    if end == "no_access":
        return nobody_home(teller, user)
    diagnosis = _diagnosis(teller, order, end)
    if not teller.after(8, 15).do("diagnose", user, diagnosis):
        return
    if end == "pull_in":
        back = (teller.until + timedelta(days=3)).isoformat()
        slip = {"outside": "右側有一道舊刮痕", "accessories": "排水管", "signed_by": order.customer.name or "客戶"}
        raw = slip | {"reason": "需要上檢測儀", "promised_at": back, "agreed": True}
        return void(teller.after(5, 9).do("pull_in", user, raw))
    if end == "part_missing":
        raw = {"parts": order.fault.parts if order.fault and order.fault.parts else "控制板"}
        return void(teller.after(3, 6).do("wait_for_parts", user, raw))
    finish(teller, technician, diagnosis, end)


def finish(teller: Teller, technician: Technician, diagnosis: dict, end: str) -> None:
    """Repair, charge, and what the customer says."""
    user, dice = technician.user, teller.dice
    measure = (teller.order.fault.name_zh_hant if teller.order.fault else "") and "更換零件並清潔"
    raw = {
        "measure": measure or "調整並清潔",
        "cause": "" if end == "record" else "零件老化",  # finished at the depot, by the cut-off (H-H1)
        "tested": end != "untested",
        "certain": end != "uncertain",
        "quote_accepted": True,
    }
    if not teller.after(10, 20).do("repair", user, raw):
        return
    paid = {"amount": diagnosis["quoted"], "method": dice.choice(["cash", "card", "qr"])} if diagnosis["quoted"] else {}
    if not teller.after(3, 6).do("charge", user, paid):
        return
    rating = 2 if end == "bad_rating" else dice.choice([4, 5, 5, 5])
    tools = list(KitItem.objects.filter(counted=True).values_list("code", flat=True).distinct())
    signed = {"signed_by": teller.order.customer.name or "客戶"}
    if dice.random() > 0.9:
        signed = {"unsigned_reason": "趕時間"}
    teller.after(3, 8).do(
        "complete", user, {"rating_repair": rating, "rating_manner": 5, "tools_back": tools} | signed
    )


def nobody_home(teller: Teller, user: User) -> None:
    """The whole guide at a closed door (H-E2)."""
    for step in ("bell", "knock", "knock", "knock"):
        teller.after(0.5, 0.6).do("knock", user, {"step": step})
    teller.after(4, 5)
    for step in ("phone", "neighbour", "downstairs", "note"):
        teller.after(0.5, 1).do("knock", user, {"step": step})
    teller.after(0.5, 1).do("no_access", user)


def advise(teller: Teller, technician: Technician) -> None:
    """Settled by phone: the 2 h callback is promised (H-A2)."""
    advice = "進水閥沒有打開；教客戶打開水龍頭並按重新啟動。"
    teller.after(2, 6).do("consult", technician.user, {"advice": advice, "customer_agrees": True})


def call_back(teller: Teller, word: str) -> None:
    """The call centre calls when the promised time has come: satisfied, unhappy, or no answer."""
    callback = teller.order.callbacks.open().first()
    if callback is None:
        return
    caller = teller.order.technician.user if callback.role == "technician" else teller.people.agent
    notes = {"satisfied": "一切正常，謝謝。", "unhappy": "昨天修好，今天又漏水。", "no_answer": ""}
    teller.at(callback.due_at + 2 * MINUTES).do(f"callback_{word}", caller, {"note": notes[word]})


def win_back(teller: Teller) -> None:
    """The manager calls an unhappy customer and settles it (H-H2)."""
    if teller.order.escalation:
        raw = {"note": "已向客戶致歉，明天由資深工程師免費複檢。", "in_person": False}
        teller.after(9, 20).do("settle_escalation", teller.people.manager, raw)


def tell(teller: Teller, acts) -> None:
    """Tell one order's story whole, or as far as the trade's own guards let it go."""
    try:
        with transaction.atomic():
            acts(teller)
    except Refusal as refusal:  # the example must not break on a guard: the order simply stays untouched
        log.warning("order %s: %s", teller.order_id, refusal)


def void(_done: bool) -> None:
    """Take the answer of the last act of a story."""


def _diagnosis(teller: Teller, order: ServiceOrder, end: str) -> dict:
    outcome = end if end in ("pull_in", "part_missing") else "repairable"
    documents = PAPERS if teller.dice.random() < 0.9 else []  # some have lost them
    covered = _covered(teller, order, documents)
    return {
        "finding": order.fault.cause_zh_hant if order.fault else "現場檢查，零件磨損",
        "fault": order.fault.code if order.fault else None,
        "outcome": outcome,
        "documents": documents,
        "in_warranty": covered,
        "quoted": 0 if covered or outcome != "repairable" else teller.dice.randrange(8, 40) * 10_000,
        "quote_accepted": True,
    }


def _covered(teller: Teller, order: ServiceOrder, documents: list[str]) -> bool:
    """Return what the maker's policy comes to with the papers that the customer shows (H-W2)."""
    known = cover.look(order, teller.clock)
    known = replace(known, seen=replace(known.seen, documents=documents))
    decision = cover.assess(order, teller.clock, final=True, known=known)
    return bool(decision.covered if decision else order.in_warranty)
