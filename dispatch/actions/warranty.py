"""The warranty as people deal with it: evidence shown, the last word at diagnosis, the manager's word (H-W)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from customers.models import Evidence, Shop
from customers.reasons import ELSEWHERE, REGIONS, Reason
from customers.terms import Document, Exclusion, PolicyNotInForce, Proof
from customers.warranty import Decision
from dispatch.actions import cover
from dispatch.actions.corrections import ProductData, apply_corrections, write_corrections
from dispatch.actions.fields import Code, Day, deed
from dispatch.actions.fields import Reason as ReasonData
from dispatch.actions.pictures import PhotosField
from dispatch.lifecycle import Act, BadData, Lack
from dispatch.lifecycle.verb import CENTRE, FIELD, MANAGERS
from dispatch.models import DecisionStage, Outcome, PhotoKind, ServiceOrder
from technicians.models import Role

# What can be seen on the appliance; the other three follow from the papers, the box and the calendar (H-W5).
COMPUTED = (Exclusion.DOCUMENTS_MISSING, Exclusion.BOX_MISMATCH, Exclusion.PAST_PERIOD)
FINDINGS = [(code.value, code.label) for code in Exclusion if code not in COMPUTED]
PLACES = [*REGIONS.items(), (ELSEWHERE, _("Elsewhere"))]
ON_THE_SPOT = ("documents", "box_matches")
FREE = _("A repair covered by the warranty costs nothing. Quote 0, or say it is not covered.")


def documents_field() -> serializers.MultipleChoiceField:
    """Return a field for the documents the customer has shown."""
    return serializers.MultipleChoiceField(label=_("Documents shown"), choices=Document.choices, required=False)


def yes_or_no(label, **how) -> serializers.BooleanField:
    """Return a field that may stay unanswered."""
    return serializers.BooleanField(label=label, required=False, allow_null=True, **how)


class CoverData(serializers.Serializer):
    """What decides about the warranty on the spot: papers, box, what was found, and what the technician says (H-W2).

    Where the maker's policy is on record, `in_warranty` follows from the rest and may be left out.
    """

    in_warranty = yes_or_no(_("Covered by the warranty"))  # said or computed, never assumed
    documents = documents_field()
    box_matches = yes_or_no(_("The box belongs to the appliance"))
    exclusion = serializers.ChoiceField(
        label=_("What the warranty excludes"), choices=FINDINGS, required=False, allow_blank=True,
        help_text=_("Only what you found; take a photo of it"),
    )  # fmt: skip
    photos = PhotosField(kind=PhotoKind.EVIDENCE)


@dataclass(frozen=True)
class Judged:
    """The last word about the warranty, before it is written: None where there is no policy to decide by."""

    known: cover.Known
    decision: Decision | None
    covered: bool | None
    before: cover.Seen = field(default_factory=cover.Seen)


def foretell(order: ServiceOrder, now: datetime, data: dict) -> Judged:
    """Work out what a diagnosis with this data would come to: its documents, box, exclusion and outcome (H-W2).

    Nothing is written. `covered` is None where neither a policy nor the data says.
    """
    known = cover.look(order, now)
    before = known.seen
    known = replace(known, seen=replace(before, **_on_the_spot(data, known)))
    try:
        decision = cover.assess(order, now, final=True, known=known)
    except PolicyNotInForce:
        decision = None
    covered = known.covered if known.overridden else decision.covered if decision else data.get("in_warranty")
    return Judged(known, decision, covered, before)


def judge(act: Act) -> None:
    """Put a `Judged` into `act.data["judged"]`, and fill in `in_warranty` where it was left out (H-W2).

    Raises BadData where nobody wrote a policy and the technician does not say.
    """
    data = act.data
    judged = data["judged"] = foretell(act.order, act.now, data)
    if judged.covered is None and not judged.known.refused:
        raise BadData("H-W2", {"errors": {"in_warranty": [_("Say whether the warranty covers it.")]}})
    if data.get("in_warranty") is None:
        data["in_warranty"] = judged.covered
    if data["in_warranty"] and data.get("quoted"):  # what the warranty covers costs nothing
        raise BadData("H-W2", {"errors": {"quoted": [FREE]}})
    for name in ("documents", "box_matches", "exclusion"):
        if data.get(name) in (None, "", set()):
            act.payload.pop(name, None)
    if data.get("documents"):
        act.payload["documents"] = sorted(data["documents"])
    act.payload["in_warranty"] = data["in_warranty"]


def _on_the_spot(data: dict, known: cover.Known) -> dict:
    """Return what the data says of the evidence; what it leaves out stays as it was."""
    seen = {}
    if "documents" in data:
        seen["documents"] = sorted(data["documents"])
    if data.get("box_matches") is not None:
        seen["box_matches"] = data["box_matches"]
    found = known.seen.found
    if "exclusion" in data:
        found = [data["exclusion"]] if data["exclusion"] else []
    if data.get("outcome") == Outcome.MISUSE:  # the two have the same words
        found = sorted({*found, Exclusion.MISUSE.value})
    return seen | {"found": found}


def last_word(act: Act) -> Iterator[Lack]:
    """H-W1, H-W2: what is said of the warranty is what the policy and the evidence come to, or the manager decides."""
    judged: Judged = act.data["judged"]
    known, decision, said = judged.known, judged.decision, act.data["in_warranty"]
    if known.refused and not known.overridden:
        words = Reason("no_version", "H-W1", {"on": known.refused.day}).words
        yield Lack("H-W1", "no_version", words, "override_warranty")
    elif said == judged.covered:
        return
    elif known.overridden:
        words = _("The manager has decided that the warranty covers it.")
        if not judged.covered:
            words = _("The manager has decided that the warranty does not cover it.")
        yield Lack("H-W2", "overridden", words, "override_warranty")
    elif judged.covered:
        words = _("By the maker's policy it is covered. {why} Name what is excluded, or let the manager decide.")
        yield Lack("H-W2", "covered", format_lazy(words, why=decision.reasons[0].words), "override_warranty")
    else:
        way_out = "record_evidence" if decision.exclusion == Exclusion.DOCUMENTS_MISSING else "override_warranty"
        words = _("By the maker's policy it is not covered. {why} Say so, or let the manager decide.")
        yield Lack("H-W2", "not_covered", format_lazy(words, why=decision.reasons[0].words), way_out)


def speak(act: Act) -> None:
    """Write the final decision down, with its evidence; the manager's, once given, stands (H-W2)."""
    judged: Judged = act.data["judged"]
    known, order = judged.known, act.order
    photos = sorted({*known.seen.photos, *(photo.pk for photo in act.data["photos"])})
    known = replace(known, seen=replace(known.seen, photos=photos))
    order.in_warranty = judged.covered
    shown = {name: getattr(known.seen, name) for name in ON_THE_SPOT}
    shown = {name: value for name, value in shown.items() if value != getattr(judged.before, name)}
    if shown:
        Evidence.objects.update_or_create(appliance=order.appliance, defaults=shown | {"seen_at": act.now})
    if known.overridden:
        return
    how = {"decided_by": act.by}
    reasons = []
    if judged.decision is None:
        found = known.seen.found if judged.covered is False else []
        reasons = [Reason("technician_covers" if judged.covered else "technician_covers_not", "H-W2")]
        reasons += [Reason(code, "H-W5") for code in found]
        how |= {"covered": judged.covered, "exclusion": found[0] if found else ""}
    cover.row_of(order, act.now, known, DecisionStage.FINAL, judged.decision, reasons, **how).save(force_insert=True)


class EvidenceData(serializers.Serializer):
    """What was shown for an appliance, where it was bought, what was found on it. All optional (H-W1, H-W5)."""

    documents = documents_field()
    box_matches = yes_or_no(_("The box belongs to the appliance"))
    shop = Code(label=_("Shop"), slug_field="code", queryset=Shop.objects.all(), required=False, allow_null=True)
    sold_region = serializers.ChoiceField(label=_("Sold in"), choices=PLACES, required=False, allow_blank=True)
    sold_by_maker = yes_or_no(_("Sold by the maker here"))
    proof = serializers.ChoiceField(
        label=_("What proves the day of purchase"), choices=Proof.choices, required=False, allow_blank=True
    )
    proof_number = serializers.CharField(label=_("Number on it"), required=False, allow_blank=True, max_length=80)
    purchased_on = Day(label=_("Purchase date"), required=False, allow_null=True, help_text=_("As the proof says"))
    found = serializers.MultipleChoiceField(label=_("What the warranty excludes"), choices=FINDINGS, required=False)

    photos = PhotosField(kind=PhotoKind.EVIDENCE)

    validate_purchased_on = ProductData.validate_purchased_on


def _anything(act: Act) -> Iterator[Lack]:
    """H-W1: evidence is something that was shown or found."""
    if not (act.data.keys() - {"photos"} or act.data["photos"]):
        yield Lack("H-W1", "nothing", _("Nothing was filled in. Say what was shown or found."), "record_evidence")


@deed(
    "record_evidence",
    "H-W1",
    _("Record what was shown"),
    (*CENTRE, Role.CLERK, *FIELD),
    EvidenceData,
    prepare=apply_corrections,
    checks=(_anything,),
)
def record_evidence(act: Act) -> None:
    """Keep what was shown and found, and decide again by it, unless it is paid for or the manager has decided."""
    data = act.data
    write_corrections(act)
    kept = {name: data[name] for name in SHOWN if name in data}
    for name, value in data.items():
        if isinstance(value, set):
            act.payload[name] = sorted(value)
        elif value in (None, ""):
            act.payload.pop(name, None)
    if "documents" in kept:
        kept["documents"] = sorted(kept["documents"])
    if kept:
        Evidence.objects.update_or_create(appliance=act.order.appliance, defaults=kept | {"seen_at": act.now})
    cover.decide_again(act, **({"found": sorted(data["found"])} if "found" in data else {}))


SHOWN = ("documents", "box_matches", "shop", "sold_region", "sold_by_maker", "proof", "proof_number")


class WayData(serializers.Serializer):
    """Which way the manager decides."""

    covered = serializers.ChoiceField(
        label=_("The repair is"),
        choices=[("yes", _("covered by the warranty")), ("no", _("not covered by the warranty"))],
    )


class OverrideData(WayData, ReasonData):
    """Which way the manager decides, and why."""


@deed("override_warranty", "H-W2", _("Decide about the warranty"), MANAGERS, OverrideData)
def override_warranty(act: Act) -> None:
    """Decide otherwise than the policy, or where it says nothing; it stands until a manager decides again."""
    order, known = act.order, cover.look(act.order, act.now)
    try:
        decision = cover.assess(order, act.now, final=True, known=known)
    except PolicyNotInForce:
        decision = None
    covered = act.data["covered"] == "yes"
    reasons = [Reason("manager_covers" if covered else "manager_covers_not", "H-W2")]
    if not covered:
        reasons.append(Reason("repair_for_a_fee", "H-W6"))
    how = {
        "covered": covered,
        "until": decision.until if decision else None,
        "exclusion": decision.exclusion or "" if decision and not covered else "",
        "reason": act.data["reason"],
        "decided_by": act.by,
    }
    cover.row_of(order, act.now, known, DecisionStage.OVERRIDE, None, reasons, **how).save(force_insert=True)
    act.payload["was"] = known.covered
    if order.state in cover.SETTLED:  # the quote that was charged by stays; the manager refunds
        order.in_warranty = covered
    else:
        cover.settle(order, covered)
