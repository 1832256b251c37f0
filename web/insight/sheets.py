"""The page of exports: choose sheets, outlet and days; see how far each is; take the file while it is there."""

from __future__ import annotations

from datetime import date

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from dispatch.models import ExportState
from dispatch.reports.sheets import making
from dispatch.reports.sheets.kinds import KINDS
from dispatch.reports.sheets.writing import XLSX, ZIP
from technicians.models import Outlet

SHOWN = 20


@never_cache
def export(request: HttpRequest) -> HttpResponse:
    """Show what can be taken along and what was asked for; by POST ask for an export. config.roles says who may."""
    wrong, sent = "", {}
    if request.method == "POST":
        sent = {name: request.POST.get(name, "").strip()[:40] for name in ("form", "outlet", "from", "to")}
        sent["kinds"] = request.POST.getlist("kinds")[:100]
        wrong = _ask(request, sent)
        if not wrong:
            return redirect("export")
    context = _rows(request) | {
        "kinds": [(kind, not sent or kind.code in sent["kinds"]) for kind in KINDS.values()],
        "outlets": Outlet.objects.order_by("code") if request.user.sees_everything else [],
        "sent": sent,
        "wrong": wrong,
    }
    return render(request, "insight/export.html", context, status=400 if wrong else 200)


@never_cache
def export_rows(request: HttpRequest) -> HttpResponse:
    """The list alone: the page asks for it again while something is being made."""
    return render(request, "insight/_exports.html", _rows(request))


@never_cache
def export_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the file to whom it belongs, and write that down; 410 with what to do when it is gone."""
    row = making.of(request.user).filter(pk=pk).first()
    path = making.take(row, request.user, timezone.now()) if row else None
    if path is None:
        return render(request, "insight/export_gone.html", status=410 if row else 404)
    kind, ending = (ZIP, "zip") if row.form == "csv" else (XLSX, "xlsx")
    name = f"doorstep-{row.asked_at:%Y-%m-%d}-{row.pk}.{ending}"
    answer = FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type=kind)
    answer["Cache-Control"] = "no-store"
    return answer


def _rows(request: HttpRequest) -> dict:
    rows = list(making.of(request.user).order_by("-pk")[:SHOWN])
    busy = any(row.state in making.UNDER_WAY for row in rows)
    return {"now": timezone.now(), "rows": rows, "busy": busy, "states": ExportState}


def _ask(request: HttpRequest, sent: dict) -> str:
    """Ask for what was chosen; return '' or why not, in words."""
    try:
        days = [date.fromisoformat(sent[name]) if sent[name] else None for name in ("from", "to")]
    except ValueError:
        return _("That is not a day. Write it as 2026-11-23.")
    outlet = None
    if sent["outlet"]:
        outlet = Outlet.objects.filter(code=sent["outlet"].replace("\0", "")).first()
        if outlet is None:
            return _("There is no such outlet.")
    try:
        making.ask(request.user, timezone.now(), sent["kinds"], sent["form"], outlet, *days)
    except making.BadExport as refusal:
        return str(refusal)
    return ""
