"""The manager's page: today, each figure a link to the orders behind it."""

from __future__ import annotations

from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dispatch.models import FINISHED, CaseState, Discrepancy, OutletDay, ServiceOrder
from dispatch.reports import today as report
from technicians.models import Technician
from web.insight.asked import asked
from web.insight.behind import BEHIND, OF_TECHNICIAN

PER_PAGE = 50


def today(request: HttpRequest) -> HttpResponse:
    """Show today's figures of what this person may see; config.roles says who may look."""
    now, zone = timezone.now(), zone_of(request)
    found = report.figures(request.user, now, zone)
    context = {
        "now": now,
        "figures": found,
        "outlet": request.user.outlet,
        "cards": cards_of(found),
        "states": [(count, _state_url(count)) for count in found.states],
        "people": [(row, queue(technician=row.technician.pk)) for row in found.technicians],
        "heard": [
            (label, found.callbacks[outcome], reverse("behind", args=[f"heard-{outcome}"]))
            for outcome, label in report.OUTCOMES
        ],
        "escalated_url": queue(escalation="any"),
        "finished": FINISHED,
        "days_waiting": OutletDay.objects.for_user(request.user).filter(closed_at__lte=now, accepted_at=None).count(),
        "cases_open": Discrepancy.objects.for_user(request.user).filter(state=CaseState.OPEN).count(),
    }
    return render(request, "insight/today.html", context)


def behind(request: HttpRequest, figure: str) -> HttpResponse:
    """List the very orders that a figure of today's counts."""
    if figure not in BEHIND:
        raise Http404
    now = timezone.now()
    label, found = BEHIND[figure]
    wanted = found(request.user, now, report.Day.of(now, zone_of(request)))
    orders = ServiceOrder.objects.for_user(request.user).filter(pk__in=wanted).with_rows()
    scope = asked(request).scope  # from the page of trends: one outlet, one brand
    for name, one in (("outlet", scope.outlet), ("appliance__brand", scope.brand)):
        orders = orders.filter(**{name: one}) if one is not None else orders
    page = Paginator(orders.order_by("next_due_at", "pk"), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "insight/behind.html", {"now": now, "label": label, "page": page})


def behind_technician(request: HttpRequest, pk: int, figure: str) -> HttpResponse:
    """List the orders that a figure of a technician's day counts."""
    technician = get_object_or_404(Technician.objects.for_user(request.user), pk=pk)
    if figure not in OF_TECHNICIAN:
        raise Http404
    now = timezone.now()
    label, found = OF_TECHNICIAN[figure]
    wanted = found(request.user, report.Day.of(now, zone_of(request)), technician)
    orders = ServiceOrder.objects.for_user(request.user).filter(pk__in=wanted).with_rows().order_by("next_due_at", "pk")
    page = Paginator(orders, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "insight/behind.html", {"now": now, "label": f"{technician}: {label}", "page": page})


def queue(**wanted) -> str:
    """Return the address of the dispatcher's queue, narrowed."""
    return f"{reverse('queue')}?{urlencode(wanted)}" if wanted else reverse("queue")


def zone_of(request: HttpRequest) -> ZoneInfo:
    """Return the zone that says which day it is for who is signed in."""
    return request.user.outlet.tz if request.user.outlet else timezone.get_current_timezone()


def _state_url(count: report.StateCount) -> str:
    state = count.state.value
    return reverse("behind", args=[f"finished-{state}"]) if count.state in FINISHED else queue(state=state)


def cards_of(found: report.Figures) -> list[dict]:
    """Return the figures on top: code, label, value, what it means, where it leads, whether something is wrong."""
    calls = found.callbacks
    return [
        _card("overdue", found.overdue, _("The next step is past its time"), queue(risk="overdue"), wrong=True),
        _card("late", found.late, _("Not there, and the time agreed has passed"), wrong=True),
        _card("at-risk", found.at_risk, _("Expected to be late")),
        _card("unassigned", found.unassigned, _("Ready, and nobody's yet"), queue(state="ready")),
        _card("due", found.due, _("The next step falls due later today")),
        _card("escalated", found.escalated, _("Wait for the manager"), queue(escalation="any"), wrong=True),
        _card("calls-overdue", calls["overdue"], _("Promised, and the time has passed"), wrong=True),
        _card("calls-due", calls["due"], _("Promised for later today")),
        _card("records", found.records_due, _("Cause or measure still missing")),
        _card("open", found.open, _("Not closed, cancelled or refused"), queue()),
    ]


def _card(figure: str, value: int, meaning, url: str = "", *, wrong: bool = False) -> dict:
    url = url or reverse("behind", args=[figure])
    told = {"code": figure, "label": BEHIND[figure][0], "value": value, "meaning": meaning}
    return told | {"url": url, "wrong": wrong and value > 0}
