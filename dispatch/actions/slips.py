"""Taking an appliance in: at the customer's or at the counter, looked at from outside, signed for (H-F4, H-I4)."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from dispatch.actions import guards, papers
from dispatch.actions.arrive import leave
from dispatch.actions.fields import Moment, Reason, deed, technician_field
from dispatch.actions.loaners import condition_field, goes_out_whole, hand_out
from dispatch.actions.pictures import PhotosField, SignatureField
from dispatch.lifecycle import Act, Lack
from dispatch.lifecycle.verb import FIELD, OFFICE
from dispatch.models import Loan, PaperKind, PhotoKind, ServiceKind, Stage, State, TimerKind, WorkshopJob
from technicians.models import Role

COUNTER = (Role.CLERK, *OFFICE)


class SlipData(serializers.Serializer):
    """What stands on the slip: how it looks, what came with it, who signed, and when it will be back."""

    outside = serializers.CharField(
        label=_("How it looks outside"),
        required=False,
        allow_blank=True,
        max_length=2000,
        style={"textarea": True, "rows": 3},
        help_text=_("Scratches, dents, what is missing; or: no marks"),
    )
    accessories = serializers.CharField(
        label=_("What comes with it"),
        required=False,
        allow_blank=True,
        max_length=240,
        help_text=_("Hoses, remote control, trays"),
    )
    photos = PhotosField(label=_("Photos of the outside"), kind=PhotoKind.OUTSIDE)
    promised_at = Moment(label=_("Back by"), help_text=_("Promised to the customer"))
    signed_by = serializers.CharField(label=_("Signed by"), required=False, allow_blank=True, max_length=120)
    signature = SignatureField(label=_("Signature of the customer"))
    unsigned_reason = serializers.CharField(label=_("Why not signed"), required=False, allow_blank=True, max_length=240)
    lend = serializers.BooleanField(label=_("Hand out the reserved loaner"), default=False)
    loaner_condition = condition_field(
        label=_("Condition of the loaner"), required=False, allow_blank=True, help_text=_("As the customer sees it")
    )


def promise_ahead(act: Act) -> Iterator[Lack]:
    """H-F4: a promise lies ahead."""
    if act.data["promised_at"] <= act.now:
        yield Lack("H-F4", "past", _("That time has passed. Promise a later one."), act.verb.name)


def signer(act: Act) -> str:
    """Return who signed the slip: the name noted, else the customer where there is a signature, else ''."""
    drawn = act.data.get("signature")
    return act.data.get("signed_by") or (act.order.customer.name or str(act.order.customer) if drawn else "")


def _looked_at(act: Act) -> Iterator[Lack]:
    """H-F4: nobody can say later that a scratch was ours."""
    if not act.data.get("outside"):
        said = _("Look at the outside together with the customer and write down how it looks.")
        yield Lack("H-F4", "outside", said, act.verb.name)


def _signed_for(act: Act) -> Iterator[Lack]:
    """H-F4: the customer signs the slip, or it says why not; with a parcel its number stands for that."""
    if act.order.service_kind == ServiceKind.MAIL_IN:
        if not act.data.get("parcel"):
            yield Lack("H-I4", "parcel", _("Note the number of the parcel it came in."), act.verb.name)
    elif not signer(act) and not act.data.get("unsigned_reason"):
        said = _("Have the slip signed, or note why the customer does not sign.")
        yield Lack("H-F4", "signature", said, act.verb.name)


def _loaner_fits(act: Act) -> Iterator[Lack]:
    """H-F4: what is lent out was reserved, looked at, signed for, and is whole."""
    if not act.data.get("lend"):
        return
    loan = act.order.loan
    if loan is None or loan.state != Loan.RESERVED:
        yield Lack("H-F4", "no_loan", _("No unit is reserved for this order."), "reserve_loaner")
        return
    if not act.data.get("loaner_condition"):
        yield Lack("H-F4", "condition", _("Say in which condition the loaner goes out."), act.verb.name)
    if not signer(act):
        yield Lack("H-F4", "loaner_signature", _("A loaner goes out against a signature."), act.verb.name)
    yield from goes_out_whole(act.data.get("loaner_condition"))


ON_THE_SLIP = (promise_ahead, _looked_at, _signed_for, _loaner_fits)


def open_job(act: Act, **more) -> WorkshopJob:
    """Begin the order's stay in the workshop: the slip with its code, the promise with its timer, the loaner.

    What was ready to go back and did not please at the counter stays the same stay (H-H2).
    """
    data, order = act.data, act.order
    order.promised_at, order.outcome_step = data["promised_at"], ""
    looks = {
        "stage": Stage.COLLECTED,
        "stage_since": act.now,
        "outside": data["outside"],
        "accessories": data.get("accessories", ""),
        "taken_at": act.now,
        "taken_by": act.by,
        "signed_by": signer(act),
        "signature": data["signature"].photo if data["signature"] else None,
        "promised_at": data["promised_at"],
    }
    job = order.job or WorkshopJob(order=order)
    for name, value in (looks | more).items():
        setattr(job, name, value)
    job.save()
    order.job = job
    act.start[TimerKind.RETURN_DUE] = data["promised_at"]
    act.payload |= {"slip": order.job.code}
    if data.get("lend"):
        hand_out(act, data["loaner_condition"], signer(act), [])
    return order.job


def _give_slip(act: Act) -> None:
    """H-F4: the customer gets the signed slip with its code."""
    paper = papers.issue(act.order, PaperKind.SLIP, act.now, act.by)
    act.payload["paper"] = paper.pk


class Agreed(serializers.Serializer):
    """The customer's yes."""

    agreed = serializers.BooleanField(label=_("The customer agrees"), default=False)


class PullInData(Reason, Agreed, SlipData):
    """Why it has to come along, how it looks, and by when it will be back."""


def _customer_agrees(act: Act) -> Iterator[Lack]:
    """H-F7: nothing leaves the house against the customer's will."""
    if not act.data.get("agreed"):
        yield Lack("H-F7", "consent", _("The customer has to agree. Otherwise repair it at home as far as it goes."))


@deed("pull_in", "H-F4", _("Take it to the workshop"), FIELD, PullInData, checks=(_customer_agrees, *ON_THE_SLIP))
def pull_in(act: Act) -> None:
    """Take the appliance to the workshop: looked at, signed for, a unit lent meanwhile, a promised return."""
    open_job(act)
    leave(act)
    _give_slip(act)


class TakeInData(SlipData):
    """What is handed over the counter, or comes out of a parcel."""

    parcel = serializers.CharField(label=_("Parcel number"), required=False, allow_blank=True, max_length=80)
    shelf = serializers.CharField(
        label=_("Shelf"),
        required=False,
        allow_blank=True,
        max_length=40,
        help_text=_("If it goes there at once; else it is received in the workshop"),
    )
    bench = technician_field(label=_("Who repairs it"), required=False, allow_null=True)


def brought_in(act: Act) -> Iterator[Lack]:
    """H-I4: only what is carried or mailed in is taken in here; the rest is visited."""
    if not act.order.at_counter:
        way_out = "assign" if act.order.state == State.READY else ""
        yield Lack("H-I4", "visited", _("This one is repaired at the customer's. Assign a technician."), way_out)


def bench_of_outlet(act: Act) -> Iterator[Lack]:
    """H-F4: who repairs it works where it lies."""
    bench = act.data.get("bench")
    if bench and bench.outlet_id != act.order.outlet_id:
        yield Lack("H-F4", "other_outlet", _("That technician works for another outlet."), act.verb.name)


@deed(
    "take_in",
    "H-I4",
    _("Take it in"),
    COUNTER,
    TakeInData,
    needs=(brought_in, guards.complete),
    checks=(*ON_THE_SLIP, bench_of_outlet),
    tone="primary",
)
def take_in(act: Act) -> None:
    """Carried in or out of a parcel: looked at, a slip for the customer, a promised day. There is no visit."""
    data = act.data
    there = {"stage": Stage.RECEIVED, "shelf": data["shelf"]} if data.get("shelf") else {}
    open_job(act, parcel=data.get("parcel", ""), bench=data.get("bench"), **there)
    _give_slip(act)
