"""A day to plan as numbers: who may do what and when, how long a tour takes, where the break fits best.

Jobs and technicians are counted from 0 here (`Day.jobs[i]`, `Day.crew[k]`); a tour is a list of such job numbers.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from dispatch.planning.clock import NEVER, Clock, Slot
from dispatch.planning.problem import BAD_WINDOW, NO_PLACE, NO_ROOM, NO_SHIFT, NO_SKILL, Job, Plan, Problem, Route, Stop

SERVE = 4  # a prize counts so many times against travel: serving comes first
MUST = 10**7  # what a job that must stay is worth, above any prize of a day
Tours = list[list[int]]


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
