"""From rows to a day to plan. A fixed number of queries for any size; the same rows always give the same problem."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

import numpy as np

from dispatch.planning import routing, travel
from dispatch.planning.crew import Hours, Person, people
from dispatch.planning.jobs import Wanted, wanted
from dispatch.planning.learned import Lessons
from dispatch.planning.problem import BAD_WINDOW, NO_PLACE, NO_ROOM, Job, Problem, Technician
from dispatch.planning.reading import MOST, Rows, read
from dispatch.planning.settle import Settled, settle
from technicians.models import Outlet

ARRIVE_EARLY = 5 * 60  # H-D2: at the door so long before the time, which is the buffer against running late, too
CHANGE_PRICE = 3600  # seconds of travel: what it must save to give a visit to somebody else when planning again
FAIRNESS = 0.1  # seconds of travel that a second less between the longest and the mean day is worth


@dataclass(frozen=True)
class Loaded:
    """A day to plan, and what must be said about it.

    `left`: orders that are in no problem, with a code of `problem.LEFT`. `notices`: (code, facts), put into words
    where a plan is shown.
    `names`: technicians. `held`: order → parts and loaners kept for it, with whose van or where they are.
    """

    problem: Problem
    left: dict[int, str] = field(default_factory=dict)
    notices: list[tuple[str, dict]] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)
    held: dict[int, list[dict]] = field(default_factory=dict)


@dataclass
class Sheet:
    """A day on its way to a problem: people, orders, and where on the matrix each of them is."""

    outlet: Outlet
    hours: Hours
    crew: list[Person]
    jobs: list[Wanted]
    lessons: Lessons
    rows: Rows

    @classmethod
    def of(
        cls, outlet: Outlet, day: date, now: datetime, *, only: int | None = None, crew: frozenset[int] | None = None
    ) -> Sheet:
        """Read a local day from `now` on (`only`, `crew`: see `reading.read`)."""
        hours = Hours.of(outlet, day, now)
        rows = read(outlet, day, (hours.first, hours.last), only=only, crew=crew)
        lessons = Lessons.of(rows.learned)
        crew = people(rows, outlet, hours, lessons.pace)
        jobs = wanted(rows, {one.id: one for one in crew}, hours, lessons, now)
        return cls(outlet, hours, crew, jobs, lessons, rows)

    def spots(self) -> list[travel.Place | None]:
        """Return the places of the matrix: starts, homes, jobs."""
        return [one.place for one in self.crew] + [one.home for one in self.crew] + [job.place for job in self.jobs]

    def at(self) -> dict[int, int]:
        """Return job → index of its place."""
        return {job.id: 2 * len(self.crew) + j for j, job in enumerate(self.jobs)}

    def factors(self) -> tuple[np.ndarray, np.ndarray]:
        """Return how the ways to each place are stretched, and the seconds to be there before the time (H-D2)."""
        crew = 2 * len(self.crew)
        first, last = self._work_hours()
        homes = self._busy("", first, last)
        known: dict[tuple, float] = {}
        stretch = [homes] * crew
        for job in self.jobs:
            key = job.district, *self._hours_of(job, first, last)
            if key not in known:
                known[key] = self._busy(*key)
            stretch.append(known[key])
        return np.array(stretch), np.array([0] * crew + [ARRIVE_EARLY] * len(self.jobs), dtype=np.int64)

    def factor(self, job: Wanted) -> float:
        """Return how the ways to one order are stretched."""
        return self._busy(job.district, *self._hours_of(job, *self._work_hours()))

    def _work_hours(self) -> tuple[int, int]:
        spans = [span for one in self.crew for span in one.spans] or [(8 * 3600, 18 * 3600)]
        return self.hours.hour(min(span[0] for span in spans)), self.hours.hour(max(span[1] for span in spans) - 1)

    def _hours_of(self, job: Wanted, first: int, last: int) -> tuple[int, int]:
        """Return the local hours in which somebody drives to it: those of a short window, else all that are worked."""
        if 0 <= job.hi - job.lo <= 4 * 3600:
            early, late = self.hours.hour(job.lo), self.hours.hour(job.hi)
            return (early, late) if early <= late else (early, early)
        return (first, last) if first <= last else (8, 18)

    def _busy(self, district: str, first: int, last: int) -> float:
        hours = range(first, max(first, last) + 1)
        busy = [travel.BY_HOUR[hour % 24] * self.lessons.road(district, hour % 24) for hour in hours]
        return sum(busy) / len(busy)

    def technicians(self) -> tuple[Technician, ...]:
        """Return the crew as the engine knows it."""
        m = len(self.crew)
        return tuple(
            Technician(one.id, k, m + k, tuple(one.spans), one.skills, one.rest, one.pace)
            for k, one in enumerate(self.crew)
        )


def load(outlet: Outlet, day: date, now: datetime, *, again: bool = False) -> Loaded:
    """Return the outlet's local day as a problem, from `now` on. `again`: something broke, changes have a price.

    What customers agreed to, and what is pinned, is required where it stands (H-C2); who has left for a customer
    begins there, when that is over; what is proposed may move. Nobody is asked to be anywhere in the past.
    """
    sheet = Sheet.of(outlet, day, now)
    if again:
        _widen(sheet)
    everything = sheet.jobs
    left, notices = _weed(sheet)
    passed = [job for job in everything if left.get(job.id) == BAD_WINDOW and job.agreed and job.starts is not None]
    ways = _ways(sheet, notices)
    found = Settled()
    required = _settled(sheet, found, lambda a, b: int(ways.seconds[a, b]), passed)
    for (a, b), seconds in found.cut.items():
        ways.seconds[a, b] = seconds
    notices += _said(sheet, found)
    at, crew = sheet.at(), {one.id: one for one in sheet.crew}
    problem = Problem(
        sheet.hours.origin,
        tuple(spot or outlet.place or (0.0, 0.0) for spot in sheet.spots()),
        ways.seconds,
        ways.metres,
        sheet.technicians(),
        tuple(job_of(job, at[job.id], crew if job.id in required else {}) for job in sheet.jobs),
        CHANGE_PRICE if again else 0,
        FAIRNESS,
    )
    names = {one.id: one.name for one in sheet.crew}
    return Loaded(problem, left, notices, names, {job.id: job.held for job in sheet.jobs if job.held})


def _widen(sheet: Sheet) -> None:
    """Let what is proposed outside the wish stay there: somebody has decided so, and few changes are wanted."""
    for job in sheet.jobs:
        if job.starts is not None and not job.firm and sheet.hours.since <= job.starts and job.lo <= job.hi:
            job.lo, job.hi = min(job.lo, job.starts), max(job.hi, job.starts)


def job_of(job: Wanted, place: int, holder: dict[int, Person]) -> Job:
    """Return the engine's job. Its technician in `holder`: it must stay there, whatever else would forbid it."""
    who = holder.get(job.technician)
    return Job(
        job.id,
        place,
        job.seconds,
        ((job.lo, job.hi),),
        job.skills & who.skills if who else job.skills,
        job.prize,
        job.row["priority"],
        None if who else job.only,
        who is not None,
        job.technician,
        job.starts,
        job.row["version"],
    )


def _weed(sheet: Sheet) -> tuple[dict[int, str], list]:
    """Take out what no plan can hold, and say why. A visit that stands is kept even where nobody knows."""
    left, notices, kept = {}, [], []
    guessed = 0
    for job in sheet.jobs:
        if job.hi < job.lo and not job.firm and (job.starts or -1) >= sheet.hours.since:
            job.lo = job.hi = job.starts  # somebody has put it there against the wish: its time is not given away
        if job.hi < max(job.lo, sheet.hours.since) if job.firm else job.hi < job.lo:
            left[job.id] = BAD_WINDOW
        elif job.place is None and job.starts is None:
            left[job.id] = NO_PLACE
        else:
            guessed += job.place is None
            kept.append(job)
    more = sum(job.starts is None for job in kept) - MOST
    if more > 0:
        for job in [job for job in kept if job.starts is None][MOST:]:
            left[job.id] = NO_ROOM
        kept = [job for job in kept if job.id not in left]
        notices.append(("too_many", {"n": MOST}))
    sheet.jobs = kept
    for code in (NO_PLACE, BAD_WINDOW):
        if n := sum(one == code for one in left.values()):
            notices.append((code, {"n": n}))
    if guessed:
        notices.append(("guessed", {"n": guessed}))
    return left, notices


def _ways(sheet: Sheet, notices: list) -> travel.Travel:
    """Return the ways between all places, with what was learned, and ask the road server where there is one."""
    spots = sheet.spots()
    factor, early = sheet.factors()
    ways = routing.matrix(spots)
    if ways.notice:
        notices.append((ways.notice, {}))
    same = np.eye(len(spots), dtype=bool)
    return travel.Travel(
        travel.stretched(ways.seconds, same, factor[None, :], early[None, :]), ways.metres, ways.notice
    )


def _settled(sheet: Sheet, found: Settled, way, passed: list[Wanted]) -> set[int]:
    """Return the orders that must stay where they are: agreed or pinned, and still to be kept by who has them."""
    at, m = sheet.at(), len(sheet.crew)
    firm: dict[int, list[Wanted]] = {}
    for job in sheet.jobs:
        if job.firm and job.starts is not None:
            firm.setdefault(job.technician, []).append(job)
    required: set[int] = set()
    for k, one in enumerate(sheet.crew):
        over = [job for job in passed if job.technician == one.id]
        if one.id in firm or over:
            kept = settle(one, firm.get(one.id, []), at, k, m + k, way, found, bend=False, passed=over)
            required.update(job.id for job in kept)
    return required


def _said(sheet: Sheet, found: Settled) -> list[tuple[str, dict]]:
    """Return what people must be told about the day, as codes and facts."""
    names = {one.id: one.name for one in sheet.crew}
    numbers = {name: [f"{pk:06d}" for pk in sorted(getattr(found, name))] for name in ("tight", "late", "away")}
    notices = [(name, {"orders": ", ".join(some)}) for name, some in numbers.items() if some]
    if found.no_break:
        notices.append(("no_break", {"names": ", ".join(names[pk] for pk in sorted(found.no_break))}))
    unset = [one.name for one in sheet.crew if not sheet.rows.shifts[one.id]]
    if unset:
        notices.append(("no_shift", {"names": ", ".join(unset)}))
    if sheet.jobs and not any(one.spans for one in sheet.crew):
        notices.append(("nobody", {}))
    have = set().union(*(one.skills for one in sheet.crew)) if sheet.crew else set()
    if n := sum(bool(job.skills - have) for job in sheet.jobs):
        notices.append(("no_skill", {"n": n}))
    elsewhere = sum(any(not part["van"] for part in job.held) for job in sheet.jobs)
    if elsewhere:
        notices.append(("fetch", {"n": elsewhere}))
    return notices
