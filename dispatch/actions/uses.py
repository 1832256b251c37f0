"""Parts put in and taken out again: serial numbers in and out, and the old part's way back (H-F7, H-W4)."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from customers.reading import of_order, remembered
from dispatch.actions.fields import deed
from dispatch.actions.part_fields import OfOrder, fits_model, part_field, quantity_field, too_few, warehouse_field
from dispatch.actions.parts import KEEPERS, standing, why
from dispatch.lifecycle import Act, GuardsUnmet, Lack
from dispatch.models import PartUse, Reservation, State
from technicians import stock
from technicians.models import Move, Warehouse, WarehouseKind
from technicians.stock import NotEnough

OLD = [choice for choice in PartUse.OLD if choice[0] != "depot"]  # only the clerk takes it in there


class UseData(serializers.Serializer):
    """What went in, its number, the number of what came out, and where that is."""

    part = part_field()
    quantity = quantity_field(max_value=99)
    serial_in = serializers.CharField(
        label=_("Serial number in"), required=False, allow_blank=True, max_length=80, help_text=_("On the new part")
    )
    serial_out = serializers.CharField(
        label=_("Serial number out"), required=False, allow_blank=True, max_length=80, help_text=_("On the old part")
    )
    old = serializers.ChoiceField(
        label=_("Old part"),
        choices=OLD,
        required=False,
        allow_blank=True,
        help_text=_("Under warranty it stays with the company"),
        style={"base_template": "select.html"},
    )
    warehouse = warehouse_field(label=_("Taken from"), help_text=_("Empty: what is reserved, then the van"))

    def validate(self, data: dict) -> dict:
        """Numbers are compared without minding case or blanks at the ends; the old part is usually taken along."""
        for name in ("serial_in", "serial_out"):
            data[name] = data.get(name, "").strip().upper()
        data["old"] = data.get("old") or ("technician" if data["part"].return_old else "none")
        return data


def serial_told(act: Act) -> Iterator[Lack]:
    """H-F7: a part with a serial number is written down with it, one by one, and is in one appliance only."""
    part, serial = act.data["part"], act.data["serial_in"]
    if part.serialised and not serial:
        yield Lack("H-F7", "serial", _("Write down the serial number on the new part."), "use_part")
    if serial and act.data["quantity"] > 1:
        yield Lack("H-F7", "one_by_one", _("Parts with serial numbers are put in one by one."), "use_part")
    other = PartUse.objects.filter(part=part, serial_in=serial).first() if serial else None
    if other:
        said = format_lazy(
            _("A part with this number is on record in order {order} already. Look at the number again."),
            order=f"{other.order_id:06d}",
        )
        yield Lack("H-F7", "serial_used", said, "use_part")


def old_part_comes_back(act: Act) -> Iterator[Lack]:
    """H-W4: what is taken out under warranty stays with the company."""
    old = act.data["old"]
    if not act.order.in_warranty:
        return
    if old == "customer":
        yield Lack(
            "H-W4", "old_part", _("Under warranty the old part stays with the company: take it along."), "use_part"
        )
    elif old == "none" and act.data["part"].return_old:
        yield Lack(
            "H-W4", "old_part", _("Under warranty the old part goes back to the depot. Where is it?"), "use_part"
        )


def quote_said_yes(act: Act) -> Iterator[Lack]:
    """H-F2: no chargeable work before the customer accepted the quote."""
    if act.repair and act.repair.quoted and not act.repair.quote_accepted:
        yield Lack("H-F2", "quote", _("Have the quote accepted before you put in parts."), "accept_quote")


@deed(
    "use_part",
    "H-F7",
    _("Put in a part"),
    KEEPERS,
    UseData,
    needs=(quote_said_yes,),
    checks=(fits_model, serial_told, old_part_comes_back),
)
def use_part(act: Act) -> None:
    """A part goes into the appliance: off the shelf or out of the van, with its number, onto the record."""
    data, order = act.data, act.order
    move = _draw(act)
    PartUse.objects.create(
        order=order,
        repair=act.repair,
        part=data["part"],
        quantity=data["quantity"],
        move=move,
        serial_in=data["serial_in"],
        serial_out=data["serial_out"],
        covered=bool(order.in_warranty),
        old=data["old"],
        at=act.now,
        by=act.by,
    )
    _onto_record(act)
    act.payload |= {"part": data["part"].code, "warehouse": move.source.code} | {
        name: data[name] for name in ("serial_in", "serial_out", "old")
    }


def _draw(act: Act) -> Move:
    """Take the parts: what is promised to the order first, then the van or the shelf. Refused with what is free."""
    part, quantity = act.data["part"], act.data["quantity"]
    promised = sorted(standing(act.order).filter(part=part), key=lambda one: one.state != Reservation.LOADED)
    for place in _sources(act, promised):
        here = [one for one in promised if one.warehouse_id == place.pk]
        held = min(quantity, sum(one.quantity for one in here))
        try:
            move = stock.take(place, part, quantity, why(act), serial=act.data["serial_in"], held=held)
        except NotEnough:
            continue
        _used_up(here, held)
        return move
    raise GuardsUnmet("H-A3", [too_few(part, quantity, act.order, act.by)])


def _sources(act: Act, promised: list[Reservation]) -> list[Warehouse]:
    """Return where a part is taken from, in order: as said; else where it is promised, the van, the outlet."""
    if act.data.get("warehouse"):
        return [act.data["warehouse"]]
    places = stock.places_for(act.order.outlet_id, act.order.technician)
    near = [place for place in places if place.kind != WarehouseKind.CENTRE]
    if act.order.state == State.IN_WORKSHOP:  # at the bench the shelf is nearer than the van
        near.sort(key=lambda place: place.kind == WarehouseKind.VAN)
    return list({place.pk: place for place in [*(one.warehouse for one in promised), *near]}.values())


def _used_up(reservations: list[Reservation], used: int) -> None:
    """Take `used` pieces off what was promised."""
    for one in reservations:
        many = min(used, one.quantity)
        used -= many
        if many == one.quantity:
            one.state = Reservation.USED
        else:
            one.quantity -= many
        one.save(update_fields=["state", "quantity"])


class TakeOutData(serializers.Serializer):
    """Which of the parts put in."""

    use = OfOrder(label=_("Part put in"), queryset=PartUse.objects.all())


def something_put_in(act: Act) -> Iterator[Lack]:
    """H-F7: there is something to take out."""
    if not used_on(act.order):
        yield Lack("H-F7", "nothing_put_in", _("No part was put in on this order."), "use_part")


def _old_one_still_out(act: Act) -> Iterator[Lack]:
    """H-W4: whose old part is at the depot already was changed for good."""
    if act.data["use"].old == "depot":
        yield Lack("H-W4", "in_depot", _("Its old part is back at the depot already."))


@deed(
    "take_out_part",
    "H-F7",
    _("Take a part out again"),
    KEEPERS,
    TakeOutData,
    needs=(something_put_in,),
    checks=(_old_one_still_out,),
)
def take_out_part(act: Act) -> None:
    """It was not needed after all: back to where it came from; the ledger keeps both ways."""
    use = act.data["use"]
    back = use.move.source if use.move_id else stock.store_of(act.order.outlet)
    stock.give_back(back, use.part, use.quantity, why(act), use.serial_in)
    act.payload |= {"part": use.part.code, "quantity": use.quantity, "serial": use.serial_in}
    use.delete()
    _onto_record(act)


@remembered(of_order)
def used_on(order) -> QuerySet[PartUse]:
    """Return the parts put in on an order, with their names."""
    return with_names(PartUse.objects.filter(order=order))


def with_names(rows: QuerySet[PartUse]) -> QuerySet[PartUse]:
    """Join what a reader of parts put in is told."""
    return rows.select_related("part", "move__source", "by")


def parts_text(uses: list[PartUse]) -> str:
    """Return the parts put in as the repair record says them; "" when there are none."""
    said = (
        f"{use.part.code} {use.part.name}"
        + (f" × {use.quantity}" if use.quantity > 1 else "")
        + (f" ({use.serial_in})" if use.serial_in else "")
        for use in uses
    )
    return ", ".join(said)[:500]


def _onto_record(act: Act) -> None:
    """The record's own text of parts is what was really put in."""
    if act.repair:
        act.repair.parts = parts_text(list(used_on(act.order).filter(repair=act.repair)))
        act.repair.save(update_fields=["parts"])
