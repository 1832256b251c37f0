"""Reaching the customer: confirm, agree a time, advise by phone, keep trying (H-C, H-A2)."""

from __future__ import annotations

from datetime import timedelta

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from dispatch.actions import appointments, guards
from dispatch.actions.callbacks import promise_callback
from dispatch.actions.corrections import ProductData, apply_corrections, save_corrections
from dispatch.actions.fields import Appointment, Moment, Reason, deed
from dispatch.actions.parts import parts_loaded
from dispatch.lifecycle import Act, Lack
from dispatch.lifecycle.next_step import too_late_to_call
from dispatch.lifecycle.standard import CALLS_BEFORE_GOING, GO_WITHIN, RETRY_AFTER
from dispatch.lifecycle.verb import CENTRE, FIELD, MANAGERS, OFFICE
from dispatch.models import CallbackKind, Escalation, State, TimerKind, VisitStatus

ITEMS = [
    ("time", _("Time")),
    ("address", _("Address")),
    ("model", _("Model")),
    ("purchase_date", _("Purchase date")),
    ("symptom", _("Symptom")),
]


# What counts as said when it was put right instead of ticked (H-C1)
CORRECTED_BY = {
    "address": {"address_line", "district", "city"},
    "model": {"model_no"},
    "purchase_date": {"purchased_on"},
    "symptom": {"symptom"},
}


class ContactData(Appointment, ProductData):
    """What was confirmed on the phone, what was corrected, and the time agreed."""

    confirmed = serializers.MultipleChoiceField(
        label=_("Confirmed with the customer"), choices=ITEMS, help_text=_("Tick each as it is said; correct below")
    )
    spoke_to = serializers.CharField(label=_("Spoke to"), required=False, allow_blank=True, max_length=120)

    def validate(self, data: dict) -> dict:
        """Check the appointment as well as the corrections."""
        return ProductData.validate(self, Appointment.validate(self, data))


def _all_confirmed(act: Act):
    """H-C1: each item confirmed or corrected before the appointment stands."""
    corrected = act.payload.get("changes", {}).keys()
    for code, name in ITEMS:
        if code not in act.data["confirmed"] and not corrected & CORRECTED_BY.get(code, set()):
            yield Lack("H-C1", f"confirm_{code}", format_lazy(_("Not confirmed yet: {item}."), item=name), "contact")


@deed(
    "contact",
    "H-C1",
    _("Confirm with the customer"),
    (*FIELD, *OFFICE),
    ContactData,
    prepare=apply_corrections,
    needs=(guards.complete, guards.own_skill, guards.calm),
    checks=(_all_confirmed, guards.own_slot),
    tone="primary",
)
def contact(act: Act) -> None:
    """The customer was reached: everything confirmed or corrected, and a time agreed."""
    save_corrections(act)
    start, end = guards.span(act)
    act.data["confirmed"] = sorted(act.data["confirmed"])
    act.payload["confirmed"] = act.data["confirmed"]
    appointments.agree(act, start, end, act.data.get("spoke_to") or act.order.customer.name)


class NoAnswerData(serializers.Serializer):
    """Which number was tried."""

    note = serializers.CharField(label=_("Note"), required=False, allow_blank=True, max_length=240)


@deed("log_no_answer", "H-C5", _("No answer"), (*FIELD, *OFFICE), NoAnswerData)
def log_no_answer(act: Act) -> None:
    """Nobody answered: try again in a while; when that would be too late, go straight to the address."""
    order = act.order
    order.no_answers += 1
    if act.visit is None and order.no_answers >= CALLS_BEFORE_GOING:
        _go_by_the_address(act)
    if too_late_to_call(order, act.visit, act.now):
        order.retry_at = None
        act.payload["go_direct"] = True  # the centre reads it on the order and in its queue
        act.stop.add(TimerKind.RETRY_CONTACT)
        return
    order.retry_at = act.now + RETRY_AFTER
    act.start[TimerKind.RETRY_CONTACT] = order.retry_at


def _go_by_the_address(act: Act) -> None:
    """H-C7: never reached and no time proposed: one is set, so that somebody goes and looks."""
    order = act.order
    starts_at = max(order.wish_from or act.now, act.now + GO_WITHIN)
    ends_at = starts_at + timedelta(minutes=appointments.usual_minutes(order))
    appointments.book(act, VisitStatus.PROPOSED, order.technician, starts_at, ends_at)


def _tried_and_late(act: Act):
    """H-C5: going unannounced is for when calling again would be too late."""
    if not act.order.no_answers:
        yield Lack("H-C5", "not_tried", _("Call the customer first."), "log_no_answer")
    elif act.visit and not too_late_to_call(act.order, act.visit, act.now):
        yield Lack("H-C5", "time_left", _("There is still time to call again before you have to leave."), "contact")


@deed(
    "go_unreached",
    "H-C5",
    _("Go to the address"),
    FIELD,
    needs=(_tried_and_late, guards.has_visit, guards.kit_checked, parts_loaded, guards.own_skill),
    checks=(guards.still_free,),
)
def go_unreached(act: Act) -> None:
    """Never reached and out of time: leave for the address; the centre is told (H-C7)."""
    act.save_visit(status=VisitStatus.LOCKED, departed_at=act.now, consent="")
    act.order.retry_at = None
    act.payload["centre_told"] = True


class OtherTimeData(serializers.Serializer):
    """When the customer would like it instead, and in their words."""

    wish_from = Moment(label=_("Wished from"), required=False, allow_null=True)
    wish_to = Moment(label=_("Wished to"), required=False, allow_null=True)
    wish = serializers.CharField(label=_("What the customer wants"), required=False, allow_blank=True, max_length=240)

    validate = ProductData.validate


def _agreed(act: Act):
    if act.visit is None or act.visit.status != VisitStatus.AGREED:
        yield Lack("H-C2", "not_agreed", _("No time is agreed. Note the wish with “Correct”."), "correct")


@deed(
    "ask_other_time",
    "H-C2",
    _("Another time is wanted"),
    CENTRE,
    OtherTimeData,
    prepare=apply_corrections,
    needs=(_agreed,),
)
def ask_other_time(act: Act) -> None:
    """The time agreed no longer suits the customer: it is only proposed now, and they are called about another one.

    Nobody leaves by it either: a call without an answer does not send anybody to the door at a time that was refused.
    """
    save_corrections(act)
    act.save_visit(status=VisitStatus.PROPOSED, consent="", pinned=False, at_risk=False, leave_by=None)


class ConsultData(serializers.Serializer):
    """Advice given on the phone."""

    advice = serializers.CharField(
        label=_("What you advised"), max_length=1000, style={"textarea": True}, help_text=_("How to use it properly")
    )
    customer_agrees = serializers.BooleanField(
        label=_("The customer is content with help by phone"), default=False
    )


def _wants_phone_help(act: Act):
    """H-A2: who does not want guidance by phone is visited."""
    if not act.data.get("customer_agrees"):
        way_out = "contact" if act.order.state == State.ACCEPTED else "depart"
        yield Lack("H-A2", "wants_visit", _("A customer who does not want help by phone is visited."), way_out)


@deed("consult", "H-A2", _("Settle by phone"), FIELD, ConsultData, needs=(guards.calm,), checks=(_wants_phone_help,))
def consult(act: Act) -> None:
    """A mistaken report or misuse is settled by phone; somebody calls back after 2 hours without fail."""
    appointments.give_up(act, _("Settled by phone"))
    act.order.retry_at, act.order.no_answers = None, 0
    promise_callback(act, CallbackKind.ADVICE)


class RescheduleData(Appointment, Reason):
    """The new time, why, and that the customer agreed."""

    agreed = serializers.BooleanField(label=_("The customer agrees"), default=False)
    spoke_to = serializers.CharField(label=_("Spoke to"), required=False, allow_blank=True, max_length=120)


@deed(
    "reschedule",
    "H-C2",
    _("Agree a new time"),
    (*FIELD, *CENTRE),
    RescheduleData,
    needs=(guards.own_skill,),
    checks=(guards.agreed, guards.own_slot),
)
def reschedule(act: Act) -> None:
    """Another time, with the reason and the customer's consent; the old appointment stays on record."""
    start, end = guards.span(act)
    appointments.give_up(act, act.data["reason"])
    appointments.agree(act, start, end, act.data.get("spoke_to") or act.order.customer.name)


class EscalateData(Reason):
    """Why the manager has to step in."""

    escalation = serializers.ChoiceField(
        label=_("What happened"),
        choices=[choice for choice in Escalation.choices if choice[0] not in (Escalation.UNREACHED,)],
    )


@deed("escalate", "H-C6", _("Call in the manager"), (*FIELD, *CENTRE), EscalateData)
def escalate(act: Act) -> None:
    """An angry customer, an apology not accepted, a doubt who we are: the manager takes over (H-E4, H-E5)."""
    act.order.escalation = act.data["escalation"]


class SettleData(serializers.Serializer):
    """What the manager reached."""

    note = serializers.CharField(label=_("What was agreed"), max_length=1000, style={"textarea": True})
    in_person = serializers.BooleanField(label=_("Apologised in person"), default=False)


def _is_escalated(act: Act):
    if not act.order.escalation:
        yield Lack("H-C6", "calm", _("Nothing is escalated on this order."))


@deed("settle_escalation", "H-C6", _("Settled with the customer"), MANAGERS, SettleData, needs=(_is_escalated,))
def settle_escalation(act: Act) -> None:
    """The customer was won back; the order goes on where it was."""
    act.payload["was"] = act.order.escalation
    if act.order.escalation == Escalation.UNREACHED:
        act.order.callbacks.open().update(attempts=0, due_at=act.now)
    act.order.escalation = ""
