"""The alarm: held back, tools kept, abused. The technician gets out, the centre takes over (H-F10)."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from dispatch.actions.fields import deed
from dispatch.actions.outcomes import words
from dispatch.lifecycle import Act, Lack
from dispatch.lifecycle.verb import FIELD, OFFICE
from dispatch.models import Incident, ServiceOrder


def open_incident(order: ServiceOrder) -> Incident | None:
    """Return the alarm that nobody has settled yet, None when there is none."""
    return order.incidents.filter(settled_at__isnull=True).first()


class SosData(serializers.Serializer):
    """Nothing has to be said."""

    what = serializers.CharField(label=_("What is happening"), required=False, allow_blank=True, max_length=500)


@deed("sos", "H-F10", _("Alarm"), FIELD, SosData, tone="danger", while_frozen=True)
def sos(act: Act) -> None:
    """Alarm the centre, with the position; from here the technician has nothing more to do on this order."""
    where = {name: (act.position or {}).get(name) for name in ("latitude", "longitude", "accuracy")}
    incident = open_incident(act.order)
    if incident is None:
        incident = Incident(order=act.order, raised_by=act.by, raised_at=act.now)
        act.order.sos_at = act.now
    if act.data.get("what"):
        incident.what = act.data["what"]
    if where["latitude"] is not None:  # pressed again: where they are now counts
        for name, value in where.items():
            setattr(incident, name, value)
    incident.save()
    act.payload["incident"] = incident.pk


def _alarmed(act: Act) -> Iterator[Lack]:
    """H-F10: there is an alarm."""
    if act.order.sos_at is None:
        yield Lack("H-F10", "no_alarm", _("Nobody has raised an alarm on this order."))


class TakeOverData(serializers.Serializer):
    """Who talks to the technician, and whether the police come."""

    caller = serializers.CharField(label=_("Who calls the technician"), max_length=120)
    police = serializers.BooleanField(label=_("Police called"), default=False)
    note = words(_("Note"), required=False, allow_blank=True)


@deed("take_over", "H-F10", _("Take over"), OFFICE, TakeOverData, needs=(_alarmed,))
def take_over(act: Act) -> None:
    """The centre deals with it: somebody calls the technician, and the police where it is needed."""
    incident = open_incident(act.order)
    incident.taken_by, incident.taken_at = act.by, act.now
    incident.save(update_fields=["taken_by", "taken_at"])
    act.payload["incident"] = incident.pk


class SettleSosData(serializers.Serializer):
    """How it ended."""

    outcome = serializers.CharField(label=_("How it ended"), max_length=500, style={"textarea": True})
    safe = serializers.BooleanField(label=_("The technician is safe"), default=False)


def _safe(act: Act) -> Iterator[Lack]:
    """H-F10: an alarm ends when the technician is out of it, not before."""
    if not act.data.get("safe"):
        yield Lack("H-F10", "safe", _("Speak to the technician first: are they safe?"), "take_over")


@deed(
    "settle_sos", "H-F10", _("Alarm settled"), OFFICE, SettleSosData, needs=(_alarmed,), checks=(_safe,)
)
def settle_sos(act: Act) -> None:
    """Settled: the order can be passed on, cancelled, or go on where it was."""
    incident = open_incident(act.order)
    incident.settled_by, incident.settled_at, incident.outcome = act.by, act.now, act.data["outcome"]
    incident.save(update_fields=["settled_by", "settled_at", "outcome"])
    act.order.sos_at = None
    act.payload["incident"] = incident.pk
