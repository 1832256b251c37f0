"""The technician's van: what to load today, what is in it and for whom, old parts to bring back."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from dispatch.actions.store import below_minimum, old_parts
from dispatch.lifecycle import REGISTRY
from dispatch.models import Requisition, Reservation, ServiceOrder
from technicians import stock
from technicians.models import Balance, Technician
from web.field.steps import TARGET
from web.shared.forms import ActForm


@dataclass
class Load:
    """What waits to be loaded for one order, and the button that says it is in the van."""

    order: ServiceOrder
    reservations: list[Reservation] = field(default_factory=list)
    form: ActForm | None = None


def my_van(request: HttpRequest) -> HttpResponse:
    """What to load, what is in the van and for which visit, what to bring back, what is on its way."""
    technician = get_object_or_404(Technician.objects.select_related("outlet", "user"), user=request.user)
    van = stock.van_of(technician)
    promised = Reservation.objects.filter(order__technician=technician, state__in=["held", "loaded"])
    promised = list(promised.select_related("part", "warehouse", "order__customer").order_by("order", "pk"))
    typed = request.GET.get("q", "").strip()[:80]
    rows = Balance.objects.filter(warehouse=van).filter(Q(on_hand__gt=0) | Q(minimum__gt=0)).select_related("part")
    if typed:
        rows = rows.filter(part__in=stock.search(typed).values("pk"))
    context = {
        "van": van,
        "loads": _loads([one for one in promised if not _is_in(one, van)]),
        "rows": _with_orders(list(rows.order_by("part__code")), promised, van),
        "old": list(old_parts(request.user)),
        "coming": Requisition.objects.for_user(request.user).open().select_related("part", "order", "target"),
        "short": below_minimum([van]).count(),
        "typed": typed,
        "now": timezone.now(),
    }
    return render(request, "field/van.html", context)


def _is_in(one: Reservation, van) -> bool:
    return one.state == Reservation.LOADED and one.warehouse_id == van.pk


def _loads(waiting: list[Reservation]) -> list[Load]:
    """Return what waits by order, each with one button where the order's state lets it be loaded."""
    loads: dict[int, Load] = {}
    for one in waiting:
        loads.setdefault(one.order_id, Load(one.order)).reservations.append(one)
    verb = REGISTRY["load_parts"]
    for load in loads.values():
        if verb.name in {one.name for one in load.order.get_available_state_transitions()}:
            url = reverse("field_act", args=[load.order.pk, verb.name])
            load.form = ActForm(verb.name, str(verb.label), url, tone="primary", icon="check", target=TARGET)
            load.form.hidden = {"version": load.order.version, "next": reverse("my_van")}
    return list(loads.values())


def _with_orders(rows: list[Balance], promised: list[Reservation], van) -> list[Balance]:
    """Put onto each balance the visits that its parts are kept for."""
    for row in rows:
        row.kept_for = [one for one in promised if one.part_id == row.part_id and _is_in(one, van)]
    return rows
