"""Leaving for the customer: the bag, the time to leave, delays on the way (H-D)."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from dispatch.actions import appointments, guards
from dispatch.actions.fields import Moment, Reason, deed
from dispatch.actions.parts import awaited, parts_loaded
from dispatch.lifecycle import REGISTRY, Act, Lack, act_on, verb
from dispatch.lifecycle.standard import LATE_CALL_BEFORE
from dispatch.lifecycle.verb import CLOCK, FIELD, OFFICE
from dispatch.models import ServiceOrder, State, TimerKind, VisitStatus


class KitData(serializers.Serializer):
    """What is in the bag: codes of kit items."""

    items = serializers.ListField(
        label=_("In the bag"), child=serializers.CharField(max_length=40), max_length=200, allow_empty=True
    )


@deed("check_kit", "H-D1", _("Check the bag"), FIELD, KitData, needs=(guards.has_visit,))
def check_kit(act: Act) -> None:
    """Check the bag against the standard. What is missing is told at once, and stands in the way of leaving."""
    wanted = guards.kit_items(act.order, act.now)
    known = {item.code for item in wanted}
    taken = sorted(known & set(act.data["items"]))
    act.save_visit(kit=taken, kit_checked_at=act.now)
    act.payload |= {
        "items": taken,
        "missing": [item.code for item in wanted if item.mandatory and item.code not in taken],
        "standard": sorted({item.standard_id for item in wanted}),
    }


# The skill again: what was corrected since *contact* may need another technician (H-C3).
WAY_IS_CLEAR = (guards.has_visit, guards.kit_checked, parts_loaded, guards.own_skill, guards.calm)


@deed("depart", "H-D1", _("Depart"), FIELD, needs=WAY_IS_CLEAR, tone="primary")
def depart(act: Act) -> None:
    """Leave for the customer. From here the visit is locked: no plan moves it."""
    visit = act.save_visit(status=VisitStatus.LOCKED, departed_at=act.now)
    act.start[TimerKind.LATE_CALL] = max(visit.latest_arrival - LATE_CALL_BEFORE, act.now)  # H-E4
    late = visit.leave_by and act.now > visit.leave_by
    act.payload["after_leave_by_seconds"] = int((act.now - visit.leave_by).total_seconds()) if late else 0
    if missing := awaited(act.order):  # told on the way out: left all the same (H-A3)
        act.payload["awaited"] = [one.part.code for one in missing]


class DelayData(Reason):
    """When the technician will really be there."""

    expected_at = Moment(label=_("Will be there at"))
    customer_told = serializers.BooleanField(label=_("The customer was called"), default=False)


def _ahead(act: Act):
    if act.data["expected_at"] < act.now - guards.GRACE:
        yield Lack("H-D3", "past", _("That time has passed. Choose a later one."), "delay")


@deed("delay", "H-D3", _("Delayed"), (*FIELD, *OFFICE), DelayData, needs=(guards.has_visit,), checks=(_ahead,))
def delay(act: Act) -> None:
    """A jam, an accident, held up at the last customer's: a new expected time, and it spreads (H-D4)."""
    expected = act.data["expected_at"]
    late = expected > act.visit.latest_arrival
    act.save_visit(expected_at=expected, at_risk=late)
    if act.data["customer_told"]:  # called ahead already (H-E4)
        act.stop.add(TimerKind.LATE_CALL)
    act.payload["late_seconds"] = max(0, int((expected - act.visit.latest_arrival).total_seconds()))
    act.payload["spread"] = spread(act)


def spread(act: Act) -> list[int]:
    """Estimate the rest of the technician's day again and return the orders that will be late (H-D4).

    Orders somebody is acting on right now are passed over, so that no two acts wait for each other.
    """
    later = ServiceOrder.objects.unfinished().filter(
        technician=act.order.technician,
        state=State.CONTACTED,
        visits__status=VisitStatus.AGREED,
        visits__starts_at__gt=act.visit.starts_at,
        visits__starts_at__lt=act.visit.starts_at + timedelta(hours=12),
    )
    rows = later.order_by("visits__starts_at").select_for_update(of=("self",), no_key=True, skip_locked=True)
    numbers = list(rows.values_list("pk", flat=True))
    # Read once they are held: what was read while waiting may be half old.
    orders = ServiceOrder.objects.with_rows().in_bulk(numbers)
    late = []
    for order in (orders[number] for number in numbers):
        other = Act(REGISTRY["re_estimate"], order, None, act.now, payload={"because_of": act.order.pk})
        act_on(other)
        if other.visit and other.visit.at_risk:
            late.append(order.pk)
    return late


@verb("re_estimate", "H-D2", _("Travel estimated again"), CLOCK)
def re_estimate(act: Act) -> None:
    """One hour before, and whenever the day moves: travel, expected arrival and latest departure anew."""
    if act.visit is None:
        return
    before = act.visit.leave_by
    appointments.estimate(act.visit, act.order, act.now)
    act.save_visit(
        travel_seconds=act.visit.travel_seconds,
        leave_by=act.visit.leave_by,
        expected_at=act.visit.expected_at,
        at_risk=act.visit.at_risk,
    )
    act.payload |= {
        "travel_seconds": act.visit.travel_seconds,
        "leave_by": act.visit.leave_by,
        "expected_at": act.visit.expected_at,
        "at_risk": act.visit.at_risk,
    }
    if act.visit.leave_by != before:
        act.start[TimerKind.LEAVE_BY] = max(act.visit.leave_by, act.now)


@verb("leave_by_passed", "H-D2", _("Latest departure passed"), CLOCK)
def leave_by_passed(act: Act) -> None:
    """Not left yet, and now it will be tight: the dispatcher sees it."""
    if act.visit:
        act.save_visit(at_risk=True)
