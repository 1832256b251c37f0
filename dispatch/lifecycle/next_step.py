"""Who must do what next, and by when, for every open order at every moment (H-N1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from dispatch.lifecycle import standard
from dispatch.models import Callback, NextAction, Priority, ServiceOrder, State, Timer, TimerKind, Visit
from technicians.models import Role, User


@dataclass(frozen=True)
class NextStep:
    """One owner (a person, or a role of the outlet), one action, one due time."""

    action: str
    role: str
    due_at: datetime
    user: User | None = None


def next_step(order: ServiceOrder, visit: Visit | None, now: datetime) -> NextStep | None:
    """Return the next step of an order that stands in its state since `order.state_since`; None when finished.

    Order of precedence: an escalation (the manager), a technician who is gone (the dispatcher), the state.
    Reads callbacks only in the two states that wait for one.
    """
    if not order.is_open:
        return None
    if order.escalation:
        return NextStep(NextAction.WIN_BACK, Role.MANAGER, now + standard.WIN_BACK_WITHIN)
    if order.technician and not _can_work(order):
        return NextStep(NextAction.REASSIGN, Role.DISPATCHER, now)
    if order.state in (State.CONSULTING, State.FOLLOW_UP):
        return _callback_or_record(order, now)
    if order.state in BY_OFFICE:
        return _by_office(order, now)
    return _by_technician(order, visit, now)


def _can_work(order: ServiceOrder) -> bool:
    return order.technician.active and order.technician.user.is_active


BY_OFFICE = {
    State.REQUESTED: (NextAction.REVIEW, Role.AGENT, standard.REVIEW_WITHIN),
    State.NEEDS_INFO: (NextAction.CHASE_INFO, Role.AGENT, standard.INFO_WITHIN),
    State.READY: (NextAction.ASSIGN, Role.DISPATCHER, standard.ASSIGN_WITHIN),
    State.AWAITING_PARTS: (NextAction.CHASE_PARTS, Role.CLERK, standard.PARTS_WITHIN),
    State.IN_WORKSHOP: (NextAction.WORKSHOP, Role.CLERK, standard.WORKSHOP_WITHIN),
}


def _by_office(order: ServiceOrder, now: datetime) -> NextStep:
    action, role, within = BY_OFFICE[order.state]
    if order.state == State.READY and order.priority == Priority.URGENT:
        within = standard.ASSIGN_URGENT_WITHIN
    promised = order.promised_at if order.state in (State.AWAITING_PARTS, State.IN_WORKSHOP) else None
    return NextStep(action, role, promised or order.state_since + within)


def _by_technician(order: ServiceOrder, visit: Visit | None, now: datetime) -> NextStep:
    since = order.state_since
    starts, leave_by, ends = (visit.starts_at, visit.leave_by, visit.ends_at) if visit else (None, None, None)
    arrived = visit.arrived_at if visit else None
    if order.state == State.ACCEPTED and too_late_to_call(order, visit, now):  # H-C5: straight to the address
        return NextStep(NextAction.DEPART, Role.TECHNICIAN, leave_by, order.technician.user)
    action, due = {
        State.ASSIGNED: (NextAction.ACCEPT, since + standard.ACCEPT_WITHIN),
        State.ACCEPTED: (NextAction.CONTACT, order.retry_at or since + standard.CONTACT_WITHIN),
        State.CONTACTED: (NextAction.DEPART, leave_by or starts or now),
        State.EN_ROUTE: (NextAction.ARRIVE, (visit.expected_at if visit else None) or starts or now),
        State.ON_SITE: (NextAction.DIAGNOSE, (arrived or since) + standard.DIAGNOSE_WITHIN),
        State.DIAGNOSED: (NextAction.CHARGE, max(ends or now, since + standard.DIAGNOSE_WITHIN)),
        State.CHARGED: (NextAction.COMPLETE, since + standard.COMPLETE_WITHIN),
    }[order.state]
    return NextStep(action, Role.TECHNICIAN, due, order.technician.user)


def too_late_to_call(order: ServiceOrder, visit: Visit | None, now: datetime) -> bool:
    """True when nobody answered and another call would make the technician late (H-C5)."""
    return bool(order.no_answers and visit and visit.leave_by and now + standard.RETRY_AFTER > visit.leave_by)


def _callback_or_record(order: ServiceOrder, now: datetime) -> NextStep:
    """The open callback that is due first; the warranty record when it is owed sooner (H-H1)."""
    user = order.technician.user if order.technician else None
    # Sorted out here, not in a query: the sweeper has read them for many orders at once.
    fields = next((t for t in order.timers.all() if (t.kind, t.state) == (TimerKind.FIELDS_DUE, Timer.PENDING)), None)
    waiting = [callback for callback in order.callbacks.all() if callback.state == Callback.WAITING]
    callback = min(waiting, key=lambda one: (one.due_at, one.pk), default=None)
    if fields and (callback is None or fields.due_at < callback.due_at) and user:
        return NextStep(NextAction.COMPLETE_RECORD, Role.TECHNICIAN, fields.due_at, user)
    if callback is None:  # every call made and the record still open
        if user and order.repairs.filter(cause="").exists():
            return NextStep(NextAction.COMPLETE_RECORD, Role.TECHNICIAN, now + timedelta(hours=1), user)
        return NextStep(NextAction.CALL_BACK, Role.AGENT, now)
    theirs = user if callback.role == Role.TECHNICIAN else None
    return NextStep(NextAction.CALL_BACK, callback.role, callback.due_at, theirs)
