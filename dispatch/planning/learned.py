"""What finished visits teach about the next: minutes of work, a technician's pace, the way against the estimate.

Medians and clipped means, and only where there are samples enough: three odd visits teach nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import exp, log
from statistics import median

from django.db import transaction

from dispatch.models import Learned, Visit, VisitStatus
from dispatch.planning import travel
from technicians.models import Outlet

LOOK_BACK = timedelta(days=365)
FEW, SOME = 8, 15  # samples wanted: of one fault, or one hour of one district; of anything wider
SHORTEST, LONGEST = 5, 600  # minutes of work that can be true; the rest is a slip of the finger
WAY_SHORTEST, WAY_LONGEST = 60, 4 * 3600  # seconds of a way
TAIL = 0.1  # of either end, drawn in to its edge before a mean is taken
TRUST = 15  # a technician's pace counts as much as so many visits at the usual pace
PACE, WAY = (0.6, 1.6), (0.5, 3.0)  # nobody is believed to be further from the usual


@dataclass(frozen=True)
class Lessons:
    """What is known of an outlet."""

    work: dict[tuple[int | None, int | None], float] = field(default_factory=dict)  # (fault, category) → minutes
    pace: dict[int, float] = field(default_factory=dict)
    way: dict[tuple[str, int | None], float] = field(default_factory=dict)  # (district, hour)

    @classmethod
    def of(cls, rows: Iterable[dict]) -> Lessons:
        """Take them from values of `Learned`."""
        found = cls()
        for row in rows:
            if row["kind"] == Learned.WORK:
                found.work[row["fault_id"], row["category_id"]] = row["value"]
            elif row["kind"] == Learned.PACE:
                found.pace[row["technician_id"]] = row["value"]
            else:
                found.way[row["district"], row["hour"]] = row["value"]
        return found

    def minutes(self, fault: int | None, category: int | None, usual: int) -> int:
        """Return how long the work takes: learned of the fault, as the catalogue says, or learned of the category."""
        if fault is not None:
            return round(self.work.get((fault, None), usual))
        return round(self.work.get((None, category), usual))

    def road(self, district: str, hour: int) -> float:
        """Return what a way into a district takes at a local hour, against the estimate for that hour."""
        for key in ((district, hour), (district, None), ("", hour), ("", None)):
            if key in self.way:
                return self.way[key]
        return 1.0


def learn(outlet: Outlet, now: datetime) -> int:
    """Write anew what the outlet's last year teaches; return how many rows. All of it or nothing is seen by others."""
    with transaction.atomic():
        Outlet.objects.select_for_update(no_key=True).get(pk=outlet.pk)  # not twice at once
        visits = list(_finished(outlet, now))
        rows = [*_work(visits), *_pace(visits), *_ways(visits, outlet)]
        for row in rows:
            row.outlet, row.learned_at = outlet, now
        Learned.objects.filter(outlet=outlet).delete()
        Learned.objects.bulk_create(rows, batch_size=1000)
    return len(rows)


def _finished(outlet: Outlet, now: datetime) -> Iterator[dict]:
    rows = Visit.objects.filter(
        technician__outlet=outlet, status=VisitStatus.DONE, starts_at__gt=now - LOOK_BACK, starts_at__lte=now,
        arrived_at__isnull=False, left_at__isnull=False,
    )  # fmt: skip
    return (
        rows.order_by("technician_id", "arrived_at", "pk")
        .values(
            "technician_id", "departed_at", "arrived_at", "left_at", "order__fault_id",
            "order__appliance__category_id", "order__address__latitude", "order__address__longitude",
            "order__address__district", "technician__home_latitude", "technician__home_longitude",
        )
        .iterator(2000)
    )  # fmt: skip


def _minutes(row: dict) -> float | None:
    """Return the minutes at the customer's; None when they can't be true."""
    took = (row["left_at"] - row["arrived_at"]).total_seconds() / 60
    return took if SHORTEST <= took <= LONGEST else None


def _work(visits: list[dict]) -> list[Learned]:
    """Return the median minutes of each fault and of each category."""
    faults, categories = defaultdict(list), defaultdict(list)
    for row in visits:
        took = _minutes(row)
        if took is None:
            continue
        if row["order__fault_id"]:
            faults[row["order__fault_id"]].append(took)
        if row["order__appliance__category_id"]:
            categories[row["order__appliance__category_id"]].append(took)
    kind = Learned.WORK
    of_faults = [
        Learned(kind=kind, fault_id=key, value=median(some), samples=len(some))
        for key, some in sorted(faults.items())
        if len(some) >= FEW
    ]
    return of_faults + [
        Learned(kind=kind, category_id=key, value=median(some), samples=len(some))
        for key, some in sorted(categories.items())
        if len(some) >= SOME
    ]


def _pace(visits: list[dict]) -> list[Learned]:
    """Return each technician's pace against the others', on faults of which enough is known."""
    usual = {row.fault_id: row.value for row in _work(visits) if row.fault_id}
    ratios = defaultdict(list)
    for row in visits:
        took, known = _minutes(row), usual.get(row["order__fault_id"])
        if took and known:
            ratios[row["technician_id"]].append(log(took / known))
    found = []
    for technician, some in sorted(ratios.items()):
        if len(some) >= SOME:
            value = exp(sum(drawn_in(some)) / (len(some) + TRUST))
            found.append(
                Learned(kind=Learned.PACE, technician_id=technician, value=_within(value, PACE), samples=len(some))
            )
    return found


def _ways(visits: list[dict], outlet: Outlet) -> list[Learned]:
    """Return real ways over the estimate: for each district and hour, each district, each hour, and all."""
    ratios = defaultdict(list)
    before: dict | None = None
    for row in visits:
        ratio = _ratio(row, before, outlet)
        before = row
        if ratio is None:
            continue
        value, hour = ratio
        district = row["order__address__district"]
        for key in {(district, hour), (district, None), ("", hour), ("", None)}:
            ratios[key].append(value)
    found = []
    for (district, hour), some in sorted(
        ratios.items(), key=lambda one: (one[0][0], one[0][1] is None, one[0][1] or 0)
    ):
        if len(some) >= (FEW if district and hour is not None else SOME):
            value = _within(median(some), WAY)
            found.append(Learned(kind=Learned.WAY, district=district, hour=hour, value=value, samples=len(some)))
    return found


def _ratio(row: dict, before: dict | None, outlet: Outlet) -> tuple[float, int] | None:
    """Return (real ÷ estimated, local hour) of the way to a visit; None when an end of it is not known."""
    if row["departed_at"] is None:
        return None
    took = (row["arrived_at"] - row["departed_at"]).total_seconds()
    there = row["order__address__latitude"], row["order__address__longitude"]
    here = row["technician__home_latitude"], row["technician__home_longitude"]
    left = row["departed_at"].astimezone(outlet.tz)
    straight_on = before and before["technician_id"] == row["technician_id"] and before["left_at"] <= row["departed_at"]
    if straight_on and before["left_at"].astimezone(outlet.tz).date() == left.date():
        here = before["order__address__latitude"], before["order__address__longitude"]
    if None in here or None in there or not WAY_SHORTEST <= took <= WAY_LONGEST:
        return None
    return took / travel.seconds(here, there, left.hour), left.hour


def drawn_in(values: list[float], tail: float = TAIL) -> list[float]:
    """Return values with the outermost on either side drawn in to the edge of the rest (winsorised)."""
    some = sorted(values)
    cut = int(len(some) * tail)
    if not cut:
        return some
    low, high = some[cut], some[-cut - 1]
    return [min(max(value, low), high) for value in some]


def _within(value: float, limits: tuple[float, float]) -> float:
    return min(max(value, limits[0]), limits[1])
