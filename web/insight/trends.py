"""The manager's page of trends: figures over a time, beside the time before, each with the orders behind it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.gzip import gzip_page

from dispatch.models import KpiStale
from dispatch.reports.kpi.reading import told
from web.insight import panels, saying
from web.insight.asked import Asked, asked
from web.insight.export import sheet_of, tables_of
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


def export(request: HttpRequest, form: str) -> HttpResponse:
    """Send what the page shows as a sheet: csv or xlsx."""
    page = page_of(asked(request), most=None)
    period = page["asked"].period
    return sheet_of(form, tables_of(page), f"doorstep-{period.first}-{period.last}")
