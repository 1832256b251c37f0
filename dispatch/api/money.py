"""The money of one order: quotes with their lines and answers, waivers, bills, payments, papers (H-F2, H-G)."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers as s
from rest_framework.response import Response

from dispatch.api.actions import mine
from dispatch.api.base import ApiView
from dispatch.api.parts import pick, who
from dispatch.api.shapes import Time, choice, maybe
from dispatch.api.warranty import PersonShape
from dispatch.models import Bill, Consent, FeeKind, Paper, PaperKind, Payment, PayMethod, QuoteStatus, Waiver
from dispatch.reports.till import Account, Shown, Told, till_of


class QuoteLineShape(s.Serializer):
    """One line. `unit` is what each is charged: the lower of `table` and `certificate`, 0 when covered (H-G3)."""

    kind = choice(FeeKind)
    name = s.CharField()
    why = s.CharField(allow_blank=True, help_text="Why it does not cost what the table says; else empty")
    fault = maybe(s.CharField)
    part = maybe(s.CharField)
    discount = maybe(s.CharField)
    quantity = s.IntegerField()
    table = maybe(s.IntegerField)
    certificate = maybe(s.IntegerField)
    unit = s.IntegerField()
    amount = s.IntegerField(help_text="Below 0 for credits and discounts")
    covered = s.BooleanField()


class ConsentShape(s.Serializer):
    """The customer's answer."""

    accepted = s.BooleanField()
    how = choice(Consent.HOW)
    name = s.CharField(allow_blank=True)
    signed = s.BooleanField()
    reason = s.CharField(allow_blank=True)
    at = Time()
    by = PersonShape(allow_null=True)


class PriceListShape(s.Serializer):
    """The version of the fee table that a quote was made by."""

    table = s.CharField()
    version = s.IntegerField()
    valid_from = s.DateField()
    valid_to = maybe(s.DateField)


class QuoteShape(s.Serializer):
    """One quote. Net and tax make the total; the newest one counts."""

    number = s.IntegerField()
    status = choice(QuoteStatus)
    currency = s.CharField()
    net = s.IntegerField()
    tax = s.IntegerField()
    total = s.IntegerField()
    covered = s.BooleanField()
    made_at = Time()
    made_by = PersonShape(allow_null=True)
    valid_until = Time()
    expired = s.BooleanField()
    note = s.CharField(allow_blank=True)
    customer_page = s.CharField(help_text="What the customer may be sent")
    price_list = PriceListShape(allow_null=True)
    lines = QuoteLineShape(many=True)
    consents = ConsentShape(many=True)


class WaiverShape(s.Serializer):
    """A wish to pay less, and what the centre decided (H-G4)."""

    id = s.IntegerField()
    amount = s.IntegerField()
    granted = s.IntegerField()
    reason = s.CharField()
    state = choice(Waiver.STATES)
    asked_at = Time()
    asked_by = PersonShape()
    decided_at = maybe()
    decided_by = PersonShape(allow_null=True)
    decision = s.CharField(allow_blank=True)


class PaymentShape(s.Serializer):
    """Money received, or given back when `refunds` names a payment."""

    id = s.IntegerField()
    method = choice(PayMethod)
    amount = s.IntegerField()
    reference = s.CharField(allow_blank=True)
    at = Time()
    by = PersonShape(allow_null=True)
    refunds = maybe(s.IntegerField)
    reason = s.CharField(allow_blank=True)


class AccountShape(s.Serializer):
    """A bill with its payments. `open` is what was never paid; money given back does not open it again."""

    id = s.IntegerField()
    quote = maybe(s.IntegerField, help_text="Number of the quote it was made from")
    amount = s.IntegerField()
    waived = s.IntegerField()
    tax = s.IntegerField()
    currency = s.CharField()
    charged_at = Time()
    invoice_to = s.CharField(allow_blank=True)
    invoice_tax_no = s.CharField(allow_blank=True)
    paid = s.IntegerField()
    given_back = s.IntegerField()
    open = s.IntegerField()
    payments = PaymentShape(many=True)


class PaperShape(s.Serializer):
    """A paper by its number; numbers of an outlet's series have no gap."""

    id = s.IntegerField()
    kind = choice(PaperKind)
    number = s.IntegerField()
    bill = maybe(s.IntegerField)
    payment = maybe(s.IntegerField)
    issued_at = Time()


class MoneyShape(s.Serializer):
    """The money of an order, in minor units of its currency."""

    order = s.IntegerField()
    currency = s.CharField()
    due = s.IntegerField(help_text="By the quote that counts, less what was waived")
    waived = s.IntegerField()
    open = s.IntegerField(help_text="Charged and not paid yet")
    money_due_at = maybe()
    invoice_due_at = maybe()
    quotes = QuoteShape(many=True, help_text="The newest first")
    waivers = WaiverShape(many=True)
    bills = AccountShape(many=True)
    papers = PaperShape(many=True)


class Money(ApiView):
    """The money of one order."""

    @extend_schema(operation_id="orders_money", responses=MoneyShape, tags=["orders"])
    def get(self, request, pk: int):
        """Return what was quoted and answered, waived, charged and paid, and what is still open."""
        order = mine(request.user, pk)
        till = till_of(order, self.now)
        return Response(
            {
                "order": order.pk,
                "currency": order.outlet.currency,
                "due": till.due,
                "waived": till.waived,
                "open": till.open,
                "money_due_at": order.money_due_at,
                "invoice_due_at": order.invoice_due_at,
                "quotes": [_quote(one) for one in till.quotes],
                "waivers": [_waiver(one) for one in till.waivers],
                "bills": [_account(one) for one in till.accounts],
                "papers": [_paper(one) for one in till.papers],
            }
        )


def _quote(shown: Shown) -> dict[str, Any]:
    quote, row = shown.quote, shown.quote.price_list
    same = (
        "number", "status", "currency", "net", "tax", "total", "covered", "made_at", "valid_until", "note",
    )  # fmt: skip
    return pick(quote, same) | {
        "made_by": who(quote.made_by),
        "expired": shown.expired,
        "customer_page": shown.customer_page,
        "price_list": row and pick(row, ("version", "valid_from", "valid_to")) | {"table": row.table.code},
        "lines": [_line(told) for told in shown.lines],
        "consents": [_consent(one) for one in quote.consents.all()],
    }


def _line(told: Told) -> dict[str, Any]:
    line = told.line
    of = {name: row.code if (row := getattr(line, name)) else None for name in ("fault", "part", "discount")}
    same = ("kind", "quantity", "table", "certificate", "unit", "amount", "covered")
    return pick(line, same) | of | {"name": told.name, "why": told.why}


def _consent(one: Consent) -> dict[str, Any]:
    same = ("accepted", "how", "name", "reason", "at")
    return pick(one, same) | {"signed": one.signature_id is not None, "by": who(one.by)}


def _waiver(one: Waiver) -> dict[str, Any]:
    same = ("id", "amount", "granted", "reason", "state", "asked_at", "decided_at", "decision")
    return pick(one, same) | {"asked_by": who(one.asked_by), "decided_by": who(one.decided_by)}


def _account(account: Account) -> dict[str, Any]:
    bill: Bill = account.bill
    same = ("id", "amount", "waived", "tax", "currency", "charged_at", "invoice_to", "invoice_tax_no")
    return pick(bill, same) | {
        "quote": bill.quote and bill.quote.number,
        "paid": account.paid,
        "given_back": account.given_back,
        "open": account.open,
        "payments": [_payment(one) for one in account.payments],
    }


def _payment(one: Payment) -> dict[str, Any]:
    same = ("id", "method", "amount", "reference", "at", "reason")
    return pick(one, same) | {"by": who(one.by), "refunds": one.refunds_id}


def _paper(one: Paper) -> dict[str, Any]:
    return pick(one, ("id", "kind", "number", "issued_at")) | {"bill": one.bill_id, "payment": one.payment_id}
