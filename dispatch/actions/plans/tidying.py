"""A visit that keeps its technician keeps its time, too, where it can: nobody is moved by two minutes."""

from __future__ import annotations

from dataclasses import replace

from dispatch.planning.check import check
from dispatch.planning.problem import Plan, Problem, Route, Stop


def tidy(problem: Problem, plan: Plan) -> Plan:
    """Return the plan with as many visits as possible at the time at which they stand. Same routes, same order."""
    return replace(plan, routes=tuple(_route(problem, route) for route in plan.routes))


def _route(problem: Problem, route: Route) -> Route:
    """Put back what can be put back of one technician's day: all of it, else one visit after the other."""
    back = [_back(problem, route, stop) for stop in route.stops]
    if back == list(route.stops):
        return route
    alone = replace(
        problem,
        technicians=(problem.technician[route.technician],),
        jobs=tuple(problem.job[stop.job] for stop in route.stops),
    )
    if _sound(alone, whole := replace(route, stops=tuple(back))):
        return whole
    kept = route
    for place, stop in enumerate(back):
        stops = (*kept.stops[:place], stop, *kept.stops[place + 1 :])
        if stops != kept.stops and _sound(alone, tried := replace(route, stops=stops)):
            kept = tried
    return kept


def _back(problem: Problem, route: Route, stop: Stop) -> Stop:
    job = problem.job[stop.job]
    stands = job.technician == route.technician and job.starts is not None
    return Stop(job.id, job.starts) if stands else stop


def _sound(alone: Problem, route: Route) -> bool:
    """Tell whether one technician's day could be driven like this."""
    starts = [stop.starts for stop in route.stops]
    return starts == sorted(starts) and not check(alone, Plan((route,)))
