"""What falls due: each kind of timer and the verb it wakes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from time import monotonic

from django.utils.translation import gettext_lazy as _

from dispatch.lifecycle import REGISTRY, Act, act_on, verb
from dispatch.lifecycle.sweep import BATCH, sweep
from dispatch.lifecycle.verb import CLOCK
from dispatch.models import ServiceOrder, Timer, TimerKind

WAKES = {
    TimerKind.CALLBACK_ADVICE: "callback_due",
    TimerKind.CALLBACK_UNTESTED: "callback_due",
    TimerKind.CALLBACK_UNCERTAIN: "callback_due",
    TimerKind.CALLBACK_ROUTINE: "callback_due",
    TimerKind.CALLBACK_REMEDIAL: "callback_due",
    TimerKind.RE_ESTIMATE: "re_estimate",
    TimerKind.LEAVE_BY: "leave_by_passed",
    TimerKind.LATE_CALL: "late_call_due",
    TimerKind.RETRY_CONTACT: "retry_contact",
    TimerKind.FIELDS_DUE: "fields_due",
    TimerKind.INVOICE_DUE: "invoice_due",
    TimerKind.PAYMENT_DUE: "payment_due",
    TimerKind.PART_DUE: "part_due",
    TimerKind.RETURN_DUE: "return_due",
    TimerKind.HELP_DUE: "help_due",
}


def ring(order: ServiceOrder, timer: Timer, now: datetime, write: Callable[..., None] | None = None) -> None:
    """Do what a timer that has fallen due stands for, on its locked order with its standing visit in `standing`."""
    act = Act(REGISTRY[WAKES[TimerKind(timer.kind)]], order, None, now)
    act.payload = {"timer": timer.kind, "due_at": timer.due_at}
    act.visit = next(iter(order.standing), None)
    act_on(act, write=write)


def sweep_timers(batch: int = BATCH) -> int:
    """Ring up to one batch of due timers; return how many were taken, 0 when nothing is due."""
    return sweep(ring, batch)


def drain_timers(seconds: float, batch: int = BATCH) -> int:
    """Sweep until nothing is due or `seconds` have passed; return how many were taken."""
    until, taken = monotonic() + seconds, 0
    while monotonic() < until and (some := sweep_timers(batch)):
        taken += some
    return taken


@verb("callback_due", "H-R1", _("Callback due"), CLOCK)
def callback_due(act: Act) -> None:
    """The promised time has come: the call is in somebody's queue (H-A2, H-F11)."""


@verb("late_call_due", "H-E4", _("Call ahead: late"), CLOCK)
def late_call_due(act: Act) -> None:
    """Two minutes to the appointment and not there: the customer is called before they look at the clock."""
    if act.visit:
        act.save_visit(at_risk=True)


@verb("retry_contact", "H-C5", _("Call the customer again"), CLOCK)
def retry_contact(act: Act) -> None:
    """Time to try the customer again."""


@verb("fields_due", "H-H1", _("Warranty record overdue"), CLOCK)
def fields_due(act: Act) -> None:
    """The outlet's cut-off has come and the record may still be open: it is on the log, and stays due."""
    act.payload["open"] = bool(act.repair and not act.repair.is_complete)
