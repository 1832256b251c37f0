"""An order's parts as both faces show them: held, requested, put in; and what would probably fix it, one tap away."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from dispatch.actions.parts import awaited, standing
from dispatch.actions.requisitions import WANTS_PARTS
from dispatch.actions.uses import used_on
from dispatch.lifecycle import REGISTRY
from dispatch.models import Requisition, Reservation, ServiceOrder
from dispatch.reports.fixes import Fixes, fixed_before, usual_parts
from technicians import stock
from technicians.models import Balance, Part, User, Warehouse
from web.shared.doing import Face
from web.shared.forms import ActForm


@dataclass
class Suggestion:
    """A part that may fix it: on how many orders it did, how many are free where, and the one press for it."""

    part: Part
    count: int = 0
    first_time: int = 0
    quantity: int = 1
    where: str = ""
    form: ActForm | None = None


@dataclass
class PartsCard:
    """What there is to say of an order's parts."""

    reservations: list[Reservation]
    requisitions: list[Requisition]
    uses: list
    suggestions: list[Suggestion]
    fixes: Fixes

    def __bool__(self) -> bool:
        return bool(self.reservations or self.requisitions or self.uses or self.suggestions)


def parts_card(order: ServiceOrder, user: User, face: Face) -> PartsCard:
    """Return what a face shows of an order's parts."""
    held, coming = list(standing(order)), awaited(order)
    for row in held:  # the model may have been corrected since (H-C3)
        row.unfit = not stock.may_fit(row.part, order.appliance)
    wants = order.state in WANTS_PARTS
    fixes = fixed_before(order) if wants else Fixes()
    have = {row.part_id for row in (*held, *coming)}
    suggestions = _suggestions(order, user, face, fixes, have) if wants else []
    return PartsCard(held, coming, list(used_on(order)), suggestions, fixes)


def _suggestions(order: ServiceOrder, user: User, face: Face, fixes: Fixes, have: set[int]) -> list[Suggestion]:
    """What fixed it before, then what the catalogue names; each with the press that reserves or requests it."""
    found = {one.part.pk: Suggestion(one.part, one.count, one.first_time, one.usual) for one in fixes.parts}
    for part in usual_parts(order):
        found.setdefault(part.pk, Suggestion(part))
    places = stock.places_for(order.outlet_id, order.technician) if found else []
    free = nearest_free(list(found), places)
    may = user.role in REGISTRY["reserve_part"].roles
    for one in found.values():
        where, many = free.get(one.part.pk, (None, 0))
        one.where = _("%(n)s in %(warehouse)s") % {"n": many, "warehouse": where.name} if where else ""
        if may and one.part.pk not in have:
            verb = "reserve_part" if where and many >= one.quantity else "request_part"
            one.form = one_press(order, face, verb, part=one.part.code, quantity=one.quantity)
    return list(found.values())


def nearest_free(parts: list[int], places: list[Warehouse]) -> dict[int, tuple[Warehouse, int]]:
    """Return for each part the first of `places` with some free, and how many."""
    rows = Balance.objects.filter(part__in=parts, warehouse__in=places)
    free = {(row.warehouse_id, row.part_id): row.free for row in rows if row.free > 0}
    return {
        part: next(((place, free[place.pk, part]) for place in places if (place.pk, part) in free), None) or (None, 0)
        for part in parts
    }


def one_press(order: ServiceOrder, face: Face, verb: str, **data) -> ActForm:
    """Return a button that does a verb with data that is settled already."""
    url = reverse(face.act, args=[order.pk, verb])
    hidden = {"version": order.version} | data
    form = ActForm(verb, str(REGISTRY[verb].label), url, tone="", target=face.target)
    form.hidden = hidden
    return form
