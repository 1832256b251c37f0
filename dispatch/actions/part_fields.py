"""Fields for parts and where they lie, as people type them; and what is said when there are too few."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.models import QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.fields import empty

from dispatch.actions.fields import Code
from dispatch.lifecycle import Act, GuardsUnmet, Lack
from dispatch.models import ServiceOrder
from technicians import stock
from technicians.models import Balance, Part, Role, User, Warehouse, WarehouseKind
from technicians.stock import NoSuchPart, NotEnough, SeveralParts

KEEPS = (WarehouseKind.VAN, WarehouseKind.OUTLET, WarehouseKind.CENTRE)  # what lies in a depot is of no use any more
MANY = 999


class PartField(serializers.CharField):
    """A part by its number, however it is written, or by its name in any language; gives the Part.

    With several that may be meant, the one that fits the order's model; else they are named.
    """

    def run_validation(self, data: Any = empty) -> Any:
        """Read the text, then find the part."""
        text = super().run_validation(data)
        return self.find(text) if isinstance(text, str) and text else None

    def find(self, text: str) -> Part:
        """Return the part. Raises ValidationError in words."""
        act = self.context.get("act")
        fits = stock.fitting(act.order.appliance) if act else None
        try:
            return stock.the_part(text, fits)
        except NoSuchPart as error:
            said = __("There is no part “%(text)s”. Type its number or its name.") % {"text": text[:40]}
            raise serializers.ValidationError(said) from error
        except SeveralParts as error:
            some = __(", ").join(f"{part.code} {part.name}" for part in error.parts[:3])
            said = __("Which one: %(parts)s?") % {"parts": some}
            raise serializers.ValidationError(said) from error

    def to_representation(self, value: Any) -> str:
        """Say the part as it is typed."""
        return getattr(value, "code", value)


def part_field(**how: Any) -> PartField:
    """Return a field for a part, by number or name; forms suggest what fits."""
    how = {"label": _("Part"), "max_length": 160, "help_text": _("Number or name")} | how
    how["style"] = {"suggest": True} | how.get("style", {})
    return PartField(**how)


def quantity_field(**how: Any) -> serializers.IntegerField:
    """Return a field for how many."""
    how = {"label": _("Quantity"), "default": 1, "min_value": 1, "max_value": MANY} | how
    return serializers.IntegerField(**how)


class OfOrder(serializers.PrimaryKeyRelatedField):
    """A row of the order that is acted on, by its number; others' rows are not there."""

    def get_queryset(self) -> QuerySet:
        """Return the order's rows; none while no order is known (the form's choices are handed in)."""
        rows, act = super().get_queryset(), self.context.get("act")
        return rows.filter(order=act.order) if act else rows.none()


class WarehouseField(Code):
    """A warehouse with parts in use, by its code, among those that the person may see."""

    def get_queryset(self) -> QuerySet:
        """Return those of the person who asks."""
        act = self.context.get("act")
        return keeping(act.by) if act else super().get_queryset()


def keeping(user: User) -> QuerySet[Warehouse]:
    """Return the warehouses a person may see that keep parts for use."""
    return Warehouse.objects.for_user(user).filter(active=True, kind__in=KEEPS)


def warehouse_field(**how: Any) -> WarehouseField:
    """Return a field for a warehouse, by its code."""
    how = {"label": _("Warehouse"), "required": False, "allow_null": True} | how
    rows = Warehouse.objects.filter(active=True, kind__in=KEEPS)
    return WarehouseField(slug_field="code", queryset=rows, **how)


def fits_model(act: Act) -> Iterator[Lack]:
    """H-A3: a part for another model is of no use; told with the models it fits. Unknown models are believed."""
    part, appliance = act.data["part"], act.order.appliance
    if not stock.may_fit(part, appliance):
        said = format_lazy(
            _("{part} does not fit {model}. It fits: {models}."),
            part=f"{part.code} {part.name}",
            model=appliance.model_no,
            models=", ".join(stock.models_fitted(part)),
        )
        yield Lack("H-A3", "other_model", said, act.verb.name)


def too_few(part: Part, wanted: int, order: ServiceOrder, by: User, fix: str = "request_part") -> Lack:
    """Say how many are free where, and that more can be requested (H-A3)."""
    places = stock.places_for(order.outlet_id, order.technician)
    rows = Balance.objects.filter(part=part, warehouse__in=places).select_related("warehouse")
    free = {row.warehouse_id: row.free for row in rows if row.free > 0}
    listed = [f"{free[place.pk]} × {place.name}" for place in places if place.pk in free]
    named = f"{part.code} {part.name}"
    if not listed:
        said = format_lazy(_("{part}: {wanted} wanted, none free. Request it."), part=named, wanted=wanted)
    else:
        said = format_lazy(
            _("{part}: {wanted} wanted; free: {places}. Request the rest."),
            part=named,
            wanted=wanted,
            places=", ".join(listed),
        )
    if by.role == Role.CLERK and fix == "decide_part":
        fix = ""
    return Lack("H-A3", "not_enough", said, fix)


@contextmanager
def told(act: Act, fix: str = "request_part"):
    """Turn NotEnough into a refusal of the act, in words."""
    try:
        yield
    except NotEnough as short:
        raise GuardsUnmet("H-A3", [too_few(short.part, short.wanted, act.order, act.by, fix)]) from short
