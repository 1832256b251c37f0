"""The manager's page of trends: figures over a time, beside the time before, each with the orders behind it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.gzip import gzip_page

from dispatch.models import KpiStale, ServiceOrder
from dispatch.reports.kpi.behind import BEHIND, behind
from dispatch.reports.kpi.reading import told
from technicians.models import Technician
from web.insight import panels, saying
from web.insight.asked import Asked, asked
from web.insight.export import as_csv, as_xlsx
from web.insight.standing import standing, told_waves

MANY = 1_000  # more are not told apart
PAPER = "paper"  # ?view=paper: everything open, nothing to press


@gzip_page
def trends(request: HttpRequest) -> HttpResponse:
    """Show the trends; config.roles says who may look."""
    wanted = asked(request)
    return render(request, "insight/trends.html", page_of(wanted) | {"paper": request.GET.get("view") == PAPER})


def page_of(wanted: Asked, **how: int | None) -> dict:
    """Return what the page, its paper and its sheets show; `how` is handed to the table of technicians."""
    found = told(wanted.scope, wanted.period, wanted.today)
    return {
        "asked": wanted,
        "now": wanted.now,
        "stretch": saying.stretch(wanted.period),
        "before": saying.stretch(wanted.period.before()),
        "cards": panels.cards(wanted, found),
        "standing": standing(wanted),
        "tables": [*panels.trends(wanted, found), *panels.money(wanted)],
        "why": panels.why(wanted),
        "technicians": panels.technicians(wanted, **how),
        "parts": panels.parts(wanted),
        "waves": told_waves(wanted),
        "uncounted": KpiStale.objects.order_by()[:MANY].count(),
        "links": {
            "page": wanted.url("trends"),
            "paper": wanted.url("trends", view=PAPER),
            "csv": wanted.url("trends_export", "csv"),
            "xlsx": wanted.url("trends_export", "xlsx"),
        },
    }


def trend_orders(request: HttpRequest, figure: str) -> HttpResponse:
    """List the very orders a figure counted, or those that missed it."""
    if figure not in BEHIND:
        raise Http404
    wanted, which = asked(request), BEHIND[figure]
    missed = request.GET.get("side") == "missed"
    by, key = request.GET.get("by", "")[:12], request.GET.get("key", "")[:120]
    number = request.GET.get("page", "1")
    page = int(number) if number.isascii() and number.isdigit() and 0 < len(number) < 4 else 1
    if "\x00" in key:
        raise Http404
    try:
        found = behind(which, wanted.scope, wanted.period, missed=missed, by=by, key=key, page=max(page, 1))
    except KeyError as error:
        raise Http404 from error
    orders = ServiceOrder.objects.for_user(request.user).with_rows().in_bulk([fact.order for fact in found.facts])
    names = Technician.objects.in_bulk([fact.technician for fact in found.facts if fact.technician])
    more = {"by": by, "key": key, "side": "missed" if missed else ""}
    context = {
        "asked": wanted,
        "now": wanted.now,
        "figure": which,
        "missed": missed,
        "stretch": saying.stretch(wanted.period),
        "narrowed": _narrowed(by, key, names),
        "rows": [(orders[f.order], f, names.get(f.technician)) for f in found.facts if f.order in orders],
        "other": wanted.url("trend_orders", figure, **(more | {"side": "" if missed else "missed"})),
        "earlier": wanted.url("trend_orders", figure, **more, page=page - 1) if page > 1 else "",
        "later": wanted.url("trend_orders", figure, **more, page=page + 1) if found.more else "",
        "back": wanted.url("trends"),
    }
    return render(request, "insight/trend_orders.html", context)


def _narrowed(by: str, key: str, names: dict[int, Technician]) -> str:
    """Say to what a list is narrowed down."""
    if by == "technician":
        return str(names.get(int(key), key)) if key.isdigit() else key
    if by == "fault":
        return panels.fault_names([key]).get(key, key) if key.isdigit() and len(key) < 18 else key
    if by == "cause":
        return str(panels.CAUSES.get(key, key))
    if by == "part":
        return panels.part_name(key)
    return key.split("\t")[0]


def export(request: HttpRequest, form: str) -> HttpResponse:
    """Send what the page shows as a sheet: csv or xlsx."""
    makers = {"csv": as_csv, "xlsx": as_xlsx}
    if form not in makers:
        raise Http404
    return makers[form](page_of(asked(request), most=None))
