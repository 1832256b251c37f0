"""What helps a technician with an order: what is likely, what helped before, how they fared with it themselves."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q

from dispatch.models import Outcome, Repair, ServiceOrder, State
from technicians.models import Technician

SHOWN = 3


@dataclass(frozen=True)
class Fixed:
    """What was done about the same trouble on the same model before, and how often it held."""

    measure: str
    parts: str
    count: int


@dataclass(frozen=True)
class Own:
    """A technician's own history with a fault: repairs, and those of them that were visited again."""

    repairs: int
    again: int


def fixed_before(order: ServiceOrder) -> list[Fixed]:
    """Return what fixed it, most often first, from repairs of closed orders whose customer was satisfied (H-A1).

    The same fault of the catalogue, or where none is named the same words; on the same model.
    """
    model = order.appliance.model_no
    trouble = Q(fault=order.fault) if order.fault_id else Q(order__symptom__iexact=order.symptom)
    if not model or not (order.fault_id or order.symptom):
        return []
    rows = (
        Repair.objects.filter(
            trouble,
            order__appliance__model_no__iexact=model,
            order__state=State.CLOSED,
            order__satisfied=True,
            outcome=Outcome.REPAIRABLE,
        )
        .exclude(measure="")
        .exclude(order=order)
        .order_by()
        .values_list("measure", "parts")
        .annotate(count=Count("order", distinct=True))
    )
    return [Fixed(*row) for row in rows.order_by("-count", "measure")[:SHOWN]]


def own_history(order: ServiceOrder, technician: Technician) -> Own | None:
    """Return how the technician fared with this fault before; None when the fault is not known (H-A5)."""
    if not order.fault_id:
        return None
    mine = Repair.objects.filter(fault=order.fault, visit__technician=technician).exclude(order=order)
    again = Q(order__returns__gt=0) | Q(order__satisfied=False)
    return Own(**mine.aggregate(repairs=Count("pk"), again=Count("pk", filter=again)))
