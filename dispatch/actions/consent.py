"""The customer's answer to a quote, and that no chargeable work is done without it (H-F2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from customers.money import say
from dispatch.actions import pricing
from dispatch.actions.fields import deed
from dispatch.actions.pictures import SignatureField
from dispatch.actions.quote import QUOTERS, standing
from dispatch.lifecycle import Act, Lack, Outcome, act
from dispatch.models import Consent, Quote, QuoteStatus, State
from dispatch.models import Outcome as RepairOutcome
from technicians.models import Role


class AcceptData(serializers.Serializer):
    """The customer's yes, to one quote: signed here, typed on their own phone, or said on the phone."""

    number = serializers.IntegerField(label=_("Quote"), min_value=1, required=False, style={"hidden": True})
    how = serializers.ChoiceField(label=_("How"), choices=Consent.HOW, default="here")
    total = serializers.IntegerField(
        label=_("Total shown"), min_value=0, max_value=10**12, required=False, style={"hidden": True}
    )  # minor units, as a phone without a signal worked it out by the fee table
    name = serializers.CharField(label=_("Accepted by"), max_length=120)
    signature = SignatureField(label=_("Signature"), required=False)


class RefuseData(serializers.Serializer):
    """The customer's no, and why."""

    number = serializers.IntegerField(label=_("Quote"), min_value=1, required=False, style={"hidden": True})
    how = serializers.ChoiceField(label=_("How"), choices=Consent.HOW, default="here")
    name = serializers.CharField(label=_("Refused by"), max_length=120, required=False, allow_blank=True)
    reason = serializers.CharField(label=_("Reason"), max_length=500, allow_blank=True, style={"textarea": True})

    def validate(self, data: dict) -> dict:
        """Staff say why; the customer on their own phone need not."""
        if data["how"] != "link" and not data["reason"]:
            raise serializers.ValidationError({"reason": self.fields["reason"].error_messages["blank"]})
        return data


def _offered(act: Act) -> Iterator[Lack]:
    found = standing(act.order)
    if found is None:
        yield Lack("H-F2", "no_offer", _("There is no quote yet."), "quote")
    elif found.status == QuoteStatus.ACCEPTED:
        yield Lack("H-F2", "agreed_already", _("The quote has been accepted already."))


def _the_newest(act: Act) -> Iterator[Lack]:
    """H-F2: the consent is to what stands now, and in time: changed work needs a new one."""
    found = standing(act.order)
    if found is None or found.status != QuoteStatus.OFFERED:
        return
    asked = act.data.get("number")
    if asked and asked != found.number:
        said = format_lazy(
            _("That was quote {old}. The work has changed since: show the customer quote {new}, {total}."),
            old=asked, new=found.number, total=say(found.total, found.currency),
        )  # fmt: skip
        yield Lack("H-F2", "older_quote", said, "accept_quote")
    elif found.valid_until < act.now:
        yield Lack("H-F2", "expired", _("This quote has expired. Make a new one."), "quote")
    elif act.data.get("total", found.total) < found.total:
        said = format_lazy(
            _("The customer agreed to {shown}, and the fee table comes to {total}: show quote {number} again."),
            shown=say(act.data["total"], found.currency), total=say(found.total, found.currency), number=found.number,
        )  # fmt: skip
        yield Lack("H-F2", "other_price", said, "accept_quote")


@deed(
    "accept_quote",
    "H-F2",
    _("The customer accepts the quote"),
    (*QUOTERS, Role.AGENT),
    AcceptData,
    needs=(_offered,),
    checks=(_the_newest,),
)
def accept_quote(act: Act) -> None:
    """From here on chargeable work may be done."""
    found = _answered(act, accepted=True)
    if act.repair:
        act.repair.quoted, act.repair.quote_accepted = found.total, True
        act.repair.save(update_fields=["quoted", "quote_accepted"])


@deed(
    "refuse_quote",
    "H-F2",
    _("The customer refuses the quote"),
    (*QUOTERS, Role.AGENT),
    RefuseData,
    needs=(_offered,),
    checks=(_the_newest,),
)
def refuse_quote(act: Act) -> None:
    """No work for a fee. Another quote, a waiver, or leaving it as it is: the reason says which."""
    _answered(act, accepted=False)
    if act.order.state == State.IN_WORKSHOP and act.repair and not act.repair.worked_at:  # goes back as it is (H-F4)
        act.repair.outcome, act.repair.quoted = RepairOutcome.REFUSED, 0
        act.repair.save(update_fields=["outcome", "quoted"])


def _answered(act: Act, *, accepted: bool) -> Quote:
    found = standing(act.order)
    found.status = QuoteStatus.ACCEPTED if accepted else QuoteStatus.REFUSED
    found.save(update_fields=["status"])
    signature = act.data.get("signature")
    Consent.objects.create(
        quote=found,
        accepted=accepted,
        how=act.data["how"],
        name=act.data.get("name", ""),
        signature=signature.photo if signature else None,
        reason=act.data.get("reason", ""),
        at=act.now,
        by=act.by,
    )
    act.payload |= {"quote": found.number, "total": found.total, "currency": found.currency}
    return found


def answer_by_link(found: Quote, now: datetime, *, accepted: bool, key: str = "", **said: str) -> Outcome:
    """Let the customer answer a quote on their own phone; the address is their key. Raises as `lifecycle.act` does."""
    name = "accept_quote" if accepted else "refuse_quote"
    raw = {"number": found.number, "how": "link"} | said
    return act(found.order_id, name, None, now, raw, unseen=True)


def _pending(found: Quote) -> Lack:
    said = format_lazy(
        _("Quote {number}, {total}: show it and have it accepted first."),
        number=found.number, total=say(found.total, found.currency),
    )  # fmt: skip
    return Lack("H-F2", "quote", said, "accept_quote")


def consented(act: Act) -> Iterator[Lack]:
    """H-F2: no chargeable work before the customer accepted the quote that stands."""
    order = act.order
    if order.in_warranty is not False or not pricing.has_table(order):
        found = standing(order)
        if found and found.status == QuoteStatus.OFFERED:
            yield _pending(found)
        return
    newest = order.quotes.filter(bill__isnull=True).order_by("-number").first()
    if newest is None or newest.status == QuoteStatus.SUPERSEDED:
        yield Lack("H-F2", "no_quote", _("It is not covered: make the quote and have it accepted first."), "quote")
    elif newest.status == QuoteStatus.OFFERED:
        yield _pending(newest)
    elif newest.status == QuoteStatus.REFUSED:
        yield Lack("H-F2", "refused", _("The customer refused the quote: no work for a fee."), "quote")


def answered(act: Act) -> Iterator[Lack]:
    """H-F2: nothing is charged while a quote waits for its answer, nor for work that nobody agreed to."""
    if act.repair and act.repair.worked_at:
        yield from consented(act)
        return
    found = standing(act.order)
    if found and found.status == QuoteStatus.OFFERED:
        yield _pending(found)
