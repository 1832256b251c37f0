"""A day to plan as numbers: who may do what and when, how long a tour takes, where the break fits best.

Jobs and technicians are counted from 0 here (`Day.jobs[i]`, `Day.crew[k]`); a tour is a list of such job numbers.
"""

from __future__ import annotations

from functools import cached_property
from types import ModuleType

import numpy as np

from dispatch.planning.problem import BAD_WINDOW, NO_PLACE, NO_ROOM, NO_SHIFT, NO_SKILL, Job, Plan, Problem, Route, Stop
from dispatch.planning.sheet import NEVER, Sheet, sheet_of

SERVE = 4  # a prize counts so many times against travel: serving comes first
MUST = 10**7  # what a job that must stay is worth, above any prize of a day
Tours = list[list[int]]


class Day:
    """One problem, prepared. Jobs that nobody can do at any time are not in `jobs` but in `left`, with the reason."""

    def __init__(self, problem: Problem):
        self.problem = problem
        self.crew = [who for who in problem.technicians if who.spans]
        self.left: dict[int, str] = {}
        self.jobs: list[Job] = []
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
        self.now = np.array(
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

    def price(self, k: int, i: int) -> int:
        """Return what it costs to give job i to technician k: the price of a change, or nothing."""
        now = self.jobs[i].technician
        return self.problem.change_price if now is not None and now != self.crew[k].id else 0

    @cached_property
    def sheet(self) -> Sheet:
        """The day in columns, for what is compiled."""
        return sheet_of(self)

    @cached_property
    def clock(self) -> ModuleType:
        """The compiled clock, read in when first needed: a web process that never plans does without 60 MB of numba."""
        from dispatch.planning import clock

        return clock

    def rows(self, tours: Tours) -> tuple[np.ndarray, np.ndarray]:
        """Return tours as an array [technician, room for the fullest day], and how many jobs each holds."""
        wide = max([self.sheet.most + 1, *(len(tour) for tour in tours)])
        rows = np.zeros((len(tours), wide), np.int32)
        for row, tour in zip(rows, tours, strict=True):
            row[: len(tour)] = tour
        return rows, np.array([len(tour) for tour in tours], np.int32)

    def travel(self, k: int, tour: list[int]) -> int:
        """Return the seconds on the road of a tour, from home to home; 0 for an empty one."""
        return int(self.clock.travel(self.sheet, k, np.array(tour, np.int32), len(tour)))

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
        starts = np.empty(len(tour), np.int64)
        return int(self.clock.length(self.sheet, k, np.array(tour, np.int32), len(tour), starts))

    def sound(self, k: int, tour: list[int]) -> bool:
        """Tell whether technician k can drive the tour: skills, room in the van, windows, span, break."""
        if not tour:
            return True
        cap = self.crew[k].capacity
        if cap is not None and sum(self.load[i] for i in tour) > cap:
            return False
        if not all(self.may[k, i] for i in tour):
            return False
        run = np.empty((4, len(tour)), np.int32)
        return bool(self.clock.timed(self.sheet, k, np.array(tour, np.int32), len(tour), run))

    def _times(self, k: int, tour: list[int]) -> tuple[list[int], int | None] | None:
        """Return when each job begins and when the break does (None: nobody takes one); None: cannot be driven."""
        starts = np.empty(len(tour), np.int64)
        over, rest = self.clock.times(self.sheet, k, np.array(tour, np.int32), len(tour), starts)
        return None if over == NEVER else (starts.tolist(), None if rest == -NEVER else int(rest))

    def plan(self, tours: Tours) -> Plan:
        """Put times to tours, each begun as early as it goes, and say why the others are left."""
        routes = []
        for k, tour in enumerate(tours):
            found = self._times(k, tour) if tour else None
            if found is None:
                continue
            starts, rest = found
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
