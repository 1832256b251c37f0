"""A phone says where it is, of its owner's own will: the dispatcher sees who is near (H-F9)."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from dispatch import live
from dispatch.actions.fields import Degrees, Moment
from dispatch.lifecycle import BadData, NotAllowed
from technicians.models import Position, Role, Technician, User

RULE = "H-F9"
LATE = timedelta(hours=24)  # what waited longer on a phone says nothing about today
AHEAD = timedelta(minutes=5)  # clocks differ


class SeenHereData(serializers.Serializer):
    """WGS-84 degrees, accuracy in metres, and when the phone was there (now, if it does not say)."""

    latitude = Degrees(label=_("Latitude"), min_value=-90, max_value=90)
    longitude = Degrees(label=_("Longitude"), min_value=-180, max_value=180)
    accuracy = Degrees(label=_("Accuracy (m)"), required=False, allow_null=True, min_value=0, max_value=1e7)
    at = Moment(label=_("At"), required=False, allow_null=True)

    def validate(self, data: dict) -> dict:
        """Phones without a fix send 0, 0."""
        if data["latitude"] == 0 and data["longitude"] == 0:
            raise serializers.ValidationError({"latitude": _("0, 0 is no place. Wait until the phone has a fix.")})
        return data


def record_position(by: User, now: datetime, raw: Any) -> Position:
    """Keep where a technician is, and tell the boards of the outlet. Raises NotAllowed, BadData."""
    technician = Technician.objects.working().filter(user=by).first() if by.role == Role.TECHNICIAN else None
    if technician is None:
        raise NotAllowed(RULE, {"action": _now("Send my position"), "roles": str(Role.TECHNICIAN.label)})
    form = SeenHereData(data=raw)
    if not form.is_valid():
        raise BadData(RULE, {"errors": form.errors})
    data = dict(form.validated_data)
    at = data.pop("at", None) or now
    if not now - LATE <= at <= now + AHEAD:
        raise BadData(RULE, {"errors": {"at": [_now("That is not from today. Check the phone's clock.")]}})
    with transaction.atomic():
        position = Position.objects.create(technician=technician, at=min(at, now), **data)
        transaction.on_commit(partial(live.tell_of, "position", technician.pk, technician.outlet_id))
    return position
