"""A day to plan as numbers: who may do what and when, how long a tour takes, where the break fits best.

Jobs and technicians are counted from 0 here (`Day.jobs[i]`, `Day.crew[k]`); a tour is a list of such job numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from dispatch.planning.problem import BAD_WINDOW, NO_PLACE, NO_ROOM, NO_SHIFT, NO_SKILL, Job, Plan, Problem, Route, Stop

SERVE = 4  # a prize counts so many times against travel: serving comes first
MUST = 10**7  # what a job that must stay is worth, above any prize of a day
NEVER = 10**9  # a second that never comes
Tours = list[list[int]]
Slot = tuple[int, int, int, int]  # work begins from … to …, within the span from … to …


class Day:
    """One problem, prepared. Jobs that nobody can do at any time are not in `jobs` but in `left`, with the reason."""

    def __init__(self, problem: Problem):
        self.problem = problem
        self.crew = [who for who in problem.technicians if who.spans]
        self.way: list[list[int]] = problem.seconds.tolist()
        self.left: dict[int, str] = {}
        self.jobs: list[Job] = []
        self._slots: list[dict[int, list[Slot]]] = [{} for _ in self.crew]
        self._work: list[dict[int, int]] = [{} for _ in self.crew]
        self._columns()
        may = []
        for job in problem.jobs:
            row = self._row(job)
            if row.any():
                self.jobs.append(job)
                may.append(row)
            else:
                self.left[job.id] = self.reason(job)
        self.may = np.array(may, dtype=bool).reshape(len(self.jobs), len(self.crew)).T
        self.place = [job.place for job in self.jobs]
        self.prize = [job.prize * SERVE + (MUST if job.required else 0) for job in self.jobs]
        self.index = {job.id: i for i, job in enumerate(self.jobs)}
        self.technician = {who.id: k for k, who in enumerate(self.crew)}
        away = len(self.crew)  # with somebody who does not work today: whoever takes it is another
        self._now = np.array(
            [-1 if job.technician is None else self.technician.get(job.technician, away) for job in self.jobs],
            dtype=int,
        )
        self.load = [job.load for job in self.jobs]

    def _columns(self) -> None:
        """Prepare the crew as columns: homes, room in the van, and every span of everybody."""
        self._ids = np.array([who.id for who in self.crew], dtype=np.int64)
        self._room = np.array([NEVER if who.capacity is None else who.capacity for who in self.crew], dtype=np.int64)
        self._trained: dict[frozenset[int], np.ndarray] = {}
        spans = [(k, who.start, who.end, *span) for k, who in enumerate(self.crew) for span in who.spans]
        self._spans = np.array(spans, dtype=np.int64).reshape(-1, 5).T
        self._pace = np.array([who.pace for who in self.crew])

    def _row(self, job: Job) -> np.ndarray:
        """Tell for each technician whether the job could be done alone, from home and back, break or no break."""
        nobody = np.zeros(len(self.crew), dtype=bool)
        if not 0 <= job.place < len(self.problem.places) or self.problem.places[job.place] is None:
            return nobody
        may = self._trained.get(job.skills)
        if may is None:
            may = self._trained[job.skills] = np.array([job.skills <= who.skills for who in self.crew], dtype=bool)
        may = may & (job.load <= self._room)
        if job.only is not None:
            may &= np.isin(self._ids, list(job.only))
        if job.required and (self._ids == job.technician).any():
            may &= self._ids == job.technician
        k, start, end, begin, over = self._spans
        way, work = self.problem.seconds, np.rint(job.seconds * self._pace).astype(np.int64)[k]
        alone = nobody
        for early, late in job.windows:
            first = np.maximum(early, begin + way[start, job.place])
            fits = first <= np.minimum(late, over - way[job.place, end] - work)
            alone[k[fits]] = True
        return may & alone

    def reason(self, job: Job) -> str:
        """Say why nobody can do a job, whatever else there is to do: a code of `LEFT`."""
        places = self.problem.places
        if not 0 <= job.place < len(places) or places[job.place] is None:
            return NO_PLACE
        if not job.windows or all(late < early for early, late in job.windows):
            return BAD_WINDOW
        fit = [who for who in self.problem.technicians if job.fits(who)]
        if not fit:
            return NO_SKILL
        begin = min((span[0] for who in fit for span in who.spans), default=NEVER)
        end = max((span[1] for who in fit for span in who.spans), default=-NEVER)
        if all(late < begin or early > end for early, late in job.windows):
            return NO_SHIFT
        return NO_ROOM

    def slots(self, k: int, i: int) -> list[Slot]:
        """Return when technician k may begin job i, in order, with the span each piece lies in."""
        found = self._slots[k].get(i)
        if found is None:
            who, job = self.crew[k], self.jobs[i]
            work = self.problem.work(job, who)
            pieces = (
                (max(early, begin), min(late, end - work), begin, end)
                for early, late in job.windows
                for begin, end in who.spans
            )
            found = self._slots[k][i] = sorted(piece for piece in pieces if piece[0] <= piece[1])
        return found

    def work(self, k: int, i: int) -> int:
        """Return how long technician k works on job i, in seconds."""
        found = self._work[k].get(i)
        if found is None:
            found = self._work[k][i] = self.problem.work(self.jobs[i], self.crew[k])
        return found

    def price(self, k: int, i: int) -> int:
        """Return what it costs to give job i to technician k: the price of a change, or nothing."""
        now = self.jobs[i].technician
        return self.problem.change_price if now is not None and now != self.crew[k].id else 0

    def prices(self, k: int) -> np.ndarray:
        """Return what it costs to give each job to technician k (see `price`)."""
        moved = self._now >= 0
        return np.where(moved & (self._now != k), self.problem.change_price, 0).astype(np.int64)

    def travel(self, k: int, tour: list[int]) -> int:
        """Return the seconds on the road of a tour, from home to home; 0 for an empty one."""
        if not tour:
            return 0
        way, who = self.way, self.crew[k]
        stops = [who.start, *(self.place[i] for i in tour), who.end]
        return sum(way[a][b] for a, b in pairwise(stops))

    def value(self, tours: Tours) -> float:
        """Return what tours are worth, in seconds of travel: prizes less travel, changes and unfairness."""
        worth = sum(self.prize[i] for tour in tours for i in tour)
        cost = sum(self.travel(k, tour) for k, tour in enumerate(tours))
        if self.problem.change_price:
            cost += sum(self.price(k, i) for k, tour in enumerate(tours) for i in tour)
        if self.problem.fairness:
            cost += self.problem.fairness * self._spread(tours)
        return worth - cost

    def _spread(self, tours: Tours) -> float:
        """Return the seconds between the longest and the mean working day, days off counted as nothing."""
        days = [self.length(k, tour) for k, tour in enumerate(tours)]
        return max(days) - sum(days) / len(days) if days else 0.0

    def length(self, k: int, tour: list[int]) -> int:
        """Return the seconds from leaving to coming home; 0 without jobs, or when the tour cannot be driven."""
        clock = Clock.of(self, k, tour) if tour else None
        if clock is None:
            return 0
        starts, _rest = clock.times()
        home = starts[-1] + self.work(k, tour[-1]) + self.way[self.place[tour[-1]]][self.crew[k].end]
        return home - starts[0] + self.way[self.crew[k].start][self.place[tour[0]]]

    def sound(self, k: int, tour: list[int]) -> bool:
        """Tell whether technician k can drive the tour: skills, room in the van, windows, span, break."""
        if not tour:
            return True
        cap = self.crew[k].capacity
        if cap is not None and sum(self.load[i] for i in tour) > cap:
            return False
        return all(self.may[k, i] for i in tour) and Clock.of(self, k, tour) is not None

    def begins(self, k: int, tour: list[int]) -> list[int]:
        """Return when each job of a tour begins; -1 for those of a tour that cannot be driven."""
        clock = Clock.of(self, k, tour)
        return clock.times()[0] if clock else [-1] * len(tour)

    def plan(self, tours: Tours) -> Plan:
        """Put times to tours, each begun as early as it goes, and say why the others are left."""
        routes = []
        for k, tour in enumerate(tours):
            clock = Clock.of(self, k, tour) if tour else None
            if clock is None:
                continue
            starts, rest = clock.times()
            stops = tuple(Stop(self.jobs[i].id, at) for i, at in zip(tour, starts, strict=True))
            routes.append(Route(self.crew[k].id, stops, rest))
        done = {stop.job for route in routes for stop in route.stops}
        left = dict(self.left)
        left.update({job.id: NO_ROOM for job in self.jobs if job.id not in done})
        return Plan(tuple(routes), left)

    def tours(self, plan: Plan | None) -> Tours:
        """Take the tours out of a plan, without what is not there any more."""
        found: Tours = [[] for _ in self.crew]
        seen = set()
        for route in plan.routes if plan else ():
            k = self.technician.get(route.technician)
            for stop in route.stops:
                i = self.index.get(stop.job)
                if k is not None and i is not None and i not in seen and self.may[k, i]:
                    seen.add(i)
                    found[k].append(i)
        return found


@dataclass(slots=True)
class Clock:
    """The earliest ends and the latest arrivals along one tour, with the break still ahead (0) or behind (1).

    `ends0[p]`, `ends1[p]`: the earliest end of the p-th job; `late0[p]`, `late1[p]`: the latest arrival at it from
    which the remaining day works. Earlier is never worse, so both passes are exact, with several windows, too.
    """

    day: Day
    k: int
    tour: list[int]
    ends0: list[int] = field(default_factory=list)
    ends1: list[int] = field(default_factory=list)
    late0: list[int] = field(default_factory=list)
    late1: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, day: Day, k: int, tour: list[int]) -> Clock | None:
        """Time a tour; None when it cannot be driven."""
        clock = cls(day, k, tour)
        return clock if clock._forward() and clock._backward() else None

    def _forward(self) -> bool:
        """Fill in the earliest ends; False when some job cannot be begun in time."""
        day, k, who = self.day, self.k, self.day.crew[self.k]
        way, places, slots, works = day.way, day.place, day._slots[k], day._work[k]
        rest, here, end0, end1 = who.rest, who.start, -1, -1  # -1: still at home
        if rest is not None:
            earliest, latest, pause = rest.earliest, rest.latest, rest.seconds
        for i in self.tour:
            there = places[i]
            d, start0, start1 = way[here][there], NEVER, NEVER
            for lo, hi, begin, _end in slots.get(i) or day.slots(k, i):
                from0, from1 = (begin, begin) if end0 == -1 else (end0, end1)
                if rest is None:
                    at1 = from1 + d
                else:
                    at0 = from0 + d
                    if at0 < lo:
                        at0 = lo
                    if at0 <= hi and at0 < start0:
                        start0 = at0
                    at1 = after_rest(from0, d, earliest, latest, pause)
                    if end0 != -1 and from1 + d < at1:
                        at1 = from1 + d
                if at1 < lo:
                    at1 = lo
                if at1 <= hi and at1 < start1:
                    start1 = at1
            work = works[i] if i in works else day.work(k, i)
            end0 = start0 + work if start0 < NEVER else NEVER
            end1 = start1 + work if start1 < NEVER else NEVER
            if end0 >= NEVER and end1 >= NEVER:
                return False
            self.ends0.append(end0)
            self.ends1.append(end1)
            here = there
        return True

    def _backward(self) -> bool:
        """Fill in the latest arrivals; False when the earliest ends come too late for them."""
        day, k, who = self.day, self.k, self.day.crew[self.k]
        way, places, slots, works = day.way, day.place, day._slots[k], day._work[k]
        rest, after, next0, next1 = who.rest, who.end, -NEVER, NEVER
        late0, late1 = self.late0, self.late1
        if rest is not None:
            earliest, latest, pause = rest.earliest, rest.latest, rest.seconds
        for i in reversed(self.tour):
            work, d = works[i], way[places[i]][after]
            here0 = here1 = -NEVER
            for lo, hi, _begin, end in slots[i]:
                goal = next1 if late1 else end
                at = goal - d - work
                if at > hi:
                    at = hi
                if at >= lo and at > here1:
                    here1 = at
                if rest is not None:
                    at = before_rest(goal, d, earliest, latest, pause)
                    if next0 - d > at:
                        at = next0 - d
                    at -= work
                    if at > hi:
                        at = hi
                    if at >= lo and at > here0:
                        here0 = at
            late0.append(here0)
            late1.append(here1)
            next0, next1, after = here0, here1, places[i]
        late0.reverse()
        late1.reverse()
        return self._meets()

    def _meets(self) -> bool:
        """Tell whether both passes meet at the first job."""
        day, who, i = self.day, self.day.crew[self.k], self.tour[0]
        d, rest = day.way[who.start][day.place[i]], who.rest
        for lo, hi, begin, _end in day.slots(self.k, i):
            if rest is None:
                if max(lo, begin + d) <= min(hi, self.late1[0]):
                    return True
            else:
                if max(lo, begin + d) <= min(hi, self.late0[0]):
                    return True
                at = after_rest(begin, d, rest.earliest, rest.latest, rest.seconds)
                if max(lo, at) <= min(hi, self.late1[0]):
                    return True
        return False

    def times(self) -> tuple[list[int], int | None]:
        """Return when each job begins, as early as it goes, and when the break does (None: nobody takes one)."""
        rest = self.day.crew[self.k].rest
        best = None
        for gap in range(len(self.tour) + 1) if rest else (None,):
            found = self._walk(gap)
            if found is not None and (best is None or found[2] < best[2]):
                best = found
        assert best is not None, "a tour that was timed has a break somewhere"
        return best[0], best[1]

    def _walk(self, gap: int | None) -> tuple[list[int], int | None, int] | None:
        """Drive the tour with the break before the gap-th job; None when that is impossible. Adds when it is over."""
        day, k, who = self.day, self.k, self.day.crew[self.k]
        starts, begun, place, now = [], None, who.start, None
        for p, i in enumerate(self.tour):
            d, work, final = day.way[place][day.place[i]], day.work(k, i), p + 1 == len(self.tour)
            for lo, hi, begin, end in day.slots(k, i):
                leave, at = begin if now is None else now, None
                if p == gap:
                    at = resting(leave, d, who.rest)
                    if at is None:
                        continue
                    arrive = at + who.rest.seconds + (d if at < leave + d else 0)
                else:
                    arrive = leave + d
                start = max(lo, arrive)
                if start > hi:
                    continue
                if final:
                    home = day.way[day.place[i]][who.end]
                    done, over = start + work, start + work + home
                    if gap == len(self.tour):
                        at = resting(done, home, who.rest)
                        if at is None:
                            continue
                        over = at + who.rest.seconds + (home if at < done + home else 0)
                    if over > end:
                        continue
                    begun = begun if at is None else at
                    starts.append(start)
                    return starts, begun, over
                begun = begun if at is None else at
                starts.append(start)
                now, place = start + work, day.place[i]
                break
            else:
                return None
        return None


def after_rest(free: int, d: int, earliest: int, latest: int, seconds: int) -> int:
    """Return the earliest arrival after a break and a way of `d`, from when somebody is free; NEVER if too late.

    Driving first and resting there never arrives later, but may be too late to begin the break.
    """
    if free + d <= latest:
        return max(free + d, earliest) + seconds
    if free <= latest:
        return max(free, earliest) + seconds + d
    return NEVER


def before_rest(goal: int, d: int, earliest: int, latest: int, seconds: int) -> int:
    """Return the latest end of a job from which a break and a way of `d` still arrive by `goal`; -NEVER if none."""
    best = -NEVER
    if earliest <= goal - seconds:
        best = min(latest - d, goal - seconds - d)
    if earliest <= min(latest, goal - seconds - d):
        best = max(best, min(latest, goal - seconds - d))
    return best


def resting(free: int, d: int, rest) -> int | None:
    """Return when the break between two jobs begins that arrives earliest; None when it is too late for one."""
    if free + d <= rest.latest:
        return max(free + d, rest.earliest) if free < rest.earliest else free
    return max(free, rest.earliest) if free <= rest.latest else None
