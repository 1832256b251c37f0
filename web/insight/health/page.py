"""The health page: every line, the worst on top, with the machine's summary for whoever watches by script."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from web.insight.health import house, work
from web.insight.health.line import OK, ORDER, Line, asked, statuses

CHECKS = (
    ("database", _("Database"), house.database),
    ("tables", _("Tables"), house.tables),
    ("timers", _("Timers"), work.timers),
    ("notices", _("Notices"), work.notices),
    ("channels", _("Ways to customers"), work.channels),
    ("webhooks", _("Webhooks"), work.webhooks),
    ("plans", _("Plans"), work.plans),
    ("exports", _("Exports"), work.exports),
    ("figures", _("Figures of the trends"), work.figures),
    ("disk", _("Disk for pictures"), house.disk),
    ("backup", _("Last backup"), house.backup),
    ("version", _("Version"), house.version),
)


def lines(now: datetime) -> list[Line]:
    """Return every line, the worst first. No check waits long, and none that fails stops another."""
    found = [asked(code, name, check, now) for code, name, check in CHECKS]
    found[2:2] = house.redis_lines(now)
    return sorted(found, key=lambda line: ORDER[line.status])  # stable: else in the order above


@never_cache
def health(request: HttpRequest) -> HttpResponse:
    """Show whether everything runs; config.roles says who may look."""
    now = timezone.now()
    found = lines(now)
    counts = dict(statuses(found))
    return render(
        request, "insight/health.html", {"now": now, "lines": found, "counts": counts, "all_ok": found[0].status == OK}
    )
