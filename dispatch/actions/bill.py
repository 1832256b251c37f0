"""Charging by the accepted quote, at the customer's or over the counter (H-G1, H-G3)."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Sum
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from customers.money import say, step
from customers.reading import of_order, remembered
from dispatch import fees
from dispatch.actions import pricing
from dispatch.actions.consent import answered
from dispatch.actions.fields import Moment
from dispatch.actions.quote import standing
from dispatch.lifecycle import Act, Lack
from dispatch.models import Bill, PaperKind, Payment, Quote, ServiceOrder, TimerKind, Waiver


class ChargeData(serializers.Serializer):
    """What is paid now, in minor units of the outlet's currency, how, and by when the rest."""

    amount = serializers.IntegerField(
        label=_("Paid now"), default=0, min_value=0, max_value=10**12, style={"money": True}
    )
    method = serializers.ChoiceField(label=_("Paid by"), choices=Bill.METHODS, default="none")
    reference = serializers.CharField(
        label=_("Slip or reference"), required=False, allow_blank=True, max_length=80,
        help_text=_("Number of the card slip, QR payment or transfer"),
    )  # fmt: skip
    rest_by = Moment(label=_("Rest to be paid by"), required=False, allow_null=True)

    def validate(self, data: dict) -> dict:
        """An amount needs a way of paying, and the other way round."""
        if (data["amount"] > 0) == (data["method"] == "none"):
            raise serializers.ValidationError(
                {"method": _("Choose how it was paid; for nothing to pay, the amount is 0.")}
            )
        return traceable(data)


def traceable(data: dict) -> dict:
    """H-G1: whatever is not cash can be found again. Raises ValidationError."""
    if data.get("amount") and data["method"] not in ("none", "cash") and not data.get("reference"):
        raise serializers.ValidationError({"reference": _("Write down the number of the slip or the reference.")})
    return data


@remembered(of_order)
def waived(order: ServiceOrder) -> int:
    """Return what the centre has waived on an order and no bill has taken off yet, in minor units (H-G4)."""
    granted = order.waivers.filter(state=Waiver.GRANTED).aggregate(sum=Sum("granted"))["sum"] or 0
    return granted - (order.bills.aggregate(sum=Sum("waived"))["sum"] or 0) if granted else 0


@remembered(lambda order, quote: (order.pk, quote and quote.pk))
def due_of(order: ServiceOrder, quote: Quote | None) -> int:
    """Return what there is to pay by a quote, less what was waived."""
    return fees.after_waiver(quote.total, waived(order)) if quote and quote.total else 0


def by_the_quote(act: Act) -> Iterator[Lack]:
    """H-G3, H-F2: what was accepted is charged; never more, and less only by the centre's word or on a set day."""
    found = standing(act.order)
    if found is None:
        yield from _by_word(act)
        return
    due, amount, currency = due_of(act.order, found), act.data["amount"], found.currency
    if amount > due:
        said = format_lazy(_("That is more than there is to pay: {due}."), due=say(due, currency))
        yield Lack("H-G3", "above_quote", said, "charge")
    elif amount < due and not act.data.get("rest_by"):
        said = format_lazy(
            _("{open} would stay open. Take it now, say by when it is paid, or ask the centre for a waiver."),
            open=say(due - amount, currency),
        )
        yield Lack("H-G4", "rest", said, "request_waiver")
    if act.data.get("rest_by") and act.data["rest_by"] <= act.now:
        yield Lack("H-G3", "past", _("That time has passed. Choose a later one."), "charge")


def _by_word(act: Act) -> Iterator[Lack]:
    """H-G3, where no fee table is kept: never more than was quoted and accepted at the diagnosis."""
    amount, repair = act.data["amount"], act.repair
    if amount and pricing.has_table(act.order):
        yield Lack("H-G3", "no_quote", _("Make the quote by the fee table first."), "quote")
    elif amount > repair.quoted:
        yield Lack("H-G3", "above_quote", _("That is more than the customer accepted. Charge the quote at most."))
    elif amount and not repair.quote_accepted:
        yield Lack("H-F2", "quote", _("The customer has not accepted the quote."), "repair")


def no_open_waiver(act: Act) -> Iterator[Lack]:
    """H-G4: while the centre decides, nothing is charged."""
    if act.order.waiver_asked_at:
        yield Lack("H-G4", "waiver", _("The centre has not decided about the waiver yet."), "decide_waiver")


BEFORE_CHARGING = (no_open_waiver, answered)


def make_bill(act: Act) -> Bill:
    """Write the bill and what was paid of it; the receipt goes with the payment, the rest gets a day."""
    order, data = act.order, act.data
    found = standing(order)
    total = due_of(order, found) if found else data["amount"]
    bill = Bill.objects.create(
        order=order,
        visit=act.visit,
        quote=found,
        waived=found.total - total if found else 0,
        tax=_tax_in(found, total),
        amount=total,
        currency=order.outlet.currency,
        method=(data["method"] if data["amount"] else "transfer") if total else "none",
        charged_at=act.now,
    )
    act.payload |= {"total": total, "currency": bill.currency}
    if data["amount"]:
        take(act, bill, data["amount"])
    if data["amount"] < total:
        order.money_due_at = data["rest_by"]
        act.start[TimerKind.PAYMENT_DUE] = data["rest_by"]
    return bill


def _tax_in(found: Quote | None, total: int) -> int:
    """Return the tax in what is charged; a waiver takes its part of it."""
    if found is None or not found.total:
        return 0
    return min(total, fees.share(total, found.tax, step(found.currency), found.total))


def take(act: Act, bill: Bill, amount: int) -> Payment:
    """Write a payment and its receipt (H-G1)."""
    from dispatch.actions.papers import issue

    payment = Payment.objects.create(
        bill=bill,
        method=act.data["method"],
        amount=amount,
        reference=act.data.get("reference", ""),
        at=act.now,
        by=act.by,
    )
    receipt = issue(act.order, PaperKind.RECEIPT, act.now, act.by, bill=bill, payment=payment)
    act.payload |= {"payment": payment.pk, "receipt": receipt.number}
    return payment
