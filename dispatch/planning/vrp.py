"""A day as PyVRP sees it, and back. The break is cut out of everyone's clock at one moment, its anchor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyvrp
from pyvrp.search import PerturbationParams

from dispatch.planning.day import MUST, Day, Tours

FAR = 20 * MUST  # a way nobody takes: to a job one may not do
PRIZED = pyvrp.SolveParams(
    ils=pyvrp.IteratedLocalSearchParams(history_length=50), perturbation=PerturbationParams(1, 10)
)
IDLE = 2_000  # iterations in vain after which a small day is done
PLAIN = pyvrp.SolveParams()  # a short history and small steps hurt where everything must be served


@dataclass(frozen=True, slots=True)
class Cut:
    """`seconds` are taken out of everyone's clock after `at`: whoever works then rests at the end of that job."""

    at: int
    seconds: int

    def __call__(self, second: int) -> int:
        return second if second <= self.at else max(self.at, second - self.seconds)


def cut(day: Day, part: float) -> Cut:
    """Choose where to cut the break out: `part` 0 is the earliest moment that suits all, 1 half an hour later."""
    rests = [who.rest for who in day.crew if who.rest]
    if 2 * len(rests) <= len(day.crew):
        return Cut(0, 0)
    earliest = max(rest.earliest for rest in rests)
    latest = max(earliest, min(rest.latest for rest in rests))
    seconds = max(rest.seconds for rest in rests)
    return Cut(round(min(latest, earliest + part * seconds)), seconds)


def plain(day: Day) -> bool:
    """Tell whether this is a plain routing problem: everything must be served, nothing stands yet, nobody rests."""
    return (
        bool(day.jobs)
        and all(job.required and job.technician is None for job in day.jobs)
        and not any(who.rest for who in day.crew)
    )


class Model:
    """One day's model: vehicles are a technician's spans, clients a job's windows."""

    def __init__(self, day: Day, clock: Cut):
        self.day, self.clock = day, clock
        self.required = plain(day)
        self.homes = sorted({place for who in day.crew for place in (who.start, who.end)})
        self._types()
        self._clients()
        places = [day.problem.places[p] or (0.0, 0.0) for p in self.homes + day.place]
        depots = [pyvrp.Depot(i) for i in range(len(self.homes))]
        self.data = pyvrp.ProblemData(
            [pyvrp.Location(*place) for place in places], self.clients, depots, self.types,
            self.distances, self.durations, self.groups,
        )  # fmt: skip

    def _clients(self) -> None:
        """Make a client of every window; those of one job exclude each other."""
        day, base = self.day, self.work.min(axis=0) if len(self.day.crew) else []
        self.clients, self.groups, self.jobs = [], [], []
        self.first: list[list[int]] = []
        for i, job in enumerate(day.jobs):
            windows = [w for w in job.windows if w[0] <= w[1]]
            group = len(self.groups) if len(windows) > 1 else None
            members = list(range(len(self.clients), len(self.clients) + len(windows)))
            must = self.required and group is None
            for early, late in windows:
                self.clients.append(
                    pyvrp.Client(
                        len(self.homes) + i, [job.load], [], int(base[i]), max(0, self.clock(early)),
                        max(0, self.clock(late)), 0, 0 if must else day.prize[i], must, group,
                    )
                )  # fmt: skip
                self.jobs.append(i)
            if group is not None:
                self.groups.append(pyvrp.ClientGroup(members, required=False))
            self.first.append(members)

    def _types(self) -> None:
        """Make vehicle types: technicians (and spans) that are alike in all but name share one."""
        day = self.day
        usual = np.array([job.seconds for job in day.jobs], dtype=float)
        self.work = np.rint(np.outer([who.pace for who in day.crew], usual)).astype(np.int64)
        base = self.work.min(axis=0)
        self.types, self.distances, self.durations = [], [], []
        self.members: list[list[tuple[int, int]]] = []  # type → (technician, span)
        self.type_of: dict[tuple[int, int], int] = {}
        profiles: dict[bytes, int] = {}
        kinds: dict[tuple, int] = {}
        for k, who in enumerate(day.crew):
            prices = np.where(day.may[k], day.prices(k), FAR)
            extra = self.work[k] - base
            profile = profiles.setdefault(prices.tobytes() + extra.tobytes(), len(profiles))
            if profile == len(self.distances):
                self._profile(prices, extra)
            for s, (begin, end) in enumerate(who.spans):
                kind = (who.start, who.end, self.clock(begin), self.clock(end), profile, who.capacity)
                if kind not in kinds:
                    kinds[kind] = len(kinds)
                    self.members.append([])
                self.members[kinds[kind]].append((k, s))
                self.type_of[k, s] = kinds[kind]
        total = sum(day.load)
        for (home, away, begin, end, profile, capacity), ids in zip(kinds, self.members, strict=True):
            self.types.append(
                pyvrp.VehicleType(
                    len(ids), [total if capacity is None else capacity], self.homes.index(home),
                    self.homes.index(away), 0, max(0, begin), max(0, end), profile=profile,
                )
            )  # fmt: skip

    def _profile(self, prices: np.ndarray, extra: np.ndarray) -> None:
        """Add the matrices of one profile: what a change costs on the way in, a slower hand on the way out."""
        places = self.homes + self.day.place
        if not self.distances:
            self.way = np.ascontiguousarray(self.day.problem.seconds[np.ix_(places, places)], dtype=np.int64)
        distance = self.way
        if prices.any():
            distance = self.way.copy()
            distance[:, len(self.homes) :] += prices
            np.fill_diagonal(distance, 0)
        duration = self.way
        if extra.any():
            duration = self.way.copy()
            duration[len(self.homes) :] += extra[:, None]
            np.fill_diagonal(duration, 0)
        self.distances.append(distance)
        self.durations.append(duration)

    def solution(self, tours: Tours) -> pyvrp.Solution:
        """Put tours into PyVRP's words, each stop into the window and span it is in."""
        routes = []
        for k, tour in enumerate(tours):
            if not tour:
                continue
            begun = self.day.begins(k, tour)
            spans: list[list[int]] = [[] for _ in self.day.crew[k].spans]
            for i, at in zip(tour, begun, strict=True):
                windows = [w for w in self.day.jobs[i].windows if w[0] <= w[1]]
                window = next((w for w, (early, late) in enumerate(windows) if early <= at <= late), 0)
                inside = [s for s, (begin, end) in enumerate(self.day.crew[k].spans) if begin <= at <= end]
                spans[inside[0] if inside else 0].append(self.first[i][window])
            routes += [pyvrp.Route(self.data, visits, self.type_of[k, s]) for s, visits in enumerate(spans) if visits]
        return pyvrp.Solution(self.data, routes)

    def tours(self, solution: pyvrp.Solution) -> Tours:
        """Read tours out of a solution; they may need repair, the break lying elsewhere than at the anchor."""
        free = [list(reversed(ids)) for ids in self.members]
        parts: dict[tuple[int, int], list[int]] = {}
        for route in solution.routes():
            visits = [self.jobs[one.idx] for one in route if one.is_client()]
            parts[free[route.vehicle_type()].pop()] = visits
        tours: Tours = [[] for _ in self.day.crew]
        for (k, _span), visits in sorted(parts.items()):
            tours[k] += visits
        return tours


class Until:
    """Stop when the time is over, or after so many iterations in vain."""

    def __init__(self, over: Callable[[], bool], idle: int):
        self.over, self.idle, self.best, self.vain = over, idle, float("inf"), 0

    def __call__(self, best: float) -> bool:
        """Tell PyVRP whether to stop, given the best cost so far."""
        self.vain = 0 if best < self.best else self.vain + 1
        self.best = min(self.best, best)
        return self.vain > self.idle or self.over()


def improve(day: Day, tours: Tours, over: Callable[[], bool], seed: int, part: float = 0.5) -> Tours:
    """Search with PyVRP from the given tours until `over`; what it finds may break a rule (see `Model.tours`)."""
    model = Model(day, cut(day, part))
    start = model.solution(tours) if any(tours) else None
    params = PLAIN if model.required else PRIZED
    found = pyvrp.solve(
        model.data, Until(over, IDLE + 20 * len(day.jobs) ** 2), seed=seed, collect_stats=False, display=False,
        params=params, initial_solution=start,
    )  # fmt: skip
    return model.tours(found.best)
