"""Units lent to customers: reserved before leaving, lent against a signature, looked at when back (H-A6, H-F4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Case, QuerySet, When
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from customers.reading import remembered
from dispatch.actions.closing import settles
from dispatch.actions.fields import Code, Nothing, deed
from dispatch.actions.pictures import PhotosField, SignatureField
from dispatch.lifecycle import Act, Lack
from dispatch.lifecycle.standard import WORKSHOP_WITHIN
from dispatch.lifecycle.verb import FIELD, OFFICE
from dispatch.models import Loan, PhotoKind, ServiceOrder
from technicians.models import Loaner, Role
from technicians.models.loaner import Condition

LENDERS = (Role.CLERK, *FIELD, *OFFICE)
LENT = (Loan.RESERVED, Loan.OUT)
WEAR = [Condition.GOOD, Condition.WORN, Condition.DAMAGED]  # from the best to the worst


@remembered(lambda order: (order.outlet_id, order.appliance.category_id, order.appliance.brand_id))
def free_units(order: ServiceOrder) -> QuerySet[Loaner]:
    """Return the units that can be lent for an order: of its outlet and category, whole, and with nobody (H-A6).

    The customer's own brand first, and those in good condition.
    """
    lent = Loan.objects.filter(state__in=LENT).values("loaner")
    units = Loaner.objects.usable().filter(outlet_id=order.outlet_id).exclude(pk__in=lent)
    if order.appliance.category_id:
        units = units.filter(category_id=order.appliance.category_id)
    other_brand = Case(When(brand_id=order.appliance.brand_id or 0, then=0), default=1)
    return units.select_related("brand", "category").order_by(other_brand, "condition", "code")


def loaner_field(**how) -> Code:
    """Return a field for a unit of the pool, by the code on its label."""
    how = {"label": _("Loaner")} | how
    return Code(slug_field="code", queryset=Loaner.objects.select_related("brand"), **how)


def condition_field(**how) -> serializers.ChoiceField:
    """Return a field for how a unit looks and works."""
    return serializers.ChoiceField(choices=Condition.choices, **how)


class ReserveData(serializers.Serializer):
    """Which unit goes along."""

    loaner = loaner_field()


def _no_other_unit(act: Act) -> Iterator[Lack]:
    """H-F4: one unit for an order at a time."""
    loan = act.order.loan
    if loan is not None:
        out = loan.state == Loan.OUT
        said = _("{loaner} is with the customer already.") if out else _("{loaner} is reserved for this order already.")
        way_out = "take_back_loaner" if out else "release_loaner"
        yield Lack("H-F4", "has_loan", format_lazy(said, loaner=loan.loaner), way_out)


def lendable(order: ServiceOrder, loaner: Loaner, verb: str) -> Iterator[Lack]:
    """H-A6, H-F4: the unit is of this outlet and kind, whole, and lent to nobody else. Its row is locked for that.

    Lock order: order, then technician, then other rows; so two who want the same unit wait for each other here.
    """
    unit = Loaner.objects.select_for_update(no_key=True).get(pk=loaner.pk)
    if unit.outlet_id != order.outlet_id:
        yield Lack("H-A6", "other_outlet", format_lazy(_("{loaner} belongs to another outlet."), loaner=unit), verb)
    if order.appliance.category_id and unit.category_id != order.appliance.category_id:
        said = format_lazy(
            _("{loaner} is no {wanted}. Choose a unit of the customer's kind."),
            loaner=unit,
            wanted=order.appliance.category,
        )
        yield Lack("H-A6", "other_category", said, verb)
    if unit.retired or unit.condition == Condition.DAMAGED:
        said = format_lazy(_("{loaner} is out of the pool: retired or damaged."), loaner=unit)
        yield Lack("H-F4", "unfit", said, verb)
    other = Loan.objects.filter(loaner=unit, state__in=LENT).exclude(order=order).first()
    if other:
        said = _("{loaner} is with the customer of order {order}. It is lent once at a time: choose another one.")
        if other.state == Loan.RESERVED:
            said = _("{loaner} is reserved for order {order}. It is lent once at a time: choose another one.")
        yield Lack("H-F4", "lent", format_lazy(said, loaner=unit, order=f"{other.order_id:06d}"), verb)


def _can_be_lent(act: Act) -> Iterator[Lack]:
    if act.data.get("loaner"):
        yield from lendable(act.order, act.data["loaner"], act.verb.name)


@deed(
    "reserve_loaner",
    "H-A6",
    _("Reserve a loaner"),
    LENDERS,
    ReserveData,
    needs=(_no_other_unit,),
    checks=(_can_be_lent,),
)
def reserve_loaner(act: Act) -> None:
    """It may not be repaired at home: a unit goes along, and nobody else is promised it."""
    act.order.loan = Loan.objects.create(order=act.order, loaner=act.data["loaner"], reserved_at=act.now)


def _is_reserved(act: Act) -> Iterator[Lack]:
    loan = act.order.loan
    if loan is None:
        yield Lack("H-A6", "no_loan", _("No unit is reserved for this order."))
    elif loan.state == Loan.OUT:
        said = format_lazy(_("{loaner} is with the customer. Take it back instead."), loaner=loan.loaner)
        yield Lack("H-F4", "loaner_out", said, "take_back_loaner")


@deed("release_loaner", "H-A6", _("Release the loaner"), LENDERS, Nothing, needs=(_is_reserved,))
def release_loaner(act: Act) -> None:
    """Not needed after all: the unit is free for others."""
    act.payload["loaner"] = act.order.loan.loaner_id
    let_go(act)


def let_go(act: Act) -> None:
    """Free a unit that is only reserved for an order; one that is with the customer stays owed."""
    act.order.loans.filter(state=Loan.RESERVED).update(state=Loan.RELEASED)
    act.order.__dict__.pop("loan", None)


def loaner_home(act: Act) -> Iterator[Lack]:
    """H-F4: an order does not end while a unit of ours is with its customer."""
    if act.order.loaner_due_at:
        loan = act.order.loan
        said = format_lazy(_("{loaner} is still with the customer. Take it back first."), loaner=loan and loan.loaner)
        yield Lack("H-F4", "loaner_out", said, "take_back_loaner")


class HandOutData(serializers.Serializer):
    """How the unit goes out, and who takes it."""

    loaner = loaner_field(required=False, allow_null=True, help_text=_("Empty: the one that is reserved"))
    condition = condition_field(label=_("Condition"), help_text=_("Look at it together with the customer"))
    photos = PhotosField(label=_("Photos of the loaner"), kind=PhotoKind.LOANER_OUT)
    signed_by = serializers.CharField(label=_("Signed by"), max_length=120)
    signature = SignatureField(label=_("Signature of the customer"))
    note = serializers.CharField(label=_("Note"), required=False, allow_blank=True, max_length=240)


def _not_out_yet(act: Act) -> Iterator[Lack]:
    loan = act.order.loan
    if loan is not None and loan.state == Loan.OUT:
        said = format_lazy(_("{loaner} is with the customer already."), loaner=loan.loaner)
        yield Lack("H-F4", "loaner_out", said, "take_back_loaner")


def _there_is_a_unit(act: Act) -> Iterator[Lack]:
    if not act.data.get("loaner") and act.order.loan is None:
        yield Lack("H-F4", "no_loan", _("No unit is reserved. Choose one."), "reserve_loaner")


def goes_out_whole(condition: str | None) -> Iterator[Lack]:
    """H-F4: nobody is lent something broken."""
    if condition == Condition.DAMAGED:
        yield Lack("H-F4", "damaged", _("A damaged unit is not lent out. Choose another one."), "release_loaner")


@deed(
    "hand_out_loaner",
    "H-F4",
    _("Hand out the loaner"),
    LENDERS,
    HandOutData,
    needs=(_not_out_yet,),
    checks=(_there_is_a_unit, _can_be_lent, lambda act: goes_out_whole(act.data["condition"])),
)
def hand_out_loaner(act: Act) -> None:
    """The customer has a unit until theirs is back: how it looked, and who signed for it."""
    chosen = act.data.get("loaner")
    if chosen and act.order.loan and act.order.loan.loaner_id != chosen.pk:
        let_go(act)
    if act.order.loan is None:
        act.order.loan = Loan(order=act.order, loaner=chosen, reserved_at=act.now)
    hand_out(act, act.data["condition"], act.data["signed_by"], act.data["photos"], note=act.data.get("note", ""))


def hand_out(act: Act, condition: str, signed_by: str, photos: list, note: str = "") -> None:
    """Write down that the order's unit goes to the customer now; it is due back with their own appliance."""
    loan = act.order.loan
    loan.state, loan.out_at, loan.condition_out, loan.signed_by = Loan.OUT, act.now, condition, signed_by
    loan.note = note or loan.note
    loan.signature = act.data["signature"].photo if act.data.get("signature") else None
    loan.save()
    keep_photos(loan, photos)
    act.order.loaner_due_at = act.order.promised_at or act.now + WORKSHOP_WITHIN
    act.payload["loaner"] = loan.loaner_id


def keep_photos(loan: Loan, photos: list) -> None:
    """Add pictures to the unit's own, so that the next customer's look can be compared with them."""
    if photos:
        loan.loaner.photos.add(*[one.photo for one in photos])


def due_with_the_appliance(act: Act, promised_at: datetime) -> None:
    """Move the unit's return with the appliance's, when one is out."""
    if act.order.loaner_due_at:
        act.order.loaner_due_at = promised_at


class TakeBackData(serializers.Serializer):
    """How the unit comes back."""

    condition = condition_field(label=_("Condition"), help_text=_("Compare it with how it went out"))
    photos = PhotosField(label=_("Photos of the loaner"), kind=PhotoKind.LOANER_BACK)
    note = serializers.CharField(
        label=_("What is different"), required=False, allow_blank=True, max_length=240, style={"textarea": True}
    )


def _is_out(act: Act) -> Iterator[Lack]:
    loan = act.order.loan
    if loan is None or loan.state != Loan.OUT:
        yield Lack("H-F4", "no_loan", _("No unit is with this customer."))


def told_what(condition: str | None, note: str, verb: str) -> Iterator[Lack]:
    """H-F4: damage is put into words, with the customer there."""
    if condition == Condition.DAMAGED and not note:
        yield Lack("H-F4", "damage_note", _("Write down what is damaged."), verb)


@deed(
    "take_back_loaner",
    "H-F4",
    _("Take the loaner back"),
    LENDERS,
    TakeBackData,
    prepare=settles("loaner"),
    needs=(_is_out,),
    checks=(lambda act: told_what(act.data["condition"], act.data.get("note", ""), act.verb.name),),
)
def take_back_loaner(act: Act) -> None:
    """The unit is back: compared with how it went out; a damaged one leaves the pool."""
    take_back(act, act.data["condition"], act.data["photos"], act.data.get("note", ""))


def take_back(act: Act, condition: str, photos: list, note: str = "") -> None:
    """Write down that the customer gave the unit back, and in which condition it goes on."""
    loan = act.order.loan
    loan.state, loan.back_at, loan.condition_back = Loan.BACK, act.now, condition
    loan.note = note or loan.note
    loan.save()
    Loaner.objects.filter(pk=loan.loaner_id).update(condition=condition)
    keep_photos(loan, photos)
    act.order.loan, act.order.loaner_due_at = None, None
    act.payload["loaner"] = loan.loaner_id
    if came_back_worse(loan):
        act.payload |= {"worse": True, "next": ["file_claim"]}  # H-F8: the centre decides who pays


def came_back_worse(loan: Loan) -> bool:
    """True when a unit came back in a worse condition than it went out."""
    if not loan.condition_back or not loan.condition_out:
        return False
    return WEAR.index(loan.condition_back) > WEAR.index(loan.condition_out)
