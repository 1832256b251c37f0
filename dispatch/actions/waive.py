"""Paying less, or nothing: asked for by whoever hears it, decided by the centre (H-G4)."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from customers.money import say
from dispatch.actions.bill import due_of
from dispatch.actions.fields import Reason, deed
from dispatch.actions.quote import QUOTERS, standing
from dispatch.lifecycle import Act, Lack
from dispatch.lifecycle.verb import MANAGERS
from dispatch.models import Waiver


class WaiverData(Reason):
    """How much less, and what the customer says."""

    amount = serializers.IntegerField(
        label=_("Less by"), min_value=1, max_value=10**12, style={"money": True}, required=False, allow_null=True,
        help_text=_("Empty: all of it"),
    )  # fmt: skip


def _something_to_pay(act: Act) -> Iterator[Lack]:
    found = standing(act.order)
    if found is None or not due_of(act.order, found):
        yield Lack("H-G4", "nothing_to_pay", _("There is nothing to pay. Make the quote first."), "quote")
    elif act.order.waiver_asked_at:
        yield Lack("H-G4", "asked", _("The centre has been asked already and will decide."), "decide_waiver")


def _at_most_the_quote(act: Act) -> Iterator[Lack]:
    found = standing(act.order)
    due = due_of(act.order, found) if found else 0
    if act.data.get("amount") and act.data["amount"] > due > 0:
        said = format_lazy(_("There is {due} to pay; no more than that can be waived."), due=say(due, found.currency))
        yield Lack("H-G4", "too_much", said, "request_waiver")


@deed(
    "request_waiver",
    "H-G4",
    _("Ask the centre for a waiver"),
    QUOTERS,
    WaiverData,
    needs=(_something_to_pay,),
    checks=(_at_most_the_quote,),
)
def request_waiver(act: Act) -> None:
    """Explained, and the customer insists: the centre decides, the technician promises nothing."""
    found = standing(act.order)
    amount = act.data.get("amount") or due_of(act.order, found)
    Waiver.objects.create(
        order=act.order, amount=amount, reason=act.data["reason"], asked_by=act.by, asked_at=act.now
    )
    act.order.waiver_asked_at = act.now
    act.payload |= {"amount": amount, "currency": found.currency}


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


@deed(
    "decide_waiver",
    "H-G4",
    _("Decide about the waiver"),
    MANAGERS,
    DecisionData,
    needs=(_asked,),
    checks=(_at_most_asked,),
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
