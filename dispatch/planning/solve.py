"""Plan a day: insertion, then ruin and recreate; large days in pods. Plain data in, plain data out, no database.

What comes back is never worse, by its own measure (prizes, then travel and changes), than what was given to start
from; and it holds every rule that `check` knows.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from dispatch.planning import pods, vrp
from dispatch.planning.day import Day, Tours
from dispatch.planning.polish import polish, repair, standing
from dispatch.planning.problem import Plan, Problem
from dispatch.planning.warm import warm

Piece = tuple[Problem, float, int, Plan | None]  # problem, seconds, seed, start
Run = Callable[[Sequence[Piece]], list[Plan]]
Tell = Callable[[float], None]
PATIENCE = 4  # on a machine that is busy with others: at most so many seconds for each second of CPU

POD_FROM = 60  # technicians above which a day is split
ROUNDS, ROUND = 4, 1.0  # at most so many rounds, of at least so many seconds for a pod
MEND = 0.04  # part of the time for what lies across the borders
STEP = 0.02  # parts of the work that are told
PLAIN = 0.99  # PyVRP's share where everything must be served and nobody rests: nothing of ours is better there
WARM, COLD = 7_000.0, 200.0  # seconds of travel by which a worse day is still taken, at the start and the end
CAREFUL = 2_000.0  # at the start when each change has a price: the day is to stay much as it is


class Budget:
    """So many seconds of this process's CPU, counted from now; the wall clock ends it, too, `PATIENCE` times later."""

    def __init__(self, seconds: float, tell: Tell | None = None):
        self.seconds, self.tell, self._told = max(seconds, 0.001), tell, 0.0
        self._cpu, self._wall = time.process_time(), time.monotonic()

    def passed(self) -> float:
        """Return the part of the budget that is used: 1 and more when it is over."""
        cpu, wall = time.process_time() - self._cpu, time.monotonic() - self._wall
        passed = max(cpu, wall / PATIENCE) / self.seconds
        if self.tell and self._told + STEP <= passed < 1:
            self._told = passed
            self.tell(passed)
        return passed

    def left(self) -> float:
        """Return the seconds that are left."""
        return self.seconds * (1 - self.passed())

    def rest(self) -> Callable[[], float]:
        """Return a clock that goes from 0 now to 1 at the end."""
        begun = self.passed()
        return lambda: (self.passed() - begun) / (1 - begun) if begun < 1 else 1.0

    @contextmanager
    def elsewhere(self, seconds: float) -> Iterator[None]:
        """Count what happens within as so many seconds, wherever and however long it really runs."""
        cpu, wall = time.process_time() - self._cpu, time.monotonic() - self._wall
        yield
        self._cpu = time.process_time() - cpu - seconds
        self._wall = time.monotonic() - wall - seconds

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
    warm()
    budget = Budget(seconds)
    day = Day(problem)
    if not day.jobs or not day.crew:
        return day.plan([[] for _ in day.crew])
    tell = tell or (lambda _part: None)
    if len(day.crew) > POD_FROM:
        tours = large(day, budget, seed, standing(day, day.tours(start)), run or one_by_one, tell)
    else:
        budget.tell = tell
        tours = small(day, budget, seed, standing(day, day.tours(start)))
    tell(1.0)
    return day.plan(tours)


def one_by_one(pieces: Sequence[Piece]) -> list[Plan]:
    """Solve pieces here, one after the other."""
    return [solve(problem, seconds, seed=seed, start=start) for problem, seconds, seed, start in pieces]


def large(day: Day, budget: Budget, seed: int, given: Tours, run: Run, tell: Tell) -> Tours:
    """Solve a day in pods, several rounds with other borders but one and the same cooling, then mend across them."""
    best = Best(day, polish(day, given))
    now = best.tours
    count = max(1, min(ROUNDS, round(budget.seconds * pods.SIZE / len(day.crew) / ROUND)))
    for number in range(count):
        todo = count - number
        groups = pods.split(day, now, seed + number)
        shares = pods.share(day, groups, now)
        plan = day.plan(now)
        seconds = budget.left() * (1 - MEND / todo) / todo / len(groups)
        stretch = number / count, (number + 1) / count
        pieces = [
            (
                pods.part(day, crew, jobs, stretch),
                seconds,
                seed + number,
                pods.some(plan, {day.crew[k].id for k in crew}),
            )
            for crew, jobs in zip(groups, shares, strict=True)
        ]
        with budget.elsewhere(seconds * len(pieces)):
            plans = run(pieces)
        now = repair(day, day.tours(Plan(tuple(route for plan in plans for route in plan.routes))))
        best.take(now)
        tell((number + 1) / (count + 1))
    from dispatch.planning.search import Search  # compiled: see `Day.clock`

    best.take(polish(day, best.tours))
    best.take(Search(day, best.tours, seed).run(budget.rest(), COLD, COLD))
    return best.tours


def small(day: Day, budget: Budget, seed: int, given: Tours) -> Tours:
    """Solve a day whole, or a pod for a stretch of the search: then it may come back worse, but on the way."""
    from dispatch.planning.search import Search  # compiled: see `Day.clock`

    begin, end = day.problem.stretch or (0.0, 1.0)
    best = Best(day, repair(day, given))
    if vrp.plain(day) and not any(given):
        best.take(vrp.improve(day, lambda: budget.passed() >= PLAIN, seed))
    if begin == 0:
        best.take(polish(day, best.tours))
    hot = CAREFUL if day.problem.change_price else WARM
    heat = [hot * (COLD / hot) ** part for part in (begin, end)]
    search = Search(day, best.tours, seed)
    best.take(search.run(budget.rest(), *heat))
    return best.tours if end == 1 else search.tours


class Best:
    """The best tours so far; what breaks a rule is repaired before it counts."""

    def __init__(self, day: Day, tours: Tours):
        self.day, self.tours, self.value = day, tours, day.value(tours)

    def take(self, tours: Tours) -> None:
        """Keep these tours if they are better."""
        tours = repair(self.day, tours)
        value = self.day.value(tours)
        if value > self.value:
            self.tours, self.value = [list(tour) for tour in tours], value
