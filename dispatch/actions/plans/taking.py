"""Taking a plan, order by order, through the verbs of the board: what changed meanwhile is refused, the rest goes on.

Each visit is its own transaction with its mark in the plan: pressed twice, or cut off in the middle, nothing is done
twice and nothing by half.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from dispatch import actions
from dispatch.actions.plans.asking import PlanIsOver, UnknownPlan, leave, may_plan
from dispatch.actions.plans.wire import told
from dispatch.lifecycle.refusal import Busy, GuardsUnmet, Refusal
from dispatch.models import Plan, PlanMove, PlanState, State
from dispatch.models.plan import MoveState
from technicians.models import User

LONGEST, SHORTEST = 600, 5  # minutes that a visit may last (see `fields.Appointment`)


@dataclass
class Taken:
    """What came of it: order numbers, and the refusals by order number."""

    taken: list[int] = field(default_factory=list)
    refused: dict[int, dict] = field(default_factory=dict)
    again: list[int] = field(default_factory=list)  # were taken before
    more: bool = False  # time was over before all of them were tried: to be sent again

    def data(self, plan: Plan) -> dict:
        """Return it as plain data, with the plan's state then."""
        refused = [{"order": order, "refusal": why} for order, why in self.refused.items()]
        return {
            "taken": self.taken,
            "again": self.again,
            "refused": refused,
            "more": self.more,
            "state": str(plan.state),
        }


def take(
    plan_id: int,
    number: int,
    user: User,
    now: datetime,
    orders: Iterable[int] | None = None,
    seconds: float = 3_600,
) -> Taken:
    """Do what an option proposes, for these orders or all of them. What was taken before is not done again.

    After `seconds` it stops and says that there is more: nobody's connection is kept waiting for a whole outlet.

    Agreed visits of one technician must not overlap, so a visit waits until the one in its way has moved on: several
    rounds, as long as one helps. Raises NotAllowed, UnknownPlan, PlanIsOver.
    """
    may_plan(user)
    plan = _begin(plan_id, number, user, now)
    wanted = set(orders) if orders is not None else None
    moves = [
        move
        for move in PlanMove.objects.filter(option__plan=plan, option__number=number).order_by("starts_at", "pk")
        if wanted is None or move.order_id in wanted
    ]
    came = Taken()
    open_ones = [move.pk for move in moves if move.state == MoveState.OPEN]
    came.again = [move.order_id for move in moves if move.state == MoveState.TAKEN]
    last, until = False, time.monotonic() + seconds
    while open_ones and not came.more:
        waiting = []
        for pk in open_ones:
            came.more = time.monotonic() > until
            if came.more:
                break
            if _one(pk, user, now, came, last=last):
                waiting.append(pk)
        last = len(waiting) == len(open_ones)  # nobody got out of anybody's way: this is how it is
        open_ones = waiting
    _finish(plan_id, now)
    return came


def _begin(plan_id: int, number: int, user: User, now: datetime) -> Plan:
    """Settle on one option: what the others would do is left."""
    with transaction.atomic():
        rows = Plan.objects.for_user(user).select_for_update(of=("self",), no_key=True).select_related("outlet")
        plan = rows.filter(pk=plan_id, options__number=number).first()
        if plan is None:
            raise UnknownPlan("H-N2")
        done = plan.state == PlanState.SETTLED
        if not done and (plan.state != PlanState.READY or plan.day < now.astimezone(plan.outlet.tz).date()):
            raise PlanIsOver("H-A4", {"state": str(plan.state)})
        others = PlanMove.objects.filter(option__plan=plan, state=MoveState.OPEN).exclude(option__number=number)
        others.update(state=MoveState.LEFT)
    return plan


def _one(pk: int, user: User, now: datetime, came: Taken, *, last: bool) -> bool:
    """Take one visit, and mark it in the same transaction; return True when it should be tried once more."""
    with transaction.atomic():
        move = PlanMove.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
        if move.state != MoveState.OPEN:  # somebody else was at it at the same time
            came.again.append(move.order_id)
            return False
        try:
            verb, data = _act(move)
            actions.perform(move.order_id, verb, user, now, data, version=move.version)
        except Refusal as refusal:
            if not last and _may_pass(refusal):
                return True
            move.state, move.refusal = MoveState.REFUSED, as_problem(refusal)
            came.refused[move.order_id] = move.refusal
        else:
            move.state, move.refusal = MoveState.TAKEN, None
            came.taken.append(move.order_id)
        move.save(update_fields=["state", "refusal"])
    return False


def _act(move: PlanMove) -> tuple[str, dict]:
    """Return the verb and its data. What somebody has accepted already is handed back, with a reason."""
    if not move.off:
        return "place", _data(move)
    if move.order.state == State.ASSIGNED:
        return "withdraw", {}
    return "hand_back", {"reason": _("More urgent work takes its place")}


def _data(move: PlanMove) -> dict:
    minutes = int((move.ends_at - move.starts_at).total_seconds() // 60)
    return {
        "technician": move.technician_id,
        "starts_at": move.starts_at.isoformat(),
        "minutes": min(LONGEST, max(SHORTEST, minutes)),
    }


def _may_pass(refusal: Refusal) -> bool:
    """Tell whether it is refused only because another visit is still in its place, or somebody is at it just now."""
    if isinstance(refusal, Busy):
        return True
    return isinstance(refusal, GuardsUnmet) and {lack.code for lack in refusal.lacks} == {"overlap"}


def as_problem(refusal: Refusal) -> dict:
    """Return a refusal as plain data, as the API says it."""
    said = {"code": refusal.code, "rule": refusal.rule, "title": str(refusal.title), "detail": str(refusal.detail)}
    if isinstance(refusal, GuardsUnmet):
        said["lacks"] = [lack.as_dict() for lack in refusal.lacks]
    return said


def _finish(plan_id: int, now: datetime) -> None:
    """Settle the plan when nothing in it is open any more; tell the boards."""
    with transaction.atomic():
        plan = Plan.objects.select_for_update(no_key=True).get(pk=plan_id)
        if plan.state == PlanState.READY:
            still = PlanMove.objects.filter(option__plan=plan, state=MoveState.OPEN).exists()
            if not still:
                leave(plan, PlanState.SETTLED, now)
    told(plan)
