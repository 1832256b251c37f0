"""Claims: filed by whoever hears them, decided by the manager alone, with the clause in words (H-F6, H-F8, H-W7)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from customers.reading import of_order, remembered
from customers.remedies import Verdict
from dispatch.actions.closing import settles
from dispatch.actions.fields import deed
from dispatch.actions.outcomes import taken, words
from dispatch.actions.pictures import PhotosField
from dispatch.actions.way_back import replaced
from dispatch.lifecycle import Act, Lack
from dispatch.lifecycle.verb import EVERYONE, MANAGERS
from dispatch.models import Claim, ClaimKind, PhotoKind, ServiceOrder
from dispatch.reports.remedies import remedies_for

BY_RULE = (ClaimKind.REFUND, ClaimKind.EXCHANGE)  # a clause of H-W7 grants or denies these
PAID = (ClaimKind.REFUND, ClaimKind.COMPENSATION, ClaimKind.DAMAGE)


def amount_field(label) -> serializers.IntegerField:
    """Return a field for an amount in minor units of the outlet's currency."""
    return serializers.IntegerField(label=label, default=0, min_value=0, max_value=10**12, style={"money": True})


@remembered(of_order)
def open_claim(order: ServiceOrder) -> Claim | None:
    """Return the claim that waits for a decision, None when there is none."""
    return order.claims.filter(state=Claim.OPEN).first()


def verdict(order: ServiceOrder, kind: str, now: datetime) -> Verdict | None:
    """Return what H-W7 says to a claim of this kind; None where no clause exists: damage, compensation."""
    if kind not in BY_RULE:
        return None
    found = remedies_for(order, now)
    return found.refund if kind == ClaimKind.REFUND else found.exchange


class FileData(serializers.Serializer):
    """What is claimed. Nothing is promised here (H-F8)."""

    kind = serializers.ChoiceField(label=_("What is claimed"), choices=ClaimKind.choices)
    what = words(_("What happened"))
    asked = amount_field(_("Amount the customer asks for"))
    photos = PhotosField(label=_("Photos"), kind=PhotoKind.DAMAGE)


def _one_at_a_time(act: Act) -> Iterator[Lack]:
    """H-F8: one claim is decided before the next is filed."""
    if act.order.claim_filed_at:
        yield Lack("H-F8", "claim_open", _("A claim is with the manager already. Add a note to it."), "add_note")


@deed("file_claim", "H-F8", _("File a claim"), EVERYONE, FileData, needs=(_one_at_a_time,))
def file_claim(act: Act) -> None:
    """Write down what the customer claims; the manager decides, and until then the order stays open."""
    data = act.data
    claim = Claim.objects.create(
        order=act.order,
        kind=data["kind"],
        what=data["what"],
        asked=data["asked"],
        filed_by=act.by,
        filed_at=act.now,
    )
    said = verdict(act.order, data["kind"], act.now)
    act.payload |= {"claim": claim.pk} | ({"clause": said.clause} if said else {})
    act.order.claim_filed_at = act.now
    taken(act, "file_claim")


YES, NO = "yes", "no"


class DecideData(serializers.Serializer):
    """Granted or not, how much, and why where the clause says otherwise."""

    grant = serializers.ChoiceField(label=_("The claim is"), choices=[(YES, _("granted")), (NO, _("refused"))])
    granted = amount_field(_("Amount granted"))
    reason = serializers.CharField(
        label=_("Reason"),
        required=False,
        allow_blank=True,
        max_length=500,
        style={"textarea": True},
        help_text=_("May be left out where the clause says it all"),
    )
    new_serial = serializers.CharField(
        label=_("Serial number of the other unit"), required=False, allow_blank=True, max_length=80
    )
    new_model = serializers.CharField(
        label=_("Its model, if it is another one"), required=False, allow_blank=True, max_length=80
    )


def _filed(act: Act) -> Iterator[Lack]:
    """H-F8: there is a claim to decide. Told beforehand without a query; in the act `settles` has cleared the day."""
    if not (act.data or act.order.claim_filed_at) or open_claim(act.order) is None:
        yield Lack("H-F8", "no_claim", _("No claim waits for a decision here."))


def _by_the_clause(act: Act) -> Iterator[Lack]:
    """H-W7: a clause decides; the manager may decide otherwise, with a reason of their own."""
    claim, data = open_claim(act.order), act.data
    if claim is None:
        return
    said, granted = verdict(act.order, claim.kind, act.now), data["grant"] == YES
    if said is None and not data.get("reason"):
        yield Lack("H-F8", "reason", _("No clause decides this: say why."), "decide_claim")
    elif said and said.granted != granted and not data.get("reason"):
        words = _("The clause says otherwise: {clause} Give your reason, or decide by the clause.")
        yield Lack("H-W7", "against_clause", format_lazy(words, clause=said.words), "decide_claim")
    if granted and claim.kind in PAID and not data["granted"]:
        yield Lack("H-F8", "amount", _("Say how much is granted."), "decide_claim")
    if granted and claim.kind == ClaimKind.EXCHANGE and not data.get("new_serial"):
        yield Lack("H-W3", "new_serial", _("Note the serial number of the unit given instead."), "decide_claim")


@deed(
    "decide_claim",
    "H-F8",
    _("Decide about the claim"),
    MANAGERS,
    DecideData,
    prepare=settles("claim"),
    needs=(_filed,),
    checks=(_by_the_clause,),
)
def decide_claim(act: Act) -> None:
    """Grant or refuse, with the clause on record; an exchange keeps the day of purchase (H-W3)."""
    claim, data = open_claim(act.order), act.data
    said, granted = verdict(act.order, claim.kind, act.now), data["grant"] == YES
    claim.state = Claim.GRANTED if granted else Claim.REFUSED
    claim.granted = data["granted"] if granted and claim.kind in PAID else 0
    claim.clause = said.clause if said else ""
    claim.reason = data.get("reason") or str(said.words)[:500]
    claim.decided_by, claim.decided_at = act.by, act.now
    claim.save()
    act.payload |= {"claim": claim.pk, "claimed": claim.kind, "granted": claim.granted}
    if said:
        act.payload |= {"clause": said.clause, "clause_words": str(said.words)}
    if granted and claim.kind == ClaimKind.EXCHANGE:
        replaced(act, data["new_serial"], data.get("new_model", ""))
