"""Which acts customers and our own people are told of: one table, read wherever an event is written down.

A function takes the finished act (`lifecycle.Act`, before it is saved) and returns (event, facts), or None.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.utils.dateparse import parse_datetime

from customers.money import say
from dispatch.models import Channel, Notice, NoticeEvent, NoticeState, ServiceOrder, State, Visit, VisitStatus
from dispatch.notices.outbox import note, tell_staff

Told = tuple[str, dict[str, Any]] | None
WORTH_TELLING = timedelta(minutes=10)  # H-D4: a new time is told again when it has moved by so much
TELLS: dict[str, Callable[[Any], Told]] = {}


def after(act: Any) -> None:
    """Write down who is to be told of an act that has just got its event, in the same transaction."""
    said = TELLS.get(act.verb.name)
    if said and (found := said(act)):
        event, facts = found
        note(act.order, event, act.now, **facts)
    if act.verb.name == "sos":  # H-F10
        who = act.order.technician.name if act.order.technician else ""
        tell_staff(act.order, NoticeEvent.ALARM, act.now, technician=who, address=act.order.address.full)
    if act.order.escalation and act.order.escalation != act.escalated_before:  # H-C6
        said = {"why": act.order.escalation, "reason": act.data.get("reason", "")}
        tell_staff(act.order, NoticeEvent.ESCALATED, act.now, **said)


def opened(order: ServiceOrder, now: datetime) -> None:
    """Tell who asked us for service that we have it (H-I1); what came in a file, their shop has told them."""
    if order.channel in (Channel.CALL, Channel.PORTAL):
        note(order, NoticeEvent.OPENED, now)


def _on(*verbs: str) -> Callable:
    def register(function: Callable[[Any], Told]) -> Callable[[Any], Told]:
        TELLS.update(dict.fromkeys(verbs, function))
        return function

    return register


def _times(visit: Visit) -> dict[str, Any]:
    """The time agreed as facts. A window ends when the arrival is late; a time has no end to tell."""
    return {"starts_at": visit.starts_at, "ends_at": visit.window_ends_at, "technician": visit.technician.name}


@_on("ask_customer")
def _needs_info(act: Any) -> Told:
    return NoticeEvent.NEEDS_INFO, {"reason": act.data["reason"]}


@_on("reject")
def _refused(act: Any) -> Told:
    return NoticeEvent.REFUSED_REQUEST, {"reason": act.data["reason"]}


@_on("contact", "reschedule", "place", "undo_place")
def _appointment(act: Any) -> Told:
    """H-C1, H-C2: what was agreed, in writing. On the board only when the time that stands is another one."""
    visit = act.visit
    if visit is None or visit.status != VisitStatus.AGREED or act.order.state != State.CONTACTED:
        return None
    if act.verb.name in ("place", "undo_place") and _told_already(act.order, visit):
        return None
    return NoticeEvent.APPOINTMENT, _times(visit)


def _told_already(order: ServiceOrder, visit: Visit) -> bool:
    """True when the last notice of a time told exactly these: the technician may be another, the promise is not."""
    rows = Notice.objects.filter(order=order, event=NoticeEvent.APPOINTMENT).exclude(state=NoticeState.DROPPED)
    rows = rows.exclude(state=NoticeState.FAILED, call_due_at=None)  # neither told nor to be told by phone
    told = rows.order_by("-pk").first()
    ends = visit.window_ends_at
    same = {"starts_at": visit.starts_at.isoformat(), "ends_at": ends and ends.isoformat()}
    return bool(told) and same.items() <= told.facts.items()


@_on("depart", "go_unreached")
def _on_the_way(act: Any) -> Told:
    """H-D1, H-E3: who comes, by what permit to know them, and when."""
    if act.visit is None:
        return None
    eta = act.visit.expected_at
    if act.visit.travel_seconds is not None:
        eta = max(act.visit.starts_at - timedelta(minutes=5), act.now + timedelta(seconds=act.visit.travel_seconds))
    technician = act.visit.technician
    return NoticeEvent.ON_THE_WAY, {"technician": technician.name, "permit": technician.permit_code, "eta": eta}


@_on("arrive")
def _at_the_door(act: Any) -> Told:
    """H-E3: who stands there, and by what permit to know them, before anybody opens."""
    if act.visit is None:
        return None
    return NoticeEvent.ARRIVED, {"technician": act.visit.technician.name, "permit": act.visit.technician.permit_code}


@_on("delay")
def _delayed(act: Any) -> Told:
    """H-D3: the new time, unless it was said on the phone."""
    if act.visit is None or act.data.get("customer_told") or not act.visit.at_risk:
        return None
    return NoticeEvent.DELAYED, _times(act.visit) | {"eta": act.visit.expected_at}


def _told_eta(order: ServiceOrder, visit: Visit) -> datetime | None:
    """Return when the customer was last told that we come later than agreed at this visit, None if never."""
    told = Notice.objects.filter(order=order, event=NoticeEvent.DELAYED).order_by("-pk").first()
    same = told and told.facts.get("starts_at") == visit.starts_at.isoformat()
    return parse_datetime(told.facts.get("eta") or "") if same else None


@_on("re_estimate")
def _spread(act: Any) -> Told:
    """H-D4: the next customers are told too, once, and again when it has moved by much."""
    visit = act.visit
    if visit is None or not visit.at_risk or visit.expected_at is None or act.order.state != State.CONTACTED:
        return None
    before = _told_eta(act.order, visit)
    if before and abs(visit.expected_at - before) < WORTH_TELLING:
        return None
    return NoticeEvent.DELAYED, _times(visit) | {"eta": visit.expected_at}


@_on("late_call_due")
def _late(act: Any) -> Told:
    """H-E4: two minutes before the time, and not there; unless they know a later one already."""
    if act.visit is None or act.visit.arrived_at:
        return None
    known = _told_eta(act.order, act.visit)
    if known and known > act.now:
        return None
    eta = act.visit.expected_at if act.visit.expected_at and act.visit.expected_at > act.now else None
    return NoticeEvent.LATE_APOLOGY, _times(act.visit) | {"eta": eta}


@_on("parts_arrived", "part_came")
def _part(act: Any) -> Told:
    """H-A3: the last part that was waited for is here."""
    moved = act.from_state == State.AWAITING_PARTS and act.order.state == State.ACCEPTED
    return (NoticeEvent.PART_ARRIVED, {}) if moved else None


@_on("quote")
def _quote(act: Any) -> Told:
    """H-F2: nothing chargeable without a yes, which can be given on their own phone."""
    total = act.payload.get("total")
    return (NoticeEvent.QUOTE, {"amount": say(total, act.payload["currency"])}) if total else None


@_on("charge", "pay")
def _receipt(act: Any) -> Told:
    """H-G1: the receipt for what was paid just now."""
    if not act.payload.get("receipt"):
        return None
    return NoticeEvent.RECEIPT, {"amount": say(act.data["amount"], act.order.outlet.currency)}


@_on("complete")
def _rate(act: Any) -> Told:
    """H-H1: asked once, on their own phone; not when they have said it at the door."""
    record = act.repair
    said = record and (record.rating_repair or record.rating_manner)
    return None if said else (NoticeEvent.RATE, {})


@_on("callback_no_answer")
def _missed(act: Any) -> Told:
    return NoticeEvent.CALLBACK_MISSED, {}


@_on("cancel")
def _cancelled(act: Any) -> Told:
    """Without the reason: it is written for our own people."""
    return NoticeEvent.CANCELLED, {}
