"""What the example's customers are quoted, agree to and pay: by the fee table (H-G)."""

from __future__ import annotations

from datetime import timedelta

from dispatch.actions.bill import due_of
from dispatch.actions.consent import answer_by_link
from dispatch.actions.quote import standing
from dispatch.demo.pictures import signature
from dispatch.demo.teller import MINUTES, Teller
from dispatch.models import Quote, QuoteStatus
from technicians.models import Part, User

WEEK = timedelta(days=7)
HUNDRED = 10_000  # minor units
METHODS = ["cash", "cash", "card", "qr"]
DISCOUNTS = ["loyal-tw", "senior-tw"]


def agree_price(teller: Teller, by: User, part: Part | None, *, how: str = "here") -> bool:
    """Quote by the fee table and have the customer's yes; return whether the work may begin (H-F2)."""
    dice, raw = teller.dice, {"parts": [part.code] if part else []}
    if part and part.return_old and dice.random() < 0.3:
        raw["old_parts"] = True
    if dice.random() < 0.15:
        raw["discount"] = dice.choice(DISCOUNTS)
    if not teller.after(1, 3).do("quote", by, raw):
        return False
    found, name = standing(teller.order), teller.order.customer.name or "客戶"
    if found.status == QuoteStatus.ACCEPTED:
        return True
    teller.after(2, 6)
    if how == "here" and dice.random() < 0.25:
        return _on_their_phone(teller, found, name)
    signed = {"signature": signature(teller.order_id)} if how == "here" else {}
    return teller.do("accept_quote", by, {"how": how, "name": name} | signed)


def _on_their_phone(teller: Teller, found: Quote, name: str) -> bool:
    if teller.clock > teller.until:
        return False
    answer_by_link(found, teller.clock, accepted=True, name=name)
    return True


def ask_waiver(teller: Teller, by: User) -> None:
    """The customer finds it dear; the technician asks, the manager decides (H-G4)."""
    raw = {"amount": 2 * HUNDRED, "reason": "客戶說上個月才修過同一台，希望少收"}
    if due_of(teller.order, standing(teller.order)) <= 2 * HUNDRED:
        return
    if teller.after(1, 3).tries("request_waiver", by, raw):
        granted = teller.dice.choice([0, HUNDRED, 2 * HUNDRED])
        reason = "三十天內第二次維修，同意減收" if granted else "兩次故障原因不同，依收費標準收取"
        teller.after(2, 7).tries("decide_waiver", teller.people.manager, {"granted": granted, "reason": reason})


def paid(teller: Teller, *, half: bool = False) -> dict:
    """Return what is paid now: all of it, or half and the rest within a week."""
    due = due_of(teller.order, standing(teller.order))
    if not due:
        return {}
    method = teller.dice.choice(METHODS)
    raw = {"amount": due // 200 * 100 if half else due, "method": method}
    if method != "cash":
        raw["reference"] = f"{method.upper()}{teller.order_id:07d}"
    if half:
        raw["rest_by"] = (teller.clock + WEEK).isoformat()
    return raw


def invoice(teller: Teller, by: User) -> None:
    """A company wants an invoice and none is at hand: the clerk sends it later (H-G3)."""
    if not teller.order.bills.filter(amount__gt=0).exists():
        return
    owner = (teller.order.customer.name or "永")[0]
    raw = {"invoice_to": f"{owner}記商行", "tax_no": str(24_536_800 + teller.order_id)}
    if teller.after(1, 2).tries("owe_invoice", by, raw):
        teller.at(teller.clock + 90 * MINUTES)
        if teller.order_id % 3:
            teller.tries("send_invoice", teller.people.clerk)


def pay_rest(teller: Teller) -> None:
    """The rest comes by bank transfer, some hours later; from some it is still awaited."""
    bill = teller.order.bills.first()
    if bill and teller.order_id % 2:
        open_now = bill.amount - sum(bill.payments.values_list("amount", flat=True))
        raw = {"amount": open_now, "method": "transfer", "reference": f"ATM{teller.order_id:07d}"}
        if open_now:
            teller.at(teller.clock + 120 * MINUTES).tries("pay", teller.people.clerk, raw)
