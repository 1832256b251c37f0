"""Parts held for an order: reserved, loaded into the van, let go, done without (H-A3)."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from customers.reading import of_order, remembered
from dispatch.actions.fields import Nothing, Reason, deed
from dispatch.actions.part_fields import (
    OfOrder,
    fits_model,
    part_field,
    quantity_field,
    told,
    too_few,
    warehouse_field,
)
from dispatch.lifecycle import Act, GuardsUnmet, Lack
from dispatch.lifecycle.verb import FIELD, OFFICE, on_entry
from dispatch.models import FINISHED, Requisition, RequisitionState, Reservation, ServiceOrder, State
from technicians import stock
from technicians.models import MoveKind, Part, Role, Warehouse
from technicians.stock import Entry, NotEnough, Why

KEEPERS = (Role.CLERK, *FIELD, *OFFICE)
HELD, LOADED = Reservation.HELD, Reservation.LOADED
ON_THE_WAY = (RequisitionState.ASKED, RequisitionState.APPROVED)
GONE = (RequisitionState.REFUSED, RequisitionState.CANCELLED)  # parts that will not come


@remembered(of_order)
def standing(order: ServiceOrder) -> QuerySet[Reservation]:
    """Return what is promised to an order and not used yet. The states stay literal: its index is a partial one."""
    return still_standing(Reservation.objects.filter(order=order))


def still_standing(rows: QuerySet[Reservation]) -> QuerySet[Reservation]:
    """Return those that are promised and not used yet, with their parts and places."""
    return rows.filter(state__in=["held", "loaded"]).select_related("part", "warehouse").order_by("pk")


def why(act: Act, note: str = "") -> Why:
    """Return what the ledger says of an act."""
    return Why(act.now, act.by, act.order.pk, note)


def reserve(act: Act, part: Part, quantity: int, places: list[Warehouse]) -> Reservation | None:
    """Promise parts to the order in the first of `places` that has enough of them free; None when none has."""
    for place in places:
        try:
            stock.hold(place, [(part, quantity)])
        except NotEnough:
            continue
        state = LOADED if _in_own_van(act.order, place) else HELD
        return Reservation.objects.create(
            order=act.order, part=part, warehouse=place, quantity=quantity, state=state, at=act.now, by=act.by
        )
    return None


def _in_own_van(order: ServiceOrder, place: Warehouse) -> bool:
    return bool(order.technician_id) and place.technician_id == order.technician_id


class ReserveData(serializers.Serializer):
    """Which part, how many, and from where."""

    part = part_field()
    quantity = quantity_field()
    warehouse = warehouse_field(help_text=_("Empty: the van, then the outlet, then the centre"))


@deed("reserve_part", "H-A3", _("Reserve a part"), KEEPERS, ReserveData, checks=(fits_model,))
def reserve_part(act: Act) -> None:
    """Promise a part to this order, as near to the technician as there is one."""
    part, quantity, named = act.data["part"], act.data["quantity"], act.data.get("warehouse")
    places = [named] if named else stock.places_for(act.order.outlet_id, act.order.technician)
    found = reserve(act, part, quantity, places)
    if found is None:
        raise GuardsUnmet("H-A3", [too_few(part, quantity, act.order, act.by)])
    act.payload |= {"part": part.code, "quantity": quantity, "warehouse": found.warehouse.code}


class ReleaseData(serializers.Serializer):
    """Which of the promised parts."""

    reservation = OfOrder(label=_("Reserved part"), queryset=Reservation.objects.filter(state__in=[HELD, LOADED]))


def something_reserved(act: Act) -> Iterator[Lack]:
    """H-A3: there is something to let go of."""
    if not standing(act.order):
        yield Lack("H-A3", "nothing_reserved", _("Nothing is reserved for this order."), "reserve_part")


@deed("release_part", "H-A3", _("Let go of a part"), KEEPERS, ReleaseData, needs=(something_reserved,))
def release_part(act: Act) -> None:
    """It is not needed for this order after all: others may have it."""
    _release(act, [act.data["reservation"]])


def _release(act: Act, reservations: list[Reservation]) -> None:
    """Let go of parts; the balances in one order, so that nobody waits in a ring."""
    if not reservations:
        return
    for one in sorted(reservations, key=lambda row: (row.warehouse_id, row.part_id)):
        stock.release(one.warehouse, [(one.part, one.quantity)])
    Reservation.objects.filter(pk__in=[one.pk for one in reservations]).update(state=Reservation.RELEASED)
    act.payload["released"] = [f"{one.quantity} × {one.part.code}" for one in reservations]


def not_loaded(order: ServiceOrder) -> list[Reservation]:
    """Return what is promised to the order and not in its technician's van."""
    return [one for one in standing(order) if not (one.state == LOADED and _in_own_van(order, one.warehouse))]


def something_to_load(act: Act) -> Iterator[Lack]:
    """H-A3: there is something to carry to the van."""
    if not not_loaded(act.order):
        yield Lack("H-A3", "nothing_to_load", _("Nothing waits to be loaded for this order."), "reserve_part")


@deed("load_parts", "H-A3", _("Load the parts"), KEEPERS, Nothing, needs=(something_to_load,))
def load_parts(act: Act) -> None:
    """Everything promised to the order goes into the technician's van, in one act."""
    load_all(act)


def load_all(act: Act) -> None:
    """Carry what is promised into the van of the order's technician, still promised; in one write to the ledger."""
    waiting = not_loaded(act.order)
    if not waiting:
        return
    van = stock.van_of(act.order.technician)
    carried = [
        Entry(MoveKind.TRANSFER, one.part, one.quantity, one.warehouse, van, held=one.quantity, hold=one.quantity)
        for one in waiting
        if one.warehouse_id != van.pk
    ]
    with told(act):
        stock.write(carried, why(act))
    Reservation.objects.filter(pk__in=[one.pk for one in waiting]).update(state=LOADED, warehouse=van)
    act.payload["loaded"] = [f"{one.quantity} × {one.part.code}" for one in waiting]


def something_to_waive(act: Act) -> Iterator[Lack]:
    """H-A3: there is something to go without."""
    if not not_loaded(act.order):
        yield Lack("H-A3", "nothing_to_load", _("Nothing waits to be loaded for this order."))


@deed("waive_parts", "H-A3", _("Go without the parts"), KEEPERS, Reason, needs=(something_to_waive,))
def waive_parts(act: Act) -> None:
    """Leave without what was reserved, with a reason; others may have it."""
    _release(act, not_loaded(act.order))


def parts_loaded(act: Act) -> Iterator[Lack]:
    """H-A3: what was reserved is in the van, or was expressly done without."""
    for one in not_loaded(act.order):
        said = format_lazy(
            _("Not in the van yet: {quantity} × {part}, in {warehouse}."),
            quantity=one.quantity,
            part=f"{one.part.code} {one.part.name}",
            warehouse=one.warehouse.name,
        )
        yield Lack("H-A3", f"part_{one.part.code}", said, "load_parts")


@remembered(of_order)
def awaited(order: ServiceOrder) -> list[Requisition]:
    """Return what was requested for an order and is not here yet."""
    return list(Requisition.objects.open().filter(order=order).select_related("part", "source", "target"))


@remembered(of_order)
def requested(order: ServiceOrder) -> list[Requisition]:
    """Return what was requested for an order and came or may still come, by the number of the part."""
    rows = Requisition.objects.filter(order=order).exclude(state__in=GONE)
    return list(rows.select_related("part").order_by("part__code"))


@on_entry(State.CHARGED, *FINISHED)
def let_go(act: Act) -> None:
    """After the work, or when nothing comes of it, what was promised and not used is free again (H-A3)."""
    if act.from_state in (State.FOLLOW_UP, State.REQUESTED, State.NEEDS_INFO):
        return  # let go when it was charged, or never promised
    _release(act, list(standing(act.order)))
    if act.order.state in FINISHED:
        asked = Requisition.objects.filter(order=act.order, state=RequisitionState.ASKED)
        asked.update(state=RequisitionState.CANCELLED, decided_at=act.now)
