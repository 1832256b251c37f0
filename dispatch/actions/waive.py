"""Paying less, or nothing: asked for by whoever hears it, decided by the centre (H-G4)."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from customers.money import say, step
from dispatch import fees
from dispatch.actions.bill import due_of
from dispatch.actions.closing import settles
from dispatch.actions.fields import Reason, deed
from dispatch.actions.pay import bill_to_pay, open_on
from dispatch.actions.quote import QUOTERS, standing
from dispatch.lifecycle import Act, Lack
from dispatch.lifecycle.verb import MANAGERS
from dispatch.models import Bill, ServiceOrder, TimerKind, Waiver
from dispatch.models.states import AT_WORK


class WaiverData(Reason):
    """How much less, and what the customer says."""

    amount = serializers.IntegerField(
        label=_("Less by"), min_value=1, max_value=10**12, style={"money": True}, required=False, allow_null=True,
        help_text=_("Empty: all of it"),
    )  # fmt: skip


def to_waive(order: ServiceOrder) -> int:
    """Return how much may be waived at most: what the quote comes to, or once charged, what is open of the bill."""
    if order.state in AT_WORK:
        return due_of(order, standing(order))
    bill = bill_to_pay(order)
    return open_on(bill) if bill else 0


def _something_to_pay(act: Act) -> Iterator[Lack]:
    if not to_waive(act.order):
        way_out = "quote" if act.order.state in AT_WORK else ""
        yield Lack("H-G4", "nothing_to_pay", _("There is nothing to pay, so nothing can be waived."), way_out)
    elif act.order.waiver_asked_at:
        yield Lack("H-G4", "asked", _("The centre has been asked already and will decide."), "decide_waiver")


def _at_most_what_is_due(act: Act) -> Iterator[Lack]:
    due = to_waive(act.order)
    if act.data.get("amount") and act.data["amount"] > due > 0:
        said = say(due, act.order.outlet.currency)
        words = format_lazy(_("There is {due} to pay; no more than that can be waived."), due=said)
        yield Lack("H-G4", "too_much", words, "request_waiver")


@deed(
    "request_waiver",
    "H-G4",
    _("Ask the centre for a waiver"),
    QUOTERS,
    WaiverData,
    needs=(_something_to_pay,),
    checks=(_at_most_what_is_due,),
)
def request_waiver(act: Act) -> None:
    """Explained, and the customer insists: the centre decides, the technician promises nothing."""
    amount = act.data.get("amount") or to_waive(act.order)
    Waiver.objects.create(order=act.order, amount=amount, reason=act.data["reason"], asked_by=act.by, asked_at=act.now)
    act.order.waiver_asked_at = act.now
    act.payload |= {"amount": amount, "currency": act.order.outlet.currency}


class DecisionData(Reason):
    """What the centre grants: nothing, part or all of it; the reason is for both sides."""

    granted = serializers.IntegerField(label=_("Granted"), min_value=0, max_value=10**12, style={"money": True})


def _asked(act: Act) -> Iterator[Lack]:
    if act.order.waiver_asked_at is None:
        yield Lack("H-G4", "not_asked", _("Nobody has asked for a waiver."), "request_waiver")


def _at_most_asked(act: Act) -> Iterator[Lack]:
    waiver = act.order.waivers.filter(state=Waiver.ASKED).first()
    if waiver and act.data["granted"] > waiver.amount:
        said = format_lazy(
            _("{asked} was asked for. Grant that at most."), asked=say(waiver.amount, act.order.outlet.currency)
        )
        yield Lack("H-G4", "too_much", said, "decide_waiver")


def _of_all_that_is_open(act: Act) -> bool:
    """Tell whether nothing is left to pay of what was charged."""
    still = sum(open_on(bill) for bill in act.order.bills.all())
    return act.order.state not in AT_WORK and 0 < still <= act.data["granted"]


@deed(
    "decide_waiver",
    "H-G4",
    _("Decide about the waiver"),
    MANAGERS,
    DecisionData,
    needs=(_asked,),
    checks=(_at_most_asked,),
    prepare=settles("money", when=_of_all_that_is_open),
)
def decide_waiver(act: Act) -> None:
    """With a name and a reason; what is left is charged as the quote says."""
    granted = act.data["granted"]
    act.order.waivers.filter(state=Waiver.ASKED).update(
        state=Waiver.GRANTED if granted else Waiver.REFUSED,
        granted=granted,
        decided_by=act.by,
        decided_at=act.now,
        decision=act.data["reason"],
    )
    act.order.waiver_asked_at = None
    act.payload |= {"granted": granted, "currency": act.order.outlet.currency}
    if act.order.state not in AT_WORK and granted:
        _take_off(bill_to_pay(act.order), granted)
        if act.order.money_due_at is None:
            act.stop.add(TimerKind.PAYMENT_DUE)


def _take_off(bill: Bill, granted: int) -> None:
    """Let a bill ask for less, with its share of the tax; what was paid of it stays paid."""
    left = bill.amount - granted
    bill.tax = min(left, fees.share(left, bill.tax, step(bill.currency), bill.amount))
    bill.amount, bill.waived = left, bill.waived + granted
    bill.method = bill.method if left else "none"
    bill.save(update_fields=["amount", "waived", "tax", "method"])
