"""After the bill: the rest, money back, invoices (H-G1, H-G3, H-F8)."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Sum
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from customers.money import say
from customers.reading import of_order, remembered
from dispatch import fees
from dispatch.actions.bill import no_open_waiver, take, traceable
from dispatch.actions.closing import settles
from dispatch.actions.fields import Moment, Reason, deed
from dispatch.actions.papers import issue
from dispatch.lifecycle import Act, Lack, verb
from dispatch.lifecycle.standard import INVOICE_WITHIN
from dispatch.lifecycle.verb import CLOCK, FIELD, MANAGERS, OFFICE
from dispatch.models import Bill, PaperKind, Payment, PayMethod, ServiceOrder, TimerKind
from technicians.models import Role

CASHIERS = (*FIELD, Role.CLERK, *OFFICE)


@remembered(of_order)
def newest_bill(order: ServiceOrder) -> Bill | None:
    """Return the newest bill of which something was to be paid; a second visit free of charge does not hide it."""
    return order.bills.filter(amount__gt=0).order_by("-pk").first()


@remembered(of_order)
def bill_to_pay(order: ServiceOrder) -> Bill | None:
    """Return the bill that the next payment is for: the oldest of which something is open."""
    bills = order.bills.filter(amount__gt=0).order_by("pk").prefetch_related("payments")
    return next((bill for bill in bills if open_on(bill) > 0), None)


def paid(bill: Bill) -> list[int]:
    """Return what came in for a bill, refunds as negative amounts."""
    return [-row.amount if row.refunds_id else row.amount for row in bill.payments.all()]


@remembered(lambda bill: bill.pk)
def open_on(bill: Bill) -> int:
    """Return what of a bill was never paid; money given back does not open it again."""
    return fees.still_open(bill.amount, [row.amount for row in bill.payments.all() if not row.refunds_id])


class PayData(serializers.Serializer):
    """Money that came in for the bill."""

    amount = serializers.IntegerField(label=_("Paid now"), min_value=1, max_value=10**12, style={"money": True})
    method = serializers.ChoiceField(label=_("Paid by"), choices=PayMethod.choices)
    reference = serializers.CharField(
        label=_("Slip or reference"), required=False, allow_blank=True, max_length=80,
        help_text=_("Number of the card slip, QR payment or transfer"),
    )  # fmt: skip

    def validate(self, data: dict) -> dict:
        """Whatever is not cash can be found again."""
        return traceable(data)


def _something_open(act: Act) -> Iterator[Lack]:
    if bill_to_pay(act.order) is None:
        yield Lack("H-G1", "paid", _("Nothing is open: the bill is paid."))


def _at_most_what_is_open(act: Act) -> Iterator[Lack]:
    """H-G3: nobody pays more than the bill."""
    bill = bill_to_pay(act.order)
    if bill and open_on(bill) < act.data["amount"]:
        said = format_lazy(
            _("That is too much: {open} of {total} are still open."),
            open=say(open_on(bill), bill.currency), total=say(bill.amount, bill.currency),
        )  # fmt: skip
        yield Lack("H-G3", "too_much", said, "pay")


def _in_full(act: Act) -> bool:
    return sum(open_on(bill) for bill in act.order.bills.all()) <= act.data["amount"]


@deed(
    "pay",
    "H-G1",
    _("Take a payment"),
    CASHIERS,
    PayData,
    needs=(_something_open, no_open_waiver),
    checks=(_at_most_what_is_open,),
    prepare=settles("money", when=_in_full),
)
def pay(act: Act) -> None:
    """The rest, or part of it. Paid in full, nobody is reminded any more."""
    bill = bill_to_pay(act.order)
    left = open_on(bill) - act.data["amount"]
    take(act, bill, act.data["amount"])
    act.payload["open"] = left
    if act.order.money_due_at is None:
        act.stop.add(TimerKind.PAYMENT_DUE)


class RefundData(Reason):
    """Money given back, and why."""

    amount = serializers.IntegerField(label=_("Given back"), min_value=1, max_value=10**12, style={"money": True})
    method = serializers.ChoiceField(label=_("Given back by"), choices=PayMethod.choices)
    reference = serializers.CharField(label=_("Slip or reference"), required=False, allow_blank=True, max_length=80)

    def validate(self, data: dict) -> dict:
        """Whatever is not cash can be found again."""
        return traceable(data)


def _refundable(order: ServiceOrder) -> tuple[Payment | None, int]:
    """Return the newest payment that is not given back whole yet, and how much of it is left."""
    payments = Payment.objects.filter(bill__order=order, refunds__isnull=True).order_by("-pk")
    for payment in payments.annotate(back=Sum("refunded__amount")):
        if left := payment.amount - (payment.back or 0):
            return payment, left
    return None, 0


def _was_paid(act: Act) -> Iterator[Lack]:
    if _refundable(act.order)[0] is None:
        yield Lack("H-F8", "nothing_paid", _("Nothing was paid, or all of it was given back."))


def _at_most_what_was_paid(act: Act) -> Iterator[Lack]:
    payment, left = _refundable(act.order)
    if payment and act.data["amount"] > left:
        said = format_lazy(
            _("At most {left} can be given back: that is what is left of the last payment."),
            left=say(left, payment.bill.currency),
        )
        yield Lack("H-F8", "too_much", said, "refund")


@deed(
    "refund",
    "H-F8",
    _("Give money back"),
    MANAGERS,
    RefundData,
    needs=(_was_paid,),
    checks=(_at_most_what_was_paid,),
    tone="danger",
)
def refund(act: Act) -> None:
    """Only a manager, with a reason; the customer gets a credit note."""
    payment, _left = _refundable(act.order)
    given = Payment.objects.create(
        bill=payment.bill,
        refunds=payment,
        method=act.data["method"],
        amount=act.data["amount"],
        reference=act.data.get("reference", ""),
        at=act.now,
        by=act.by,
        reason=act.data["reason"],
    )
    note = issue(act.order, PaperKind.CREDIT_NOTE, act.now, act.by, bill=payment.bill, payment=given)
    act.payload |= {"payment": given.pk, "credit_note": note.number, "currency": payment.bill.currency}


def _made_out(bill: Bill, data: dict) -> None:
    """Write down to whom a bill's invoice is made out."""
    bill.invoice_to, bill.invoice_tax_no = data["invoice_to"], data.get("tax_no", "")
    bill.save(update_fields=["invoice_to", "invoice_tax_no"])


class SendData(serializers.Serializer):
    """To whom the invoice is made out, where that was not said before, or was wrong."""

    invoice_to = serializers.CharField(label=_("Invoice to"), max_length=120, required=False, allow_blank=True)
    tax_no = serializers.CharField(label=_("Tax number"), required=False, allow_blank=True, max_length=40)


class InvoiceData(serializers.Serializer):
    """To whom the invoice goes, and by when when it can't be given now."""

    invoice_to = serializers.CharField(label=_("Invoice to"), max_length=120)
    tax_no = serializers.CharField(label=_("Tax number"), required=False, allow_blank=True, max_length=40)
    due_at = Moment(label=_("Promised for"), required=False, allow_null=True)


def _something_charged(act: Act) -> Iterator[Lack]:
    bill = newest_bill(act.order)
    if bill is None or not bill.amount:
        yield Lack("H-G3", "nothing_charged", _("Nothing was charged, so there is nothing to invoice."))
    elif bill.papers.filter(kind=PaperKind.INVOICE).exists():
        yield Lack("H-G3", "invoiced", _("The invoice for this bill was issued already. Print it again."))


@deed("owe_invoice", "H-G3", _("The customer wants an invoice"), CASHIERS, InvoiceData, needs=(_something_charged,))
def owe_invoice(act: Act) -> None:
    """None at hand: it is brought or sent later, by the day that was promised."""
    bill = newest_bill(act.order)
    _made_out(bill, act.data)
    act.order.invoice_due_at = act.data.get("due_at") or act.now + INVOICE_WITHIN
    act.start[TimerKind.INVOICE_DUE] = act.order.invoice_due_at


@deed(
    "send_invoice",
    "H-G3",
    _("Issue the invoice"),
    CASHIERS,
    SendData,
    needs=(_something_charged,),
    prepare=settles("invoice"),
)
def send_invoice(act: Act) -> None:
    """The invoice is issued, numbered, and given or sent; nobody is reminded any more."""
    bill = newest_bill(act.order)
    if act.data.get("invoice_to"):
        _made_out(bill, act.data)
    paper = issue(act.order, PaperKind.INVOICE, act.now, act.by, bill=bill)
    act.payload["invoice"] = paper.number
    act.stop.add(TimerKind.INVOICE_DUE)


@verb("invoice_due", "H-G3", _("Invoice overdue"), CLOCK)
def invoice_due(act: Act) -> None:
    """The promised day has come: the clerk has it at the top."""


@verb("payment_due", "H-G1", _("Payment overdue"), CLOCK)
def payment_due(act: Act) -> None:
    """The day for the rest has come: the clerk has it at the top."""
