"""Days as they stand, kept for the next question: only who has changed since is read again.

A day is read whole at most every twenty seconds, or when many things change at once. In between, the technicians of
whose orders one has another version are read anew and stand beside the rest.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from threading import Lock

from django.db.models import Count, Max, Sum

from dispatch.models import ServiceOrder, Visit
from dispatch.planning.standing import Standing, standing
from technicians.models import Absence, Outlet

FRESH = timedelta(seconds=20)
KEPT = 32  # days of outlets
MOST_CHANGED, MOST_READ = 100, 40  # orders, technicians: with more, the whole day is read


class Seen:
    """How far the outlet's orders and absences were when somebody asked. Read it before any day."""

    def __init__(self, outlet: Outlet):
        self._orders = ServiceOrder.objects.unfinished().filter(outlet=outlet)
        away = Absence.objects.filter(technician__outlet=outlet)
        self.orders = tuple(self._orders.aggregate(n=Count("pk"), sum=Sum("version"), last=Max("pk")).values())
        self.away = tuple(away.aggregate(n=Count("pk"), last=Max("pk"), changed=Max("changed_at")).values())

    @cached_property
    def versions(self) -> dict[int, int]:
        """Return order → version."""
        return dict(self._orders.order_by().values_list("pk", "version"))


@dataclass
class Kept:
    """A day that was read, and the last patch of it: (what had changed, the parts)."""

    at: datetime
    orders: tuple
    away: tuple
    versions: dict[int, int]
    whole: Standing
    patch: tuple[frozenset, list[Standing]] = field(default_factory=lambda: (frozenset(), []))


_kept: OrderedDict[tuple[int, date], Kept] = OrderedDict()
_lock = Lock()


def forget() -> None:
    """Forget every day."""
    with _lock:
        _kept.clear()


def parts_of(outlet: Outlet, day: date, now: datetime, seen: Seen) -> list[Standing]:
    """Return a local day as it stands now, in parts that share no technician."""
    key = outlet.pk, day
    with _lock:
        kept = _kept.get(key)
    if kept and kept.away == seen.away and timedelta() <= now - kept.at < FRESH:
        if kept.orders == seen.orders:
            return [kept.whole]
        patched = _patched(kept, outlet, day, now, seen)
        if patched:
            return patched
    versions = seen.versions  # before the day: what changes in between is read twice, never missed
    found = standing(outlet, day, now)
    with _lock:
        _kept[key] = Kept(now, seen.orders, seen.away, versions, found)
        _kept.move_to_end(key)
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return [found]


def _patched(kept: Kept, outlet: Outlet, day: date, now: datetime, seen: Seen) -> list[Standing]:
    """Return the day in two parts, the changed technicians read anew; nothing when too much has changed."""
    changed = frozenset(seen.versions.items() ^ kept.versions.items())
    if kept.patch[0] == changed:
        return kept.patch[1]
    orders = {pk for pk, _version in changed}
    if len(orders) > MOST_CHANGED:
        return []
    crew = {row["technician_id"] for row in kept.whole.sheet.rows.visits if row["order_id"] in orders}
    crew.update(Visit.objects.filter(order__in=orders).values_list("technician", flat=True))
    if len(crew) > MOST_READ:
        return []
    stale = frozenset(crew)
    parts = [replace(kept.whole, stale=stale)]
    parts[0].__dict__["desk"] = kept.whole.desk  # timed already
    if stale:
        parts.append(standing(outlet, day, now, stale))
    kept.patch = changed, parts
    return parts
