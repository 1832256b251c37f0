"""What a customer may have, worked out from everything that happened to their appliance (H-W7)."""

from __future__ import annotations

from datetime import date, datetime

from customers.policies import policy_for
from customers.reading import of_order, remembered
from customers.remedies import History, Remedies, remedies
from customers.terms import PolicyNotInForce, Terms
from dispatch.models import DecisionStage, Outcome, Repair, ServiceOrder, State, WarrantyDecision

# A fault was found: the others are no fault of the appliance, or nobody was let look.
A_FAULT = (
    Outcome.REPAIRABLE,
    Outcome.PULL_IN,
    Outcome.PART_MISSING,
    Outcome.NEW_FAULT,
    Outcome.UNSAFE,
    Outcome.EXCHANGE,
)
SPOKEN = (DecisionStage.FINAL, DecisionStage.OVERRIDE)


@remembered(of_order)
def remedies_for(order: ServiceOrder, now: datetime) -> Remedies:
    """Return what the customer of an order may have by now: refund, exchange, repair, each with its clause.

    By the version the order was decided under; where nobody wrote one, by the state's own numbers. Five statements.
    """
    decision = order.decisions.select_related("policy").last()
    today = now.astimezone(order.outlet.tz).date()
    return remedies(terms_of(order, decision), history_of(order, decision, today), today)


def terms_of(order: ServiceOrder, decision: WarrantyDecision | None) -> Terms:
    """Return the terms that count for an order's remedies; the defaults of `Terms` are those of the state's rule."""
    if decision and decision.policy:
        return decision.policy.terms()
    try:
        held = policy_for(order.appliance, _day(order, order.opened_at))
    except PolicyNotInForce:
        held = None
    return held.terms if held else Terms(valid_from=date.min)


def history_of(order: ServiceOrder, decision: WarrantyDecision | None, today: date) -> History:
    """Gather what happened to the appliance of an order up to `today`: this order and those before it."""
    repairs = list(
        Repair.objects.filter(order__appliance=order.appliance_id, order__lte=order.pk)
        .exclude(order__in_warranty=False)
        .select_related("order", "visit", "workshop_job")
        .order_by("pk")
    )
    mine = [repair for repair in repairs if repair.order_id == order.pk]
    took, begun = _spans(repairs)
    return History(
        purchased_on=order.appliance.purchased_on,
        reported_on=_day(order, order.opened_at),
        fault_confirmed=any(repair.outcome in A_FAULT for repair in mine),
        covered=_covered(order, decision, mine),
        failed_repairs=failed(repairs),
        longest_repair_days=max(((_day(order, end) - _day(order, start)).days for start, end in took), default=0),
        open_since=_day(order, begun[order.pk]) if order.is_open and order.pk in begun else None,
        part_waiting_days=_waiting(order, today),
    )


def _spans(repairs: list[Repair]) -> tuple[list[tuple[datetime, datetime]], dict[int, datetime]]:
    """Return (from, to) of each repair that was finished, and since when an unfinished one runs, by order.

    A repair begins when somebody stands before the appliance, not when it was reported: until then the customer uses
    their own time.
    """
    took, begun = [], {}
    for repair in repairs:
        if repair.outcome in A_FAULT:
            begun.setdefault(repair.order_id, _seen_at(repair))
        if repair.worked_at and repair.order_id in begun:
            took.append((begun.pop(repair.order_id), repair.worked_at))
    return took, begun


def _seen_at(repair: Repair) -> datetime:
    """Return when the appliance was first looked at for a record: at the customer's, else at the workshop's counter."""
    job = getattr(repair, "workshop_job", None)
    if repair.visit and repair.visit.arrived_at:
        return repair.visit.arrived_at
    return job.taken_at if job else repair.order.opened_at


def failed(repairs: list[Repair]) -> int:
    """Return how many repairs did not hold: after the work a fault was found again. `repairs` in order of time."""
    faults = [repair.pk for repair in repairs if repair.outcome in A_FAULT]
    last = max(faults, default=0)
    return sum(bool(repair.worked_at) and repair.pk < last for repair in repairs)


def _covered(order: ServiceOrder, decision: WarrantyDecision | None, mine: list[Repair]) -> bool | None:
    """What was decided at diagnosis or by the manager; where no policy was ever looked at, what was said there."""
    if decision and decision.stage in SPOKEN:
        return decision.covered
    return order.in_warranty if mine and decision is None else None


def _waiting(order: ServiceOrder, today: date) -> int:
    """Return for how many days a part has been waited for: since it was asked for, or since the order waits."""
    since = [order.state_since] if order.state == State.AWAITING_PARTS else []
    if order.is_open:
        since += order.requisitions.open().values_list("asked_at", flat=True)
    return max((today - _day(order, min(since))).days, 0) if since else 0


def _day(order: ServiceOrder, moment: datetime) -> date:
    return moment.astimezone(order.outlet.tz).date()
