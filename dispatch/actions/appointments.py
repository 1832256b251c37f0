"""Making, keeping and giving up appointments; when to leave for them (H-A4, H-D2)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import translation

from dispatch.lifecycle import Act
from dispatch.lifecycle.standard import ARRIVE_EARLY, DEFAULT_MINUTES, RE_ESTIMATE_BEFORE
from dispatch.models import ServiceOrder, TimerKind, Visit, VisitStatus
from dispatch.models.visit import BINDING
from dispatch.planning import travel
from technicians.models import Technician

SETTLE_BEFORE_LEAVING = timedelta(minutes=15)  # a long way: settled before leaving, not after


def usual_minutes(order: ServiceOrder) -> int:
    """Return how long the work on an order usually takes, in minutes."""
    return order.fault.minutes if order.fault else DEFAULT_MINUTES


def book(act: Act, status: str, technician: Technician, starts_at: datetime, ends_at: datetime, **more) -> Visit:
    """Make the order's next appointment; the one before keeps its row."""
    order = act.order
    visit = Visit(
        order=order,
        technician=technician,
        sequence=order.visits.count() + 1,
        status=status,
        starts_at=starts_at,
        ends_at=ends_at,
        **more,
    )
    estimate(visit, order, act.now)
    visit.save()
    act.visit = visit
    act.payload["visit"] = visit.sequence
    return visit


def agree(act: Act, starts_at: datetime, ends_at: datetime, consent: str) -> Visit:
    """Fix the time agreed with the customer, on the proposed appointment if there is one; set its timers."""
    times = {
        "status": VisitStatus.AGREED,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "window_ends_at": act.data.get("window_ends_at"),
        "consent": consent,
        "at_risk": False,
    }
    if act.visit:
        for name, value in times.items():
            setattr(act.visit, name, value)
        estimate(act.visit, act.order, act.now)
        act.visit.save()
    else:
        book(act, technician=act.order.technician, **times)
    act.order.retry_at, act.order.no_answers = None, 0
    watch_departure(act)
    return act.visit


def watch_departure(act: Act) -> None:
    """Start the timers of H-D2: the re-estimate an hour before, and the latest departure."""
    leave_by = act.visit.leave_by
    settle = min(act.visit.starts_at - RE_ESTIMATE_BEFORE, leave_by - SETTLE_BEFORE_LEAVING)
    act.start[TimerKind.RE_ESTIMATE] = max(settle, act.now)
    act.start[TimerKind.LEAVE_BY] = max(leave_by, act.now)


def give_up(act: Act, why: str) -> None:
    """Abort the standing appointment, if there is one, and keep it on record.

    A reason of ours is kept in the sources' language, so that each reader can be told it in their own.
    """
    if act.visit is None:
        return
    left = act.now if act.visit.arrived_at else None
    with translation.override("en"):
        reason = str(why)[:240]
    act.save_visit(status=VisitStatus.ABORTED, abort_reason=reason, left_at=left)
    act.payload["visit"] = act.visit.sequence
    act.visit = None


def release(act: Act, why: str) -> None:
    """Take the order off its technician: nobody's again."""
    give_up(act, why)
    order = act.order
    order.technician = None
    order.retry_at, order.no_answers = None, 0


def estimate(visit: Visit, order: ServiceOrder, now: datetime) -> None:
    """Work out travel, expected arrival and latest departure of a visit (not saved).

    The technician comes from the visit before, once it is over; else from where their day starts.
    """
    before = (
        Visit.objects.filter(technician=visit.technician, starts_at__lt=visit.starts_at)
        .filter(status__in=(*BINDING, VisitStatus.DONE))
        .exclude(order=order)
        .filter(starts_at__gt=visit.starts_at - timedelta(hours=12))
        .select_related("order__address")
        .order_by("-starts_at")
        .first()
    )
    origin = before.order.address.place if before else visit.technician.place
    visit.travel_seconds = travel.seconds(origin, order.address.place)
    way = timedelta(seconds=visit.travel_seconds)
    visit.leave_by = visit.starts_at - way - ARRIVE_EARLY
    free_at = max(now, _over_at(before)) if before else now
    visit.expected_at = max(visit.starts_at - ARRIVE_EARLY, free_at + way)
    visit.at_risk = visit.expected_at > visit.latest_arrival


def _over_at(visit: Visit) -> datetime:
    """Return when a visit was or will be over, as far as it is known."""
    if visit.left_at:
        return visit.left_at
    begun = visit.arrived_at or max(visit.expected_at or visit.starts_at, visit.starts_at)
    return begun + (visit.ends_at - visit.starts_at)
