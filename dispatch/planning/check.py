"""Judge a plan, knowing nothing of how it was made: a plan with a fault is never shown to anybody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from dispatch.planning.problem import Job, Plan, Problem, Route, Span, Technician

UNKNOWN_TECHNICIAN, TWO_ROUTES = "unknown_technician", "two_routes"
UNKNOWN_JOB, TWICE, BOTH, REQUIRED, HELD = "unknown_job", "twice", "both", "required", "held"
SKILL, ONLY, LOAD, PLACE = "skill", "only", "load", "place"
WINDOW, SPAN, WAY, HOME = "window", "span", "way", "home"
NO_REST, REST_WINDOW, REST_OVERLAP, NOT_ASKED = "no_rest", "rest_window", "rest_overlap", "not_asked"
CODES = (
    UNKNOWN_TECHNICIAN, TWO_ROUTES, UNKNOWN_JOB, TWICE, BOTH, REQUIRED, HELD, SKILL, ONLY, LOAD, PLACE, WINDOW, SPAN,
    WAY, HOME, NO_REST, REST_WINDOW, REST_OVERLAP, NOT_ASKED,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fault:
    """One rule broken: a code of `CODES`, by whom and with what; None where it is nobody's or no job's."""

    code: str
    technician: int | None = None
    job: int | None = None


def check(problem: Problem, plan: Plan) -> list[Fault]:
    """Return everything that is wrong with a plan; empty when it can be driven as it is."""
    faults = list(_as_a_whole(problem, plan))
    for route in plan.routes:
        who = problem.technician.get(route.technician)
        if who is None:
            faults.append(Fault(UNKNOWN_TECHNICIAN, route.technician))
        elif route.stops:
            if any(stop.job not in problem.job for stop in route.stops):
                continue  # told already; without its place and length nothing can be timed
            faults += _who(problem, who, route)
            faults += _when(problem, who, route)
    return faults


def _as_a_whole(problem: Problem, plan: Plan) -> Iterator[Fault]:
    """No route and no job twice, nothing unknown, what must stay is there and where it was."""
    routes = Counter(route.technician for route in plan.routes)
    yield from (Fault(TWO_ROUTES, who) for who, times in routes.items() if times > 1)
    times = Counter(stop.job for _who, stop in plan.visits())
    for job, count in times.items():
        if job not in problem.job:
            yield Fault(UNKNOWN_JOB, job=job)
        if count > 1:
            yield Fault(TWICE, job=job)
        if job in plan.left:
            yield Fault(BOTH, job=job)
    holder = {stop.job: who for who, stop in plan.visits()}
    for job in problem.jobs:
        if not job.required:
            continue
        if job.id not in times:
            yield Fault(REQUIRED, job.technician, job.id)
        elif job.technician in problem.technician and holder[job.id] != job.technician:
            yield Fault(HELD, holder[job.id], job.id)


def _who(problem: Problem, who: Technician, route: Route) -> Iterator[Fault]:
    """The technician may do each job, and the van holds what all of them need."""
    load = 0
    for stop in route.stops:
        job = problem.job[stop.job]
        load += job.load
        if job.skills - who.skills:
            yield Fault(SKILL, who.id, job.id)
        if job.only is not None and who.id not in job.only:
            yield Fault(ONLY, who.id, job.id)
        if not 0 <= job.place < len(problem.places) or problem.places[job.place] is None:
            yield Fault(PLACE, who.id, job.id)
    if who.capacity is not None and load > who.capacity:
        yield Fault(LOAD, who.id)


def _when(problem: Problem, who: Technician, route: Route) -> Iterator[Fault]:
    """Every job begins in time and ends within a span; the ways fit between; the break is real."""
    legs = []  # (free from, there by, way, job): the time between two jobs
    free, place = None, who.start
    span: Span | None = None
    for stop in route.stops:
        job = problem.job[stop.job]
        ends = stop.starts + round(job.seconds * who.pace)
        if not any(early <= stop.starts <= late for early, late in job.windows):
            yield Fault(WINDOW, who.id, job.id)
        span = next((one for one in who.spans if one[0] <= stop.starts and ends <= one[1]), None)
        if span is None:
            yield Fault(SPAN, who.id, job.id)
            return
        if free is None:
            free = span[0]
        way = _seconds(problem, place, job)
        if stop.starts < free + way:
            yield Fault(WAY, who.id, job.id)
            return
        legs.append((free, stop.starts, way, job.id))
        free, place = ends, job.place
    home = int(problem.seconds[place, who.end])
    if free + home > span[1]:
        yield Fault(HOME, who.id, route.stops[-1].job)
        return
    legs.append((free, span[1], home, None))
    yield from _rest(who, route, legs)


def _seconds(problem: Problem, place: int, job: Job) -> int:
    return int(problem.seconds[place, job.place]) if 0 <= job.place < len(problem.places) else 0


def _rest(who: Technician, route: Route, legs: list[tuple]) -> Iterator[Fault]:
    """The break begins when it may, and lies between two jobs, before or after the whole of the way."""
    if who.rest is None:
        if route.rest is not None:
            yield Fault(NOT_ASKED, who.id)
        return
    if route.rest is None:
        yield Fault(NO_REST, who.id)
        return
    begins, ends = route.rest, route.rest + who.rest.seconds
    if not who.rest.earliest <= begins <= who.rest.latest:
        yield Fault(REST_WINDOW, who.id)
    for free, by, way, _job in legs:
        if free <= begins and ends <= by and (free + way <= begins or ends + way <= by):
            return
    yield Fault(REST_OVERLAP, who.id)
