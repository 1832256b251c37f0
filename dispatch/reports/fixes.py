"""What fixed the same trouble on the same model before, from closed orders whose customer was content (H-A1)."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Upper

from dispatch.models import Fault, Outcome, PartUse, Repair, ServiceOrder, State
from technicians import stock
from technicians.models import Part

SHOWN = 5


@dataclass(frozen=True)
class Fixed:
    """What was done, and how often it helped; `first_time` of them without another visit."""

    measure: str
    parts: str
    count: int
    first_time: int


@dataclass(frozen=True)
class PartFixed:
    """A part that was put in, on how many orders, and how many of it as a rule."""

    part: Part
    count: int
    first_time: int
    usual: int


@dataclass(frozen=True)
class Fixes:
    """Parts and measures that helped, most often first."""

    parts: list[PartFixed] = field(default_factory=list)
    measures: list[Fixed] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.parts or self.measures)


FIRST = Q(order__returns=0)


def what_fixed(fault: Fault | None, model_no: str, symptom: str = "", but: int | None = None) -> Fixes:
    """Return what fixed a fault of the catalogue (or, with none named, the same words) on a model. Three queries.

    `but`: an order to leave out, the one that asks.
    """
    if not model_no or not (fault or symptom):
        return Fixes()
    happy = Q(model_upper=model_no.upper(), order__state=State.CLOSED, order__satisfied=True)
    happy &= Q(order__fault=fault) if fault else Q(order__symptom__iexact=symptom)
    if but:
        happy &= ~Q(order=but)
    return Fixes(_parts(happy), _measures(happy))


def _on_happy_orders(rows: QuerySet, happy: Q) -> QuerySet:
    """Narrow rows of orders to those orders; the model is compared as the index on appliances has it."""
    return rows.alias(model_upper=Upper("order__appliance__model_no")).filter(happy).order_by()


def _parts(happy: Q) -> list[PartFixed]:
    rows = (
        _on_happy_orders(PartUse.objects.all(), happy)
        .values("part")
        .annotate(
            orders=Count("order", distinct=True),
            first=Count("order", distinct=True, filter=FIRST),
            pieces=Sum("quantity"),
        )
        .order_by("-orders", "-first", "part")[:SHOWN]
    )
    rows = list(rows)
    parts = Part.objects.in_bulk([row["part"] for row in rows])
    return [
        PartFixed(parts[row["part"]], row["orders"], row["first"], max(1, round(row["pieces"] / row["orders"])))
        for row in rows
    ]


def _measures(happy: Q) -> list[Fixed]:
    rows = (
        _on_happy_orders(Repair.objects.filter(outcome=Outcome.REPAIRABLE).exclude(measure=""), happy)
        .values_list("measure", "parts")
        .annotate(count=Count("order", distinct=True), first=Count("order", distinct=True, filter=FIRST))
    )
    return [Fixed(*row) for row in rows.order_by("-count", "-first", "measure")[:SHOWN]]


def fixed_before(order: ServiceOrder) -> Fixes:
    """Return what fixed an order's trouble on its model before."""
    return what_fixed(order.fault, order.appliance.model_no, order.symptom, order.pk)


def usual_parts(order: ServiceOrder) -> list[Part]:
    """Return the parts that the fault catalogue names for an order's fault, those that fit its model (H-A1)."""
    if not order.fault_id:
        return []
    models = list(stock.fitting(order.appliance).values_list("pk", flat=True))
    rows = order.fault.usual_parts.all()
    if models:
        rows = rows.filter(Q(fits__isnull=True) | Q(fits__in=models)).distinct()
    return list(rows.order_by("code")[:SHOWN])
