"""Asking for a plan, and leaving one. One is under way per outlet and day: who asks second is shown the first's."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime, time, timedelta
from functools import partial

from celery import current_app
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from dispatch.actions.plans.wire import told
from dispatch.lifecycle.refusal import BadData, NotAllowed, NotFound, Refusal
from dispatch.lifecycle.verb import OFFICE
from dispatch.models import Plan, PlanMove, PlanState
from dispatch.models.plan import UNDER_WAY, MoveState
from technicians.models import Outlet, Role, User

log = logging.getLogger(__name__)

SECONDS, SECONDS_AGAIN, MOST_SECONDS = 10, 15, 120
AHEAD = timedelta(days=366)
TAKEN_UP_WITHIN = timedelta(minutes=5)  # many outlets may be waiting for few workers
HEARD_WITHIN = timedelta(seconds=45)
NO_WORKER, LOST, TOO_LONG, UNSOUND, BROKE = "no_worker", "lost", "too_long", "unsound", "broke"


class UnknownPlan(NotFound):
    """There is no such plan, or it is another outlet's: the two are not told apart."""

    code = "unknown_plan"

    @property
    def detail(self) -> str:
        return _("There is no such plan among yours.")


class PlanIsOver(Refusal):
    """The plan is settled, left, or a newer one has taken its place."""

    status, code = 409, "plan_over"

    @property
    def title(self) -> str:
        return _("This plan is over: %(state)s") % {"state": PlanState(self.context["state"]).label}

    @property
    def detail(self) -> str:
        return _("Ask for a new plan. Nothing was changed.")


def may_plan(user: User, rule: str = "H-A4") -> None:
    """Raise NotAllowed unless the person may act on the board."""
    if user.role not in OFFICE:
        names = str(_(", ")).join(str(Role(role).label) for role in OFFICE)
        raise NotAllowed(rule, {"action": _("Plan"), "roles": names})


def find(user: User, plan_id: int) -> Plan:
    """Return a plan that the person may see. Raises UnknownPlan."""
    plan = Plan.objects.for_user(user).select_related("outlet", "asked_by").filter(pk=plan_id).first()
    if plan is None:
        raise UnknownPlan("H-N2")
    return plan


def ask_plan(
    outlet: Outlet,
    day: date,
    user: User | None,
    now: datetime,
    *,
    again: bool = False,
    why: str = "",
    seconds: int | None = None,
) -> tuple[Plan, bool]:
    """Ask for a plan of the outlet's local day; return it and whether it is a new one.

    `again`: something broke, few changes are wanted. `seconds`: how long to think, all options together.
    Send it to the workers afterwards (`send`). Raises NotAllowed, NotFound, BadData.
    """
    if user:
        may_plan(user)
        if not (user.sees_everything or user.outlet_id == outlet.pk):
            raise UnknownPlan("H-N2")
    since = since_of(outlet, day, now)
    bury(now)
    how = {
        "since": since,
        "again": again,
        "why": why[:240],
        "asked_by": user,
        "asked_at": now,
        "seconds": min(MOST_SECONDS, max(1, seconds or (SECONDS_AGAIN if again else SECONDS))),
    }
    for _try in range(3):
        under_way = Plan.objects.filter(outlet=outlet, day=day, state__in=UNDER_WAY).first()
        if under_way:
            return under_way, False
        try:
            with transaction.atomic():
                return Plan.objects.create(outlet=outlet, day=day, **how), True
        except IntegrityError:  # somebody was quicker; unless that one is over already, it is theirs
            continue
    raise PlanIsOver("H-A4", {"state": PlanState.WAITING.value})


def since_of(outlet: Outlet, day: date, now: datetime) -> datetime:
    """Return from when a plan of the day may change things. Raises BadData for a day that is over, or far away."""
    today = now.astimezone(outlet.tz).date()
    if day < today:
        raise BadData("H-A4", {"errors": {"day": [_("This day is over. Choose today or a later one.")]}})
    if day > today + AHEAD:
        raise BadData("H-A4", {"errors": {"day": [_("This lies too far from today. Check the year.")]}})
    return max(now, datetime.combine(day, time(), outlet.tz).astimezone(UTC))


def send(plan: Plan, now: datetime) -> None:
    """Hand a new plan to the workers once it is committed. Without them it fails and can be asked again."""
    transaction.on_commit(partial(_send, plan.pk, now))


def _send(pk: int, now: datetime) -> None:
    try:
        current_app.send_task("dispatch.tasks.work_out", args=[pk])
    except (OperationalError, OSError) as error:
        log.warning("plan %s: the workers can't be reached: %s", pk, error)
        fail(Plan.objects.filter(pk=pk), NO_WORKER, now)
    told(Plan.objects.get(pk=pk))


def fail(plans, why: str, now: datetime) -> int:
    """Let those of `plans` that are under way fail; return how many did."""
    return plans.filter(state__in=UNDER_WAY).update(state=PlanState.FAILED, error=why, settled_at=now, worker="")


def bury(now: datetime) -> int:
    """Let plans fail whose worker died, or which nobody took up; return how many. The way is free to ask again."""
    waited = Q(state=PlanState.WAITING, asked_at__lt=now - TAKEN_UP_WITHIN)
    silent = Q(state=PlanState.SOLVING, heard_at__lt=now - HEARD_WITHIN)
    gone = list(Plan.objects.filter(waited | silent))
    for plan in gone:
        same = Plan.objects.filter(pk=plan.pk, state=plan.state, heard_at=plan.heard_at)
        why = NO_WORKER if plan.state == PlanState.WAITING else LOST
        if fail(same, why, now):
            log.warning("plan %s: %s", plan.pk, why)
            told(Plan.objects.get(pk=plan.pk))
    return len(gone)


def dismiss(plan_id: int, user: User, now: datetime) -> Plan:
    """Leave a plan: what is under way is stopped, what was proposed is not taken. Done twice, it is done once.

    Raises NotAllowed, UnknownPlan.
    """
    may_plan(user)
    with transaction.atomic():
        plan = Plan.objects.for_user(user).select_for_update(no_key=True).filter(pk=plan_id).first()
        if plan is None:
            raise UnknownPlan("H-N2")
        if plan.state not in (*UNDER_WAY, PlanState.READY):
            return plan
        leave(plan, PlanState.DISMISSED, now)
    told(plan)
    return plan


def leave(plan: Plan, state: str, now: datetime) -> None:
    """Close a plan as `state`: what is still open in it is left. Inside a transaction, the plan locked."""
    open_moves = PlanMove.objects.filter(option__plan=plan, state=MoveState.OPEN)
    taken = PlanMove.objects.filter(option__plan=plan, state=MoveState.TAKEN).exists()
    plan.state = PlanState.SETTLED if taken else state
    plan.settled_at, plan.worker = now, ""
    plan.save(update_fields=["state", "settled_at", "worker"])
    open_moves.update(state=MoveState.LEFT)
