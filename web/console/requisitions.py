"""Parts asked for: what must be approved, what is expected, what is overdue; decided and received in one row."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from dispatch.actions import store
from dispatch.models import Requisition, RequisitionState
from technicians.models import Balance, Warehouse, WarehouseKind
from web.console.stock import places, tabs
from web.shared.stocking import attempt, today_for

DONE = 20
USUALLY = timedelta(days=2)


@dataclass
class Row:
    """One requisition on the page: sources that have enough, whether it is overdue, what was typed and refused."""

    requisition: Requisition
    sources: list[tuple[Warehouse, int]] = field(default_factory=list)
    overdue: bool = False
    expected_on: str = ""
    source: str = ""
    reason: str = ""
    refusals: list[dict] = field(default_factory=list)
    key: uuid.UUID = field(default_factory=uuid.uuid4)


def requisitions(request: HttpRequest, refused: tuple[int, list[dict]] | None = None) -> HttpResponse:
    """What must be approved, what is expected, and what was settled lately."""
    today = today_for(request, timezone.now())
    mine = Requisition.objects.for_user(request.user)
    rows = mine.select_related("part", "order", "outlet", "source", "target", "asked_by", "decided_by")
    open_ones = [_row(one, today) for one in rows.open().order_by("expected_on", "asked_at", "pk")]
    _add_sources(open_ones, request)
    for row in open_ones:
        if refused and row.requisition.pk == refused[0]:
            row.refusals, row.expected_on = refused[1], request.POST.get("expected_on", "")
            row.source, row.reason = request.POST.get("source", ""), request.POST.get("reason", "")
    context = {
        "asked": [row for row in open_ones if row.requisition.state == RequisitionState.ASKED],
        "coming": [row for row in open_ones if row.requisition.state == RequisitionState.APPROVED],
        "done": rows.exclude(state__in=["asked", "approved"]).order_by("-decided_at", "-pk")[:DONE],
        "tabs": tabs(request.user),
        "tab": "requisitions",
        "today": today,
    }
    return render(request, "console/requisitions.html", context, status=422 if refused else 200)


def _row(one: Requisition, today: date) -> Row:
    late = bool(one.expected_on and one.expected_on < today)
    day = one.expected_on if one.expected_on and not late else today + USUALLY
    return Row(one, overdue=late, expected_on=day.isoformat(), source=one.source.code if one.source else "")


def _add_sources(rows: list[Row], request: HttpRequest) -> None:
    """Say for each requisition which stores could send it, and how many they have."""
    stores = [one for one in places(request.user) if one.kind in (WarehouseKind.CENTRE, WarehouseKind.OUTLET)]
    balances = Balance.objects.filter(
        warehouse__in=stores, part__in={row.requisition.part_id for row in rows}, on_hand__gt=0
    )
    free = {(one.warehouse_id, one.part_id): one.free for one in balances}
    for row in rows:
        for one in stores:
            many = free.get((one.pk, row.requisition.part_id), 0)
            enough = many >= row.requisition.quantity or one.pk == row.requisition.source_id
            if enough and one.pk != row.requisition.target_id:
                row.sources.append((one, many))
        # What lies at the centre is sent; only what does not is bought.
        if row.requisition.state == RequisitionState.ASKED and row.sources:
            row.source = row.sources[0][0].code


def requisition_do(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """Approve, refuse or receive one requisition."""
    if request.method != "POST":
        return redirect("requisitions")
    now = timezone.now()
    if what == "arrived":
        refusals = attempt(request, f"arrived {pk}", lambda: store.arrived(pk, request.user, now))
    elif what in ("approve", "refuse"):
        raw = _decision(request, what)
        refusals = attempt(request, f"{what} {pk}", lambda: store.judge(pk, request.user, now, raw))
    else:
        raise Http404
    if refusals:
        return requisitions(request, (pk, refusals))
    said = {"approve": _("Approved."), "refuse": _("Refused; the technician reads why."), "arrived": _("Received.")}
    messages.success(request, said[what])
    return redirect("requisitions")


def _decision(request: HttpRequest, what: str) -> dict:
    codes = {one.code: one for one in places(request.user)}
    try:
        day = parse_date(request.POST.get("expected_on", ""))
    except ValueError:
        day = None
    return {
        "decision": what,
        "expected_on": day if what == "approve" else None,
        "source": codes.get(request.POST.get("source", "")) if what == "approve" else None,
        "reason": request.POST.get("reason", "").strip()[:240],
    }


def old_parts(request: HttpRequest) -> HttpResponse:
    """Which technician still has which old parts; taken into the depot in one go (H-W4)."""
    now = timezone.now()
    if request.method == "POST":
        numbers = [int(one) for one in request.POST.getlist("use") if one.isascii() and one.isdigit()][:500]
        took: list[int] = []
        refusals = attempt(request, "old_parts", lambda: took.append(store.old_parts_back(request.user, now, numbers)))
        if not refusals:
            messages.success(request, _("Taken into the depot: %(n)s.") % {"n": took[0] if took else len(numbers)})
        return redirect("old_parts")
    people: dict = {}
    for use in store.old_parts(request.user):
        people.setdefault(use.by, []).append(use)
    context = {
        "people": list(people.items()), "tabs": tabs(request.user), "tab": "old_parts", "now": now,
        "key": uuid.uuid4(),
    }  # fmt: skip
    return render(request, "console/old_parts.html", context)
