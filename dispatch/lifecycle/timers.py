"""Starting and stopping timers. Always under the order's lock, so none can be lost or doubled; `sweep` rings them."""

from __future__ import annotations

from datetime import datetime

from dispatch.models import OPEN, ServiceOrder, State, Timer, TimerKind

_WAITING = (State.CONSULTING, State.FOLLOW_UP)
# In which states a timer still means something; leaving them cancels it.
ALIVE = {
    TimerKind.CALLBACK_ADVICE: _WAITING,
    TimerKind.CALLBACK_UNTESTED: _WAITING,
    TimerKind.CALLBACK_UNCERTAIN: _WAITING,
    TimerKind.CALLBACK_ROUTINE: _WAITING,
    TimerKind.CALLBACK_REMEDIAL: _WAITING,
    TimerKind.RE_ESTIMATE: (State.CONTACTED,),
    TimerKind.LEAVE_BY: (State.CONTACTED,),
    TimerKind.LATE_CALL: (State.EN_ROUTE,),
    TimerKind.RETRY_CONTACT: (State.ACCEPTED,),
    TimerKind.FIELDS_DUE: (State.CHARGED, State.FOLLOW_UP),
    TimerKind.RETURN_DUE: (State.IN_WORKSHOP,),
    TimerKind.PART_DUE: (State.AWAITING_PARTS,),
    TimerKind.HELP_DUE: OPEN,
    TimerKind.INVOICE_DUE: (State.CHARGED, State.FOLLOW_UP),
    TimerKind.PAYMENT_DUE: (State.CHARGED, State.FOLLOW_UP),
}


def settle_timers(order: ServiceOrder, start: dict[str, datetime], stop: set[str], *, moved: bool) -> None:
    """Cancel what no longer means anything, then start `start` (kind → due, UTC). At most two statements."""
    gone = stop | set(start)
    if moved:
        gone |= {kind for kind, states in ALIVE.items() if order.state not in states}
    if gone:
        order.timers.filter(state=Timer.PENDING, kind__in=gone).update(state=Timer.CANCELLED)
    if start:
        Timer.objects.bulk_create(
            Timer(order=order, kind=kind, cycle=order.log_seq, due_at=due, wake_at=due) for kind, due in start.items()
        )
