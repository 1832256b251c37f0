"""Forms of quotes, bills and payments: what it costs in sight, only the rows that mean something here (H-F2, H-G)."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import gettext as _

from customers.money import say
from dispatch.actions import pricing
from dispatch.actions.bill import due_of
from dispatch.actions.parts import requested
from dispatch.actions.parts import standing as reserved
from dispatch.actions.pay import bill_to_pay, newest_bill, open_on
from dispatch.actions.quote import standing
from dispatch.actions.uses import used_on
from dispatch.actions.waive import to_waive
from dispatch.models import ServiceKind, ServiceOrder, Waiver
from dispatch.reports.till import Shown, till_of
from technicians.models import Role
from web.shared.doing import Doing
from web.shared.qr import qr_svg
from web.shared.slips import leave_out

MONEY = (
    "quote", "accept_quote", "refuse_quote", "request_waiver", "decide_waiver",
    "pay", "owe_invoice", "send_invoice", "refund",
)  # fmt: skip
LINES = "shared/quote_form.html"


def card(order: ServiceOrder, request: HttpRequest, now: datetime, buttons: list | None = None) -> dict:
    """Return what a page shows of an order's money: `till`, `money_buttons` out of `buttons`, and for a phone
    (no buttons handed in) the customer's address as QR while they may answer.
    """
    till = till_of(order, now)
    found = {"till": till, "money_buttons": [one for one in buttons or () if one.verb.name in MONEY]}
    if till.answerable and buttons is None:
        url = request.build_absolute_uri(till.shown.customer_page)
        found |= {"quote_url": url, "quote_qr": qr_svg(url)}
    return found


def _row(doing: Doing, name: str):
    return next((row for row in doing.drawn.rows if row.name == name), None)


def _fill(doing: Doing, **values: str) -> None:
    """Begin rows with values, unless something was typed already."""
    if doing.request.method == "POST":
        return
    for row in doing.drawn.rows:
        if row.name in values:
            row.value = values[row.name]


def _money(doing: Doing, amount: int) -> str:
    return say(amount, doing.order.outlet.currency)


def _shown(doing: Doing) -> Shown | None:
    return till_of(doing.order, doing.now).shown


def quoting(doing: Doing) -> dict:
    """The quote: likely parts to tick with their prices, the rest behind one line."""
    row = _row(doing, "usual")
    if row and doing.request.method != "POST":
        order = doing.order
        wanted = {row.part.code for row in (*used_on(order), *reserved(order), *requested(order))}
        for option in row.options:
            option.selected = option.value in wanted
    _fill(doing, parts="\n".join(_requested(doing.order, row)))
    if row and not row.options:
        leave_out(doing, "usual")
    discount = _row(doing, "discount")
    if discount and not [option for option in discount.options if option.value]:
        leave_out(doing, "discount")
    if doing.order.at_counter:
        leave_out(doing, "call_out")
    return {}


def _requested(order: ServiceOrder, row) -> list[str]:
    """Return what was requested for the order and is no choice above; left out, it can't be charged (H-F2)."""
    listed = {option.value for option in row.options} if row else set()
    pairs = [(row.part.code, row.quantity) for row in requested(order) if row.part.code not in listed]
    return [code if quantity == 1 else f"{code} x {quantity}" for code, quantity in pairs]


def quote_folded(doing: Doing) -> dict:
    """What few quotes need lies behind one line; whether the warranty covers it is said above."""
    if doing.order.in_warranty:
        said = _("Covered by the warranty: the customer sees what it would have cost, and pays nothing.")
    else:
        said = _("Not covered: the fee table says what it costs, and the customer's certificate where it is lower.")
    return {"note": said, "folded": ("fault", "software", "call_out", "old_parts", "discount", "note")}


def answering(doing: Doing) -> dict:
    """Lines and total to read, then the name and the signature; what is answered is what is shown (H-F2)."""
    shown = _shown(doing)
    if shown is None:
        return {}
    number = _row(doing, "number")
    if number:
        number.value = str(shown.quote.number)
    _fill(doing, name=doing.order.customer.name)
    on_the_spot = doing.request.user.role == Role.TECHNICIAN or doing.order.service_kind == ServiceKind.CARRY_IN
    how = _row(doing, "how")
    if doing.request.user.role == Role.TECHNICIAN:
        leave_out(doing, "how")
    elif how:  # at the counter they may sign here; whoever is elsewhere has said it on the phone
        how.kind, how.value = "hidden", "here" if on_the_spot else "said"
    if not on_the_spot:
        leave_out(doing, "signature")
    return {"body_template": LINES, "shown": shown, "due": due_of(doing.order, shown.quote)}


def due_now(order: ServiceOrder) -> int:
    """Return what is to be charged now: by the quote less what was waived, else as said at the diagnosis."""
    quote = standing(order)
    if quote:
        return due_of(order, quote)
    record = order.newest_repair()
    return record.quoted if record and record.quote_accepted else 0


def charging(doing: Doing) -> dict:
    """The bill: its lines; with nothing to pay there is nothing to type, else somebody says how it is paid (H-G1)."""
    shown, due = _shown(doing), due_now(doing.order)
    if doing.request.method != "POST":
        if not due:
            leave_out(doing, "amount", "method", "reference", "rest_by")
        for row in doing.drawn.rows:
            row.required = row.required or row.name in ("amount", "method")
            for option in row.options:
                option.selected = False
    method = _row(doing, "method")
    if method and due:
        method.options = [option for option in method.options if option.value not in ("none", "")]
    if shown is None or not due or shown.quote.pk != getattr(standing(doing.order), "pk", None):
        return {}
    return {"body_template": LINES, "shown": shown, "due": due}


def charge_words(doing: Doing) -> dict:
    """Say what there is to pay; paying part of it now is the exception."""
    due, folded = due_now(doing.order), ("rest_by",)
    if not due:
        return {"note": _("Nothing to pay: the repair is covered, or nothing was quoted."), "folded": folded}
    said = _("To pay: %(money)s. Less only with a day for the rest, or by the centre's waiver.")
    return {"note": said % {"money": _money(doing, due)}, "folded": folded, "folded_label": _("Part of it later")}


def paying(doing: Doing) -> dict:
    """Say what is open, and begin with all of it."""
    bill = bill_to_pay(doing.order)
    if bill is None:
        return {}
    said = {"open": _money(doing, open_on(bill)), "total": _money(doing, bill.amount)}
    return {"note": _("Open: %(open)s of %(total)s.") % said}


def waiving(doing: Doing) -> dict:
    """Say what there is to pay, before somebody asks for less."""
    said = _("To pay: %(money)s. Explain it first; the centre decides, promise nothing.")
    return {"note": said % {"money": _money(doing, to_waive(doing.order))}}


def deciding(doing: Doing) -> dict:
    """Say who asks for how much and why."""
    asked = doing.order.waivers.filter(state=Waiver.ASKED).select_related("asked_by").first()
    if asked is None:
        return {}
    said = {"who": asked.asked_by, "money": _money(doing, asked.amount), "why": asked.reason}
    said["due"] = _money(doing, to_waive(doing.order))
    return {"note": _("%(who)s asks for %(money)s less of %(due)s: %(why)s") % said}


def giving_back(doing: Doing) -> dict:
    """Say what was paid."""
    bill = newest_bill(doing.order)
    if bill is None:
        return {}
    came = sum(row.amount for row in bill.payments.all() if not row.refunds_id)
    return {"note": _("Paid: %(money)s. The customer gets a credit note.") % {"money": _money(doing, came)}}


def emptied(name: str):
    """Return a body that leaves an amount for somebody to type: a default here would be a decision."""

    def body(doing: Doing) -> dict:
        _fill(doing, **{name: ""})
        return {}

    return body


def invoicing(doing: Doing) -> dict:
    """Begin with what was said before, else with the customer's own name."""
    bill = newest_bill(doing.order)
    said = bill.invoice_to if bill else ""
    _fill(doing, invoice_to=said or doing.order.customer.name, tax_no=bill.invoice_tax_no if bill else "")
    return {}


def without_quoting(doing: Doing) -> None:
    """Leave the quote out of a diagnosis where the fee table makes it, and of a repair (H-G3)."""
    if pricing.has_table(doing.order):
        leave_out(doing, "quoted", "quote_accepted")


BODIES = {
    "quote": quoting,
    "accept_quote": answering,
    "refuse_quote": answering,
    "charge": charging,
    "request_waiver": emptied("amount"),
    "decide_waiver": emptied("granted"),
    "refund": emptied("amount"),
    "owe_invoice": invoicing,
    "send_invoice": invoicing,
}
MORE = {
    "quote": quote_folded,
    "charge": charge_words,
    "pay": paying,
    "request_waiver": waiving,
    "decide_waiver": deciding,
    "refund": giving_back,
}
