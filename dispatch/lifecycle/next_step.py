"""Who must do what next, and by when, for every open order at every moment (H-N1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dispatch.lifecycle import standard
from dispatch.models import Callback, HelpLevel, NextAction, Priority, ServiceOrder, State, Timer, TimerKind, Visit
from dispatch.models.states import HELD
from dispatch.notices.quiet import quiet_since
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

    Order of precedence: an alarm, an escalation, what somebody at a customer's waits for (a waiver, an answer), a
    technician who is gone, the state. Reads callbacks, timers and records only in the two states that wait for a call.
    """
    if not order.is_open:
        return None
    if order.sos_at:  # H-F10
        return NextStep(NextAction.TAKE_OVER, Role.DISPATCHER, order.sos_at)
    if order.escalation:
        return NextStep(
            NextAction.WIN_BACK, Role.MANAGER, _as_before(order, NextAction.WIN_BACK) or now + standard.WIN_BACK_WITHIN
        )
    if order.waiver_asked_at:  # H-G4
        return NextStep(NextAction.DECIDE_WAIVER, Role.MANAGER, order.waiver_asked_at + standard.WAIVER_WITHIN)
    if order.help_due_at:  # H-A5
        return _asked(order)
    if order.at_counter and order.state in COUNTER:  # H-I4: nobody travels
        return NextStep(COUNTER[order.state], Role.CLERK, order.state_since + standard.COUNTER_WITHIN)
    if order.state in (State.ASSIGNED, *HELD) and not _holder(order):
        return NextStep(NextAction.REASSIGN, Role.DISPATCHER, _as_before(order, NextAction.REASSIGN) or now)
    if order.state == State.AWAITING_PARTS and visit and visit.arrived_at:  # fetching it now (H-F3)
        due = order.promised_at or order.state_since + standard.DIAGNOSE_WITHIN
        return NextStep(NextAction.CHASE_PARTS, Role.TECHNICIAN, due, _holder(order))
    if order.state == State.FOLLOW_UP and (owed := _owed(order)):
        return min((step for step in (owed, _callback_or_record(order, now, bare=False)) if step), key=_by_due)
    if order.state in (State.CONSULTING, State.FOLLOW_UP):
        return _callback_or_record(order, now)
    if order.state in BY_OFFICE:
        return _by_office(order, now)
    return _by_technician(order, visit, now)


def _asked(order: ServiceOrder) -> NextStep:
    """The colleague who was asked; else the centre, or its manager where it went up to headquarters (H-A5)."""
    user = order.help_user if order.help_user_id and order.help_user.is_active else None
    if user is None:
        role = Role.MANAGER if order.help_level == HelpLevel.HQ else Role.DISPATCHER
        return NextStep(NextAction.ANSWER_HELP, role, order.help_due_at)
    return NextStep(NextAction.ANSWER_HELP, user.role, order.help_due_at, user)


# What the technician does first after the diagnosis, by the verb its outcome asks for (H-F3)
FIRST = {
    "repair": NextAction.REPAIR,
    "pull_in": NextAction.PULL_IN,
    "wait_for_parts": NextAction.GET_PART,
    "explain": NextAction.EXPLAIN,
    "hear_out": NextAction.HEAR_OUT,
    "ask_help": NextAction.ASK_HELP,
    "diagnose": NextAction.DIAGNOSE,
    "make_safe": NextAction.MAKE_SAFE,
    "file_claim": NextAction.FILE_CLAIM,
}

COUNTER = {
    State.READY: NextAction.TAKE_IN,
    State.DIAGNOSED: NextAction.HAND_OVER,
    State.CHARGED: NextAction.HAND_OVER,
}


def _by_due(step: NextStep) -> datetime:
    return step.due_at


def _owed(order: ServiceOrder) -> NextStep | None:
    """Return the first of what is still owed after the work: a claim, an invoice, money, a loaner; None for nothing."""
    owed = [
        (order.claim_filed_at and order.claim_filed_at + standard.CLAIM_WITHIN, NextAction.DECIDE_CLAIM, Role.MANAGER),
        (order.invoice_due_at, NextAction.SEND_INVOICE, Role.CLERK),
        (order.money_due_at, NextAction.COLLECT, Role.CLERK),
        (order.loaner_due_at, NextAction.FETCH_LOANER, Role.CLERK),
    ]
    steps = [NextStep(action, role, due) for due, action, role in owed if due]
    return min(steps, key=_by_due, default=None)


def _holder(order: ServiceOrder) -> User | None:
    """Return the person of the order's technician, None when there is none or they are gone."""
    technician = order.technician
    return technician.user if technician and technician.active and technician.user.is_active else None


def _as_before(order: ServiceOrder, action: str) -> datetime | None:
    """Return when this was due already: a remark on the order does not give anybody more time."""
    return order.next_due_at if order.next_action == action else None


BY_OFFICE = {
    State.REQUESTED: (NextAction.REVIEW, Role.AGENT, standard.REVIEW_WITHIN),
    State.NEEDS_INFO: (NextAction.CHASE_INFO, Role.AGENT, standard.INFO_WITHIN),
    State.READY: (NextAction.ASSIGN, Role.DISPATCHER, standard.ASSIGN_WITHIN),
    State.AWAITING_PARTS: (NextAction.CHASE_PARTS, Role.CLERK, standard.PARTS_WITHIN),
    State.IN_WORKSHOP: (NextAction.WORKSHOP, Role.CLERK, standard.WORKSHOP_WITHIN),
}


def _by_office(order: ServiceOrder, now: datetime) -> NextStep:
    action, role, within = BY_OFFICE[order.state]
    if order.state == State.READY:
        return NextStep(action, role, _assign_by(order))
    promised = order.promised_at if order.state in (State.AWAITING_PARTS, State.IN_WORKSHOP) else None
    return NextStep(action, role, promised or order.state_since + within)


def _assign_by(order: ServiceOrder) -> datetime:
    """At once when urgent; soon; where the customer wished for later, well before that and within a day (H-A4).

    What would fall into the night falls due in the evening before: nobody is told then, and nobody is there to do it.
    """
    since = order.state_since
    if order.priority == Priority.URGENT:
        return since + standard.ASSIGN_URGENT_WITHIN
    soon = since + standard.ASSIGN_WITHIN
    if order.wish_from is None:
        return soon
    latest = min(order.wish_from - standard.ASSIGN_BEFORE_WISH, since + standard.ASSIGN_AT_LAST)
    return max(soon, quiet_since(latest, order.outlet.tz) or latest)


def _by_technician(order: ServiceOrder, visit: Visit | None, now: datetime) -> NextStep:
    since = order.state_since
    starts, leave_by, ends = (visit.starts_at, visit.leave_by, visit.ends_at) if visit else (None, None, None)
    arrived = visit.arrived_at if visit else None
    if order.state == State.ACCEPTED and too_late_to_call(order, visit, now):  # H-C5: straight to the address
        return NextStep(NextAction.DEPART, Role.TECHNICIAN, leave_by, order.technician.user)
    first = FIRST.get(order.outcome_step, NextAction.CHARGE)
    at_door = NextAction.BRING_BACK if order.outcome_step == "deliver" else NextAction.DIAGNOSE  # H-F4
    action, due = {
        State.ASSIGNED: (NextAction.ACCEPT, since + standard.ACCEPT_WITHIN),
        State.ACCEPTED: (NextAction.CONTACT, order.retry_at or since + standard.CONTACT_WITHIN),
        State.CONTACTED: (NextAction.DEPART, leave_by or starts or now),
        State.EN_ROUTE: (NextAction.ARRIVE, (visit.expected_at if visit else None) or starts or now),
        State.ON_SITE: (at_door, (arrived or since) + standard.DIAGNOSE_WITHIN),
        State.DIAGNOSED: (first, max(ends or now, since + standard.DIAGNOSE_WITHIN)),
        State.CHARGED: (NextAction.COMPLETE, since + standard.COMPLETE_WITHIN),
    }[order.state]
    return _theirs(order, action, due)


def _theirs(order: ServiceOrder, action: str, due: datetime) -> NextStep:
    """Return a step of the technician's; the dispatcher's when they are gone and the order can't be passed on."""
    holder = _holder(order)
    return NextStep(action, Role.TECHNICIAN if holder else Role.DISPATCHER, due, holder)


def too_late_to_call(order: ServiceOrder, visit: Visit | None, now: datetime) -> bool:
    """True when nobody answered and another call would make the technician late (H-C5)."""
    return bool(order.no_answers and visit and visit.leave_by and now + standard.RETRY_AFTER > visit.leave_by)


def _callback_or_record(order: ServiceOrder, now: datetime, *, bare: bool = True) -> NextStep | None:
    """The open callback that is due first; the warranty record when it is owed sooner, until it is done (H-H1).

    With neither open, a call at once; None instead when not `bare`.
    """
    # Sorted out here, not in a query: the sweeper has read them for many orders at once.
    waiting = [callback for callback in order.callbacks.all() if callback.state == Callback.WAITING]
    callback = min(waiting, key=lambda one: (one.due_at, one.pk), default=None)
    record_due = _record_due(order)
    if record_due and (callback is None or record_due < callback.due_at):
        return _theirs(order, NextAction.COMPLETE_RECORD, record_due)
    if callback is None and not bare:
        return None
    if callback is None:
        return NextStep(NextAction.CALL_BACK, Role.AGENT, _as_before(order, NextAction.CALL_BACK) or now)
    if callback.role == Role.TECHNICIAN:
        return _theirs(order, NextAction.CALL_BACK, callback.due_at)
    return NextStep(NextAction.CALL_BACK, callback.role, callback.due_at)


def _record_due(order: ServiceOrder) -> datetime | None:
    """Return when the open fields of the warranty record are, or were, due; None when nothing is open."""
    due = [t for t in order.timers.all() if t.kind == TimerKind.FIELDS_DUE and t.state != Timer.CANCELLED]
    records = list(order.repairs.all())
    if not due or not records or records[-1].is_complete:
        return None
    return max(due, key=lambda timer: timer.cycle).due_at
