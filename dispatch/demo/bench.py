"""What happens with an appliance that is taken along: a unit lent, the workshop stage by stage, the way back (H-F4)."""

from __future__ import annotations

from datetime import datetime, timedelta

from dispatch.actions.loaners import free_units
from dispatch.demo import matter, till
from dispatch.demo.pictures import outside, signature
from dispatch.demo.teller import MINUTES, Teller
from technicians.models import Condition, Technician

PROMISED = timedelta(days=3)
STAGES = ["collected", "received", "diagnosed", "waiting", "repaired", "tested", "ready"]  # how far one story goes
OUTSIDE = ["右側有一道舊刮痕", "門板下緣小凹", "外觀完好", "頂蓋有污漬，無破損", "腳座缺一個"]


def pull_in(teller: Teller, technician: Technician) -> bool:
    """Look it over with the customer, lend a unit if one is free, promise a day, take it along."""
    order, user = teller.order, technician.user
    signed = order.customer.name or "客戶"
    slip = {
        "outside": OUTSIDE[order.pk % len(OUTSIDE)],
        "accessories": "排水管、電源線",
        "promised_at": (teller.clock + PROMISED).isoformat(),
        "signed_by": signed,
        "signature": signature(order.pk),
        "photos": [outside(order.pk)],
        "reason": "需要上檢測儀",
        "agreed": True,
    }
    unit = free_units(order).first()
    if unit and teller.after(1, 2).tries("reserve_loaner", user, {"loaner": unit.code}):
        slip |= {"lend": True, "loaner_condition": unit.condition}
    return teller.after(4, 8).do("pull_in", user, slip)


def workshop(teller: Teller, technician: Technician, far: str) -> None:
    """Walk what was taken along through the workshop, as far as the stage `far`."""
    clerk, user, order = teller.people.clerk, technician.user, teller.order
    cause = order.fault.cause_zh_hant if order.fault else "控制板受潮"
    shelf = {"shelf": f"{'ABC'[order.pk % 3]}-{order.pk % 12 + 1:02d}", "bench": technician.pk}
    found = {"finding": cause, "fault": matter.likely_fault(order), "outcome": "repairable"}
    waits = {"waiting_for": "等中心倉庫調貨，預計兩天"}
    mended = {"measure": "更換零件、清潔內部、重新組裝", "cause": cause, "certain": True}

    def mend() -> bool:
        part = matter.chosen_part(teller, technician)
        if teller.order.in_warranty is False and not till.agree_price(teller, clerk, part, how="said"):
            return False
        if part:
            matter.put_in(teller, technician, part)
        return teller.after(60, 120).do("bench_repair", user, mended)

    acts = {
        "received": lambda: teller.after(60, 120).do("receive", clerk, shelf),
        "diagnosed": lambda: teller.after(40, 90).do("bench_diagnose", user, found),
        "waiting": lambda: far != "waiting" or teller.after(10, 20).do("bench_wait", user, waits),
        "repaired": mend,
        "tested": lambda: teller.after(30, 60).do("bench_test", user, {"result": "passed", "note": "連續運轉半小時"}),
        "ready": lambda: teller.after(5, 15).do("workshop_done", clerk, {}),
    }
    for stage in STAGES[1 : STAGES.index(far) + 1]:
        if not acts[stage]():
            return


def bring_back(teller: Teller, technician: Technician, starts_at: datetime) -> bool:
    """Put it in its place again, try it, and take the loaner along; the way there has been told already."""
    raw = {"in_place": True, "tested": True}
    if teller.order.loaner_due_at:
        raw |= {"loaner_condition": Condition.GOOD}
    return teller.at(starts_at + 10 * MINUTES).do("deliver", technician.user, raw)
