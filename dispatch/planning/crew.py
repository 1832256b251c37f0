"""Who works on a day: when, from where, with which break. Seconds count from the day's local midnight."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from dispatch.models import VisitStatus
from dispatch.planning.problem import Rest, Span
from dispatch.planning.reading import UNDER_WAY, Rows
from dispatch.planning.travel import Place
from technicians.availability import spans_of, without
from technicians.models import Outlet, Shift


@dataclass(frozen=True)
class Hours:
    """A local day between two midnights, from `since` on (seconds; 0 is the first midnight)."""

    zone: ZoneInfo
    day: date
    first: datetime
    last: datetime
    since: int

    @classmethod
    def of(cls, outlet: Outlet, day: date, now: datetime) -> Hours:
        """Return the outlet's local day; what is before `now` is over."""
        first, last = (datetime.combine(one, time(), outlet.tz).astimezone(UTC) for one in (day, day + timedelta(1)))
        return cls(outlet.tz, day, first, last, max(0, round((now - first).total_seconds())))

    @property
    def origin(self) -> int:
        """The first midnight in seconds since 1970."""
        return int(self.first.timestamp())

    @property
    def end(self) -> int:
        """The second midnight; clocks may have changed in between."""
        return self.second(self.last)

    def second(self, moment: datetime) -> int:
        """Return an aware moment in seconds from the first midnight."""
        return round((moment - self.first).total_seconds())

    def local(self, clock: time) -> int:
        """Return a local time of the day in seconds from the first midnight, across changes of the clock."""
        return self.second(datetime.combine(self.day, clock, self.zone).astimezone(UTC))

    def hour(self, second: int) -> int:
        """Return the local hour of a second."""
        return _hour(self.first, self.zone, second // 900)


@lru_cache(20_000)
def _hour(first: datetime, zone: ZoneInfo, quarter: int) -> int:
    """Return the local hour of a quarter of an hour: no clock in the world is off by less."""
    return (first + timedelta(seconds=900 * quarter)).astimezone(zone).hour


@dataclass
class Person:
    """A technician's day in the making. `place`: where they are when they can go; `away`: absences; `shift`: whole."""

    id: int
    name: str
    skills: frozenset[int]
    home: Place | None
    place: Place | None
    pace: float = 1.0
    shift: list[Span] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    away: list[Span] = field(default_factory=list)
    rest: Rest | None = None
    free_from: int = 0


def people(rows: Rows, outlet: Outlet, hours: Hours, paces: dict[int, float]) -> list[Person]:
    """Return the outlet's technicians, by number, with what is left of their day."""
    crew = []
    for row in rows.crew:
        home = row["home_latitude"], row["home_longitude"]
        home = outlet.place if None in home else home
        one = Person(row["pk"], row["name"], frozenset(rows.skills[row["pk"]]), home, home, paces.get(row["pk"], 1.0))
        absences = rows.absences[one.id]
        one.away = [(hours.second(away.starts_at), hours.second(away.ends_at)) for away in absences]
        spans = spans_of(rows.shifts[one.id], absences, hours.zone, hours.first, hours.last)
        one.shift = [(hours.second(begin), hours.second(end)) for begin, end in spans]
        crew.append(one)
    _whereabouts({one.id: one for one in crew}, rows.visits, hours)
    for one in crew:
        one.free_from = max(hours.since, one.free_from)
        one.spans = [piece for span in one.shift for piece in without(span, [(-(10**9), one.free_from)])]
        one.rest = _rest(rows.shifts[one.id], hours, one.spans)
    return crew


def _whereabouts(crew: dict[int, Person], visits: Iterable[dict], hours: Hours) -> None:
    """Put those who have left for a customer, or have been at one, where they are then."""
    for row in visits:
        one = crew.get(row["technician_id"])
        place = row["order__address__latitude"], row["order__address__longitude"]
        begun = row["order__state"] in UNDER_WAY and row["status"] != VisitStatus.DONE and row["left_at"] is None
        if one is None or not (begun or (row["status"] == VisitStatus.DONE and hours.since > 0)):
            continue
        if None not in place:
            one.place = place
        if begun:
            one.free_from = max(one.free_from, _over(row, hours))
        elif row["left_at"]:
            one.free_from = max(one.free_from, min(hours.since, hours.second(row["left_at"])))


def _over(row: dict, hours: Hours) -> int:
    """Return when a visit under way will be over, as far as it is known."""
    there = row["arrived_at"] or max(row["expected_at"] or row["starts_at"], row["starts_at"])
    begun = hours.second(there)
    if not row["arrived_at"]:
        begun = max(begun, hours.since)
    return max(hours.since, begun + round((row["ends_at"] - row["starts_at"]).total_seconds()))


def _rest(shifts: list[Shift], hours: Hours, spans: list[Span]) -> Rest | None:
    """Return the break that is still ahead; None when there is none, when it is past, or no span has room for it."""
    weekday = hours.day.isoweekday()
    for shift in shifts:
        if shift.weekday != weekday or shift.break_from is None:
            continue
        over_midnight = 86_400 if shift.break_from < shift.starts else 0
        earliest = hours.local(shift.break_from) + over_midnight
        latest = hours.local(shift.break_until) + (86_400 if shift.break_until < shift.starts else 0)
        pause = shift.break_minutes * 60
        fits = [(max(begin, earliest), min(end - pause, latest)) for begin, end in spans]
        fits = [(first, last) for first, last in fits if first <= last]
        if fits and pause:
            return Rest(fits[0][0], fits[-1][1], pause)
    return None
