"""A day as it stands, for orders to be put in one at a time: what suggestions are made from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from itertools import pairwise

import numpy as np

from dispatch.planning.jobs import Wanted, draft, end_of, only_by
from dispatch.planning.load import ARRIVE_EARLY, Sheet, job_of
from dispatch.planning.problem import Job, Plan, Problem, Route, Stop
from dispatch.planning.settle import Settled, settle
from dispatch.planning.suggest import Desk
from dispatch.planning.travel import Ways
from technicians.models import Outlet

NO_ORDER = 0  # no order has that number


@dataclass(frozen=True)
class Asked:
    """An order put to a day: the job with the whole day open, the day with it, and what the customer wishes.

    `wish`: seconds of that day, first > last when it is not on that day. `placed`: its address has coordinates.
    """

    job: Job
    desk: Desk
    wish: tuple[int, int]
    placed: bool
    held: list[dict]


@dataclass(frozen=True)
class Standing:
    """A problem with sparse ways and the plan that stands; orders without a technician are not in it."""

    sheet: Sheet
    problem: Problem
    plan: Plan
    stale: frozenset[int] = frozenset()  # technicians of whom something has changed since

    @cached_property
    def desk(self) -> Desk:
        """The day, timed."""
        return Desk(self.problem, self.plan)

    def decided(self, order: int) -> Wanted | None:
        """Return what stands of an order; None when nothing does here."""
        jobs = self.sheet.jobs
        return next((job for job in jobs if job.id == order and job.technician not in self.stale), None)

    def ask(self, row: dict, held: list[dict], now: datetime, stands: Wanted | None = None) -> Asked:
        """Put an order to the day: `row` has its values as `reading.ORDER` names them, `held` what is kept for it.

        `stands`: what somebody has decided of it (see `decided`).
        """
        order = row["pk"]
        sheet = self.sheet
        last = end_of(sheet.crew, sheet.hours)
        one = draft(order, row, sheet.rows, sheet.hours, sheet.lessons, now, last)
        if stands is not None:  # somebody may have decided how long it takes
            one.seconds, one.technician, one.starts = stands.seconds, stands.technician, stands.starts
        one.held = held
        one.only = only_by(held, {who.id: who for who in sheet.crew})
        wish = (one.lo, one.hi) if _that_day(row, sheet, now) else (1, 0)
        one.lo, one.hi = sheet.hours.since, last
        ways = self.problem.seconds.also(one.place, sheet.factor(one), ARRIVE_EARLY)
        places = (*self.problem.places, one.place or sheet.outlet.place or (0.0, 0.0))
        job = job_of(one, len(self.problem.places), {})
        jobs = tuple(other for other in self.problem.jobs if other.id != order)
        problem = replace(self.problem, places=places, seconds=ways, metres=ways, jobs=(*jobs, job))
        return Asked(job, self.desk.of(problem, self.stale), wish, one.place is not None, one.held)


def _that_day(row: dict, sheet: Sheet, now: datetime) -> bool:
    """Tell whether what the customer wishes may be on that day: a wish that has passed may be on any."""
    early, late = row["wish_from"], row["wish_to"]
    if early and late and late < early:
        return True  # it can't be meant like that; nothing fits, and that is said
    if late and late <= now:
        return True
    return (early is None or early < sheet.hours.last) and (late is None or late >= sheet.hours.first)


def standing(outlet: Outlet, day: date, now: datetime, crew: frozenset[int] | None = None) -> Standing:
    """Return a local day from `now` on with all that stands on it, in a fixed number of queries.

    `crew`: only these technicians.

    Nothing begins earlier than it stands; what was agreed not later either: nobody but the customer could allow it,
    and the board would refuse the overlap (H-A4). What is only proposed may give way. What breaks a rule as it stands
    is bent until it does not, so that a suggestion makes nothing worse than it is.
    """
    sheet = Sheet.of(outlet, day, now, only=NO_ORDER, crew=crew)
    by_whom: dict[int, list[Wanted]] = {one.id: [] for one in sheet.crew}
    for job in sheet.jobs:
        if job.starts is not None and job.technician in by_whom:
            job.lo, job.hi = job.starts, job.starts if job.firm else max(job.hi, job.starts)
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
    jobs = tuple(job_of(job, at[job.id], crew) for some in kept.values() for job in some)
    routes = tuple(Route(who, tuple(Stop(job.id, job.starts) for job in some)) for who, some in kept.items() if some)
    places = tuple(spot or outlet.place or (0.0, 0.0) for spot in ways.places)
    return Standing(sheet, Problem(sheet.hours.origin, places, ways, ways, sheet.technicians(), jobs), Plan(routes))


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
