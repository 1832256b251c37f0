"""A day as it stands, with one order to be put in: what a suggestion is made from, read within a phone call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

import numpy as np

from dispatch.planning.crew import Hours
from dispatch.planning.jobs import Wanted
from dispatch.planning.load import Sheet, job_of
from dispatch.planning.problem import Plan, Problem, Route, Stop
from dispatch.planning.settle import Settled, settle
from dispatch.planning.travel import Ways
from technicians.models import Outlet


@dataclass(frozen=True)
class Standing:
    """A problem with sparse ways and the plan that stands. The order asked about is a job of it, in no route.

    `window`: when the customer wishes it on that day, in seconds; first > last when not on that day. `placed`: its
    address has coordinates. `held`: parts and loaners kept for it.
    """

    problem: Problem
    plan: Plan
    hours: Hours
    names: dict[int, str]
    window: tuple[int, int]
    placed: bool
    held: list[dict]


def standing(outlet: Outlet, day: date, now: datetime, order: int) -> Standing | None:
    """Return a local day from `now` on with all that stands on it; None when the order needs no visit any more.

    Nothing begins earlier than it stands. What breaks a rule as it stands is bent until it does not, so that a
    suggestion makes nothing worse than it is.
    """
    sheet = Sheet.of(outlet, day, now, only=order)
    asked = next((job for job in sheet.jobs if job.id == order), None)
    if asked is None:
        return None
    by_whom: dict[int, list[Wanted]] = {one.id: [] for one in sheet.crew}
    for job in sheet.jobs:
        if job.starts is not None and job is not asked and job.technician in by_whom:
            job.lo, job.hi = job.starts, max(job.hi, job.starts)
            by_whom[job.technician].append(job)
    factor, early = sheet.factors()
    ways = Ways(sheet.spots(), factor, early)
    at, m, found = sheet.at(), len(sheet.crew), Settled()
    legs = _legs(sheet, by_whom, ways)
    kept = {}
    for k, one in enumerate(sheet.crew):
        kept[one.id] = settle(one, by_whom[one.id], at, k, m + k, legs, found, bend=True)
    ways.cut(found.cut)
    crew = {one.id: one for one in sheet.crew}
    jobs = [job_of(job, at[job.id], crew) for some in kept.values() for job in some]
    jobs.append(job_of(asked, at[order], {}))
    routes = tuple(Route(who, tuple(Stop(job.id, job.starts) for job in some)) for who, some in kept.items() if some)
    places = tuple(spot or outlet.place or (0.0, 0.0) for spot in ways.places)
    problem = Problem(sheet.hours.origin, places, ways, ways, sheet.technicians(), tuple(jobs))
    names = {one.id: one.name for one in sheet.crew}
    window = (asked.lo, asked.hi)
    return Standing(problem, Plan(routes), sheet.hours, names, window, asked.place is not None, asked.held)


def _legs(sheet: Sheet, by_whom: dict[int, list[Wanted]], ways: Ways):
    """Return a function for one way; those of the day as it stands are worked out at once."""
    at, m, pairs = sheet.at(), len(sheet.crew), []
    for k, one in enumerate(sheet.crew):
        order = sorted(by_whom[one.id], key=lambda job: (job.starts, job.id))
        pairs += pairwise([k, *(at[job.id] for job in order), m + k])
    a, b = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    known = dict(zip(pairs, ways[a, b].tolist(), strict=True))

    def way(here: int, there: int) -> int:
        found = known.get((here, there))
        return int(ways[here, there]) if found is None else found

    return way
