"""Who could take an order at a time: fit or why not, what their day holds, how far away they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _

from dispatch.actions import guards
from dispatch.models import ServiceOrder, Visit
from dispatch.models.visit import BINDING
from dispatch.planning import travel
from technicians.availability import Span, spans_of
from technicians.models import Absence, Technician

A_VISIT_MORE = 10 * 60  # seconds of travel that one visit more on the day weighs as much as


@dataclass
class Candidate:
    """One technician for one order. `reasons`: why not, in words; empty when they can be given it."""

    technician: Technician
    reasons: list[str] = field(default_factory=list)
    hours: list[Span] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    travel_seconds: int | None = None
    comes_from: str = ""
    holds_it: bool = False

    @property
    def fits(self) -> bool:
        """True when nothing speaks against it."""
        return not self.reasons

    @property
    def travel_minutes(self) -> int | None:
        """The way there in whole minutes; None when a place is unknown."""
        return None if self.travel_seconds is None else -(-self.travel_seconds // 60)

    @property
    def rank(self) -> tuple:
        """Fit first, then the shortest way with the lightest day."""
        way = travel.UNKNOWN if self.travel_seconds is None else self.travel_seconds
        return self.holds_it, bool(self.reasons), way + A_VISIT_MORE * len(self.visits), self.technician.name


def candidates(
    order: ServiceOrder, now: datetime, starts_at: datetime | None, minutes: int, *, overtime: bool = False
) -> list[Candidate]:
    """Return the outlet's technicians for an order, best first; six statements however many they are.

    `starts_at` (aware) is the time thought of; without one the hours and visits are today's.
    """
    day = (starts_at or now).astimezone(order.outlet.tz).date()
    first = datetime.combine(day, time.min, order.outlet.tz).astimezone(UTC)
    last = datetime.combine(day + timedelta(days=1), time.min, order.outlet.tz).astimezone(UTC)
    wanted = list(guards.skills_wanted(order))
    visits = _visits(order, first, last)
    found = []
    for technician in _technicians(order, first - timedelta(days=1), last + timedelta(days=1)):
        absences = technician.absences.all()
        spans = spans_of(technician.shifts.all(), absences, order.outlet.tz, first, last)
        here = Candidate(technician, hours=spans, visits=visits[technician.pk])
        here.holds_it = technician.pk == order.technician_id
        have = {skill.pk for skill in technician.skills.all()}
        here.reasons = [str(_("Not trained for: %s")) % skill.name for skill in wanted if skill.pk not in have]
        if starts_at:
            here.reasons += _not_then(here, starts_at, starts_at + timedelta(minutes=minutes), now, overtime)
        if here.holds_it:
            here.reasons.append(_("Has the order now"))
        _way(here, order, starts_at or now)
        found.append(here)
    return sorted(found, key=lambda one: one.rank)


def _technicians(order: ServiceOrder, first: datetime, last: datetime) -> Iterable[Technician]:
    away = Absence.objects.filter(starts_at__lt=last, ends_at__gt=first)
    working = Technician.objects.working().filter(outlet_id=order.outlet_id).select_related("outlet", "user")
    return working.prefetch_related("skills", "shifts", Prefetch("absences", away))


def _visits(order: ServiceOrder, first: datetime, last: datetime) -> dict[int, list[Visit]]:
    """The day's standing visits of the outlet's technicians, but for this order's own."""
    rows = (
        Visit.objects.standing()
        .filter(technician__outlet_id=order.outlet_id, starts_at__lt=last, ends_at__gt=first)
        .exclude(order=order)
        .select_related("order__address")
        .order_by("starts_at")
    )
    found = defaultdict(list)
    for visit in rows:
        found[visit.technician_id].append(visit)
    return found


def _not_then(one: Candidate, start: datetime, end: datetime, now: datetime, overtime: bool) -> list[str]:
    """Why a technician can't be there from start to end (H-A4), as the guard will judge it."""
    reasons = []
    if start < now - guards.GRACE:
        reasons.append(_("That time has passed"))
    if not overtime and not any(s <= start and end <= e for s, e in one.hours):
        reasons.append(_("Does not work then"))
    reasons += [
        _("At %(number)s from %(start)s to %(end)s")
        % {"number": visit.order.number, "start": _clock(visit.starts_at), "end": _clock(visit.ends_at)}
        for visit in one.visits
        if visit.status in BINDING and visit.starts_at < end and visit.ends_at > start
    ]
    return reasons


def _clock(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%H:%M}"


def _way(one: Candidate, order: ServiceOrder, at: datetime) -> None:
    """How far it is, from the visit before or from where the day starts."""
    before = [visit for visit in one.visits if visit.status in BINDING and visit.starts_at < at]
    origin = before[-1].order.address.place if before else one.technician.place
    one.comes_from = before[-1].order.address.district or before[-1].order.number if before else ""
    if origin and order.address.place:
        one.travel_seconds = travel.seconds(origin, order.address.place)
