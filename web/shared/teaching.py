"""Turning a refusal of the trade into what a person reads: what is missing, why, and the button that mends it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from dispatch.lifecycle import REGISTRY, GuardsUnmet, Lack, Refusal, WrongState

# Why a rule is there, in words for the person it stops
WHY = {
    "H-I2": _("The technician needs it to come with the right skill and parts."),
    "H-I3": _("A correction is kept with what was there before."),
    "H-A2": _("Advice by phone is an offer, never a way out of a visit."),
    "H-A4": _("A time that can't be kept costs the customer a day."),
    "H-C1": _("What is not confirmed goes wrong at the door."),
    "H-C2": _("The customer's time is theirs: nothing moves without their consent."),
    "H-C3": _("Skill and spare parts hang on the model and the fault."),
    "H-C4": _("Fees are shown before the work, so the papers come along."),
    "H-C5": _("We keep trying for as long as there is time."),
    "H-C6": _("An angry customer is heard by the manager first."),
    "H-D1": _("What is not in the bag means a second visit."),
    "H-D2": _("Leaving in time is the only way to be in time."),
    "H-D3": _("A customer who is told is a customer who waits."),
    "H-E2": _("The customer may be in the garden, the shower, or asleep."),
    "H-E3": _("Arriving is recorded with its time."),
    "H-F2": _("No chargeable work before the customer said yes to the price."),
    "H-F3": _("Each outcome of the diagnosis has its own next step."),
    "H-F4": _("The customer gets a date and a receipt for what is taken away."),
    "H-F7": _("Nothing leaves the house against the customer's will."),
    "H-F11": _("A repair that was not tested is called back about."),
    "H-F12": _("What was carried in is carried out."),
    "H-G1": _("The customer sees the price list before the bill."),
    "H-G3": _("Never more than the customer accepted."),
    "H-H1": _("The record and the customer's word belong to the repair."),
    "H-H2": _("An unhappy customer is looked after until satisfied."),
    "H-N3": _("One press counts once, however often it is sent."),
    "H-R1": _("Only a call after the promised time tells whether the repair holds."),
    "H-R2": _("Visited again, until satisfied."),
}


@dataclass(frozen=True)
class Lesson:
    """One line of shared/refusal.html. `fix_target`: where htmx puts the form that mends it."""

    missing: object
    why: object = ""
    rule: str = ""
    fix_url: str = ""
    fix_label: object = ""
    fix_target: str = ""


@dataclass(frozen=True)
class Panel:
    """A refusal as it is drawn: a title and its lessons."""

    title: str
    lessons: list[Lesson]
    status: int = 422


def of_lacks(lacks: Iterable[Lack], fix_url: Callable[[str], str], target: str = "") -> list[Lesson]:
    """Return one lesson for each lack. `fix_url(verb)` gives the address of the verb's form, or '' if it is not open."""
    lessons = []
    for lack in lacks:
        url = fix_url(lack.fix) if lack.fix in REGISTRY else ""
        label = REGISTRY[lack.fix].label if url else ""
        lessons.append(Lesson(lack.message, WHY.get(lack.rule, ""), lack.rule, url, label, target if url else ""))
    return lessons


def of_refusal(refusal: Refusal, fix_url: Callable[[str], str], reload_url: str, target: str = "") -> Panel:
    """Return the panel that says a refusal; a moved order gets a link which shows it as it is now."""
    if isinstance(refusal, GuardsUnmet):
        return Panel(refusal.title, of_lacks(refusal.lacks, fix_url, target), refusal.status)
    lesson = Lesson(refusal.detail, WHY.get(refusal.rule, "") if not isinstance(refusal, WrongState) else "")
    if isinstance(refusal, WrongState):
        lesson = Lesson(
            refusal.detail,
            _who_has_it(refusal),
            fix_url=reload_url,
            fix_label=_("Show the order as it is now"),
        )
    return Panel(refusal.title, [lesson], refusal.status)


def _who_has_it(refusal: WrongState) -> str:
    who = refusal.context.get("technician")
    return _("It is with %(technician)s. What you typed is still below.") % {"technician": who} if who else ""
