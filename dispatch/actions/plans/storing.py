"""From seconds and numbers to rows: a plan's options, and what each would change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from dispatch.actions.plans.asking import leave
from dispatch.actions.plans.figuring import sums
from dispatch.actions.plans.saying import said
from dispatch.models import Plan, PlanMove, PlanOption, PlanState, Visit
from dispatch.planning.problem import Job, Problem, Stop
from dispatch.planning.problem import Plan as Found
from technicians.models import Outlet

if TYPE_CHECKING:
    from dispatch.actions.plans.working import Option, Worked

MINUTE = 60
AT_A_TIME = 1_000


def store(plan_id: int, worker: str, worked: Worked, now: datetime) -> bool:
    """Write down what was found, all or nothing; older plans of the day are left. False: it is not ours any more."""
    with transaction.atomic():
        rows = Plan.objects.select_for_update(no_key=True)
        plan = rows.filter(pk=plan_id, worker=worker, state=PlanState.SOLVING).first()
        if plan is None:
            return False
        _write(plan, worked, now)
        older = rows.filter(outlet=plan.outlet_id, day=plan.day, state=PlanState.READY).exclude(pk=plan.pk)
        for one in older:
            leave(one, PlanState.DISMISSED, now)
    return True


def _write(plan: Plan, worked: Worked, now: datetime) -> None:
    promised = _promised(worked)
    for number, option in enumerate(worked.options):
        _option(plan, number, option, worked, promised)
    plan.state, plan.progress, plan.ready_at = PlanState.READY, 100, now
    calls = promised - worked.stands  # they wait already
    plan.before = _whole(worked.before, worked) | {"calls": len(calls)}
    plan.notices = worked.notices
    plan.save(update_fields=["state", "progress", "ready_at", "before", "notices"])


def _whole(figures: dict, worked: Worked) -> dict:
    """Return figures that count also the orders which no plan could hold."""
    return figures | {"orders": figures["orders"] + len(worked.left)}


def preview(outlet: Outlet, day: date, since: datetime, worked: Worked, now: datetime) -> dict:
    """Return what would be said of a plan if it were kept; nothing is."""
    with transaction.atomic():
        how = {"since": since, "asked_at": now, "state": PlanState.READY}
        plan = Plan.objects.create(outlet=outlet, day=day, **how)
        _write(plan, worked, now)
        found = said(plan, now)
        transaction.set_rollback(True)
    return found


def _option(plan: Plan, number: int, option: Option, worked: Worked, promised: set[int]) -> None:
    """Write one option and its moves."""
    problem, found = worked.problem, option.found
    left = worked.left | found.left
    calls = sorted(promised & left.keys())
    gone = [job for job in problem.jobs if job.id not in promised and _gives_way(problem, job, found)]
    row = PlanOption.objects.create(
        plan=plan,
        number=number,
        price=option.price,
        figures=_whole(sums(problem, found), worked) | {"calls": len(calls), "off": len(gone)},
        left=left,
    )
    moves = []
    for route in found.routes:
        place = problem.technician[route.technician].start
        for stop in route.stops:
            job = problem.job[stop.job]
            if differs(problem, job, route.technician, stop):
                moves.append(_move(row, problem, job, route.technician, stop, problem.way(place, job.place)))
            place = job.place
    moves += [_off(row, problem, job) for job in gone]
    PlanMove.objects.bulk_create(moves, batch_size=AT_A_TIME)


def differs(problem: Problem, job: Job, technician: int, stop: Stop) -> bool:
    """Tell whether a visit would stand elsewhere than it does, to the minute."""
    if job.technician != technician or job.starts is None:
        return True
    return moment(problem, job.starts) != moment(problem, stop.starts)


def _move(option: PlanOption, problem: Problem, job: Job, technician: int, stop: Stop, way: int) -> PlanMove:
    """Return one proposed visit. Whole minutes, all rounded down: what did not overlap does not then."""
    starts = moment(problem, stop.starts)
    minutes = max(5, problem.work(job, problem.technician[technician]) // MINUTE)
    return PlanMove(
        option=option,
        order_id=job.id,
        version=job.version,
        technician_id=technician,
        starts_at=starts,
        ends_at=starts + timedelta(minutes=minutes),
        travel_seconds=way,
        from_technician_id=job.technician,
        from_starts_at=None if job.starts is None else moment(problem, job.starts),
    )


def _gives_way(problem: Problem, job: Job, found: Found) -> bool:
    """Tell whether an order stands, only proposed, where the plan has something better: it can't stay there."""
    stands = job.starts is not None and job.technician in problem.technician and not job.required
    return stands and job.id in found.left


def _off(option: PlanOption, problem: Problem, job: Job) -> PlanMove:
    """Return the move that takes an order off the board."""
    starts = moment(problem, job.starts)
    work = problem.work(job, problem.technician[job.technician])
    return PlanMove(
        option=option,
        order_id=job.id,
        version=job.version,
        off=True,
        technician_id=job.technician,
        starts_at=starts,
        ends_at=starts + timedelta(seconds=max(5 * MINUTE, work)),
        from_technician_id=job.technician,
        from_starts_at=starts,
    )


def moment(problem: Problem, second: int) -> datetime:
    """Return a second of the problem as an aware moment, on the whole minute before."""
    return datetime.fromtimestamp((problem.origin + second) // MINUTE * MINUTE, UTC)


def _promised(worked: Worked) -> set[int]:
    """Return the orders whose customers were promised a time: when they are left out, somebody has to call."""
    numbers = {job.id for job in worked.problem.jobs} | set(worked.left)
    return set(Visit.objects.binding().filter(order__in=numbers).values_list("order", flat=True))
