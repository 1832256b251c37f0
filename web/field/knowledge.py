"""How technicians fared with a fault before. What fixed it for everybody: `dispatch.reports.fixes`."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q

from dispatch.models import Repair, ServiceOrder
from technicians.models import Technician


@dataclass(frozen=True)
class Own:
    """A technician's own history with a fault: repairs, and those of them that were visited again."""

    repairs: int
    again: int


def own_history(order: ServiceOrder, technician: Technician) -> Own | None:
    """Return how the technician fared with this fault before; None when the fault is not known (H-A5)."""
    if not order.fault_id:
        return None
    mine = Repair.objects.filter(fault=order.fault, visit__technician=technician).exclude(order=order)
    again = Q(order__returns__gt=0) | Q(order__satisfied=False)
    return Own(**mine.aggregate(repairs=Count("pk"), again=Count("pk", filter=again)))
