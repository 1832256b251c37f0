"""Ruin and recreate with the exact scan: take strings of neighbouring visits out, put the best back, keep the better.

After Schrimpf et al. (2000), Record Breaking Optimization Results Using the Ruin and Recreate Principle, and
Christiaens & Vanden Berghe (2020), Slack Induction by String Removals; with breaks that move and jobs that may stay
out. Half of the ruins lie around a job that is left, in tours of those who may do it.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from math import exp, log

import numpy as np

from dispatch.planning.day import Day, Tours
from dispatch.planning.polish import missing
from dispatch.planning.scan import NO_WAY, Scan

STRINGS, LENGTH = 4, 6  # at most so many tours are ruined at once, and so many visits in a row
WARM, COLD = 10_000.0, 200.0  # seconds of travel by which a worse day is still taken, at the start and the end
BIAS = 0.5  # how often a ruin lies around a job that is left
POWERS = (0.0, 0.5, 1.0)  # gains are divided by the working time to one of these powers
NOISE = 0.6  # and multiplied by chance, this far apart
HOUR = 3600
IDLE = 300  # so many steps in vain, and more on a larger day, are the end
PRICES = (0.0, 0.3, 1.0)  # how much of a change's price is felt while recreating; all of it when judging
TOLLS = ((0.15, 0.2), (0.35, 0.6), (9.0, 1.0))  # until which part of the time how much of it is felt
NEAR = 60  # jobs left that are tried again around a ruin


class Ruin:
    """The search on one day, from given tours. `step` until the time is over; `best` is the best day seen."""

    def __init__(self, day: Day, tours: Tours, seed: int, scan: Scan | None = None):
        self.day, self.scan, self.dice = day, scan or Scan(day), random.Random(seed)
        self.tours = [list(tour) for tour in tours]
        self.left = missing(day, tours)
        self.holder = {i: k for k, tour in enumerate(self.tours) for i in tour}
        self.toll = 1.0
        self.worth = [self._worth(k, tour) for k, tour in enumerate(self.tours)]
        self.days = [day.length(k, tour) for k, tour in enumerate(self.tours)] if day.problem.fairness else []
        self.value = sum(self.worth) - self._unfair(self.days)
        self.best, self.best_value = [list(tour) for tour in self.tours], self.value
        places = np.array(day.place)
        way = day.problem.seconds[np.ix_(places, places)]
        self.near = np.argsort(way, axis=1, kind="stable")[:, : max(NEAR, 100)].tolist()
        self.noise = np.random.default_rng(seed)
        self.work = np.array([max(job.seconds, 600) for job in day.jobs], dtype=float)
        self.fit = day.may.T.tolist()
        self._column = np.zeros(len(day.jobs), dtype=np.int64)
        self.steps = self.gained = 0

    def _worth(self, k: int, tour: list[int]) -> float:
        day = self.day
        worth = sum(day.prize[i] for i in tour) - day.travel(k, tour)
        return worth - self.toll * sum(day.price(k, i) for i in tour) if day.problem.change_price else worth

    def _unfair(self, days: list[int]) -> float:
        """Return the price of the spread of working days."""
        return self.day.problem.fairness * (max(days) - sum(days) / len(days)) if days else 0.0

    def run(self, over: Callable[[], float], warm: float = WARM, cold: float = COLD) -> Tours:
        """Search until `over`() reaches 1 (it tells the part of the time that has passed). Returns the best tours."""
        size = len(self.day.jobs)
        idle = IDLE + size * size // 2
        while self.day.crew and (passed := over()) < 1 and self.steps - self.gained <= idle:
            if self.day.problem.change_price:
                self._charge(next(toll for until, toll in TOLLS if passed < until))
            self.step(warm * exp(passed * log(cold / warm)))
        self._charge(1.0)
        return self.best

    def _charge(self, toll: float) -> None:
        """Feel another part of the price of a change from now on: little at first, or nobody would ever move."""
        if toll == self.toll:
            return
        self.toll, kept = toll, self.tours
        self.best_value = sum(self._worth(k, tour) for k, tour in enumerate(self.best)) - self._unfair(
            [self.day.length(k, tour) for k, tour in enumerate(self.best)] if self.days else []
        )
        self.worth = [self._worth(k, tour) for k, tour in enumerate(kept)]
        self.value = sum(self.worth) - self._unfair(self.days)
        if self.value > self.best_value:
            self.best, self.best_value = [list(tour) for tour in kept], self.value
        self.gained = self.steps

    def step(self, heat: float) -> None:
        """Ruin, recreate, and keep or forget."""
        self.steps += 1
        around = self._around()
        ruined = self._ruined(around)
        if not ruined:
            return
        removed = {i for k, tour in ruined.items() for i in self.tours[k] if i not in tour}
        close = [i for i in self.near[around] if i in self.left][:NEAR]
        inside = self._recreate(ruined, removed | set(close))
        worth = {k: self._worth(k, tour) for k, tour in ruined.items()}
        gain = sum(worth.values()) - sum(self.worth[k] for k in ruined)
        days = self.days
        if days:
            days = list(days)
            for k, tour in ruined.items():
                days[k] = self.day.length(k, tour)
            gain += self._unfair(self.days) - self._unfair(days)
        if gain < 0 and gain < heat * log(self.dice.random() + 1e-12):
            return
        for k, tour in ruined.items():
            self.tours[k], self.worth[k] = tour, worth[k]
            for i in tour:
                self.holder[i] = k
        self.left = (self.left | removed) - inside
        for i in removed - inside:
            del self.holder[i]
        self.days = days
        self.value += gain
        if self.value > self.best_value + 0.5:
            self.best, self.best_value = [list(tour) for tour in self.tours], self.value
            self.gained = self.steps

    def _around(self) -> int:
        """Choose the job around which to ruin: half the time one that is left."""
        if self.left and self.dice.random() < BIAS:
            return self.dice.choice(sorted(self.left))
        return self.dice.randrange(len(self.day.jobs))

    def _ruined(self, around: int) -> Tours | dict[int, list[int]]:
        """Return what stays of the tours near a job once a string was cut out of each."""
        wanted = self.dice.randint(1, STRINGS)
        fit = self.fit[around] if around not in self.holder else None
        kept: dict[int, list[int]] = {}
        for i in self.near[around]:
            k = self.holder.get(i)
            if k is None or k in kept or (fit is not None and not fit[k]):
                continue
            tour = self.tours[k]
            length = self.dice.randint(1, min(LENGTH, len(tour)))
            at = tour.index(i)
            first = self.dice.randint(max(0, at - length + 1), min(at, len(tour) - length))
            kept[k] = tour[:first] + tour[first + length :]
            if len(kept) == wanted:
                break
        for k in self.dice.sample(range(len(self.tours)), min(2, len(self.tours))):
            if not self.tours[k] and k not in kept and self.day.may[k, around]:
                kept[k] = []
        return kept

    def _lean(self, k: int) -> int:
        """Return some seconds, by chance, by which the tour of somebody with a long day is made to seem dearer."""
        if not self.days:
            return 0
        long = self.days[k] - sum(self.days) / len(self.days)
        return int(self.dice.random() * min(HOUR, max(0.0, self.day.problem.fairness * long)))

    def _recreate(self, ruined: dict[int, list[int]], pool: set[int]) -> set[int]:
        """Insert jobs of the pool into the ruined tours, best gain for its time first, with noise. Returns which."""
        scan, keys, jobs = self.scan, list(ruined), np.array(sorted(pool))
        column = self._column
        column[jobs] = np.arange(len(jobs))
        wanted = np.zeros(len(self.day.jobs), dtype=bool)
        wanted[jobs] = True
        cost = np.full((len(keys), len(jobs)), NO_WAY, dtype=np.int64)
        gap = np.zeros((len(keys), len(jobs)), dtype=np.int64)
        prize = scan.prize[jobs]
        weight = 1 - NOISE / 2 + NOISE * self.noise.random(len(jobs))
        if power := self.dice.choice(POWERS):
            weight /= self.work[jobs] ** power
        price = self.dice.choice(PRICES)
        lean = [self._lean(k) for k in keys]
        inside: set[int] = set()
        rows = [scan.rows(k).only(wanted) for k in keys]
        changed = range(len(keys))
        while True:
            for row in changed:
                found, gaps = scan.detours(keys[row], ruined[keys[row]], rows[row], price)
                if lean[row]:
                    found = np.where(found < NO_WAY, found + lean[row], NO_WAY)
                rows[row].least(found, gaps, column, cost[row], gap[row])
                rows[row] = rows[row].keep(found < NO_WAY)  # what does not fit now will not later
            least = cost.min(axis=0)
            gain = (prize - least) * weight
            one = int(gain.argmax())
            if gain[one] <= 0:
                return inside
            row, i = int(cost[:, one].argmin()), int(jobs[one])
            ruined[keys[row]].insert(int(gap[row, one]), i)
            inside.add(i)
            for other in np.flatnonzero(cost[:, one] < NO_WAY).tolist():
                rows[other] = rows[other].keep(rows[other].job != i)
            cost[:, one] = NO_WAY
            changed = (row,)
