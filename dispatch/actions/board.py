"""On the board: who goes, and when, before anybody has left for the customer (H-A4, H-C2, H-F9)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from dispatch.actions import appointments, guards
from dispatch.actions.assign import _visited
from dispatch.actions.fields import Appointment, deed, technician_field
from dispatch.lifecycle import Act, Lack
from dispatch.lifecycle.verb import OFFICE
from dispatch.models import OrderEvent, ServiceOrder, State, TimerKind, VisitStatus
from technicians.models import Technician, User

UNDOABLE = ("place", "withdraw")


class PlaceData(Appointment):
    """Whom, when, and, where a promise is broken by it, who of the customer's agreed."""

    technician = technician_field()
    consent = serializers.CharField(
        label=_("Agreed with"),
        required=False,
        allow_blank=True,
        max_length=120,
        help_text=_("Who of the customer's said yes to this time; empty: it is only proposed"),
    )
    reason = serializers.CharField(label=_("Reason"), required=False, allow_blank=True, max_length=240)


def _same(act: Act) -> None:
    act.moves_with["same"] = act.order.technician_id == act.data["technician"].pk


def _promise_kept(act: Act) -> Iterator[Lack]:
    """H-C2: what was agreed with the customer is only moved when they agree again."""
    visit = act.visit
    if visit is None or visit.status != VisitStatus.AGREED or act.data.get("consent"):
        return
    if not visit.starts_at <= act.data["starts_at"] <= visit.latest_arrival:
        said = _("The customer was promised another time. Call them, and say who agreed.")
        yield Lack("H-C2", "consent", said, "place")


@deed(
    "place",
    "H-A4",
    _("Place on the board"),
    OFFICE,
    PlaceData,
    needs=(_visited,),
    checks=(guards.fit, _promise_kept),
    prepare=_same,
)
def place(act: Act) -> None:
    """Give an order a technician and a time, or others than it had. What the customer agreed to stays agreed."""
    order, visit, technician = act.order, act.visit, act.data["technician"]
    start, end = guards.span(act)
    if visit and not act.data.get("minutes"):
        end = start + (visit.ends_at - visit.starts_at)
    act.payload["before"] = _as_it_was(act)
    if act.by is None:
        act.payload["how"] = "link"  # the customer took one of the times that were free
    promised = visit is not None and visit.status == VisitStatus.AGREED
    consent = act.data.get("consent") or (visit.consent if promised else "")
    firm = VisitStatus.AGREED if consent or promised else VisitStatus.PROPOSED
    until = act.data.get("window_ends_at")
    if promised and not act.data.get("consent"):  # the promise of before holds
        until = visit.latest_arrival if visit.latest_arrival > start else None
    _put(act, technician, firm, start, end, window_ends_at=until, consent=consent)
    if act.data.get("consent"):  # they were spoken to
        order.retry_at, order.no_answers = None, 0
        act.stop.add(TimerKind.RETRY_CONTACT)


def _put(act: Act, technician: Technician, status: str, start: datetime, end: datetime, **more) -> None:
    """Make it so. A time that was only proposed to the same technician is changed; any other keeps its row."""
    order, visit = act.order, act.visit
    pinned = bool(visit and visit.pinned)
    if order.technician_id != technician.pk:
        order.state_since = act.now  # the new one's time to answer starts now
    if visit and visit.status == VisitStatus.PROPOSED and order.technician_id == technician.pk:
        for name, value in ({"status": status, "starts_at": start, "ends_at": end} | more).items():
            setattr(visit, name, value)
        appointments.estimate(visit, order, act.now)
        visit.save()
    else:
        appointments.give_up(act, _("Moved on the board"))
        order.technician = technician
        appointments.book(act, status, technician, start, end, pinned=pinned, **more)
    if order.state == State.CONTACTED:
        appointments.watch_departure(act)


def _as_it_was(act: Act) -> dict:
    """Return, as plain data, what is needed to put it back."""
    order, visit = act.order, act.visit
    said = {"state": str(act.from_state), "technician": order.technician_id, "retry_at": order.retry_at}
    if visit:
        said |= {
            name: getattr(visit, name)
            for name in ("starts_at", "ends_at", "window_ends_at", "status", "consent", "pinned")
        }
    return said


class WithdrawData(serializers.Serializer):
    """Why, if anything is to be said."""

    reason = serializers.CharField(label=_("Reason"), required=False, allow_blank=True, max_length=240)


@deed("withdraw", "H-A4", _("Take off the board"), OFFICE, WithdrawData)
def withdraw(act: Act) -> None:
    """Take back an order that the technician has not accepted yet; it is ready to be assigned again."""
    act.payload["before"] = _as_it_was(act)
    appointments.release(act, act.data.get("reason") or _("Taken off the board"))


def last_on_board(order: ServiceOrder) -> OrderEvent | None:
    """Return the newest event of the order that the board may still undo; None when something else came after it."""
    undone = 0
    for event in order.events.order_by("-seq")[:40]:
        if event.action in ("pin", "unpin"):  # moves nothing
            continue
        if event.action == "undo_place":
            undone += 1
        elif event.action not in UNDOABLE:
            return None
        elif not undone:
            return event
        else:
            undone -= 1
    return None


def may_undo(order: ServiceOrder, user: User) -> bool:
    """Tell whether this person has something to undo on an order: nobody is offered what is refused (H-N2)."""
    event = last_on_board(order)
    return event is not None and event.actor_id == user.pk


def _can_undo(act: Act) -> Iterable[Lack]:
    """H-N2: only one's own, and only while nothing else has happened to the order."""
    event = act.undoes
    if event is None:
        said = _("Somebody has done something else with this order since. Move it by hand.")
        yield Lack("H-N2", "undo_too_late", said, "place")
    elif act.by is None or event.actor_id != act.by.pk:
        yield Lack("H-N2", "undo_of_others", _("Only the person who moved it can undo that."), "place")


def _find(act: Act) -> None:
    act.undoes = event = last_on_board(act.order)
    act.moves_with["back"] = event.payload["before"]["state"] if event else ""


def _slot_free(act: Act) -> Iterator[Lack]:
    """H-A4: what is put back must still have its place."""
    event = act.undoes
    before = event.payload["before"] if event else {}
    if before.get("status") == VisitStatus.AGREED:
        technician = Technician.objects.get(pk=before["technician"])
        yield from guards.free(act, technician, _moment(before["starts_at"]), _moment(before["ends_at"]))


@deed("undo_place", "H-N2", _("Undo"), OFFICE, prepare=_find, checks=(_can_undo, _slot_free))
def undo_place(act: Act) -> None:
    """Put the order back where it was before one placed it, or took it off the board."""
    order, event = act.order, act.undoes
    before = event.payload["before"]
    act.payload["undoes"] = event.seq
    if before["technician"] is None:
        appointments.release(act, _("Undone"))
        return
    technician = Technician.objects.select_related("outlet", "user").get(pk=before["technician"])
    if before.get("starts_at"):
        start, end = _moment(before["starts_at"]), _moment(before["ends_at"])
        more = {"window_ends_at": _moment(before["window_ends_at"]), "consent": before["consent"]}
        _put(act, technician, before["status"], start, end, **more)
        act.save_visit(pinned=before["pinned"])
    else:
        appointments.give_up(act, _("Undone"))
        order.technician = technician
    order.retry_at = _moment(before["retry_at"])
    if order.state == State.ACCEPTED and order.retry_at:
        act.start[TimerKind.RETRY_CONTACT] = max(order.retry_at, act.now)


def _moment(said: str | datetime | None) -> datetime | None:
    return parse_datetime(said) if isinstance(said, str) else said


def _pinned_already(act: Act) -> Iterator[Lack]:
    if act.visit and act.visit.pinned:
        yield Lack("H-A4", "pinned", _("It is pinned already."), "unpin")


@deed("pin", "H-A4", _("Pin"), OFFICE, needs=(guards.has_visit, _pinned_already))
def pin(act: Act) -> None:
    """Keep the appointment where it is, whatever a plan would do."""
    act.save_visit(pinned=True)


def _not_pinned(act: Act) -> Iterator[Lack]:
    if act.visit and not act.visit.pinned:
        yield Lack("H-A4", "not_pinned", _("It is not pinned."), "pin")


@deed("unpin", "H-A4", _("Unpin"), OFFICE, needs=(guards.has_visit, _not_pinned))
def unpin(act: Act) -> None:
    """Let plans move the appointment again."""
    act.save_visit(pinned=False)
