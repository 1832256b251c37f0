"""The manager's page: today, each figure a link to the orders behind it."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dispatch.models import FINISHED
from dispatch.reports import today as report


def today(request: HttpRequest) -> HttpResponse:
    """Show today's figures of what this person may see; config.roles says who may look."""
    now = timezone.now()
    outlet = request.user.outlet
    zone = outlet.tz if outlet else timezone.get_current_timezone()
    found = report.figures(request.user, now, zone)
    context = {
        "now": now,
        "figures": found,
        "outlet": outlet,
        "cards": _cards(found),
        "states": [(count, behind("queue", state=count.state.value)) for count in found.states],
        "people": [(row, behind("queue", technician=row.technician.pk)) for row in found.technicians],
        "escalated_url": behind("queue", escalation="any"),
        "finished": FINISHED,
        "health": report.health(now),
    }
    with timezone.override(zone):
        return render(request, "insight/today.html", context)


def behind(name: str, **wanted) -> str:
    """Return the address of the list that shows the orders behind a figure; '' where there is no such list."""
    try:
        url = reverse(name)
    except NoReverseMatch:
        return ""
    return f"{url}?{urlencode(wanted)}" if wanted else url


def _cards(found: report.Figures) -> list[dict]:
    """The figures on top: label, value, what it means, where it leads, and whether something is wrong."""
    calls = found.callbacks
    return [
        _card(_("Overdue"), found.overdue, _("The next step is past its time"), behind("queue", overdue=1), wrong=True),
        _card(_("Late"), found.late, _("Not there, and the time agreed has passed"), behind("queue", risk=1), wrong=True),
        _card(_("At risk"), found.at_risk, _("Expected to be late"), behind("queue", risk=1)),
        _card(_("Without a technician"), found.unassigned, _("Ready, and nobody's yet"), behind("queue", state="ready")),
        _card(_("Due today"), found.due, _("The next step falls due later today"), behind("queue", due="today")),
        _card(_("Win back"), found.escalated, _("Wait for the manager"), behind("queue", escalation="any"), wrong=True),
        _card(_("Callbacks overdue"), calls["overdue"], _("Promised, and the time has passed"), behind("callbacks"), wrong=True),
        _card(_("Callbacks due today"), calls["due"], _("Promised for later today"), behind("callbacks")),
        _card(
            _("Records due"),
            found.records_due,
            _("Cause or measure still missing"),
            behind("queue", next="complete_record"),
        ),
        _card(_("Open orders"), found.open, _("Not closed, cancelled or refused"), behind("queue")),
    ]


def _card(label, value: int, meaning, url: str, *, wrong: bool = False) -> dict:
    return {"label": label, "value": value, "meaning": meaning, "url": url, "wrong": wrong and value > 0}
