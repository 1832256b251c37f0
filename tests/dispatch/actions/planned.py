"""A day with a plan that was worked out before: rows written by hand, so that what is taken is what a test says."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

from dispatch.models import Plan, PlanMove, PlanOption, PlanState, ServiceOrder
from tests.factories import NOW, do, fresh, make_order

LATER = NOW + timedelta(minutes=10)


def at(hours: float):
    """Return the moment so many hours after 09:00 in Taipei."""
    return NOW + timedelta(hours=hours)


def placed(place: SimpleNamespace, technician, hours: float, consent: str = "", **told) -> ServiceOrder:
    """Return an order that stands on the board; agreed when `consent` names somebody."""
    order = make_order(place, **told)
    raw = {"technician": technician.pk, "starts_at": at(hours).isoformat(), "consent": consent}
    return do(order, "place", place.dispatcher, NOW, raw)


def promise_until(order: ServiceOrder, hours: float) -> ServiceOrder:
    """Let the customer have been promised a window instead of a time."""
    order.visits.update(window_ends_at=at(hours))
    return fresh(order)


def plan_of(place: SimpleNamespace, *options: list[tuple], **how) -> Plan:
    """Return a plan that is ready; each option is a list of (order, technician, hours)."""
    how = {"state": PlanState.READY, "since": NOW, "asked_at": NOW, "ready_at": NOW, "day": NOW.date()} | how
    plan = Plan.objects.create(outlet=place.outlet, asked_by=place.dispatcher, **how)
    for number, moves in enumerate(options):
        option = PlanOption.objects.create(plan=plan, number=number, price=0)
        for order, technician, hours in moves:
            visit = order.visits.standing().first()
            PlanMove.objects.create(
                option=option,
                order=order,
                version=order.version,
                technician=technician,
                starts_at=at(hours),
                ends_at=at(hours + 1),
                from_technician=order.technician,
                from_starts_at=visit and visit.starts_at,
            )
    return plan


def standing(order: ServiceOrder) -> tuple:
    """Return where an order stands: (technician, hours after 09:00), None without a visit."""
    visit = order.visits.standing().first()
    return visit and (visit.technician, (visit.starts_at - NOW) / timedelta(hours=1))
