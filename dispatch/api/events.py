"""The timeline of an order as plain data."""

from __future__ import annotations

from rest_framework import serializers as s

from dispatch.api.parts import pick, who
from dispatch.api.rows import HIDDEN
from dispatch.api.shapes import Time, WhoShape, choice, maybe
from dispatch.lifecycle import REGISTRY
from dispatch.lifecycle.act import CREATED
from dispatch.models import OrderEvent, ServiceOrder, State
from technicians.models import Role, User

EVENT_FIELDS = ("seq", "action", "at", "device_at", "role", "from_state", "to_state", "reason", "hash")
PRIVATE = ("phone", "phone_alt", "address_line", "latitude", "longitude", "access_note")


class PositionShape(s.Serializer):
    """Where the phone said it was: WGS-84 degrees, accuracy in metres."""

    latitude = s.FloatField()
    longitude = s.FloatField()
    accuracy = maybe(s.FloatField)


class EventShape(s.Serializer):
    """One thing that happened. `at` is the server's clock, `device_at` what the phone said."""

    seq = s.IntegerField()
    action = s.CharField()
    label = s.CharField()
    at = Time()
    device_at = maybe()
    actor = maybe(WhoShape, help_text="null: Doorstep itself")
    role = choice(Role, blank=True)
    from_state = choice(State, blank=True)
    to_state = choice(State)
    reason = s.CharField(allow_blank=True)
    payload = s.DictField(child=s.JSONField(allow_null=True))
    position = maybe(PositionShape)
    hash = s.CharField(help_text="SHA-256, chained to the event before")


def event_rows(events: list[OrderEvent], order: ServiceOrder, user: User) -> list[dict]:
    """Return the events as plain data; what technicians no longer need once the order is over is left out."""
    masks = user.role == Role.TECHNICIAN and not order.is_open
    return [_row(event, masks=masks) for event in events]


def _row(event: OrderEvent, *, masks: bool) -> dict:
    verb = CREATED if event.action == CREATED.name else REGISTRY.get(event.action)
    position = None
    if event.latitude is not None and event.longitude is not None and not masks:
        position = pick(event, ("latitude", "longitude", "accuracy"))
    return pick(event, EVENT_FIELDS) | {
        "label": str(verb.label) if verb else event.action,
        "actor": who(event.actor),
        "payload": _masked(event.payload) if masks else event.payload,
        "position": position,
    }


def _masked(payload: dict) -> dict:
    changes = payload.get("changes") or {}
    hidden = {name: [HIDDEN, HIDDEN] for name in PRIVATE if name in changes}
    shown = {name: value for name, value in payload.items() if name not in PRIVATE}
    return shown | ({"changes": changes | hidden} if hidden else {})
