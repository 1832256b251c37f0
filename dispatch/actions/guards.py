"""What must hold before something is done. A guard yields every lack, with its rule and a way out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from customers.reading import remembered
from dispatch.lifecycle import Act, Lack
from dispatch.models import ServiceOrder, State, Visit
from technicians.availability import works_at
from technicians.models import KitItem, KitStandard, Skill, Technician

GAP_NAMES = {
    "name": _("name"),
    "address": _("address"),
    "phone": _("phone"),
    "model": _("model"),
    "purchase_date": _("purchase date"),
    "symptom": _("symptom"),
    "wish": _("what the customer wants"),
}
GRACE = timedelta(minutes=5)  # an appointment "now" is not in the past


def complete(act: Act) -> Iterator[Lack]:
    """H-I2: nothing the order needs is missing."""
    for gap in act.order.gaps():
        yield Lack("H-I2", f"gap_{gap}", format_lazy(_("Missing: {gap}."), gap=GAP_NAMES[gap]), "correct")


def skills_wanted(order: ServiceOrder) -> QuerySet[Skill]:
    """Return the skills that an order's category and fault ask for (H-C3)."""
    wanted = Q(categories=order.appliance.category_id) if order.appliance.category_id else Q(pk=None)
    if order.fault and order.fault.skill_id:
        wanted |= Q(pk=order.fault.skill_id)
    return Skill.objects.filter(wanted).distinct()


def untrained(technician: Technician, skill: Skill, way_out: str = "transfer") -> Lack:
    """H-C3: say which training is missing."""
    return Lack(
        "H-C3",
        "skill",
        format_lazy(_("{technician} is not trained for: {skill}."), technician=technician.name, skill=skill.name),
        way_out,
    )


def skilled(technician: Technician, order: ServiceOrder, way_out: str = "transfer") -> Iterator[Lack]:
    """H-C3: the technician was trained for this category and fault."""
    for skill in _skills_missing(technician, order):
        yield untrained(technician, skill, way_out)


@remembered(lambda who, order: (who.pk, order.appliance.category_id, order.fault and order.fault.skill_id))
def _skills_missing(who: Technician, order: ServiceOrder) -> list[Skill]:
    return list(skills_wanted(order).exclude(technicians=who))


def own_skill(act: Act) -> Iterator[Lack]:
    """H-C3, H-N1, for the technician who holds the order: still here, and trained for what it turned out to be."""
    technician = act.order.technician
    if technician and not (technician.active and technician.user.is_active):
        yield Lack("H-N1", "gone", _("The technician is no longer available. Pass the order on."), "transfer")
    if technician:
        yield from skilled(technician, act.order)


def fit(act: Act) -> Iterator[Lack]:
    """H-A4, H-C3: the technician chosen belongs to the outlet and can do it."""
    technician: Technician = act.data["technician"]
    if technician.outlet_id != act.order.outlet_id:
        yield Lack("H-A4", "other_outlet", _("That technician works for another outlet."))
        return
    if not hold(technician):  # deactivated while we waited: nobody is given work who can't do it (H-N1)
        yield Lack("H-N1", "gone", _("The technician is no longer available. Choose somebody else."), act.verb.name)
    yield from skilled(technician, act.order, act.verb.name)
    if act.data.get("starts_at"):
        yield from slot(act, technician)


def hold(technician: Technician) -> bool:
    """Lock a technician's row until the act is through, and tell whether they can be given work.

    Lock order: order, then technician, then write.
    """
    row = Technician.objects.working().select_for_update(of=("self",), no_key=True)
    return row.filter(pk=technician.pk).exists()


def slot(act: Act, technician: Technician) -> Iterator[Lack]:
    """H-A4: the appointment in the data is ahead, within the shift and overlaps no agreed visit."""
    start, end = span(act)
    if start < act.now - GRACE:
        yield Lack("H-A4", "past", _("That time has passed. Choose a later one."))
    if not act.data.get("overtime") and not works_at(technician, start, end):
        yield Lack(
            "H-A4",
            "off_shift",
            format_lazy(
                _("{technician} does not work then. Choose another time, or mark it as outside the shift."),
                technician=technician.name,
            ),
        )
    yield from free(act, technician, start, end)


def free(act: Act, technician: Technician, start: datetime, end: datetime) -> Iterator[Lack]:
    """H-A4: no other agreed visit of theirs overlaps. The EXCLUDE constraint is only the net below."""
    hold(technician)
    others = Visit.objects.binding().filter(technician=technician, starts_at__lt=end, ends_at__gt=start)
    for other in others.exclude(order=act.order):
        yield Lack("H-A4", "overlap", _overlap(other, act), act.verb.name)


def _overlap(other: Visit, act: Act) -> str:
    zone = act.order.outlet.tz
    return format_lazy(
        _("The technician is at order {order} from {start} to {end}. Choose another time or technician."),
        order=f"{other.order_id:06d}",
        start=f"{other.starts_at.astimezone(zone):%H:%M}",
        end=f"{other.ends_at.astimezone(zone):%H:%M}",
    )


def own_slot(act: Act) -> Iterator[Lack]:
    """H-A4, for the technician who holds the order."""
    yield from slot(act, act.order.technician)


def still_free(act: Act) -> Iterator[Lack]:
    """H-A4: a time only proposed so far overlaps nothing that has been agreed since."""
    if act.visit:
        for lack in free(act, act.order.technician, act.visit.starts_at, act.visit.ends_at):
            yield replace(lack, fix="transfer")


def span(act: Act) -> tuple[datetime, datetime]:
    """Return the appointment in the data as (from, to)."""
    from dispatch.actions.appointments import usual_minutes

    start = act.data["starts_at"]
    return start, start + timedelta(minutes=act.data.get("minutes") or usual_minutes(act.order))


@remembered(lambda order, on: (order.outlet_id, order.appliance.category_id, on, order.in_warranty))
def kit_items(order: ServiceOrder, on: datetime) -> list[KitItem]:
    """Return what H-D1 wants in the bag for an order: the newest standard for every job and for its category."""
    day = on.astimezone(order.outlet.tz).date()
    newest: dict[int | None, KitStandard] = {}
    for kit in KitStandard.objects.holding(order.appliance.category_id, day).prefetch_related("items"):
        newest.setdefault(kit.category_id, kit)
    items = [item for kit in newest.values() for item in kit.items.all()]
    return [item for item in items if not item.when_charged or order.in_warranty is False]  # H-C4


def kit_checked(act: Act) -> Iterator[Lack]:
    """H-D1: the bag was checked against the standard for this visit, and nothing mandatory is missing."""
    if act.visit is None:
        return
    if act.visit.kit_checked_at is None:
        yield Lack("H-D1", "kit", _("Check the bag against the list first."), "check_kit")
        return
    for item in kit_items(act.order, act.now):
        if item.mandatory and item.code not in act.visit.kit:
            said = format_lazy(_("Not in the bag: {item}."), item=item.name)
            yield Lack("H-D1", f"kit_{item.code}", said, "check_kit")


def has_visit(act: Act) -> Iterator[Lack]:
    """H-C1: there is an appointment to keep."""
    if act.visit is None:
        way_out = "contact" if act.order.state == State.ACCEPTED else "reschedule"
        yield Lack("H-C1", "no_visit", _("No time has been agreed yet."), way_out)


def calm(act: Act) -> Iterator[Lack]:
    """H-C6, H-H2: no escalation is open."""
    if act.order.escalation:
        yield Lack(
            "H-H2",
            "escalation",
            format_lazy(_("Still with the manager: {what}."), what=act.order.get_escalation_display()),
            "settle_escalation",
        )


def agreed(act: Act) -> Iterable[Lack]:
    """H-C2, H-D3: nobody's time is changed without their consent."""
    if not act.data.get("agreed"):
        yield Lack(
            "H-C2",
            "consent",
            _("The customer has to agree to the new time. If they don't, pass the order on or hand it back."),
            "hand_back",
        )


def local(moment: datetime, order: ServiceOrder) -> str:
    """Return a moment as the outlet's clock shows it."""
    return timezone.localtime(moment, order.outlet.tz).strftime("%H:%M")
