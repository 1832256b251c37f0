"""What a plan amounts to, beside what stands now. Pure: problem and plan in, numbers out."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, replace

from dispatch.planning.day import Day
from dispatch.planning.polish import repair
from dispatch.planning.problem import Plan, Problem, Route, Stop, figures

URGENT = 2  # priorities 1 and 2: urgent and high
SERVE = 4  # a prize counts so many times against travel, as in the engine: serving comes first


def standing(problem: Problem) -> Plan:
    """Return the day as it stands: who has what, when, as far as it can be kept.

    What falls outside its technician's hours does not count, nor what one person can't do beside the rest of the day:
    else a day full of visits on top of each other would seem better than any plan.
    """
    stops: dict[int, list[Stop]] = defaultdict(list)
    for job in problem.jobs:
        who = problem.technician.get(job.technician)
        if who is None or job.starts is None:
            continue
        ends = job.starts + problem.work(job, who)
        if any(begin <= job.starts and ends <= end for begin, end in who.spans):
            stops[who.id].append(Stop(job.id, job.starts))
    routes = (Route(who, tuple(sorted(some, key=lambda stop: stop.starts))) for who, some in stops.items())
    plan, day = Plan(tuple(routes)), Day(problem)
    kept = {day.jobs[i].id for tour in repair(day, day.tours(plan)) for i in tour}
    return Plan(
        tuple(Route(one.technician, tuple(stop for stop in one.stops if stop.job in kept)) for one in plan.routes)
    )


def holding(problem: Problem, times: float) -> Problem:
    """Return the problem with what stands worth so many `times` as much: nobody loses a time to an equal."""
    jobs = (
        job if job.starts is None or job.required else replace(job, prize=round(job.prize * times))
        for job in problem.jobs
    )
    return replace(problem, jobs=tuple(jobs))


def freed(problem: Problem, before: Plan) -> Problem:
    """Return the problem in which nobody is bound to who can't keep them anyway: that change is not the plan's doing.

    `before` is the day as far as it stands. Without this the visits of somebody sick would be dear to pass on, and
    the least change would be to leave them out.
    """
    kept = before.holder
    jobs = (
        replace(job, technician=None, starts=None) if job.technician is not None and job.id not in kept else job
        for job in problem.jobs
    )
    return replace(problem, jobs=tuple(jobs))


def sums(problem: Problem, plan: Plan) -> dict:
    """Return the figures of a plan as plain data: those of the engine, and how many of all and of the urgent."""
    found = asdict(figures(problem, plan))
    urgent = {job.id for job in problem.jobs if job.priority <= URGENT}
    found["orders"] = len(problem.jobs)
    found["urgent"], found["urgent_orders"] = sum(job in urgent for job in plan.holder), len(urgent)
    found["spread"] = found["longest"] - found["mean"]
    return found


def worth(problem: Problem, plan: Plan) -> int:
    """Return what a plan is worth at the problem's price of a change, in seconds of travel."""
    found = figures(problem, plan)
    return found.prize * SERVE - found.travel - found.changes * problem.change_price
