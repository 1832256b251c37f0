"""What stands open at this moment, and the faults that come in waves, in words."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dispatch.models import Callback, Loan, ServiceOrder, Visit
from dispatch.reports import today as report
from dispatch.reports.kpi.waves import Waves, waves
from web.insight import panels, saying
from web.insight.asked import Asked, zone


def standing(wanted: Asked) -> list[dict]:
    """Return what stands open at this moment, whatever days are looked at: label, count, where it leads, wrong."""
    user, now = wanted.user, wanted.now
    narrow = {"order__outlet": wanted.scope.outlet, "order__appliance__brand": wanted.scope.brand}
    narrow = {name: value for name, value in narrow.items() if value is not None}
    orders = ServiceOrder.objects.for_user(user).filter(**{name[7:]: value for name, value in narrow.items()})
    day = report.Day.of(now, zone(user, wanted.outlet))
    visits, calls = (model.objects.for_user(user).filter(**narrow) for model in (Visit, Callback))
    loans = Loan.objects.filter(order__in=ServiceOrder.objects.for_user(user), state=Loan.OUT, **narrow)
    counts = [
        ("overdue", _("Overdue now"), report.overdue(orders, now).count(), True),
        ("late", _("Late now"), report.late_visits(visits, now).count(), True),
        ("calls-overdue", _("Callbacks overdue now"), calls.filter(report.call_overdue(now, day)).count(), True),
        ("loaners", _("Loaners out now"), loans.count(), False),
        ("loaners-due", _("Loaners due back and still out"), loans.filter(order__loaner_due_at__lt=now).count(), True),
    ]
    return [
        {"label": label, "count": count, "url": _standing_url(wanted, code), "wrong": wrong and count > 0}
        for code, label, count, wrong in counts
    ]


def _standing_url(wanted: Asked, code: str) -> str:
    return reverse("loaners") if code.startswith("loaners") else wanted.url("behind", code)


def told_waves(wanted: Asked) -> dict:
    """Return the faults that come in waves, in words."""
    found: Waves = waves(wanted.scope, wanted.today)
    names = panels.fault_names(wave.fault for wave in found.found)
    rows = [
        {
            "model": wave.model,
            "fault": names.get(str(wave.fault), "–"),
            "count": wave.count,
            "expected": round(wave.expected, 1),
            "once_in": saying.number(wave.once_in),
            "url": wanted.url("trend_orders", "faults", by="model_fault", key=f"{wave.model}\t{wave.fault}")
            + "&period=month",
        }
        for wave in found.found
    ]
    return {"rows": rows, "base": found.base, "recent": found.recent}
