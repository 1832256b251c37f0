"""What the office does at any time: review, correct, note, cancel, reopen (H-I)."""

from __future__ import annotations

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from dispatch.actions import appointments
from dispatch.actions.corrections import ProductData, apply_corrections, save_corrections
from dispatch.actions.fields import Nothing, Reason, deed
from dispatch.actions.loaners import let_go, loaner_home
from dispatch.actions.pictures import PhotosField
from dispatch.actions.way_back import give_back
from dispatch.lifecycle import Act, Lack
from dispatch.lifecycle.verb import CENTRE, EVERYONE, FIELD, MANAGERS
from dispatch.models import Callback, PhotoKind, State
from technicians.models import Role


@deed("approve", "H-I1", _("Approve the request"), CENTRE, Nothing, tone="primary")
def approve(act: Act) -> None:
    """The request is an order now."""


@deed("ask_customer", "H-I1", _("Ask the customer for more"), CENTRE, Reason)
def ask_customer(act: Act) -> None:
    """Something is missing; the reason says what."""


class SupplyData(ProductData):
    """What was asked for: an answer in words, what had been told wrong or not at all, photos."""

    answer = serializers.CharField(
        label=_("Answer"), required=False, allow_blank=True, max_length=2000, style={"textarea": True}
    )
    photos = PhotosField(label=_("Photos"), kind=PhotoKind.EVIDENCE)


@deed("supply_info", "H-I1", _("Information supplied"), CENTRE, SupplyData, prepare=apply_corrections, tone="primary")
def supply_info(act: Act) -> None:
    """The customer supplied what was asked for; the review goes on."""
    save_corrections(act)


@deed("reject", "H-I1", _("Refuse the request"), CENTRE, Reason, tone="danger")
def reject(act: Act) -> None:
    """Refused, with the reason the customer reads."""


class CorrectData(ProductData):
    """Corrections, and who was asked: the dispatcher first, then the customer (H-I3)."""

    checked_with = serializers.ChoiceField(
        label=_("Checked with"), choices=[("dispatcher", _("Dispatcher")), ("customer", _("Customer"))], required=False
    )


def _something(act: Act):
    if not act.payload.get("changes"):
        yield Lack("H-I3", "nothing", _("Nothing was changed. Fill in what is different."))


@deed(
    "correct",
    "H-I3",
    _("Correct"),
    (*CENTRE, Role.CLERK, *FIELD),
    CorrectData,
    prepare=lambda act: apply_corrections(act),
    checks=(_something,),
)
def correct(act: Act) -> None:
    """Fill a gap or put something right; who, before and after are on the log."""
    save_corrections(act)
    if act.visit and {"address_line", "latitude", "longitude"} & act.payload["changes"].keys():
        appointments.estimate(act.visit, act.order, act.now)  # H-C3: look at the way again
        act.visit.save()
        if act.order.state == State.CONTACTED:
            appointments.watch_departure(act)


class NoteData(serializers.Serializer):
    """Something worth knowing."""

    note = serializers.CharField(label=_("Note"), max_length=2000, style={"textarea": True})
    photos = PhotosField(label=_("Photos"))


@deed("add_note", "H-N2", _("Add a note"), EVERYONE, NoteData, while_frozen=True)
def add_note(act: Act) -> None:
    """A remark on the order's history."""


def _not_after_the_work(act: Act):
    """H-H2, H-R1: once the work is done the customer is looked after to the end; only the manager breaks it off."""
    if act.order.state in (State.CHARGED, State.FOLLOW_UP) and act.by.role not in MANAGERS:
        yield Lack("H-H2", "work_done", _("The work is done: only the manager can cancel now."), "escalate")


class CancelData(Reason):
    """Why, and where the appliance is when it was with us."""

    given_back = serializers.BooleanField(
        label=_("The appliance is back with the customer"), default=False, help_text=_("Only if it was taken in")
    )


def _nothing_kept(act: Act):
    """H-F4: an order does not end while the customer's appliance is with us."""
    if act.order.job and not act.data.get("given_back"):
        said = _("The customer's appliance is still with us (slip {code}). Give it back, and say that you did.")
        yield Lack("H-F4", "still_here", format_lazy(said, code=act.order.job.code), "cancel")


@deed(
    "cancel",
    "H-I4",
    _("Cancel the order"),
    CENTRE,
    CancelData,
    needs=(_not_after_the_work, loaner_home),
    checks=(_nothing_kept,),
    tone="danger",
)
def cancel(act: Act) -> None:
    """End the order without service; the appointment, the promised calls and a reserved loaner go with it."""
    appointments.give_up(act, act.data["reason"])
    let_go(act)
    give_back(act)
    act.order.callbacks.open().update(state=Callback.VOID)
    act.order.escalation = ""
    act.order.retry_at = None


@deed("reopen", "H-H2", _("Reopen"), MANAGERS, Reason)
def reopen(act: Act) -> None:
    """A finished order comes back to life, by a manager, with the reason."""
    order = act.order
    order.technician = order.satisfied = order.retry_at = order.promised_at = None
    order.no_answers = 0
