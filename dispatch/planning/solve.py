"""Plan a day: quick start, search, polish; large days in pods. Plain data in, plain data out, no database.

What comes back is never worse, by its own measure (prizes, then travel and changes), than what was given to start
from, nor than any solver's own plan along the way; and it holds every rule that `check` knows.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from dispatch.planning import ruin
from dispatch.planning.day import Day, Tours
from dispatch.planning.polish import polish, repair
from dispatch.planning.problem import Plan, Problem
from dispatch.planning.scan import Scan

Piece = tuple[Problem, float, int, Plan | None]  # problem, seconds, seed, start
Run = Callable[[Sequence[Piece]], list[Plan]]
Tell = Callable[[float], None]
PATIENCE = 4  # on a machine that is busy with others: at most so many seconds for each second of CPU


class Budget:
    """So many seconds of this process's CPU, counted from now; the wall clock ends it, too, `PATIENCE` times later."""

    def __init__(self, seconds: float):
        self.seconds = max(seconds, 0.001)
        self._cpu, self._wall = time.process_time(), time.monotonic()

    def passed(self) -> float:
        """Return the part of the budget that is used: 1 and more when it is over."""
        cpu, wall = time.process_time() - self._cpu, time.monotonic() - self._wall
        return max(cpu, wall / PATIENCE) / self.seconds

    def over(self) -> bool:
        """Return True when nothing is left."""
        return self.passed() >= 1


def solve(
    problem: Problem,
    seconds: float,
    *,
    seed: int = 0,
    start: Plan | None = None,
    run: Run | None = None,
    tell: Tell | None = None,
) -> Plan:
    """Return the best plan found in `seconds` of CPU, from `start` if given. Never raises for a sound problem.

    `run` solves pieces side by side: it takes (problem, seconds, seed, start) and gives the plans back in that
    order. `tell` is called with the part of the work that is done, 0 to 1.
    """
    budget = Budget(seconds)
    day = Day(problem)
    if not day.jobs or not day.crew:
        return day.plan([[] for _ in day.crew])
    tours = small(day, budget, seed, day.tours(start))
    if tell:
        tell(1.0)
    return day.plan(tours)


def small(day: Day, budget: Budget, seed: int, given: Tours) -> Tours:
    """Solve a day whole."""
    scan = Scan(day)
    tours = polish(day, given, budget.over, scan)
    search = ruin.Ruin(day, tours, seed, scan)
    return repair(day, search.run(budget.passed))
