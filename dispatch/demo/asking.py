"""What is asked of others in the example: help and its answer, claims, an alarm (H-A5, H-F8, H-F10)."""

from __future__ import annotations

from dispatch.actions.claims import verdict
from dispatch.demo.teller import Teller
from dispatch.models import ClaimKind
from technicians.models import Technician, User

COLD = (
    "壓力偏低但找不到漏點，還能打多少氮氣？",
    "最多 2.5 MPa，保壓三十分鐘；喇叭口用泡沫檢漏，再查銅管彎頭。",
)
DRUM = (
    "更換零件後第一次運轉仍有異音，是否要一併更換軸承？",
    "先拆下皮帶空轉，異音消失就是軸承；有聲音就檢查支架螺絲。",
)
BY_CATEGORY = {"air-conditioner": COLD, "refrigerator": COLD, "washing-machine": DRUM, "dryer": DRUM}
ANY = [
    (
        "面板顯示 E21，手冊只寫「請洽維修」，主機板與感測器都量過正常。",
        "E21 是通訊線接觸不良：先拔插主機板到面板的排線，清潔接點再試。",
    ),
    (
        "客戶家電壓只有 98 V，機器會自動斷電，算不算故障？",
        "不算。量給客戶看並寫在紀錄上，建議請水電檢查配電。",
    ),
]
GRANTED = 80_000  # minor units


def ask(teller: Teller, technician: Technician, *, answered: bool = True) -> None:
    """The technician meets something new and asks the centre, who answers (H-A5)."""
    appliance = teller.order.appliance
    kind = appliance.category.code if appliance and appliance.category else ""
    question, answer = BY_CATEGORY.get(kind) or ANY[teller.order_id % len(ANY)]
    asked = teller.after(2, 4).tries("ask_help", technician.user, {"level": "centre", "question": question})
    if asked and answered:
        teller.after(3, 8).tries("answer_help", teller.people.manager, {"answer": answer})


def want_money_back(teller: Teller, *, decided: bool = True) -> None:
    """A customer wants the price of the appliance back; the clause decides, the manager says it (H-W7)."""
    raw = {"kind": ClaimKind.REFUND, "what": "修了又壞，客戶不想再修，要求退回購機款", "asked": 18_900_00}
    if not teller.after(3, 9).tries("file_claim", teller.people.agent, raw) or not decided:
        return
    said = verdict(teller.order, ClaimKind.REFUND, teller.clock)
    raw = {"grant": "yes" if said.granted else "no", "granted": 18_900_00 if said.granted else 0}
    teller.after(20, 60).tries("decide_claim", teller.people.manager, raw)


def damage(teller: Teller, by: User) -> None:
    """The floor was scratched when the machine was moved; said at once, decided by the manager (H-F6)."""
    raw = {"kind": ClaimKind.DAMAGE, "what": "移出洗衣機時，木地板刮傷一道約 20 公分，已當場致歉", "asked": 2_000_00}
    if teller.after(1, 3).tries("file_claim", by, raw):
        decision = {"grant": "yes", "granted": GRANTED, "reason": "依修補報價單賠付，並由保險處理"}
        teller.after(25, 70).tries("decide_claim", teller.people.manager, decision)


def alarm(teller: Teller, technician: Technician) -> None:
    """Held back at the door: the centre takes over and settles it (H-F10)."""
    if not teller.after(3, 6).tries("sos", technician.user, {"what": "客戶擋在門口，不讓離開，要求當場退款"}):
        return
    raw = {"caller": "高文成", "note": "已與客戶通話，安撫中"}
    if teller.after(1, 2).tries("take_over", teller.people.manager, raw):
        said = {"outcome": "客戶已冷靜，技師平安離開；改由經理明日親自到府", "safe": True}
        teller.after(15, 30).tries("settle_sos", teller.people.manager, said)
