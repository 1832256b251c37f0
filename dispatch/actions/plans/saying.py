"""A plan as plain data: what the board draws, what programs read and what operators see."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from dispatch.actions.plans import words
from dispatch.models import Plan, PlanMove, PlanOption, PlanState, ServiceOrder, Visit
from dispatch.models.plan import UNDER_WAY, MoveState
from dispatch.planning.problem import NO_SKILL

GOOD_ENOUGH = 0.995  # of the prize of the best option: then fewer changes are worth more


def said(plan: Plan, now: datetime, *, whole: bool = True) -> dict:
    """Return a plan as plain data, with its options and moves when `whole`; in a fixed number of queries."""
    data = {
        "id": plan.pk,
        "outlet": plan.outlet.code,
        "day": plan.day,
        "since": plan.since,
        "again": plan.again,
        "why": plan.why,
        "state": str(plan.state),
        "state_label": str(PlanState(plan.state).label),
        "progress": plan.progress,
        "seconds": plan.seconds,
        "asked_by": str(plan.asked_by) if plan.asked_by else None,
        "asked_at": plan.asked_at,
        "ready_at": plan.ready_at,
        "settled_at": plan.settled_at,
        "error": str(words.ENDS.get(plan.error, words.ENDS["broke"])) if plan.error else "",
        "over": _over(plan, now),
        "notices": [words.notice(*one) for one in plan.notices],
        "before": plan.before,
    }
    return data | (_options(plan) if whole else {})


def _over(plan: Plan, now: datetime) -> str:
    """Say why nothing can be taken from a plan any more; '' while it can."""
    if plan.state in (*UNDER_WAY, PlanState.FAILED):
        return ""
    if plan.day < now.astimezone(plan.outlet.tz).date():
        return _("The day of this plan is over.")
    if plan.state == PlanState.READY:
        return ""
    newer = Plan.objects.filter(outlet=plan.outlet_id, day=plan.day, pk__gt=plan.pk, ready_at__isnull=False)
    if newer.exists():
        return _("A newer plan has taken its place.")
    if plan.state == PlanState.SETTLED:
        return _("This plan was taken.")
    return _("This plan was left.")


def _options(plan: Plan) -> dict:
    """Return the options with their moves and what each leaves out, and which one to begin with."""
    options = list(plan.options.all())
    moves: dict[int, list[PlanMove]] = defaultdict(list)
    rows = PlanMove.objects.filter(option__plan=plan).select_related("technician", "from_technician")
    for move in rows.order_by("technician_id", "starts_at", "pk"):
        moves[move.option_id].append(move)
    numbers = {move.order_id for some in moves.values() for move in some}
    left = {int(number) for option in options for number in option.left}
    orders = _orders(numbers | left)
    lost = set(Visit.objects.binding().filter(order__in=left).values_list("order", flat=True))
    without = {int(n) for option in options for n, code in option.left.items() if code == NO_SKILL}
    skills = words.skills_of(orders[number] for number in without if number in orders)
    return {
        "recommended": recommended(options),
        "options": [
            {
                "number": option.number,
                "price": option.price,
                "figures": option.figures,
                "gains": words.gains(plan.before, option.figures),
                "moves": [_move(move, orders) for move in moves[option.pk]],
                "left": _all_left(option, orders, lost, skills),
            }
            for option in options
        ],
    }


def recommended(options: list[PlanOption]) -> int | None:
    """Return the number of the option with the fewest changes that serves nearly as much as the best."""
    best = max((option.figures.get("prize", 0) for option in options), default=0)
    good = [option for option in options if option.figures.get("prize", 0) >= GOOD_ENOUGH * best]
    return min(good, key=lambda one: (one.figures.get("changes", 0), one.number)).number if good else None


def _orders(numbers: set[int]) -> dict[int, ServiceOrder]:
    rows = ServiceOrder.objects.filter(pk__in=numbers)
    return {order.pk: order for order in rows.select_related("customer", "address", "appliance", "fault")}


def _move(move: PlanMove, orders: dict[int, ServiceOrder]) -> dict:
    """Return one proposed visit."""
    return _who(orders[move.order_id]) | {
        "technician": {"id": move.technician_id, "name": move.technician.name},
        "starts_at": move.starts_at,
        "ends_at": move.ends_at,
        "travel": move.travel_seconds,
        "off": move.off,
        "from_technician": _person(move.from_technician),
        "from_starts_at": move.from_starts_at,
        "version": move.version,
        "state": str(move.state),
        "state_label": str(MoveState(move.state).label),
        "refusal": move.refusal,
    }


def _person(technician: Any) -> dict | None:
    return {"id": technician.pk, "name": technician.name} if technician else None


def _who(order: ServiceOrder) -> dict:
    return {
        "order": order.pk,
        "number": order.number,
        "customer": order.customer.name,
        "district": order.address.district,
        "priority": order.priority,
    }


def _all_left(option: PlanOption, orders: dict, promised: set[int], skills: dict) -> list[dict]:
    """Return what an option leaves out: whom to call first, then the most urgent."""
    pairs = [(int(number), code) for number, code in option.left.items() if int(number) in orders]
    found = [_left(number, code, orders, promised, skills) for number, code in pairs]
    return sorted(found, key=lambda one: (not one["call"], one["priority"], one["order"]))


def _left(number: int, code: str, orders: dict, promised: set[int], skills: dict) -> dict:
    """Return an order left out, why, and what to do."""
    call = number in promised
    return _who(orders[number]) | {
        "code": code,
        "reason": words.reason(code, skills.get(number, ())),
        "fix": str(words.CALL if call else words.FIXES.get(code, "")),
        "verb": "reschedule" if call else words.VERBS.get(code, ""),
        "call": call,
    }
