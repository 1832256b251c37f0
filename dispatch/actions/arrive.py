"""At the door: arriving, knocking, nobody home, everything that may be different (H-E)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from dispatch.actions import appointments, guards
from dispatch.actions.fields import deed
from dispatch.actions.pictures import PhotosField
from dispatch.lifecycle import Act, Lack
from dispatch.lifecycle.standard import KNOCK_FOR, RETRY_AFTER, VERY_LATE
from dispatch.lifecycle.verb import FIELD
from dispatch.models import OrderEvent, PhotoKind, TimerKind, VisitStatus

EARLY, ON_TIME, LATE, VERY = "early", "on_time", "late", "very_late"
LATENESS = {
    EARLY: _("Early"),
    ON_TIME: _("On time"),
    LATE: _("Late, under 15 minutes"),
    VERY: _("Late, 15 minutes or more"),
}


def lateness(arrived_at: datetime, latest: datetime, starts_at: datetime) -> str:
    """Return the class of an arrival: early, on_time, late (under 15 minutes) or very_late (H-E4)."""
    if arrived_at < starts_at - guards.GRACE:
        return EARLY
    if arrived_at <= latest:
        return ON_TIME
    return LATE if arrived_at - latest < VERY_LATE else VERY


@deed("arrive", "H-E3", _("Arrive"), FIELD, needs=(guards.has_visit,), tone="primary")
def arrive(act: Act) -> None:
    """At the customer's: time, position and lateness are recorded, and what to say follows (H-E4)."""
    visit = act.save_visit(arrived_at=act.now, expected_at=act.now)
    how = lateness(act.now, visit.latest_arrival, visit.starts_at)
    act.payload |= {
        "lateness": how,
        "late_seconds": max(0, int((act.now - visit.latest_arrival).total_seconds())),
        "gift": how == VERY,  # a small gift with the apology
    }


KNOCKING = [
    ("bell", _("Rang the bell")),
    ("knock", _("Knocked, twice three light knocks")),
    ("phone", _("Phoned")),
    ("neighbour", _("Asked a neighbour")),
    ("downstairs", _("Looked downstairs")),
    ("note", _("Left a note with our number")),
]
NEEDED = ("knock", "phone", "neighbour", "downstairs", "note")


class KnockData(serializers.Serializer):
    """One step of the guide."""

    step = serializers.ChoiceField(label=_("What you did"), choices=KNOCKING)
    note = serializers.CharField(label=_("Note"), required=False, allow_blank=True, max_length=240)
    photos = PhotosField(label=_("Photo of the note"), kind=PhotoKind.NOTE, max=2)  # H-C7

    def validate(self, data: dict) -> dict:
        """A photo belongs to the note on the door; at other steps nothing needs one."""
        if data["photos"] and data["step"] != "note":
            raise serializers.ValidationError({"photos": _("Only the note on the door is photographed.")})
        return data


@deed("knock", "H-E2", _("Nobody opens"), FIELD, KnockData)
def knock(act: Act) -> None:
    """Record one step at a closed door; knock again every 30 seconds, after 5 minutes phone, and so on."""


def knocks(act: Act) -> list[OrderEvent]:
    """Return the steps recorded at the door on this visit, oldest first."""
    since = act.visit.arrived_at if act.visit else None
    return list(act.order.events.filter(action="knock", at__gte=since).order_by("seq")) if since else []


def knocked_for(steps: list[OrderEvent], now: datetime, device_now: datetime | None):
    """Return how long ago the first knock was; by the phone's own clock when both ends have it (H-E2).

    A phone that was offline sends its steps together: then only its own clock knows how long it took.
    """
    first = next((step for step in steps if step.payload.get("step") == "knock"), None)
    if first is None:
        return timedelta(0)
    by_server = now - first.at
    by_device = device_now - first.device_at if device_now and first.device_at else by_server
    return max(by_server, by_device)


def _knocked(act: Act):
    """H-E2: the whole guide was followed."""
    steps = knocks(act)
    done = {step.payload.get("step") for step in steps}
    for code, name in KNOCKING:
        if code in NEEDED and code not in done:
            yield Lack("H-E2", f"knock_{code}", format_lazy(_("Not done yet: {step}."), step=name), "knock")
    if "knock" in done and knocked_for(steps, act.now, act.device_at) < KNOCK_FOR:
        yield Lack("H-E2", "knock_time", _("Keep knocking every 30 seconds until 5 minutes have passed."), "knock")


@deed("no_access", "H-E2", _("No access"), FIELD, needs=(_knocked,))
def no_access(act: Act) -> None:
    """Nobody home: the note is left, the centre is told, and the customer is called again later (H-C7)."""
    appointments.give_up(act, _("No access"))
    act.order.no_answers += 1
    act.order.retry_at = act.now + RETRY_AFTER
    act.start[TimerKind.RETRY_CONTACT] = act.order.retry_at
    act.payload["centre_told"] = True


# Each exception with what comes next, in words and as verbs (H-E5)
EXCEPTIONS = {
    "customer_out": (
        _("Customer is out, somebody else is home"),
        _("Show the permit and have the customer called. If they can't decide: agree a new time."),
        ("reschedule", "diagnose"),
    ),
    "wont_open": (
        _("Somebody is home and won't open"),
        _("Show the permit through the door and have the customer called; else agree a new time."),
        ("reschedule", "no_access"),
    ),
    "doubts_us": (
        _("Doubts that we are who we say"),
        _("Show the permit and its code, give the complaint line. If doubt stays, the manager comes along."),
        ("escalate", "reschedule"),
    ),
    "elsewhere": (
        _("The appliance is somewhere else"),
        _("Be led there, go there, or agree a new time. Correct the address."),
        ("correct", "diagnose", "reschedule"),
    ),
    "power_cut": (_("Power cut"), _("Agree a new time with the customer."), ("reschedule",)),
    "must_leave": (_("Customer must leave"), _("Agree a new time with the customer."), ("reschedule",)),
    "at_table": (_("Customer is at table"), _("Wait outside or do as they wish."), ("diagnose", "reschedule")),
    "late_refused": (
        _("We are late and the apology is not accepted"),
        _("The after-sales manager apologises in person."),
        ("escalate",),
    ),
}


class ExceptionData(serializers.Serializer):
    """What is different at the door."""

    exception = serializers.ChoiceField(
        label=_("What is different"), choices=[(code, said[0]) for code, said in EXCEPTIONS.items()]
    )
    note = serializers.CharField(label=_("Note"), required=False, allow_blank=True, max_length=240)


@deed("note_exception", "H-E5", _("Something is different"), FIELD, ExceptionData)
def note_exception(act: Act) -> None:
    """Record it; the answer says what comes next."""
    act.payload["next"] = list(EXCEPTIONS[act.data["exception"]][2])


def leave(act: Act, status: str = VisitStatus.DONE) -> None:
    """Close the standing visit as the technician leaves."""
    if act.visit:
        act.save_visit(status=status, left_at=act.now)
        act.visit = None
