"""Parts asked for: approved with a day, or refused; arrived, and the order that waited wakes (H-A3, H-F3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from dispatch.actions.arrive import leave
from dispatch.actions.fields import Day, deed
from dispatch.actions.part_fields import OfOrder, fits_model, part_field, quantity_field, told, warehouse_field
from dispatch.actions.parts import HELD as PROMISED
from dispatch.actions.parts import KEEPERS, reserve, standing, why
from dispatch.lifecycle import Act, Lack, verb
from dispatch.lifecycle.verb import CLOCK, OFFICE
from dispatch.models import Requisition, RequisitionState, Reservation, ServiceOrder, State, TimerKind
from dispatch.models.states import HELD
from technicians import stock
from technicians.models import MoveKind, Part, Role, User, WarehouseKind
from technicians.stock import Entry, NoSuchPart, SeveralParts, Why

CLERKS = (Role.CLERK, *OFFICE)
ASKED, APPROVED = RequisitionState.ASKED, RequisitionState.APPROVED
# While the part can still be of use to the order that asked for it
WANTS_PARTS = (State.READY, State.ASSIGNED, *HELD, State.IN_WORKSHOP)


class RequestData(serializers.Serializer):
    """Which part, how many, and what for."""

    part = part_field()
    quantity = quantity_field(max_value=99)
    reason = serializers.CharField(label=_("What for"), required=False, allow_blank=True, max_length=240)


@deed("request_part", "H-A3", _("Request a part"), KEEPERS, RequestData, checks=(fits_model,))
def request_part(act: Act) -> None:
    """Ask the outlet for a part that is not there; a clerk approves it with a day."""
    _ask(act, act.data["part"], act.data["quantity"], act.data.get("reason", ""))
    act.payload["part"] = act.data["part"].code


def _ask(act: Act, part: Part, quantity: int, reason: str = "") -> Requisition:
    return Requisition.objects.create(
        order=act.order,
        outlet=act.order.outlet,
        part=part,
        quantity=quantity,
        target=stock.store_of(act.order.outlet),
        asked_at=act.now,
        asked_by=act.by,
        reason=reason,
    )


def ask_for(act: Act, text: str) -> bool:
    """Reserve what is near, request what is not; words that are no part stay words. True when all of it is reserved.

    Numbers and names come separated by commas or lines; "2 × DP-001" asks for two.
    """
    fits, wanted, words = stock.fitting(act.order.appliance), {}, []
    for said in filter(None, map(str.strip, re.split(r"[,，、;；\n]", text))):
        many, name = _many(said)
        try:
            part = stock.the_part(name, fits)
        except (NoSuchPart, SeveralParts):
            words.append(said)
            continue
        wanted[part] = wanted.get(part, 0) + many
    if not wanted:  # words alone: nothing to look up
        return False
    have = {one.part_id for one in standing(act.order)}
    have |= set(Requisition.objects.open().filter(order=act.order).values_list("part_id", flat=True))
    places = stock.places_for(act.order.outlet_id, act.order.technician)
    near = [place for place in places if place.kind != WarehouseKind.CENTRE]
    kept, asked = [], []
    for part in sorted(wanted, key=lambda one: one.pk):  # in one order, so that nobody waits in a ring
        if part.pk in have:
            continue
        (kept if reserve(act, part, wanted[part], near) else asked).append(part)
    for part in asked:
        _ask(act, part, wanted[part])
    act.payload |= {"reserved": [part.code for part in kept], "requested": [part.code for part in asked]}
    return not asked and not words


def _many(said: str) -> tuple[int, str]:
    """Read "2 × DP-001" and "DP-001 x2" as (2, "DP-001")."""
    found = re.fullmatch(r"(\d{1,2})\s*[x×*]\s*(.+)", said) or re.fullmatch(r"(.+?)\s+[x×*]\s*(\d{1,2})", said)
    if not found:
        return 1, said
    many, name = found.groups() if found[1].isdigit() else found.groups()[::-1]
    return max(int(many), 1), name


class DecideData(serializers.Serializer):
    """Approved with a day and a source, or refused with a reason."""

    requisition = OfOrder(label=_("Requisition"), queryset=Requisition.objects.all())
    decision = serializers.ChoiceField(
        label=_("Decision"), choices=[("approve", _("Approve")), ("refuse", _("Refuse"))]
    )
    expected_on = Day(label=_("Expected on"), required=False, allow_null=True)
    source = warehouse_field(label=_("From"), help_text=_("Empty: ordered from the maker"))
    reason = serializers.CharField(label=_("Reason"), required=False, allow_blank=True, max_length=240)


def something_requested(act: Act) -> Iterator[Lack]:
    """H-A3: something was requested for this order that is not here yet."""
    if not Requisition.objects.open().filter(order=act.order).exists():
        yield Lack("H-A3", "nothing_requested", _("Nothing is on its way for this order."), _way_out(act))


def _way_out(act: Act) -> str:
    return "request_part" if act.order.state in WANTS_PARTS else ""


def still_open(act: Act) -> Iterator[Lack]:
    """H-A3: it was not decided against, and is not here yet."""
    yield from open_one(act.data["requisition"])


def open_one(requisition: Requisition) -> Iterator[Lack]:
    """Yield what stands in the way of deciding or receiving a requisition."""
    if requisition.state not in (ASKED, APPROVED):
        said = _("This requisition is settled already: {state}.")
        yield Lack("H-A3", "settled", str(said).format(state=requisition.get_state_display()))


def well_decided(data: dict, requisition: Requisition, today: date) -> Iterator[Lack]:
    """H-A3: an approval says when the part comes, a refusal says why."""
    if data["decision"] == "refuse" and not data.get("reason"):
        yield Lack("H-A3", "reason", _("Say why it is refused; the technician reads it."))
    if data["decision"] == "approve" and not data.get("expected_on"):
        yield Lack("H-A3", "expected_on", _("Say on which day it is expected."))
    elif data["decision"] == "approve" and data["expected_on"] < today:
        yield Lack("H-A3", "past", _("That day has passed. Choose a later one."))
    if data.get("source") and data["source"].pk == requisition.target_id:
        yield Lack("H-A3", "same_place", _("It can't come from where it goes to."))


def _well_decided(act: Act) -> Iterator[Lack]:
    today = act.now.astimezone(act.order.outlet.tz).date()
    yield from well_decided(act.data, act.data["requisition"], today)


@deed(
    "decide_part",
    "H-A3",
    _("Decide a requisition"),
    CLERKS,
    DecideData,
    needs=(something_requested,),
    checks=(still_open, _well_decided),
)
def decide_part(act: Act) -> None:
    """Approve it with a day, told to the customer who waits; or refuse it, with a reason."""
    with told(act, "decide_part"):
        decide(act.data["requisition"], act.data, act.by, act.now)
    order, source = act.order, act.data.get("source")
    act.payload |= {"part": act.data["requisition"].part.code, "source": source.code if source else ""}
    if order.state == State.AWAITING_PARTS:
        order.promised_at = promised_by_parts(order)
        if order.promised_at:
            act.start[TimerKind.PART_DUE] = max(order.promised_at, act.now)


def decide(requisition: Requisition, data: dict, by: User, now: datetime) -> None:
    """Write a decision down; what comes from a warehouse of ours is kept there for it. Raises NotEnough."""
    if requisition.state == APPROVED and requisition.source:  # decided anew: what was kept for it is free first
        stock.release(requisition.source, [(requisition.part, requisition.quantity)])
    approved = data["decision"] == "approve"
    requisition.state = APPROVED if approved else RequisitionState.REFUSED
    requisition.source = data.get("source") if approved else None
    requisition.expected_on = data.get("expected_on") if approved else None
    requisition.decided_at, requisition.decided_by = now, by
    requisition.reason = data.get("reason") or requisition.reason
    requisition.save()
    if requisition.source:
        stock.hold(requisition.source, [(requisition.part, requisition.quantity)])


def promised_by_parts(order: ServiceOrder) -> datetime | None:
    """Return the close of the day on which the last of the approved parts is expected; None when none is."""
    days = Requisition.objects.open().filter(order=order, expected_on__isnull=False)
    last = max(days.values_list("expected_on", flat=True), default=None)
    return last and datetime.combine(last, order.outlet.cutoff, order.outlet.tz).astimezone(UTC)


class CameData(serializers.Serializer):
    """Which requisition has arrived."""

    requisition = OfOrder(label=_("Requisition"), queryset=Requisition.objects.all())


def _wakes(act: Act) -> None:
    """H-F3: the last part that was waited for wakes the order, unless the technician is still at the customer's."""
    others = Requisition.objects.open().filter(order=act.order).exclude(pk=act.data["requisition"].pk)
    waits = act.order.state == State.AWAITING_PARTS and not (act.visit and act.visit.arrived_at)
    act.moves_with["last"] = waits and not others.exists()


@deed(
    "part_came",
    "H-A3",
    _("The part has arrived"),
    CLERKS,
    CameData,
    prepare=_wakes,
    needs=(something_requested,),
    checks=(still_open,),
)
def part_came(act: Act) -> None:
    """Into the store, kept for the order; with the last one the technician agrees a new time (H-F3)."""
    requisition, order = act.data["requisition"], act.order
    wanted = act.from_state in WANTS_PARTS
    with told(act, "decide_part"):
        take_in(requisition, why(act), act.now, keep=wanted)
    if wanted:
        Reservation.objects.create(
            order=order,
            part=requisition.part,
            warehouse=requisition.target,
            quantity=requisition.quantity,
            state=PROMISED,
            at=act.now,
            by=act.by,
        )
    act.payload |= {"part": requisition.part.code, "quantity": requisition.quantity}
    if act.moves_with["last"]:
        order.promised_at = None
        leave(act)


def take_in(requisition: Requisition, reason: Why, now: datetime, *, keep: bool) -> None:
    """Write down that a requisition has arrived; with `keep` it is promised at once. Raises NotEnough."""
    source, many = requisition.source, requisition.quantity
    kind = MoveKind.TRANSFER if source else MoveKind.RECEIVED
    held, hold = many if source else 0, many if keep else 0
    stock.write([Entry(kind, requisition.part, many, source, requisition.target, held=held, hold=hold)], reason)
    requisition.state, requisition.arrived_at = RequisitionState.ARRIVED, now
    requisition.save(update_fields=["state", "arrived_at"])


@verb("part_due", "H-A3", _("Part expected today"), CLOCK)
def part_due(act: Act) -> None:
    """The day has come on which the part was expected: the clerk sees it as overdue."""
