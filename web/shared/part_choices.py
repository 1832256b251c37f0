"""What forms about parts offer to choose from: parts that fit, and the order's own reservations, requisitions, uses."""

from __future__ import annotations

from django.db.models import Q
from rest_framework import serializers

from customers.models import Appliance
from customers.reading import of_order, remembered
from dispatch.actions.part_fields import PartField
from dispatch.actions.parts import awaited, standing
from dispatch.actions.uses import used_on
from dispatch.models import ServiceOrder
from technicians import stock
from technicians.models import Part

SUGGESTED = 60  # as many as somebody scrolls through


def part_choices(order: ServiceOrder, serializer: serializers.Serializer) -> dict:
    """Return {field: [(value, label)]} for what forms about parts choose from: suggestions, and the order's rows."""
    fields, found = serializer.fields, {}
    if isinstance(fields.get("part"), PartField):
        found["part"] = _parts_for(order)
    if "reservation" in fields:
        found["reservation"] = [(one.pk, f"{_named(one)} · {one.warehouse.name}") for one in standing(order)]
    if "requisition" in fields:
        found["requisition"] = [(one.pk, f"{_named(one)} · {one.get_state_display()}") for one in awaited(order)]
    if "use" in fields:
        found["use"] = [(one.pk, " ".join(filter(None, (_named(one), one.serial_in)))) for one in used_on(order)]
    for name in ("warehouse", "source"):
        if name in fields and hasattr(fields[name], "slug_field"):
            near = stock.places_for(order.outlet_id, order.technician)
            found[name] = [(one.code, one.name) for one in near]
    return found


def _named(row) -> str:
    return f"{row.quantity} × {row.part.code} {row.part.name}"


@remembered(of_order)
def _parts_for(order: ServiceOrder) -> list[tuple[str, str]]:
    """What is held for the order, then what fits its model: number and name."""
    held = [one.part for one in standing(order)]
    parts = {part.pk: part for part in (*held, *_fitting(order.appliance))}
    return [(part.code, part.name) for part in parts.values()]


@remembered(lambda appliance: (appliance.category_id, appliance.brand_id, appliance.model_no))
def _fitting(appliance: Appliance) -> list[Part]:
    models = stock.fitting(appliance)
    fitting = stock.search("", models).filter(Q(category_id=appliance.category_id) | Q(category=None))
    if models.exists():
        fitting = fitting.filter(fit__lt=2)
    return list(fitting[:SUGGESTED])
