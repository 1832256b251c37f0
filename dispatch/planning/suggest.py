"""Who could take one more job, and when: every gap of every tour, exactly, the break moved where that helps.

Pure. A few milliseconds for two hundred technicians: tours are timed once, a job is tried at all gaps at a stroke.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np

from dispatch.planning.gaps import Rows
from dispatch.planning.problem import Job, Plan, Problem, Route, Stop, Technician
from dispatch.planning.timeline import Timeline

STEP = 300  # times are offered on the five minutes, where they can be
LOOKED_AT = 40  # of second times with the same technician, how many are worked out to the end
APART = 3600  # a second time with the same technician is this much later or earlier
# What a second of waiting for the visit, by priority, and a second somebody else's visit begins later, weigh against
# a second of travel.
WAITING = {1: 0.5, 2: 0.2, 3: 0.05, 4: 0.02}
LATER = 0.5
TIGHT = 600  # seconds left of a window: less is worth a word


@dataclass(frozen=True, slots=True)
class Delay:
    """A visit that begins later by `seconds`, and what is then left of its window."""

    job: int
    seconds: int
    left: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A technician and time. Work may begin from `starts` to `until`; `extra` is the travel it adds.

    `route` is the technician's day with it, `delays` whom it costs what; `nearest`: nobody else has less to drive.
    """

    technician: int
    gap: int
    starts: int
    until: int
    ends: int
    extra: int
    route: Route
    delays: tuple[Delay, ...] = ()
    nearest: bool = False
    weight: float = 0.0


@dataclass(frozen=True, slots=True)
class Gap:
    """A place in a tour where the job fits: from … to …, with the travel it adds."""

    technician: int
    gap: int
    starts: int
    until: int
    extra: int


def suggest(
    problem: Problem, plan: Plan, job: Job, *, top: int = 5, favour: Mapping[int, int] | None = None
) -> list[Suggestion]:
    """Return the best ways to put one job more into a plan that is sound, best first; nothing else changes hands.

    If the plan has the job already it is taken out first. `favour`: technician → seconds of travel that sending this
    one is worth (the part in the van, knows the appliance).
    """
    return Desk(problem, plan).suggest(job, top=top, favour=favour)


class Desk:
    """A day prepared for suggestions: timed once, asked often."""

    def __init__(self, problem: Problem, plan: Plan):
        self.problem, self.but = problem, frozenset()
        jobs = {one.id: [] for one in problem.technicians}
        for route in plan.routes:
            if route.technician in jobs:
                jobs[route.technician] = [problem.job[stop.job] for stop in route.stops]
        self.lines = self._timed(jobs)

    def _timed(self, jobs: dict[int, list[Job]]) -> list[Timeline]:
        """Return everybody's tour, the ways of all of them looked up at once."""
        pairs, crew = [], [one for one in self.problem.technicians if one.spans]
        for who in crew:
            pairs += pairwise([who.start, *(job.place for job in jobs[who.id]), who.end])
        a, b = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
        ways = iter(self.problem.seconds[a, b].tolist())
        lines = [Timeline(who, jobs[who.id], [next(ways) for _ in range(len(jobs[who.id]) + 1)]) for who in crew]
        return [line for line in lines if line.sound]

    def of(self, problem: Problem, but: frozenset[int] = frozenset()) -> Desk:
        """Return the same day in a problem that has more places and jobs, those of before in the same order.

        `but`: technicians who are asked nothing.
        """
        other = Desk.__new__(Desk)
        other.problem, other.lines, other.rows, other.but = problem, self.lines, self.rows, but
        return other

    def without(self, job: int) -> Desk:
        """Return the day without a job."""
        if not any(job == one.id for line in self.lines for one in line.jobs):
            return self
        other = Desk.__new__(Desk)
        other.problem, other.but = self.problem, self.but
        other.lines = [self._less(line, job) for line in self.lines]
        return other

    def _less(self, line: Timeline, job: int) -> Timeline:
        jobs = [one for one in line.jobs if one.id != job]
        return line if len(jobs) == len(line.jobs) else Timeline(line.who, jobs, self._legs(line.who, jobs))

    def _legs(self, who: Technician, jobs: list[Job]) -> list[int]:
        stops = np.array([who.start, *(job.place for job in jobs), who.end])
        return self.problem.seconds[stops[:-1], stops[1:]].tolist()

    @cached_property
    def rows(self) -> Rows:
        """All gaps of all tours, in columns."""
        return Rows(self.lines)

    def gaps(self, job: Job) -> list[Gap]:
        """Return every place where the job fits, none left out; a gap appears once for each stretch of time in it."""
        desk = self.without(job.id)
        rows = desk.rows
        if not len(rows.line):
            return []
        spot = np.full(len(rows.line), job.place)
        d1, d2 = self.problem.seconds[rows.before, spot], self.problem.seconds[spot, rows.after]
        fit = np.array([job.fits(line.who) and self._room(line, job) for line in desk.lines])
        found = []
        for start, until in rows.intervals(job, d1, d2):
            for row in np.flatnonzero((start <= until) & fit[rows.line]).tolist():
                line = desk.lines[rows.line[row]]
                extra = int(d1[row] + d2[row] - rows.leg[row])
                found.append(Gap(line.who.id, int(rows.gap[row]), int(start[row]), int(until[row]), extra))
        return found

    def _room(self, line: Timeline, job: Job) -> bool:
        held = line.who.id != job.technician and job.required and job.technician in self.problem.technician
        cap = line.who.capacity
        held = held or line.who.id in self.but
        return not held and (cap is None or job.load + sum(one.load for one in line.jobs) <= cap)

    def suggest(self, job: Job, *, top: int = 5, favour: Mapping[int, int] | None = None) -> list[Suggestion]:
        """Return the best gaps for a job, worked out to the end (see `suggest`)."""
        favour, desk = favour or {}, self.without(job.id)
        lines = {line.who.id: line for line in desk.lines}
        waiting = WAITING.get(job.priority, WAITING[3])

        def price(gap: Gap) -> tuple:
            weight = gap.extra + waiting * gap.starts - favour.get(gap.technician, 0)
            return weight, gap.technician, gap.gap, gap.starts

        ranked = sorted(desk.gaps(job), key=price)
        first, again, seen = [], [], set()
        for gap in ranked:
            (again if gap.technician in seen else first).append(gap)
            seen.add(gap.technician)
        found: list[Suggestion] = []
        for gap in first + (again[:LOOKED_AT] if len(first) < top else []):
            weight = price(gap)[0]
            if len(found) >= top and weight > sorted(one.weight for one in found)[top - 1]:
                break  # what it does to others can only make it weigh more
            one = desk._worked(lines[gap.technician], gap, job, weight)
            found += [one] if one else []
        return best_of(found, top)

    def _worked(self, line: Timeline, gap: Gap, job: Job, weight: float) -> Suggestion | None:
        """Work a gap out: on a round time, with what becomes of everybody else's."""
        stands = line.drive() if line.jobs else ([], None)
        for starts in _round_times(gap):
            fixed = replace(job, windows=((starts, max(starts, gap.until)),))
            jobs = [*line.jobs[: gap.gap], fixed, *line.jobs[gap.gap :]]
            driven = Timeline(line.who, jobs, self._legs(line.who, jobs)).drive()
            if driven and stands and driven[0][gap.gap] <= gap.until:
                break
        else:
            return None
        begins, rest = driven
        delays = []
        others = [*zip(line.jobs[: gap.gap], begins[: gap.gap], strict=True)]
        others += zip(line.jobs[gap.gap :], begins[gap.gap + 1 :], strict=True)
        for (one, begin), before in zip(others, stands[0], strict=True):
            left = max(late for _early, late in one.windows) - begin
            if begin > before:
                delays.append(Delay(one.id, begin - before, left))
        stops = tuple(Stop(one.id, begin) for one, begin in zip(jobs, begins, strict=True))
        starts, work = begins[gap.gap], round(job.seconds * line.who.pace)
        weight += LATER * sum(delay.seconds for delay in delays)
        route = Route(line.who.id, stops, rest)
        return Suggestion(
            line.who.id, gap.gap, starts, gap.until, starts + work, gap.extra, route, tuple(delays), weight=weight
        )


def best_of(found: list[Suggestion], top: int) -> list[Suggestion]:
    """Return the best, each technician's best first; where these do not suffice, other times with the same ones."""
    first, again = {}, []
    for one in sorted(found, key=_rank):
        if one.technician in first:
            again.append(one)
        else:
            first[one.technician] = one
    best = [*first.values()][:top]
    for one in again:
        if len(best) < top and all(_apart(one, other) for other in best):
            best.append(one)
    least = min((one.extra for one in best), default=0)
    return [replace(one, nearest=one.extra == least) for one in sorted(best, key=_rank)]


def _rank(one: Suggestion) -> tuple:
    return one.weight, one.technician, one.starts


def _apart(one: Suggestion, other: Suggestion) -> bool:
    return one.technician != other.technician or abs(one.starts - other.starts) >= APART


def _round_times(gap: Gap) -> list[int]:
    """Return the next five minutes, the next minute, and the second itself, those that are early enough."""
    times = [-(-gap.starts // step) * step for step in (STEP, 60)]
    return [*(time for time in times if time <= gap.until), gap.starts]
