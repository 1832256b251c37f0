"""The customer's own word, from their own phone: the rating, the signature, and “still broken” (H-H1, H-H2, H-R2)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from dispatch.actions import guards
from dispatch.actions.callbacks import promise_callback
from dispatch.actions.fields import deed
from dispatch.actions.pictures import PhotosField, SignatureField
from dispatch.lifecycle import Act, Lack, Outcome, act
from dispatch.lifecycle.standard import BAD_RATING
from dispatch.lifecycle.verb import CENTRE
from dispatch.models import Callback, CallbackKind, Escalation, PhotoKind, Priority, RatedHow, State
from dispatch.models.link import Link

HOLDS_FOR = timedelta(days=90)  # how long a repair that was closed is taken up again without a new request


class RatingData(serializers.Serializer):
    """What the customer says of the visit: each part may be left out, something has to be said (H-H1)."""

    rating_repair = serializers.IntegerField(
        label=_("The repair, 1 to 5"), required=False, allow_null=True, min_value=1, max_value=5
    )
    rating_manner = serializers.IntegerField(
        label=_("How you were treated, 1 to 5"), required=False, allow_null=True, min_value=1, max_value=5
    )
    remarks = serializers.CharField(
        label=_("Anything to add?"), required=False, allow_blank=True, max_length=1000, style={"textarea": True}
    )
    signed_by = serializers.CharField(label=_("Your name"), required=False, allow_blank=True, max_length=120)
    signature = SignatureField(label=_("Your signature"), help_text=_("With a finger, if you like"))


def _said_something(act: Act):
    """H-H1: nobody is forced; and an empty form is no rating."""
    if not any(act.data.get(name) for name in RatingData().fields):
        yield Lack("H-H1", "empty", _("Choose a number from 1 to 5, or write a few words."), "rate")


def _note_bad(act: Act) -> None:
    given = [act.data.get(name) for name in ("rating_repair", "rating_manner")]
    act.moves_with["bad"] = any(rating and rating <= BAD_RATING for rating in given)


def _there_was_a_visit(act: Act):
    if act.repair is None:
        yield Lack("H-H1", "no_visit", _("There has been no repair yet that could be rated."))


@deed(
    "rate",
    "H-H1",
    _("Note the customer's rating"),
    CENTRE,
    RatingData,
    prepare=_note_bad,
    needs=(_there_was_a_visit,),
    checks=(_said_something,),
)
def rate(act: Act) -> None:
    """Rated and perhaps signed by the customer; a bad rating is looked after until they are satisfied (H-H2)."""
    record, data = act.repair, act.data
    for name in ("rating_repair", "rating_manner", "remarks", "signed_by"):
        if data.get(name):
            setattr(record, name, data[name])
    if data["signature"] and not record.signed_by:
        record.signed_by = act.order.customer.name
    if record.signed_by:
        record.unsigned_reason = ""
    record.rated_how = RatedHow.PHONE if act.by else RatedHow.LINK
    record.rated_at = act.now
    record.save()
    act.payload["how"] = record.rated_how
    if act.moves_with["bad"]:
        act.order.escalation, act.order.satisfied = Escalation.BAD_RATING, False
        if act.from_state == State.CLOSED:
            promise_callback(act, CallbackKind.ROUTINE, due_at=act.now)


class BrokenData(serializers.Serializer):
    """What is wrong again, in the customer's words, and photos if they help."""

    reason = serializers.CharField(label=_("What is wrong?"), max_length=500, style={"textarea": True})
    photos = PhotosField(kind=PhotoKind.SYMPTOM, label=_("Photos"))


def _while_it_should_hold(act: Act):
    """H-R2: what comes back long after is a new fault, and gets an order of its own."""
    ended = act.order.finished_at
    if ended and ended + HOLDS_FOR < act.now:
        said = _("The repair of {day} is too long ago to be taken up again. Ask for a new visit.")
        yield Lack("H-R2", "too_late", format_lazy(said, day=guards.local(ended, act.order)))


@deed("still_broken", "H-R2", _("Still broken: visit again"), CENTRE, BrokenData, needs=(_while_it_should_hold,))
def still_broken(act: Act) -> None:
    """The customer says that it does not hold, before or after our call: visited again, more urgently (H-R2)."""
    order = act.order
    order.callbacks.open().update(state=Callback.VOID)
    if act.from_state != State.CONSULTING:
        order.returns += 1
    order.satisfied = False
    if order.escalation == Escalation.UNREACHED:  # heard after all
        order.escalation = ""
    order.priority = max(Priority.URGENT, order.priority - 1)
    order.technician = order.retry_at = order.promised_at = None
    order.wish_from = order.wish_to = None
    order.no_answers = 0
    if not act.by:
        act.payload["how"] = RatedHow.LINK


def by_link(link: Link, name: str, now: datetime, raw: dict[str, Any]) -> Outcome:
    """Let the customer do one of these on their own phone; the address is their key. Raises as `lifecycle.act` does."""
    return act(link.order_id, name, None, now, raw, unseen=True)
