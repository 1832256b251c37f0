"""A fault that comes in waves: more of it on one model than its past lets one expect, told with how unlikely it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from math import exp

from django.db.models import Min

from dispatch.models import KpiDay
from dispatch.reports.kpi.period import Period
from dispatch.reports.kpi.reading import Scope, broken_down

RECENT = 14  # days looked at
BASE = 84  # days before them that say what is usual
LEAST_BASE = 28  # with less of a past nothing is said
LEAST = 4  # orders: fewer are no wave, however rare they were
CHANCE = 0.01  # of one false alarm among all models and faults looked at


@dataclass(frozen=True)
class Wave:
    """One model and fault: orders of late, how many the past lets one expect, and once in how many times by chance."""

    model: str
    fault: int
    count: int
    expected: float
    once_in: int


@dataclass(frozen=True)
class Waves:
    """What was found; `base` is how many days of the past it was held against, 0 when there are too few."""

    found: list[Wave]
    base: int
    recent: int = RECENT


def waves(scope: Scope, today: date) -> Waves:
    """Return the models and faults of which there are clearly too many in the last days, the least likely first.

    Orders come independently of each other when nothing is the matter, so their number is Poisson distributed with
    the mean of the past; half an order is added to it, so that what never happened is not taken for impossible. The
    threshold is divided by how many pairs are looked at (Bonferroni): many looks find something somewhere.
    """
    begin = today - timedelta(days=RECENT - 1)
    started = KpiDay.objects.filter(by="").aggregate(day=Min("day"))["day"]
    base = min(BASE, (begin - started).days) if started else 0
    if base < LEAST_BASE:
        return Waves([], 0)
    recent = _counts(scope, Period(begin, today))
    past = _counts(scope, Period(begin - timedelta(days=base), begin - timedelta(days=1)))
    found = []
    for key, count in recent.items():
        expected = (past.get(key, 0) + 0.5) / base * RECENT
        chance = at_least(count, expected)
        if count >= LEAST and chance < CHANCE / len(recent):
            model, fault = key.rsplit("\t", 1)
            found.append(Wave(model, int(fault), count, expected, round(1 / max(chance, 1e-9))))
    return Waves(sorted(found, key=lambda wave: -wave.once_in), base)


def _counts(scope: Scope, period: Period) -> dict[str, int]:
    rows = broken_down(scope, period, "model_fault", ("faults",))
    return {key: sums["faults"][0] for key, sums in rows.items()}


def at_least(count: int, mean: float) -> float:
    """Return the chance of `count` or more when `mean` are to be expected (Poisson)."""
    term = exp(-mean)
    below = 0.0
    for number in range(count):
        below += term
        term *= mean / (number + 1)
    return max(0.0, 1 - below)
