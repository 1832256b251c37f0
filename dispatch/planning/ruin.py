"""Ruin and recreate with the exact scan: take strings of neighbouring visits out, put the best back, keep what is better.

After Schrimpf et al. (2000), Record Breaking Optimization Results Using the Ruin and Recreate Principle, and
Christiaens & Vanden Berghe (2020), Slack Induction by String Removals; with breaks that move and jobs that may stay
out. Ruins lie around jobs that are left, more often around the valuable ones.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from math import exp, log

import numpy as np

from dispatch.planning.day import Day, Tours
from dispatch.planning.polish import missing
from dispatch.planning.scan import NO_WAY, Scan

STRINGS, LENGTH = 3, 4  # at most so many tours are ruined at once, and so many visits in a row
WARM, COLD = 3_000.0, 200.0  # seconds of travel by which a worse day is still taken, at the start and the end
NEAR = 60  # jobs left that are tried again around a ruin


class Ruin:
    """The search on one day, from given tours. `step` until the time is over; `best` is the best day seen."""

    def __init__(self, day: Day, tours: Tours, seed: int, scan: Scan | None = None):
        self.day, self.scan, self.dice = day, scan or Scan(day), random.Random(seed)
        self.tours = [list(tour) for tour in tours]
        self.left = missing(day, tours)
        self.holder = {i: k for k, tour in enumerate(self.tours) for i in tour}
        self.worth = [self._worth(k, tour) for k, tour in enumerate(self.tours)]
        self.value = sum(self.worth)
        self.best, self.best_value = [list(tour) for tour in self.tours], self.value
        places = np.array(day.place)
        way = day.problem.seconds[np.ix_(places, places)]
        self.near = np.argsort(way, axis=1, kind="stable")[:, : max(NEAR, 100)].tolist()
        self.noise = np.random.default_rng(seed)
        self.work = np.array([max(job.seconds, 600) for job in day.jobs], dtype=float)
        self.steps = 0

    def _worth(self, k: int, tour: list[int]) -> float:
        day = self.day
        worth = sum(day.prize[i] for i in tour) - day.travel(k, tour)
        return worth - sum(day.price(k, i) for i in tour) if day.problem.change_price else worth

    def run(self, over: Callable[[], float]) -> Tours:
        """Search until `over`() reaches 1 (it tells the part of the time that has passed). Returns the best tours."""
        while self.day.jobs and self.day.crew and (passed := over()) < 1:
            self.step(WARM * exp(passed * log(COLD / WARM)))
        return self.best

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
        if gain < 0 and gain < heat * log(self.dice.random() + 1e-12):
            return
        for k, tour in ruined.items():
            self.tours[k], self.worth[k] = tour, worth[k]
            for i in tour:
                self.holder[i] = k
        self.left = (self.left | removed) - inside
        for i in removed - inside:
            del self.holder[i]
        self.value += gain
        if self.value > self.best_value + 0.5:
            self.best, self.best_value = [list(tour) for tour in self.tours], self.value

    def _around(self) -> int:
        """Choose the job around which to ruin: half the time one that is left."""
        if self.left and self.dice.random() < 0.5:
            pool = self.dice.sample(sorted(self.left), min(2, len(self.left)))
            return max(pool, key=lambda i: self.day.prize[i])
        return self.dice.randrange(len(self.day.jobs))

    def _ruined(self, around: int) -> Tours | dict[int, list[int]]:
        """Return what stays of the tours near a job once a string was cut out of each."""
        wanted = self.dice.randint(1, STRINGS)
        kept: dict[int, list[int]] = {}
        for i in self.near[around]:
            k = self.holder.get(i)
            if k is None or k in kept:
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

    def _recreate(self, ruined: dict[int, list[int]], pool: set[int]) -> set[int]:
        """Insert jobs of the pool into the ruined tours, best gain for its time first, with noise. Returns which."""
        n, scan = len(self.day.jobs), self.scan
        wanted = np.zeros(n, dtype=bool)
        wanted[list(pool)] = True
        keys = list(ruined)
        cost = np.full((len(keys), n), NO_WAY, dtype=np.int64)
        gap = np.zeros((len(keys), n), dtype=np.int64)
        weight = (0.8 + 0.4 * self.noise.random(n)) / self.work ** self.dice.choice((0.0, 0.5, 1.0))
        inside: set[int] = set()
        changed = range(len(keys))
        while True:
            for row in changed:
                self._scan(keys[row], ruined[keys[row]], wanted, cost[row], gap[row])
            least = cost.min(axis=0)
            gain = np.where(least < NO_WAY, (scan.prize - least) * weight, -1.0)
            i = int(gain.argmax())
            if gain[i] <= 0:
                return inside
            row = int(cost[:, i].argmin())
            ruined[keys[row]].insert(int(gap[row, i]), i)
            inside.add(i)
            wanted[i] = False
            cost[:, i] = NO_WAY
            changed = (row,)

    def _scan(self, k: int, tour: list[int], wanted: np.ndarray, cost: np.ndarray, gap: np.ndarray) -> None:
        """Fill in the least detours of the wanted jobs in one tour."""
        rows = self.scan.rows(k).only(wanted)
        found, gaps = self.scan.detours(k, tour, rows)
        cost.fill(NO_WAY)
        order = np.argsort(-found, kind="stable")
        cost[rows.job[order]] = found[order]
        gap[rows.job[order]] = gaps[order]
