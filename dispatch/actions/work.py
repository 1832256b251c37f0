"""Diagnosing and repairing, and where the work goes on when it can't be done here (H-F)."""

from __future__ import annotations

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from dispatch.actions import checks, outcomes, pricing, warranty
from dispatch.actions.arrive import leave
from dispatch.actions.consent import consented
from dispatch.actions.fields import Moment, Nothing, deed, fault_field
from dispatch.actions.parts import load_all
from dispatch.actions.quote import by_the_table, withdraw
from dispatch.actions.requisitions import ask_for
from dispatch.actions.uses import parts_text, used_on
from dispatch.lifecycle import Act, Lack
from dispatch.lifecycle.verb import FIELD, OFFICE
from dispatch.models import Outcome, Repair, State, TimerKind
from technicians.models import Role

CLERKS = (Role.CLERK, *OFFICE)


words = outcomes.words


class FindingData(serializers.Serializer):
    """What is wrong and what is to be done about it."""

    finding = words(_("What you found"))
    fault = fault_field()
    outcome = serializers.ChoiceField(label=_("Outcome"), choices=Outcome.choices)


class DiagnoseData(FindingData, warranty.CoverData):
    """What is wrong, whether it is covered, and what it will cost before any work (H-F2, H-W6)."""

    quoted = serializers.IntegerField(
        label=_("Quote"), default=0, min_value=0, max_value=10**12, style={"money": True}
    )
    quote_accepted = serializers.BooleanField(label=_("The customer accepts the quote"), default=False)
    cause = words(_("Cause"), required=False, allow_blank=True)


def _not_worked_yet(act: Act):
    """H-F2: a diagnosis may be put right until the work is done: a quote refused, another fault found."""
    if act.order.state == State.DIAGNOSED and act.repair and act.repair.worked_at:
        yield Lack("H-F2", "worked", _("The repair is recorded already. What is left is to charge."), "charge")


def _nothing_to_bring_back(act: Act):
    """H-F4: on a visit that brings the appliance back, that is what is done first."""
    if act.order.outcome_step == "deliver":
        yield Lack("H-F4", "bring_back", _("This visit brings the appliance back: do that first."), "deliver")


@deed(
    "diagnose",
    "H-F2",
    _("Diagnose"),
    FIELD,
    DiagnoseData,
    prepare=warranty.judge,
    needs=(_not_worked_yet, _nothing_to_bring_back, checks.at_the_appliance),
    checks=(warranty.last_word, by_the_table),
    tone="primary",
)
def diagnose(act: Act) -> None:
    """Name the fault and its outcome; the final word on the warranty is spoken here (H-W2)."""
    data, order = act.data, act.order
    warranty.speak(act)
    withdraw(act)
    outcomes.begin(act, data["outcome"])
    order.retry_at, order.no_answers = None, 0  # met in person
    if data.get("fault"):
        order.fault = data["fault"]
    Repair.objects.update_or_create(
        visit=act.visit,
        order=order,
        defaults={
            "fault": order.fault,
            "outcome": data["outcome"],
            "finding": data["finding"],
            "cause": data.get("cause", ""),
            "quoted": data["quoted"],
            "quote_accepted": data["quote_accepted"],
        },
    )


class RepairData(serializers.Serializer):
    """What was done, whether it was tested, and how sure you are."""

    measure = words(_("What you did"), required=False, allow_blank=True)
    cause = words(_("Cause"), required=False, allow_blank=True)
    parts = serializers.CharField(label=_("Parts used"), required=False, allow_blank=True, max_length=500)
    quote_accepted = serializers.BooleanField(label=_("The customer accepts the quote"), default=False)
    tested = serializers.BooleanField(
        label=_("Test run passed"), default=False, help_text=_("Not ticked: the centre calls back after 2 hours")
    )
    certain = serializers.BooleanField(
        label=_("Sure that it holds"), default=False, help_text=_("Not ticked: you call back after 3 hours")
    )


def _accepted(act: Act):
    """H-F2, where no fee table is kept: no chargeable work before the customer accepted what was said."""
    repair = act.repair
    if pricing.has_table(act.order):
        return
    if repair.quoted and not (repair.quote_accepted or act.data.get("quote_accepted")):
        yield Lack("H-F2", "quote", _("Show the fees and have the quote accepted before you start."), "repair")


def _repairable(act: Act):
    """H-F3: what goes to the workshop or waits for a part is not repaired here."""
    if act.repair.outcome != Outcome.REPAIRABLE:
        yield Lack(
            "H-F3",
            "outcome",
            format_lazy(_("Diagnosed as: {outcome}."), outcome=act.repair.get_outcome_display()),
            act.order.outcome_step or "charge",
        )


@deed("repair", "H-F11", _("Repaired"), FIELD, RepairData, needs=(_repairable, consented), checks=(_accepted,))
def repair(act: Act) -> None:
    """Record the repair and its test run. Untested or unsure is allowed, and called back about."""
    record, data = act.repair, act.data
    record.measure = data.get("measure") or record.measure
    record.cause = data.get("cause") or record.cause
    record.parts = parts_text(list(used_on(act.order).filter(repair=record))) or data.get("parts", "")
    record.quote_accepted = record.quote_accepted or data["quote_accepted"]
    record.tested, record.certain, record.worked_at = data["tested"], data["certain"], act.now
    record.save()
    outcomes.taken(act, "repair")


class PartsData(serializers.Serializer):
    """Which part, and when it is expected."""

    parts = serializers.CharField(
        label=_("Which parts"), max_length=500, help_text=_("Numbers or names, separated by commas")
    )
    expected_at = Moment(label=_("Expected by"), required=False, allow_null=True)
    stay = serializers.BooleanField(
        label=_("I fetch it now"), default=False, help_text=_("The customer has time to wait for you")
    )


@deed("wait_for_parts", "H-F3", _("A part is missing"), FIELD, PartsData)
def wait_for_parts(act: Act) -> None:
    """Fetch the part now and come back, or leave and come again when it is there."""
    all_here = ask_for(act, act.data["parts"])  # H-A3: what lies near is kept, the rest is requested
    act.order.promised_at = act.data.get("expected_at") or (act.now if all_here else None)
    if act.order.promised_at:
        act.start[TimerKind.PART_DUE] = max(act.order.promised_at, act.now)
    outcomes.taken(act, "wait_for_parts")
    if not act.data["stay"]:
        leave(act)


def _still_here(act: Act):
    """H-F3: only who stayed on this visit goes on with it."""
    if act.visit is None or act.visit.arrived_at is None:
        yield Lack("H-F3", "left", _("You have left the customer. Agree a new time for a visit."), "parts_arrived")


@deed("part_fetched", "H-F3", _("Part fetched, back at the customer"), FIELD, Nothing, needs=(_still_here,))
def part_fetched(act: Act) -> None:
    """Back with the part on the same visit: what was kept at the outlet is in the van, and the repair can go on."""
    load_all(act)
    act.order.promised_at = None
    outcomes.turn_into(act, Outcome.REPAIRABLE, "repair")


@deed("parts_arrived", "H-F3", _("Part has arrived"), (*CLERKS, *FIELD), Nothing)
def parts_arrived(act: Act) -> None:
    """The part is there: the technician agrees a new time with the customer."""
    act.order.promised_at = None
    leave(act)


