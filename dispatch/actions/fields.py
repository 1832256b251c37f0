"""Pieces of the data that verbs take: shapes shared by several, and how they are read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from math import isfinite
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from dispatch.actions.pictures import attach, picture_fields
from dispatch.lifecycle import Act, BadData, verb
from dispatch.models import Fault
from technicians.models import Technician

EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


class Moment(serializers.DateTimeField):
    """A moment people could mean: beyond these years arithmetic and time zones fail."""

    default_error_messages = {
        "far": _("This lies too far from today. Check the year."),
        "invalid": _("This is not a date and time. Write it as 2026-03-05 14:30."),
    }

    def to_internal_value(self, value: Any) -> datetime:
        """Read the moment, and refuse the year 1 and the year 9999."""
        moment = super().to_internal_value(value)
        if not EARLIEST < moment < LATEST:
            self.fail("far")
        return moment


class Day(serializers.DateField):
    """A day of the calendar."""

    default_error_messages = {"invalid": _("This is not a date. Write it as 2026-03-05.")}


class Degrees(serializers.FloatField):
    """A latitude or longitude: a number, not the infinite nor the "not a number" that floats allow."""

    def to_internal_value(self, value: Any) -> float:
        """Read the number; −0 becomes 0, as the database keeps it."""
        number = super().to_internal_value(value)
        if not isfinite(number):
            self.fail("invalid")
        return number + 0.0


class Code(serializers.SlugRelatedField):
    """A row by its code. A code with a NUL byte is no code, and the database would not even look."""

    def to_internal_value(self, data: Any) -> Any:
        """Find the row."""
        if not isinstance(data, str) or "\x00" in data:
            self.fail("invalid")
        return super().to_internal_value(data)


class Nothing(serializers.Serializer):
    """A verb that needs no words."""


class Reason(serializers.Serializer):
    """A verb that has to be explained."""

    reason = serializers.CharField(label=_("Reason"), max_length=500, style={"textarea": True})


class Appointment(serializers.Serializer):
    """A time agreed with the customer. UTC or with an offset; minutes of work."""

    starts_at = Moment(label=_("Arrival"), help_text=_("The time agreed with the customer"))
    window_ends_at = Moment(
        label=_("No later than"),
        required=False,
        allow_null=True,
        help_text=_("Only when a window was agreed, not a time"),
    )
    minutes = serializers.IntegerField(
        label=_("Minutes of work"), required=False, allow_null=True, min_value=5, max_value=600
    )
    overtime = serializers.BooleanField(
        label=_("Outside the shift"), default=False, help_text=_("The technician agreed to it")
    )

    def validate(self, data: dict) -> dict:
        """A window ends after it begins."""
        end = data.get("window_ends_at")
        if end and data.get("starts_at") and end <= data["starts_at"]:
            raise serializers.ValidationError({"window_ends_at": _("The window must end after it begins.")})
        return data


def technician_field(**how: Any) -> serializers.PrimaryKeyRelatedField:
    """Return a field for a technician who can be given work."""
    how.setdefault("label", _("Technician"))
    return serializers.PrimaryKeyRelatedField(queryset=Technician.objects.working().select_related("outlet"), **how)


def fault_field(**how: Any) -> serializers.SlugRelatedField:
    """Return a field for a fault of the catalogue, by its code."""
    how = {"label": _("Fault"), "required": False, "allow_null": True} | how
    return Code(slug_field="code", queryset=Fault.objects.all(), **how)


def reader(data: type[serializers.Serializer]):
    """Return a function that reads raw data by a serializer, raising BadData with what is wrong where."""

    def read(raw: Any, act: Act) -> dict:
        form = data(data={} if raw is None else raw, context={"act": act})
        if not form.is_valid():
            raise BadData(act.verb.rule, {"errors": form.errors})
        return dict(form.validated_data)

    return read


def deed(name: str, rule: str, label, roles: tuple[str, ...], data: type = Nothing, **how):
    """Declare a verb whose data is read by a serializer. Pictures in it are kept before the effect runs."""
    register = verb(name, rule, label, roles, data=data, parse=reader(data), **how)
    shown = picture_fields(data)
    return (lambda effect: register(_after_attaching(shown, effect))) if shown else register


def _after_attaching(shown: dict[str, serializers.Field], effect: Callable[[Act], None]) -> Callable[[Act], None]:
    """Return the effect with the act's pictures kept first."""

    @wraps(effect)
    def with_pictures(act: Act) -> None:
        attach(act, shown)
        effect(act)

    return with_pictures
