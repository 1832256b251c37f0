"""What a diagnosis comes to, and the step each outcome asks for before anything is charged (H-F1, H-F3, H-F5, H-F7)."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from customers.reading import remembered
from dispatch.actions.fields import deed
from dispatch.actions.pictures import PhotosField, SignatureField
from dispatch.lifecycle import Act, Lack
from dispatch.lifecycle.verb import FIELD
from dispatch.models import Outcome, PhotoKind, ServiceOrder, StandardText

# Outcome → the verb that comes first. What is missing here is charged at once.
STEP_OF = {
    Outcome.REPAIRABLE: "repair",
    Outcome.PULL_IN: "pull_in",
    Outcome.PART_MISSING: "wait_for_parts",
    Outcome.NOTHING_WRONG: "explain",
    Outcome.MISUSE: "explain",
    Outcome.REFUSED: "hear_out",
    Outcome.NEW_FAULT: "ask_help",
    Outcome.UNSAFE: "make_safe",
    Outcome.EXCHANGE: "file_claim",
}


def begin(act: Act, outcome: str) -> None:
    """Set the step that an outcome asks for; the next step follows it (H-F3, H-N1)."""
    act.order.outcome_step = STEP_OF.get(Outcome(outcome), "")


def taken(act: Act, step: str, then: str = "") -> None:
    """Tick off a step of the outcome: what comes `then` is a verb, '' when charging is next."""
    if act.order.outcome_step == step:
        act.order.outcome_step = then


def step_first(act: Act) -> Iterator[Lack]:
    """H-F3: before charging, the outcome's own step; its verb is the way out."""
    step = act.order.outcome_step
    if not step or act.order.at_counter:
        return
    if step == "repair":
        yield Lack("H-F11", "test_run", _("Record the repair and its test run first."), "repair")
    else:
        said = format_lazy(_("Diagnosed as: {outcome}."), outcome=act.repair.get_outcome_display())
        yield Lack("H-F3", "outcome", said, step)


def turn_into(act: Act, outcome: str, then: str) -> None:
    """Let the diagnosis come to something else, as the customer decided; `then` is the verb that follows."""
    if act.repair and act.repair.outcome != outcome:
        act.payload["was_outcome"] = act.repair.outcome
        act.repair.outcome = outcome
        act.repair.save(update_fields=["outcome"])
    act.order.outcome_step = then


@remembered(lambda order, kind: (order.appliance.category_id, kind))
def standard_text(order: ServiceOrder, kind: str) -> StandardText | None:
    """Return what to tell the customer: the text of the appliance's category, else the one for all; None for none."""
    texts = StandardText.objects.filter(kind=kind)
    own = texts.filter(category=order.appliance.category_id).first() if order.appliance.category_id else None
    return own or texts.filter(category__isnull=True).first()


def words(label, **how) -> serializers.CharField:
    """Return a field for a few sentences."""
    return serializers.CharField(label=label, max_length=2000, style={"textarea": True}, **how)


class ExplainData(serializers.Serializer):
    """Explained, and what the customer said to it."""

    explained = serializers.BooleanField(label=_("Explained by the standard text"), default=False)
    said = words(_("What the customer said"), required=False, allow_blank=True)


def _explained(act: Act) -> Iterator[Lack]:
    """H-F3: nobody is charged for a visit that nobody explained."""
    if not act.data.get("explained"):
        said = _("Read the text to the customer in your own voice, then tick it.")
        yield Lack("H-F3", "explained", said, "explain")


def _nothing_to_explain(act: Act) -> Iterator[Lack]:
    """H-F3: explained is what is no fault, or was not used as the manual says."""
    if act.repair.outcome not in (Outcome.NOTHING_WRONG, Outcome.MISUSE):
        said = format_lazy(_("Diagnosed as: {outcome}."), outcome=act.repair.get_outcome_display())
        yield Lack("H-F3", "outcome", said, act.order.outcome_step or "charge")


@deed(
    "explain", "H-F3", _("Explain it"), FIELD, ExplainData, needs=(_nothing_to_explain,), checks=(_explained,)
)
def explain(act: Act) -> None:
    """Tell an unsure customer why it is as it should be, or how it is used; which text was told is on the log."""
    told = standard_text(act.order, act.repair.outcome)
    act.payload["text"] = told.pk if told else None
    taken(act, "explain")


STAYS_AS_IT_IS, HERE, WORKSHOP = "nothing", "repair_here", "workshop"
DECISIONS = [
    (STAYS_AS_IT_IS, _("No repair: it stays as it is")),
    (HERE, _("Agrees to a repair at home, as far as it goes")),
    (WORKSHOP, _("Agrees to the workshop after all")),
]
OFFERED = [
    ("explained", _("Explained why the part or the workshop is needed")),
    ("at_home", _("Repair at home, as far as it goes")),
    ("without_part", _("Repair without the part")),
    ("serials", _("Serial numbers of the parts noted on the customer's copy")),
    ("other_time", _("Another time")),
    ("manager", _("A call from the after-sales manager")),
]


class HearOutData(serializers.Serializer):
    """Why the customer refuses or demands something else, what was offered, what they decided (H-F1, H-F7)."""

    why = words(_("Why, in the customer's words"))
    offered = serializers.MultipleChoiceField(label=_("What you offered"), choices=OFFERED, required=False)
    serials = serializers.CharField(
        label=_("Serial numbers of the parts inside"),
        required=False,
        allow_blank=True,
        max_length=500,
        help_text=_("Where the customer fears that a good part is swapped"),
    )
    decision = serializers.ChoiceField(label=_("The customer decides"), choices=DECISIONS, default=STAYS_AS_IT_IS)
    note = words(_("Note"), required=False, allow_blank=True)


def _listened(act: Act) -> Iterator[Lack]:
    """H-F7: explain, else offer a repair at home: a refusal nobody answered is none."""
    refused = act.order.outcome_step == "hear_out"
    if refused and act.data.get("decision", STAYS_AS_IT_IS) == STAYS_AS_IT_IS and not act.data.get("offered"):
        said = _("Explain first, and offer what is possible at home. Then note what you offered.")
        yield Lack("H-F7", "offered", said, "hear_out")


def _diagnosed_for(act: Act) -> Iterator[Lack]:
    """H-F2: what the customer agrees to has to be diagnosed before."""
    if act.data.get("decision", STAYS_AS_IT_IS) != STAYS_AS_IT_IS and act.order.outcome_step != "hear_out":
        yield Lack("H-F2", "diagnose", _("Diagnose it first; this only records what the customer said."), "diagnose")


@deed("hear_out", "H-F1", _("Hear the customer out"), FIELD, HearOutData, checks=(_listened, _diagnosed_for))
def hear_out(act: Act) -> None:
    """Understand a refusal, or a demand to exchange, before answering it; a changed mind leads on to the work."""
    data = act.data
    act.payload["offered"] = sorted(data.get("offered") or [])
    if data["decision"] == HERE:
        turn_into(act, Outcome.REPAIRABLE, "repair")
    elif data["decision"] == WORKSHOP:
        turn_into(act, Outcome.PULL_IN, "pull_in")
    else:
        taken(act, "hear_out")


class LetDecideData(serializers.Serializer):
    """Where it goes, what was explained, what the customer decided; signed where it goes against the rules."""

    place = serializers.CharField(label=_("Place agreed"), max_length=240)
    hazards = words(_("Hazards explained"))
    decision = words(_("What the customer decided"))
    against_rules = serializers.BooleanField(
        label=_("Against the rules of installation"), default=False, help_text=_("Then the customer signs for it")
    )
    signed_by = serializers.CharField(label=_("Signed by"), required=False, allow_blank=True, max_length=120)
    signature = SignatureField(label=_("Signature"))
    photos = PhotosField(label=_("Photos of the place"))


def _signed_against(act: Act) -> Iterator[Lack]:
    """H-F5: what goes against the rules the customer signs for, or it is not done."""
    signed = act.data.get("signed_by") or act.data.get("signature")
    if act.data.get("against_rules") and not signed:
        said = _("This goes against the rules. Have the customer sign for it, or agree on another place.")
        yield Lack("H-F5", "signature", said, "let_decide")


@deed(
    "let_decide", "H-F5", _("Place and hazards"), FIELD, LetDecideData, checks=(_signed_against,)
)
def let_decide(act: Act) -> None:
    """Installing: place and hazards are explained, and the customer decides."""


MADE_SAFE = [
    ("unplugged", _("Unplugged, or switched off at the fuse")),
    ("gas_off", _("Gas shut off")),
    ("water_off", _("Water shut off")),
    ("label", _("Label “Do not use” put on")),
    ("aired", _("Windows opened")),
]


class MakeSafeData(serializers.Serializer):
    """What was done so that nobody is hurt, and that the customer knows it."""

    done = serializers.MultipleChoiceField(label=_("What you did"), choices=MADE_SAFE)
    told = serializers.BooleanField(label=_("The customer knows that it must not be used"), default=False)
    signed_by = serializers.CharField(label=_("Signed by"), required=False, allow_blank=True, max_length=120)
    signature = SignatureField(label=_("Signature"))
    unsigned_reason = serializers.CharField(
        label=_("Why not signed"), required=False, allow_blank=True, max_length=240
    )
    photos = PhotosField(label=_("Photo of the appliance made safe"), kind=PhotoKind.EVIDENCE)
    then = serializers.ChoiceField(
        label=_("What happens to it"),
        choices=[("workshop", _("It goes to the workshop")), ("stays", _("It stays, out of use"))],
        default="stays",
    )

    def validate_done(self, done: set) -> set:
        """Something was done."""
        if not done:
            raise serializers.ValidationError(_("Say what you did."))
        return done


def _told_and_signed(act: Act) -> Iterator[Lack]:
    """H-F3: the customer knows, and signs for it or says why not; and there is a picture of it."""
    data = act.data
    if not data.get("told"):
        yield Lack("H-F3", "told", _("Tell the customer that it must not be used, and why."), "make_safe")
    if not (data.get("signed_by") or data.get("signature") or data.get("unsigned_reason")):
        said = _("Have the customer sign that they were told, or note why they do not.")
        yield Lack("H-F3", "signature", said, "make_safe")
    if not data.get("photos"):
        yield Lack("H-F3", "photo", _("Take a photo of the appliance as you leave it."), "make_safe")


@deed("make_safe", "H-F3", _("Make it safe"), FIELD, MakeSafeData, checks=(_told_and_signed,))
def make_safe(act: Act) -> None:
    """Out of use, labelled, told and signed for; then to the workshop, or left where it stands."""
    act.payload["done"] = sorted(act.data["done"])
    if act.data["then"] == "workshop":
        turn_into(act, Outcome.PULL_IN, "pull_in")
    else:
        taken(act, "make_safe")
