"""Read figures off the roll-ups: values over a period, a trend of them, what they were before, and by what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt
from typing import Any

from django.db import connection

from dispatch.reports.kpi.figures import FIGURES, SHARE, Figure
from dispatch.reports.kpi.kind import MOST
from dispatch.reports.kpi.kinds import KINDS, SHIFTS
from dispatch.reports.kpi.period import Period
from technicians.models import User

CLEARLY = 1.96  # standard errors: a difference this large comes about by chance once in twenty
ALL_KINDS = KINDS | {"shifts": SHIFTS}
Sums = dict[str, list[int]]


@dataclass(frozen=True)
class Scope:
    """Whose figures: an outlet or all (None), a brand or all."""

    outlet: int | None = None
    brand: int | None = None

    @classmethod
    def of(cls, user: User, outlet: int | None = None, brand: int | None = None) -> Scope:
        """Return what a person may see of what they ask for: who belongs to an outlet sees that one."""
        return cls(outlet if user.sees_everything else user.outlet_id, brand)


@dataclass(frozen=True)
class Value:
    """A figure's numerator and denominator; `value` is None (a dash) when there is nothing to speak of."""

    figure: Figure
    over: int = 0
    under: int = 0

    @property
    def value(self) -> float | int | None:
        """Percent (not rounded), seconds each, or a number."""
        if not self.figure.under:
            return self.over
        if not self.under:
            return None
        return (100 if self.figure.unit == SHARE else 1) * self.over / self.under

    @property
    def small(self) -> bool:
        """True when it rests on too few to say much."""
        return bool(self.figure.under) and 0 < self.under < self.figure.minimum

    def worse_than(self, before: Value) -> bool:
        """True when it is worse than before by more than chance would make it; only shares are judged."""
        if self.figure.unit != SHARE or not self.figure.good or not (self.under and before.under):
            return False
        if self.small or before.small:
            return False
        pooled = (self.over + before.over) / (self.under + before.under)
        error = sqrt(max(pooled * (1 - pooled), 0) * (1 / self.under + 1 / before.under))
        change = self.over / self.under - before.over / before.under
        return change * self.figure.good < -CLEARLY * error if error else False


@dataclass
class Told:
    """Figures over a period, over the one before, and piece by piece: code → Value."""

    period: Period
    now: dict[str, Value]
    before: dict[str, Value]
    trend: dict[date, dict[str, Value]]


def told(scope: Scope, period: Period, today: date) -> Told:
    """Return every figure for a period as of `today` (figures that ripen leave out what is not ripe yet)."""
    pieces = _sums(scope, period, pieces=True)
    before = _sums(scope, period.before()).get(None, {})
    trend = {day: _values(pieces.get(day, {})) for day in period.buckets()}
    found = Told(period, _values(_add(pieces.values())), _values(before), trend)
    for figure in FIGURES.values():
        if figure.ripe:
            _only_ripe(figure, scope, found, today - figure.ripe)
    return found


def _only_ripe(figure: Figure, scope: Scope, found: Told, last: date) -> None:
    """Tell a figure from what happened up to `last` alone: what came later may still turn out otherwise."""
    ripe = _ripened(figure, scope, found.period, last)
    found.now[figure.code] = value(figure, _add(ripe.values()))
    found.before[figure.code] = value(figure, _add(_ripened(figure, scope, found.period.before(), last).values()))
    for day, values in found.trend.items():
        values[figure.code] = value(figure, ripe.get(day, {}))


def _ripened(figure: Figure, scope: Scope, period: Period, last: date) -> dict[Any, Sums]:
    if period.until(last) is None:
        return {}
    return _sums(scope, period, pieces=True, kinds=figure.kinds, last=last)


def value(figure: Figure, sums: Sums) -> Value:
    """Return a figure worked out from the sums of its kinds."""
    return Value(figure, *(sum(_measure(sums, one) for one in part) for part in (figure.over, figure.under)))


def _values(sums: Sums) -> dict[str, Value]:
    return {figure.code: value(figure, sums) for figure in FIGURES.values()}


def _measure(sums: Sums, name: str) -> int:
    kind, measure = name.lstrip("-").split(".")
    found = sums.get(kind)
    amount = found[ALL_KINDS[kind].place(measure)] if found else 0
    return -amount if name.startswith("-") else amount


def _add(many: Iterable[Sums]) -> Sums:
    found: Sums = {}
    for sums in many:
        for kind, amounts in sums.items():
            known = found.setdefault(kind, [0] * len(amounts))
            found[kind] = [one + other for one, other in zip(known, amounts, strict=True)]
    return found


def _sums(
    scope: Scope, period: Period, *, pieces: bool = False, kinds: Iterable[str] = (), last: date | None = None
) -> dict[Any, Sums]:
    """Return piece of the trend (None when not asked for) → kind → sums."""
    bucket = period.bucket if pieces else ""
    found: dict[Any, Sums] = defaultdict(dict)
    for (piece, kind, _key), amounts in _read(scope, period, "", kinds, bucket, last).items():
        found[piece][kind] = amounts
    return found


def broken_down(scope: Scope, period: Period, by: str, kinds: Iterable[str] = ()) -> dict[str, Sums]:
    """Return key → kind → sums over a period, broken down `by` something."""
    found: dict[str, Sums] = defaultdict(dict)
    for (_piece, kind, key), amounts in _read(scope, period, by, kinds).items():
        found[key][kind] = amounts
    return found


def by_day(scope: Scope, period: Period, by: str, kinds: Iterable[str]) -> dict[date, dict[str, Sums]]:
    """Return piece of the trend → key → kind → sums."""
    found: dict[date, dict[str, Sums]] = defaultdict(lambda: defaultdict(dict))
    for (piece, kind, key), amounts in _read(scope, period, by, kinds, period.bucket).items():
        found[piece][key][kind] = amounts
    return found


def _read(
    scope: Scope, period: Period, by: str, kinds: Iterable[str] = (), bucket: str = "", last: date | None = None
) -> dict[tuple[Any, str, str], list[int]]:
    """Return (piece, kind, key) → sums: whole months from the months' table, the days at both ends from the days'."""
    end = min(period.last, last) if last else period.last
    values: dict[str, Any] = {"by": by, "first": period.first, "last": end, "kinds": list(kinds)}
    narrow = ["by = %(by)s"]
    for name, one in (("outlet", scope.outlet), ("brand", scope.brand)):
        if one is not None:
            narrow.append(f"{name}_id = %({name})s")
            values[name] = one
    if values["kinds"]:
        narrow.append("kind = ANY(%(kinds)s)")
    piece = {"": "NULL::date", "day": "day"}.get(bucket, f"greatest(date_trunc('{bucket}', day)::date, %(first)s)")
    sums = ", ".join(f"sum(sums[{place}])" for place in range(1, MOST + 1))
    where = " AND ".join(narrow)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {piece}, kind, key, {sums} FROM ({_source(period.first, end, bucket, where, values)}) r"
            " GROUP BY 1, 2, 3",
            values,
        )
        rows = cursor.fetchall()
    return {
        (row[0], row[1], row[2]): [int(amount or 0) for amount in row[3 : 3 + len(ALL_KINDS[row[1]].measures)]]
        for row in rows
    }


def _source(first: date, last: date, bucket: str, where: str, values: dict[str, Any]) -> str:
    """Return the SELECT of the rows to add up; days inside whole months are read by the month where pieces allow it."""
    days = f"SELECT day, kind, key, sums FROM dispatch_kpiday WHERE {where} AND day BETWEEN %(first)s AND %(last)s"
    begin = first if first.day == 1 else (first.replace(day=1) + timedelta(days=32)).replace(day=1)
    end = (last + timedelta(days=1)).replace(day=1)  # the first day that no whole month holds
    if bucket in ("day", "week") or begin >= end:
        return days
    values |= {"begin": begin, "end": end}
    months = f"SELECT day, kind, key, sums FROM dispatch_kpimonth WHERE {where} AND day >= %(begin)s AND day < %(end)s"
    edges = f"{days} AND day < %(begin)s", f"{days} AND day >= %(end)s"
    return " UNION ALL ".join((months, *edges))
