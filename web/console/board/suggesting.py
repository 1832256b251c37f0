"""Who could go to one order, and when: in words, with what it costs the others, and the sentence for the phone."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from dispatch.actions.appointments import usual_minutes
from dispatch.models import ServiceOrder
from web.console.candidates import candidates


def suggest(request: HttpRequest, pk: int) -> HttpResponse:
    """Suggestions for one order, for the panel."""
    now = timezone.now()
    orders = ServiceOrder.objects.for_user(request.user).with_rows()
    order = get_object_or_404(orders, pk=pk)
    with timezone.override(order.outlet.tz):
        found = candidates(order, now, None, usual_minutes(order))
        context = {"order": order, "now": now, "candidates": [one for one in found if one.fits][:5]}
        return render(request, "console/board/_suggest.html", context)
