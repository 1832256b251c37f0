"""The red banner on every page of the desk while a technician is in danger (H-F10)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from dispatch.models import Incident

SHOWN = 5


def alarms(request: HttpRequest) -> HttpResponse:
    """Return the banner of the outlet's open alarms, empty when there is none. One query."""
    rows = Incident.objects.for_user(request.user).open()
    rows = rows.select_related("raised_by", "taken_by", "order__technician", "order__address").order_by("raised_at")
    return render(request, "console/alarms.html", {"incidents": list(rows[:SHOWN]), "now": timezone.now()})
