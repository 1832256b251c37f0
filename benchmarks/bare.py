"""The three solvers bare, through their own interfaces, with the same model of a day: what ours is measured against."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

import numpy as np
import pyvrp
import vroom
from ortools.constraint_solver import pywrapcp, routing_enums_pb2
from pyvrp.search import PerturbationParams

from dispatch.planning.problem import Plan, Problem, Route, Stop

NOON = 12 * 3600  # where the bare PyVRP model cuts the break out of everyone's clock
SERVE = 4  # serving must dominate travel: prizes count four times
FAR = 10_000_000


class UntilCpu:
    """Stop PyVRP when this process has used so many seconds of CPU since `start`."""

    def __init__(self, start: float, seconds: float):
        self.end = start + seconds

    def __call__(self, _best: float) -> bool:
        return time.process_time() >= self.end


def on_cpu(solve: Callable[[float], Plan], seconds: float) -> Plan:
    """Run what only knows the wall clock until it has had `seconds` of CPU: longer when others held the cores."""
    wall = seconds
    for _attempt in range(3):
        cpu, began = time.process_time(), time.perf_counter()
        plan = solve(wall)
        used, passed = time.process_time() - cpu, time.perf_counter() - began
        if used > 0.93 * seconds or passed < 0.9 * wall or used > 0.95 * passed:
            break
        wall = min(6 * seconds, wall * seconds / max(used, 0.1 * seconds))
    return plan


def _may(problem: Problem) -> np.ndarray:
    """Return [technician, job]: True when skills and agreements allow it."""
    return np.array([[job.fits(who) for job in problem.jobs] for who in problem.technicians])


def by_pyvrp(problem: Problem, seconds: float, seed: int = 0) -> Plan:
    """Solve with PyVRP alone; a day of required jobs with its defaults, else with a short history and small steps."""
    start = time.process_time()
    jobs, crew = problem.jobs, problem.technicians
    rest = next((who.rest for who in crew if who.rest), None)
    cut = rest.seconds if rest else 0

    def clock(second: int) -> int:
        return second if second <= NOON else max(NOON, second - cut)

    homes = sorted({who.start for who in crew})
    places = homes + [job.place for job in jobs]
    way = problem.seconds[np.ix_(places, places)]
    profiles: dict[bytes, int] = {}
    matrices, kinds = [], {}
    for row, who in zip(_may(problem), crew, strict=True):
        if row.tobytes() not in profiles:
            profiles[row.tobytes()] = len(matrices)
            matrix = way.copy()
            matrix[:, len(homes) + np.flatnonzero(~row)] = FAR
            np.fill_diagonal(matrix, 0)
            matrices.append(matrix)
        begin, end = who.spans[0]
        kind = (who.start, clock(begin), clock(end), profiles[row.tobytes()], who.capacity)
        kinds.setdefault(kind, []).append(who.id)
    types = [
        pyvrp.VehicleType(
            len(ids), [capacity or 0], homes.index(home), homes.index(home), 0, begin, end, profile=profile
        )
        for (home, begin, end, profile, capacity), ids in kinds.items()
    ]
    data = pyvrp.ProblemData(
        [pyvrp.Location(*(problem.places[p] or (0, 0))) for p in places],
        [
            pyvrp.Client(
                len(homes) + i, [job.load], [], job.seconds, clock(job.windows[0][0]), clock(job.windows[0][1]), 0,
                job.prize * SERVE, job.required,
            )
            for i, job in enumerate(jobs)
        ],
        [pyvrp.Depot(i) for i in range(len(homes))], types, matrices, matrices,
    )  # fmt: skip
    params = pyvrp.SolveParams()
    if not all(job.required for job in jobs):
        params = pyvrp.SolveParams(
            ils=pyvrp.IteratedLocalSearchParams(history_length=50),
            perturbation=PerturbationParams(max_perturbations=10),
        )
    found = pyvrp.solve(data, UntilCpu(start, seconds), seed=seed, collect_stats=False, display=False, params=params)
    free = [list(ids) for ids in kinds.values()]
    routes = []
    for route in found.best.routes():
        visits = [(jobs[one.idx], one.start_time) for one in route.schedule() if one.is_client()]
        routes.append(_uncut(problem, free[route.vehicle_type()].pop(), visits, cut))
    return Plan(tuple(routes))


def _uncut(problem: Problem, technician: int, visits: list, cut: int) -> Route:
    """Put the break back into a route whose clock had it cut out at noon: at the first end of a job after it."""
    who = problem.technician[technician]
    if not cut:
        return Route(technician, tuple(Stop(job.id, at) for job, at in visits))
    before = [(job, at) for job, at in visits if at <= NOON and job.windows[0][0] <= NOON]
    after = [job for job, _at in visits[len(before) :]]
    stops = tuple(Stop(job.id, at if i < len(before) else at + cut) for i, (job, at) in enumerate(visits))
    if not before:
        return Route(technician, stops, max(who.rest.earliest, who.spans[0][0]))
    job, at = before[-1]
    done = at + job.seconds
    there = done + problem.way(job.place, after[0].place if after else who.end)
    rest = done if done >= who.rest.earliest else max(there, who.rest.earliest)
    return Route(technician, stops, rest)


def by_vroom(problem: Problem, seconds: float, seed: int = 0, level: int = 5) -> Plan:
    """Solve with VROOM alone, at its deepest exploration unless told, on one thread."""
    given = vroom.Input()
    given.set_durations_matrix("car", problem.seconds)
    for job in problem.jobs:
        given.add_job(
            vroom.Job(
                job.id, job.place, default_service=job.seconds, delivery=[job.load], skills=set(job.skills),
                priority={1: 100, 2: 50, 3: 25, 4: 12}.get(job.priority, 25), time_windows=[list(job.windows[0])],
            )
        )  # fmt: skip
    for who in problem.technicians:
        rest = who.rest
        given.add_vehicle(
            vroom.Vehicle(
                who.id, who.start, who.end, capacity=[who.capacity if who.capacity is not None else 10_000],
                skills=set(who.skills), time_window=list(who.spans[0]),
                breaks=[vroom.Break(who.id, [[rest.earliest, rest.latest]], rest.seconds)] if rest else [],
            )
        )  # fmt: skip

    def solve(wall: float) -> Plan:
        frame = given.solve(level, nb_threads=1, timeout=timedelta(seconds=wall)).routes
        routes: dict[int, list[Stop]] = {}
        rests: dict[int, int] = {}
        rows = zip(
            frame["vehicle_id"], frame["type"], frame["arrival"], frame["waiting_time"], frame["id"], strict=True
        )
        for who, kind, arrival, waiting, number in rows:
            if kind == "job":
                routes.setdefault(int(who), []).append(Stop(int(number), int(arrival + waiting)))
            elif kind == "break":
                rests[int(who)] = int(arrival + waiting)
        return Plan(tuple(Route(who, tuple(stops), rests.get(who)) for who, stops in routes.items()))

    return on_cpu(solve, seconds)


def by_ortools(problem: Problem, seconds: float, seed: int = 0) -> Plan:
    """Solve with OR-Tools' routing: cheapest insertion, then guided local search."""
    jobs, crew = problem.jobs, problem.technicians
    places = [job.place for job in jobs] + [who.start for who in crew] + [who.end for who in crew]
    n, m = len(jobs), len(crew)
    way = problem.seconds[np.ix_(places, places)].tolist()
    work = [job.seconds for job in jobs] + [0] * (2 * m)
    manager = pywrapcp.RoutingIndexManager(n + 2 * m, m, list(range(n, n + m)), list(range(n + m, n + 2 * m)))
    model = pywrapcp.RoutingModel(manager)
    node = manager.IndexToNode
    travel = model.RegisterTransitCallback(lambda a, b: way[node(a)][node(b)])
    clock = model.RegisterTransitCallback(lambda a, b: work[node(a)] + way[node(a)][node(b)])
    model.SetArcCostEvaluatorOfAllVehicles(travel)
    model.AddDimension(clock, 86_400, 200_000, False, "time")
    time_ = model.GetDimensionOrDie("time")
    if any(job.load for job in jobs):
        load = model.RegisterUnaryTransitCallback(lambda a: jobs[node(a)].load if node(a) < n else 0)
        model.AddDimensionWithVehicleCapacity(load, 0, [who.capacity for who in crew], True, "load")
    may = _may(problem)
    for i, job in enumerate(jobs):
        index = manager.NodeToIndex(i)
        time_.CumulVar(index).SetRange(*job.windows[0])
        if not job.required:
            model.AddDisjunction([index], job.prize * SERVE)
        if not may[:, i].all():
            model.VehicleVar(index).SetValues([-1] + [int(k) for k in np.flatnonzero(may[:, i])])
    for k, who in enumerate(crew):
        time_.CumulVar(model.Start(k)).SetRange(*who.spans[0])
        time_.CumulVar(model.End(k)).SetRange(*who.spans[0])
        if who.rest:
            rest = model.solver().FixedDurationIntervalVar(
                who.rest.earliest, who.rest.latest, who.rest.seconds, False, f"rest {k}"
            )
            time_.SetBreakIntervalsOfVehicle([rest], k, [work[node(a)] for a in range(model.Size())])
    how = pywrapcp.DefaultRoutingSearchParameters()
    how.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    how.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH

    def solve(wall: float) -> Plan:
        how.time_limit.FromMilliseconds(int(1000 * wall))
        found = model.SolveWithParameters(how)
        return Plan(()) if found is None else _of_ortools(problem, model, manager, time_, found)

    return on_cpu(solve, seconds)


def _of_ortools(problem: Problem, model, manager, clock, found) -> Plan:
    """Read routes and breaks out of what OR-Tools found."""
    rests = {
        int(one.Var().Name().split()[1]): one.StartValue()
        for one in (found.IntervalVarContainer().Element(i) for i in range(found.IntervalVarContainer().Size()))
        if one.Var().Name().startswith("rest")
    }
    routes = []
    for k, who in enumerate(problem.technicians):
        stops, at = [], found.Value(model.NextVar(model.Start(k)))
        while not model.IsEnd(at):
            stops.append(Stop(problem.jobs[manager.IndexToNode(at)].id, found.Min(clock.CumulVar(at))))
            at = found.Value(model.NextVar(at))
        if stops:
            routes.append(Route(who.id, tuple(stops), rests.get(k) if who.rest else None))
    return Plan(tuple(routes))


BARE = {"pyvrp": by_pyvrp, "vroom": by_vroom, "ortools": by_ortools}
