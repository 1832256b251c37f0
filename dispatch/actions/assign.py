"""Who does it: assign, accept, decline, hand back, transfer (H-A)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from dispatch.actions import appointments, guards, loaners
from dispatch.actions.fields import Appointment, Reason, deed, technician_field
from dispatch.lifecycle import REGISTRY, Act, Lack, act_on, verb
from dispatch.lifecycle.verb import CLOCK, FIELD, OFFICE
from dispatch.models import ServiceOrder, VisitStatus
from technicians.models import Technician


class AssignData(Appointment):
    """Whom, and the time to propose; without one, what the customer wished."""

    technician = technician_field()
    starts_at = serializers.DateTimeField(
        label=_("Proposed arrival"), required=False, allow_null=True, help_text=_("Empty: what the customer wished")
    )


def _visited(act: Act):
    """H-I4: what is carried or mailed in needs nobody to travel."""
    if act.order.at_counter:
        said = format_lazy(_("{kind}: nobody has to travel. Take it in."), kind=act.order.get_service_kind_display())
        yield Lack("H-I4", "at_counter", said, "take_in")


@deed("assign", "H-A4", _("Assign"), OFFICE, AssignData, needs=(_visited,), checks=(guards.fit,), tone="primary")
def assign(act: Act) -> None:
    """Give the order to a technician, with a time to propose to the customer."""
    order = act.order
    order.technician = act.data["technician"]
    starts_at = act.data.get("starts_at") or order.wish_from
    if starts_at and starts_at > act.now - guards.GRACE:
        _propose(act, starts_at)


def _propose(act: Act, starts_at: datetime) -> None:
    minutes = act.data.get("minutes") or appointments.usual_minutes(act.order)
    window_end = act.data.get("window_ends_at")
    if window_end and window_end <= starts_at:  # told without a time, and the wish begins later
        window_end = None
    appointments.book(
        act,
        VisitStatus.PROPOSED,
        act.order.technician,
        starts_at,
        starts_at + timedelta(minutes=minutes),
        window_ends_at=window_end,
    )


@deed("accept", "H-A4", _("Accept"), FIELD, tone="primary")
def accept(act: Act) -> None:
    """Take the task on. Whether the time can be kept is settled with the customer, at *contact*."""


@deed("decline", "H-A4", _("Decline"), FIELD, Reason)
def decline(act: Act) -> None:
    """Say no before accepting; the order is the dispatcher's again."""
    appointments.release(act, act.data["reason"])


@deed("hand_back", "H-A4", _("Hand back"), (*FIELD, *OFFICE), Reason)
def hand_back(act: Act) -> None:
    """Give an accepted order back to the centre, with the reason; a unit that was only reserved is free again."""
    appointments.release(act, act.data["reason"])
    loaners.let_go(act)


class TransferData(Reason):
    """To whom, and why."""

    technician = technician_field()


def _somebody_else(act: Act):
    if act.data["technician"] == act.order.technician:
        yield Lack("H-A4", "same_technician", _("The order is theirs already. Choose somebody else."))


@deed("transfer", "H-A4", _("Transfer"), (*OFFICE, *FIELD), TransferData, checks=(_somebody_else, guards.fit))
def transfer(act: Act) -> None:
    """Pass the order to another technician; a time that lies ahead is proposed again."""
    before = act.visit
    appointments.release(act, act.data["reason"])
    act.order.technician = act.data["technician"]
    act.order.state_since = act.now  # also from assigned to assigned: the new one's time to answer starts now
    if before and before.starts_at > act.now and before.arrived_at is None:
        appointments.book(
            act,
            VisitStatus.PROPOSED,
            act.order.technician,
            before.starts_at,
            before.ends_at,
            window_ends_at=before.window_ends_at,
        )


@verb("technician_left", "H-N1", _("Technician no longer available"), CLOCK)
def technician_left(act: Act) -> None:
    """The technician was deactivated: the next step goes to the dispatcher, nothing is lost."""


def deactivate(technician: Technician, now: datetime) -> int:
    """Take a technician out of work and give their open orders a new owner (H-N1). Return how many.

    Orders are locked before the technician, as everywhere; whoever was given one in between is seen by
    looking again, and then it all begins anew.
    """
    mine = ServiceOrder.objects.unfinished().filter(technician=technician)
    while True:
        with transaction.atomic():
            held = set(mine.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
            technician.active = False
            technician.save(update_fields=["active"])
            if set(mine.values_list("pk", flat=True)) <= held:
                orders = list(mine.with_rows().order_by("pk"))
                for order in orders:
                    act_on(Act(REGISTRY["technician_left"], order, None, now))
                return len(orders)
            transaction.set_rollback(True)
