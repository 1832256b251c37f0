"""Calling back until the customer has been heard (H-A2, H-F11, H-R1, H-R2)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from customers.reading import remembered
from dispatch.actions import guards
from dispatch.actions.fields import Reason, deed
from dispatch.actions.loaners import loaner_home
from dispatch.lifecycle import Act, Lack
from dispatch.lifecycle.verb import CENTRE, FIELD, MANAGERS, OFFICE
from dispatch.models import Callback, CallbackAttempt, CallbackKind, Escalation, Priority, State, TimerKind
from dispatch.models.callback import callback_rule

TIMER_OF = {
    CallbackKind.ADVICE: TimerKind.CALLBACK_ADVICE,
    CallbackKind.UNTESTED: TimerKind.CALLBACK_UNTESTED,
    CallbackKind.UNCERTAIN: TimerKind.CALLBACK_UNCERTAIN,
    CallbackKind.ROUTINE: TimerKind.CALLBACK_ROUTINE,
    CallbackKind.REMEDIAL: TimerKind.CALLBACK_REMEDIAL,
}
CALLERS = (*CENTRE, *FIELD)


def promise_callback(act: Act, kind: str, due_at: datetime | None = None) -> Callback:
    """Promise a call at `due_at` (UTC), else by the policy of its kind, and set its timer."""
    rule = callback_rule(kind)
    wait = timedelta(minutes=rule.delay_minutes)
    if settings.CALLBACK_DELAY_SECONDS is not None:
        wait = timedelta(seconds=settings.CALLBACK_DELAY_SECONDS)
    due_at = due_at or act.now + wait
    act.start[TIMER_OF[CallbackKind(kind)]] = due_at
    act.payload.setdefault("callbacks", []).append({"kind": kind, "due_at": due_at, "role": rule.role})
    return Callback.objects.create(order=act.order, kind=kind, role=rule.role, due_at=due_at, created_at=act.now)


class CallbackData(serializers.Serializer):
    """Which callback (the one due first, if not said), and what the customer said."""

    callback = serializers.IntegerField(label=_("Callback"), required=False, allow_null=True, style={"hidden": True})
    note = serializers.CharField(
        label=_("What the customer said"), required=False, allow_blank=True, max_length=500, style={"textarea": True}
    )


class HeardData(CallbackData):
    """The customer was heard: we called, or they did."""

    customer_called = serializers.BooleanField(
        label=_("The customer called us"), default=False, help_text=_("Then it may be before the time promised")
    )


@remembered(lambda act: (act.order.pk, act.by and act.by.role, act.data.get("callback")))
def the_callback(act: Act) -> Callback | None:
    """Return the open callback meant by the data: the one named, else the caller's own, else the one due first.

    A repair neither tested nor sure to hold has two, the centre's and the technician's (H-F11, H-R1).
    """
    waiting = act.order.callbacks.open().order_by("due_at", "pk")
    wanted = act.data.get("callback")
    if wanted:
        return waiting.filter(pk=wanted).first()
    own = waiting.filter(role=act.by.role).first() if act.by else None
    return own or waiting.first()


def _there_is_one(act: Act):
    if the_callback(act) is None:
        yield Lack("H-R1", "no_callback", _("No callback is open on this order."))


def _right_caller(act: Act):
    """H-R1: the technician calls only where the rule says so, and there nobody else but the office."""
    callback = the_callback(act)
    if callback and act.by and act.by.role != callback.role and act.by.role not in OFFICE:
        yield Lack(
            "H-R1", "caller", format_lazy(_("This call is for: {role}."), role=callback.get_role_display())
        )


def _due(act: Act):
    """H-A2, H-R1: a call before its time does not tell whether it holds."""
    callback = the_callback(act)
    if callback and callback.due_at > act.now and not act.data.get("customer_called"):
        yield Lack(
            "H-R1",
            "early",
            format_lazy(
                _("Promised for {time}: a call before that does not tell whether it holds."),
                time=guards.local(callback.due_at, act.order),
            ),
        )


def _is_last(act: Act) -> bool:
    callback = the_callback(act)
    return not act.order.callbacks.open().exclude(pk=callback.pk if callback else None).exists()


def _may_close(act: Act):
    """H-H1, H-H2: the last callback closes the order, so nothing may be open on it."""
    if not _is_last(act):
        return
    if act.order.escalation != Escalation.UNREACHED:  # reached after all: that is settled by itself
        yield from guards.calm(act)
    yield from _record_complete(act)


def _record_complete(act: Act):
    if act.order.state == State.FOLLOW_UP and act.repair and not act.repair.is_complete:
        yield Lack("H-H1", "record", _("Cause and measure are not filled in yet."), "complete_record")


def _note_last(act: Act) -> None:
    act.moves_with["last"] = _is_last(act) and not act.order.owes()


def _finish(act: Act, callback: Callback, outcome: str, *, reached: bool) -> None:
    """Write the attempt and close the callback."""
    CallbackAttempt.objects.create(
        callback=callback, at=act.now, caller=act.by, reached=reached, note=act.data.get("note", "")
    )
    callback.attempts += 1
    callback.state, callback.outcome, callback.caller, callback.done_at = Callback.DONE, outcome, act.by, act.now
    callback.save()
    act.stop.add(TIMER_OF[CallbackKind(callback.kind)])
    act.payload |= {"callback": callback.pk, "kind": callback.kind}
    if reached and act.order.escalation == Escalation.UNREACHED:
        act.order.escalation = ""


@deed(
    "callback_satisfied",
    "H-R1",
    _("Satisfied"),
    CALLERS,
    HeardData,
    prepare=_note_last,
    needs=(_there_is_one, _right_caller, _may_close),
    checks=(_due,),
    tone="primary",
)
def callback_satisfied(act: Act) -> None:
    """The customer was reached and is satisfied; the last such call closes the order."""
    last = _is_last(act)
    _finish(act, the_callback(act), "satisfied", reached=True)
    if last:  # still open while something is owed, see `closing`
        act.order.satisfied = True


@deed(
    "callback_unhappy",
    "H-R2",
    _("Not satisfied: visit again"),
    CALLERS,
    CallbackData,
    needs=(_there_is_one, _right_caller),
)
def callback_unhappy(act: Act) -> None:
    """Not satisfied: visited again, more urgently than before, until satisfied. Not a first-time fix."""
    order = act.order
    _finish(act, the_callback(act), "unhappy", reached=True)
    order.callbacks.open().update(state=Callback.VOID)
    if act.from_state == State.FOLLOW_UP:
        order.returns += 1
    order.satisfied = False
    order.priority = max(Priority.URGENT, order.priority - 1)
    order.technician = None
    order.wish_from = order.wish_to = None


@deed(
    "callback_no_answer",
    "H-R1",
    _("No answer to the callback"),
    CALLERS,
    CallbackData,
    needs=(_there_is_one, _right_caller),
    checks=(_due,),
)
def callback_no_answer(act: Act) -> None:
    """Not reached: call again after a while; after the last try the manager decides. Never 'satisfied'."""
    callback = the_callback(act)
    rule = callback_rule(callback.kind)
    CallbackAttempt.objects.create(
        callback=callback, at=act.now, caller=act.by, reached=False, note=act.data.get("note", "")
    )
    callback.attempts += 1
    callback.due_at = act.now + timedelta(minutes=rule.retry_minutes)
    callback.save(update_fields=["attempts", "due_at"])
    act.start[TIMER_OF[CallbackKind(callback.kind)]] = callback.due_at
    act.payload |= {"callback": callback.pk, "kind": callback.kind, "attempts": callback.attempts}
    if callback.attempts >= rule.max_attempts:
        act.order.escalation = Escalation.UNREACHED


def _never_reached(act: Act):
    """H-R1: closing without having heard the customer is the manager's decision, after trying."""
    if act.order.escalation != Escalation.UNREACHED:
        yield Lack("H-R1", "try_again", _("The customer has not been tried often enough."), "callback_no_answer")


@deed(
    "close_unreached",
    "H-R1",
    _("Close without an answer"),
    MANAGERS,
    Reason,
    needs=(_never_reached, _record_complete, loaner_home),
)
def close_unreached(act: Act) -> None:
    """The customer was never reached: closed, and not counted as satisfied."""
    for callback in act.order.callbacks.open():
        _finish(act, callback, "unreached", reached=False)
    act.order.escalation, act.order.satisfied = "", None
