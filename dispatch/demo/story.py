"""What happens with an order on its way: each is walked along by the people who would have walked it."""

from __future__ import annotations

import logging
from datetime import datetime

from customers.models import ProductModel
from dispatch.actions.contact import ITEMS
from dispatch.demo import asking, bench, checks, clerk, matter, till
from dispatch.demo.pictures import label
from dispatch.demo.teller import MINUTES, Teller, void
from dispatch.example import data
from dispatch.lifecycle import GuardsUnmet
from dispatch.models import ServiceOrder
from technicians.availability import works_at
from technicians.models import Technician, User

log = logging.getLogger(__name__)
OUTCOMES = ("pull_in", "part_missing", "nothing_wrong", "misuse", "refused", "unsafe", "new_fault")
FOUND = {
    "nothing_wrong": "各項數值正常，客戶所述為正常現象",
    "misuse": "過濾網長期未清，造成保護停機",
    "unsafe": "外殼帶電，絕緣電阻低於 0.1 MΩ",
    "new_fault": "代碼不在手冊上，更換感測器無效",
}
CONFIRMED = [code for code, _name in ITEMS]


def fill_gaps(teller: Teller) -> None:
    """The dispatcher asks the customer for what the file left out (H-I3)."""
    order = teller.order
    known = {
        "name": {"name": "陳先生"},
        "address": {"address_line": "信義路三段 100 號"},
        "phone": {"phone": "0912 000 111"},
        "model": {"model_no": _some_model(order)},
        "purchase_date": {"purchased_on": f"{2019 + order.pk % 6}-0{order.pk % 9 + 1}-1{order.pk % 9}"},
        "symptom": {"symptom": "無法運轉"},
        "wish": {"wish": "盡快"},
    }
    missing = {name: value for gap in order.gaps() for name, value in known[gap].items()}
    if missing:
        teller.do("correct", teller.people.dispatcher, missing | {"checked_with": "customer"})


def _some_model(order: ServiceOrder) -> str:
    """Return a number off the type plate: of the brand where the catalogue carries it."""
    of_kind = ProductModel.objects.filter(category=order.appliance.category_id)
    numbers = of_kind.filter(brand=order.appliance.brand_id).values_list("number", flat=True)
    return numbers[order.pk % len(numbers)] if numbers else f"{order.pk % 90 + 10}-{order.pk % 900 + 100}A"


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
        if not teller.do("contact", technician.user, raw):
            return False
    except GuardsUnmet as refusal:
        log.debug("order %s: %s", teller.order_id, refusal.detail)
        return False
    matter.reserve(teller, technician)
    return True


def travel(teller: Teller, technician: Technician, starts_at: datetime, *, late: float) -> bool:
    """From the bag to the door; return whether it was reached. `late` is in minutes."""
    user, order = technician.user, teller.order
    bag = sorted({item["code"] for kit in data.kits() for item in kit["items"]})
    travel = order.visits.standing().get().travel_seconds / 60
    matter.load(teller.at(starts_at - (travel + 16) * MINUTES), technician)
    teller.at(starts_at - (travel + 12) * MINUTES)
    if not (teller.do("check_kit", user, {"items": bag}) and teller.after(1, 3).do("depart", user)):
        return False
    if late > 5:
        expected = (starts_at + late * MINUTES).isoformat()
        raw = {"reason": "環河快速道路塞車", "expected_at": expected, "customer_told": True}
        teller.after(5, 8).do("delay", user, raw)
    return teller.at(starts_at + late * MINUTES).do("arrive", user)


def visit(teller: Teller, technician: Technician, starts_at: datetime, *, late: float, end: str) -> None:
    """From the bag to the customer's word. `late` is in minutes; `end` says how it turns out."""
    user, order = technician.user, teller.order
    if not travel(teller, technician, starts_at, late=late):
        return
    if end == "no_access":
        return nobody_home(teller, user)
    checks.check(teller.after(1, 3), technician)
    if end == "alarm":
        return asking.alarm(teller, technician)
    diagnosis = _diagnosis(teller, order, end)
    if not teller.after(8, 15).do("diagnose", user, diagnosis):
        return
    if end == "pull_in":
        return void(bench.pull_in(teller, technician))
    if end == "part_missing":
        return void(clerk.wait(teller, technician))
    if end == "unsafe":
        return make_safe(teller, technician)
    if end == "new_fault":
        asking.ask(teller, technician)
        diagnosis |= {"outcome": "repairable", "finding": "照中心指示找到：接點氧化"}
        if not teller.after(2, 5).do("diagnose", user, diagnosis):
            return
    if end in ("nothing_wrong", "misuse"):
        return explain(teller, technician)
    if end == "refused":
        return refuse(teller, technician)
    finish(teller, technician, end)


def finish(teller: Teller, technician: Technician, end: str) -> None:
    """The price, the work, the test run; then the bill and what the customer says."""
    user, part = technician.user, matter.chosen_part(teller, technician)
    if teller.order.in_warranty is False and not till.agree_price(teller, user, part):
        return
    if end == "help":
        asking.ask(teller, technician)
    done = part is not None and matter.put_in(teller, technician, part)
    raw = {
        "measure": "更換零件、清潔並試機" if done else "調整、清潔並試機",
        "cause": "" if end == "record" else "零件老化",  # finished at the depot, by the cut-off (H-H1)
        "tested": end != "untested",
        "certain": end != "uncertain",
    }
    if teller.after(10, 20).do("repair", user, raw):
        settle(teller, technician, end)


def explain(teller: Teller, technician: Technician) -> None:
    """Nothing wrong, or not used as the manual says: told by the standard text (H-F3)."""
    raw = {"explained": True, "said": "客戶表示了解，會照說明書使用"}
    if teller.after(4, 9).do("explain", technician.user, raw):
        settle(teller, technician, "fine")


def make_safe(teller: Teller, technician: Technician) -> None:
    """Not safe to use: switched off, labelled, told and signed for, with a photo (H-F3)."""
    raw = {
        "done": ["unplugged", "label"],
        "told": True,
        "signed_by": teller.order.customer.name or "客戶",
        "photos": [label()],
        "then": "stays",
    }
    if teller.after(4, 8).do("make_safe", technician.user, raw):
        settle(teller, technician, "fine")


def refuse(teller: Teller, technician: Technician) -> None:
    """The customer does not want it repaired: heard out, offered what is possible (H-F7)."""
    raw = {"why": "修理費接近新機一半，想先考慮", "offered": ["explained", "other_time"], "decision": "nothing"}
    if teller.after(4, 9).do("hear_out", technician.user, raw):
        settle(teller, technician, "fine")


def deliver(teller: Teller, technician: Technician) -> None:
    """Bring back what is ready in the workshop: a visit like any other, without a diagnosis."""
    at = teller.after(30, 60).clock.replace(second=0, microsecond=0) + 60 * MINUTES
    there = agree(teller, technician, at, 40) and travel(teller, technician, at, late=-5)
    if there and bench.bring_back(teller, technician, at):
        settle(teller, technician, "fine")


def settle(teller: Teller, technician: Technician, end: str) -> None:
    """Charge, and what the customer says."""
    user, dice = technician.user, teller.dice
    checks.check(teller.after(1, 3), technician)
    if end == "waiver":
        till.ask_waiver(teller, user)
    if not teller.after(2, 4).do("charge", user, till.paid(teller, half=end == "part_paid")):
        return
    if end == "invoice":
        till.invoice(teller, user)
    checks.check(teller.after(1, 2), technician)
    rating = 2 if end == "bad_rating" else dice.choice([4, 5, 5, 5])
    tools = sorted({item["code"] for kit in data.kits() for item in kit["items"] if item["counted"]})
    signed = {"signed_by": teller.order.customer.name or "客戶"}
    if dice.random() > 0.9:
        signed = {"unsigned_reason": "趕時間"}
    word = {"rating_repair": rating, "rating_manner": 5, "tools_back": tools}
    if not teller.after(2, 6).do("complete", user, word | signed):
        return
    if end == "part_paid":
        till.pay_rest(teller)
    if end == "damage":
        asking.damage(teller, user)
    if end == "money_back":
        asking.want_money_back(teller)


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


def _diagnosis(teller: Teller, order: ServiceOrder, end: str) -> dict:
    shown = matter.show_papers(teller)
    outcome = end if end in OUTCOMES else "repairable"
    return {
        "finding": FOUND.get(end) or (order.fault.cause_zh_hant if order.fault else "現場檢查，零件磨損"),
        "fault": matter.likely_fault(order),
        "outcome": outcome,
    } | shown
