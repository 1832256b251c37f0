"""When somebody is really there: a stretch of time as wide as our ways have been, never a minute (H-D3, H-E4).

The spread is that of real ways over estimated ones at the same outlet. Planning learns their middle
(`dispatch.planning.learned`); here the outer tenths count.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from dispatch.models import ServiceOrder, State, Visit, VisitStatus
from technicians.models import Outlet

LOOK_BACK, MOST, ENOUGH = timedelta(days=90), 300, 20
USUAL = (0.85, 1.4)  # real over estimated ways, until enough of them are known
WIDEST = (0.5, 3.0)
STEP = timedelta(minutes=5)  # nothing finer is said
EARLIEST = timedelta(minutes=10)  # H-D2: nobody rings earlier than this
LEAST = timedelta(minutes=10)  # nothing narrower is said


@dataclass(frozen=True)
class Eta:
    """Arrival between two moments; `over`: even the later one has passed."""

    low: datetime
    high: datetime
    over: bool = False


def spread_of(outlet: Outlet, now: datetime) -> tuple[float, float]:
    """Return the tenth and the ninetieth of a hundred of real over estimated ways of an outlet's last visits."""
    rows = (
        Visit.objects.filter(
            technician__outlet=outlet, status=VisitStatus.DONE, starts_at__gt=now - LOOK_BACK, starts_at__lte=now,
            arrived_at__isnull=False, departed_at__isnull=False, travel_seconds__gt=120,
        )
        .order_by("-starts_at")
        .values_list("departed_at", "arrived_at", "travel_seconds")[:MOST]
    )  # fmt: skip
    ratios = sorted((arrived - left).total_seconds() / travel for left, arrived, travel in rows)
    if len(ratios) < ENOUGH:
        return USUAL
    low, high = ratios[len(ratios) // 10], ratios[-1 - len(ratios) // 10]
    return min(max(low, WIDEST[0]), 1.0), max(min(high, WIDEST[1]), 1.0)


def eta_of(order: ServiceOrder, visit: Visit, now: datetime, told: datetime | None = None) -> Eta:
    """Return when the technician is expected. `told`: when they said that they are delayed, None if they did not."""
    less, more = spread_of(order.outlet, now)
    if order.state == State.EN_ROUTE and visit.departed_at and not (told and told >= visit.departed_at):
        way = timedelta(seconds=visit.travel_seconds or 1800)
        low = max(visit.departed_at + way * less, visit.starts_at - EARLIEST)
        high = max(visit.departed_at + way * more, visit.starts_at)
    else:
        expected = visit.expected_at or visit.starts_at
        way = expected - told if told and expected > told else timedelta(seconds=visit.travel_seconds or 1800)
        low, high = expected - way * (1 - less), expected + way * (more - 1)
        low = max(low, visit.starts_at - EARLIEST)
    low, high = _down(max(low, now)), _up(high)
    return Eta(low, max(high, low + LEAST), over=high <= now)


def _down(moment: datetime) -> datetime:
    return moment - timedelta(seconds=moment.timestamp() % STEP.total_seconds())


def _up(moment: datetime) -> datetime:
    return _down(moment + STEP - timedelta(microseconds=1))
