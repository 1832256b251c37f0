"""Centre and clerk: an outlet's day reported and accepted; and what did not add up brought to an end (H-R4)."""

from __future__ import annotations

import uuid
from functools import partial

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST

from dispatch.actions import settling
from dispatch.actions.settling.counting import people_of
from dispatch.actions.settling.outlet import expected_of, open_books
from dispatch.models import BookLine, CaseState, Discrepancy, OutletDay
from technicians.models import Role
from web.console.settling import Shown, read_lines, said, shown, told
from web.shared.stocking import attempt

SAID = {"close": _lazy("Reported to the centre."), "count": _lazy("Counted and saved."), "accept": _lazy("Accepted.")}
ENDS = (CaseState.EXPLAINED, CaseState.GOOD, CaseState.WRITTEN_OFF)


def settle_day(
    request: HttpRequest, pk: int, refusals: list[dict] | None = None, lines: list[Shown] | None = None
) -> HttpResponse:
    """An outlet's day: what goes to the centre, which books are open, who reported and who accepted it."""
    rows = OutletDay.objects.for_user(request.user).select_related("outlet", "closed_by", "accepted_by")
    day = get_object_or_404(rows, pk=pk)
    if lines is None:
        lines = [shown(line) for line in day.lines.select_related("owner")] if day.closed_at else _ahead(day)
    context = {
        "now": timezone.now(),
        "outlet_day": day,
        "lines": lines,
        "open_books": [] if day.closed_at else open_books(day),
        "people": list(people_of(day.outlet_id).values()),
        "cases": [(case, said(case.difference, case)) for case in day.cases.select_related("owner")],
        "entries": told(day.entries, {one.line.key: one.line for one in lines}),
        "counts": bool(day.closed_at and not day.accepted_at and request.user.role in (Role.MANAGER, Role.ADMIN)),
        "cutoff": settling.cutoff_of(day.outlet, day.day),
        "refusals": refusals or [],
        "key": uuid.uuid4(),
    }
    return render(request, "console/settle_day.html", context, status=422 if refusals else 200)


def _ahead(day: OutletDay) -> list[Shown]:
    """Return what would be reported now: nothing of it is written."""
    return [
        Shown(BookLine(outlet_day=day, kind=kind, currency=currency, expected=amount))
        for (kind, currency), amount in sorted(expected_of(day).items())
    ]


@require_POST
def settle_day_do(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """Report an outlet's day, count it for the centre, or accept it."""
    day = get_object_or_404(OutletDay.objects.for_user(request.user).select_related("outlet"), pk=pk)
    now, by = timezone.now(), request.user
    works = {
        "close": partial(settling.close_day, pk, by, now, request.POST.get("note", "")),
        "accept": partial(settling.accept_day, pk, by, now),
    }
    if what == "count":
        lines, typed = read_lines(request, day.lines.select_related("owner"))
        if wrong := [{"missing": one.wrong, "why": str(one.line.get_kind_display())} for one in lines if one.wrong]:
            return settle_day(request, pk, wrong, lines)
        works["count"] = partial(settling.count_day, pk, by, now, typed)
    if what not in works:
        raise Http404
    if refusals := attempt(request, f"day {pk} {what}", works[what]):
        return settle_day(request, pk, refusals)
    messages.success(request, SAID[what])
    return redirect("settle_day", pk)


def settle_case(request: HttpRequest, pk: int) -> HttpResponse:
    """One case: what differed, who answers for it, what was done; brought to an end by somebody else."""
    rows = Discrepancy.objects.for_user(request.user).select_related(
        "outlet", "technician", "book", "outlet_day", "order", "owner", "opened_by", "settled_by"
    )
    case = get_object_or_404(rows, pk=pk)
    refusals: list[dict] = []
    if request.method == "POST":
        state, outcome = request.POST.get("state", ""), request.POST.get("outcome", "")
        work = partial(settling.settle_case, pk, request.user, timezone.now(), state, outcome)
        refusals = attempt(request, f"case {pk}", work)
        if not refusals:
            messages.success(request, _("Settled."))
            return redirect("settle_case", pk)
    manages = request.user.role in (Role.MANAGER, Role.ADMIN)
    context = {
        "now": timezone.now(),
        "case": case,
        "expected": said(case.expected, case),
        "counted": said(case.counted, case),
        "difference": said(case.difference, case),
        "ends": [one for one in ENDS if manages or one != CaseState.WRITTEN_OFF],
        "typed": request.POST,
        "refusals": refusals,
        "entries": told(case.entries, {}),
        "key": uuid.uuid4(),
    }
    return render(request, "console/settle_case.html", context, status=422 if refusals else 200)
