"""Who is the right one for an order apart from the way: who knows the appliance, the fault, or has the part along."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from django.db.models import Count, F

from dispatch.models import ServiceOrder, Visit, VisitStatus
from technicians.models import Balance, WarehouseKind

LOOK_BACK = timedelta(days=365)
KEPT = 600.0  # seconds: who has fixed a fault how often changes slowly
MOST = 500

APPLIANCE, PART, FAULT, FAULTS = 900, 900, 60, 600  # seconds of travel that they are worth; of faults at most so many


@dataclass(frozen=True)
class Experience:
    """By technician: visits to this appliance, fixes of this fault, and codes of its usual parts in the van."""

    appliance: dict[int, int] = field(default_factory=dict)
    fault: dict[int, int] = field(default_factory=dict)
    parts: dict[int, list[str]] = field(default_factory=dict)

    def favour(self) -> dict[int, int]:
        """Return what it is worth to send each, in seconds of travel."""
        worth = dict.fromkeys(self.appliance, APPLIANCE)
        for who in self.parts:
            worth[who] = worth.get(who, 0) + PART
        for who, times in self.fault.items():
            worth[who] = worth.get(who, 0) + min(FAULTS, FAULT * times)
        return worth


_known: dict[tuple[int, int], tuple[float, dict[int, int]]] = {}
_lock = Lock()


def experience(order: ServiceOrder, now: datetime) -> Experience:
    """Return it for an order; at most three queries, of which that for the fault is remembered for minutes."""
    done = Visit.objects.filter(status=VisitStatus.DONE, technician__outlet=order.outlet_id)
    appliance = done.filter(order__appliance=order.appliance_id).exclude(order=order.pk)
    parts: dict[int, list[str]] = {}
    if order.fault_id:
        vans = Balance.objects.filter(
            warehouse__kind=WarehouseKind.VAN, warehouse__technician__outlet=order.outlet_id,
            part__faults=order.fault_id, on_hand__gt=F("reserved"),
        )  # fmt: skip
        for who, code in vans.order_by("part__code").values_list("warehouse__technician", "part__code"):
            parts.setdefault(who, []).append(code)
    return Experience(_counted(appliance), _of_fault(order, done, now) if order.fault_id else {}, parts)


def _counted(visits) -> dict[int, int]:
    return dict(visits.order_by().values_list("technician").annotate(n=Count("pk")))


def _of_fault(order: ServiceOrder, done, now: datetime) -> dict[int, int]:
    key, at = (order.outlet_id, order.fault_id), time.monotonic()
    with _lock:
        found = _known.get(key)
    if found and at - found[0] < KEPT:
        return found[1]
    counted = _counted(done.filter(order__fault=order.fault_id, starts_at__gt=now - LOOK_BACK))
    with _lock:
        if len(_known) >= MOST:
            _known.clear()
        _known[key] = at, counted
    return counted
