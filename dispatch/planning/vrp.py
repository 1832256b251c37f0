"""A plain routing problem as PyVRP sees it, and back: everything must be served, nothing stands yet, nobody rests."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyvrp

from dispatch.planning.day import MUST, Day, Tours

FAR = 20 * MUST  # a way nobody takes: to a job one may not do
IDLE = 2_000  # iterations in vain after which a small day is done


def plain(day: Day) -> bool:
    """Tell whether this is a plain routing problem: everything must be served, nothing stands yet, nobody rests."""
    return (
        bool(day.jobs)
        and all(job.required and job.technician is None for job in day.jobs)
        and not any(who.rest for who in day.crew)
    )


class Model:
    """One day's model: vehicles are a technician's spans, clients a job's windows."""

    def __init__(self, day: Day):
        self.day = day
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
        for i, job in enumerate(day.jobs):
            windows = [w for w in job.windows if w[0] <= w[1]]
            group = len(self.groups) if len(windows) > 1 else None
            members = list(range(len(self.clients), len(self.clients) + len(windows)))
            must = group is None
            for early, late in windows:
                self.clients.append(
                    pyvrp.Client(
                        len(self.homes) + i, [job.load], [], int(base[i]), max(0, early),
                        max(0, late), 0, 0 if must else day.prize[i], must, group,
                    )
                )  # fmt: skip
                self.jobs.append(i)
            if group is not None:
                self.groups.append(pyvrp.ClientGroup(members, required=False))

    def _types(self) -> None:
        """Make vehicle types: technicians (and spans) that are alike in all but name share one."""
        day = self.day
        usual = np.array([job.seconds for job in day.jobs], dtype=float)
        self.work = np.rint(np.outer([who.pace for who in day.crew], usual)).astype(np.int64)
        base = self.work.min(axis=0)
        self.types, self.distances, self.durations = [], [], []
        self.members: list[list[tuple[int, int]]] = []  # type → (technician, span)
        profiles: dict[bytes, int] = {}
        kinds: dict[tuple, int] = {}
        for k, who in enumerate(day.crew):
            walls = np.where(day.may[k], 0, FAR)
            extra = self.work[k] - base
            profile = profiles.setdefault(walls.tobytes() + extra.tobytes(), len(profiles))
            if profile == len(self.distances):
                self._profile(walls, extra)
            for s, (begin, end) in enumerate(who.spans):
                kind = (who.start, who.end, begin, end, profile, who.capacity)
                if kind not in kinds:
                    kinds[kind] = len(kinds)
                    self.members.append([])
                self.members[kinds[kind]].append((k, s))
        total = sum(day.load)
        for (home, away, begin, end, profile, capacity), ids in zip(kinds, self.members, strict=True):
            self.types.append(
                pyvrp.VehicleType(
                    len(ids), [total if capacity is None else capacity], self.homes.index(home),
                    self.homes.index(away), 0, max(0, begin), max(0, end), profile=profile,
                )
            )  # fmt: skip

    def _profile(self, walls: np.ndarray, extra: np.ndarray) -> None:
        """Add the matrices of one profile: who may not do a job never comes there, a slower hand on the way out."""
        places = self.homes + self.day.place
        if not self.distances:
            self.way = np.ascontiguousarray(self.day.problem.seconds[np.ix_(places, places)], dtype=np.int64)
        distance = self.way
        if walls.any():
            distance = self.way.copy()
            distance[:, len(self.homes) :] += walls
            np.fill_diagonal(distance, 0)
        duration = self.way
        if extra.any():
            duration = self.way.copy()
            duration[len(self.homes) :] += extra[:, None]
            np.fill_diagonal(duration, 0)
        self.distances.append(distance)
        self.durations.append(duration)

    def tours(self, solution: pyvrp.Solution) -> Tours:
        """Read tours out of a solution; they may need repair, a technician's spans being vehicles of their own."""
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


def improve(day: Day, over: Callable[[], bool], seed: int) -> Tours:
    """Search with PyVRP until `over`; what it finds may break a rule (see `Model.tours`)."""
    model = Model(day)
    stop = Until(over, IDLE + 20 * len(day.jobs) ** 2)
    return model.tours(pyvrp.solve(model.data, stop, seed=seed, collect_stats=False, display=False).best)
