"""A technician's visits for their own calendar: a feed under an address of theirs, which they can change (RFC 5545).

It goes to whoever keeps the calendar, so it says when and where, and nothing of the customer's name or phone.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from icalendar import Calendar, Event

from dispatch.models import Visit, VisitStatus
from technicians.models import Technician

BACK, AHEAD = timedelta(days=14), timedelta(days=90)
AGREED = (VisitStatus.AGREED, VisitStatus.LOCKED, VisitStatus.DONE)
SHOWN = (VisitStatus.PROPOSED, *AGREED)


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Show the technician the address of their feed; a new one ends the old one."""
    technician = get_object_or_404(Technician, user=request.user)
    if request.method == "POST":
        technician.calendar_code = secrets.token_urlsafe(18)
        technician.save(update_fields=["calendar_code"])
        return redirect("field_calendar")
    code = technician.calendar_code
    address = settings.PUBLIC_URL.rstrip("/") + reverse("calendar_feed", args=[code]) if code else ""
    return render(request, "field/calendar.html", {"address": address})


@require_safe
def feed(request: HttpRequest, code: str) -> HttpResponse:
    """Return the visits as iCalendar; who left has none."""
    technician = get_object_or_404(Technician.objects.working().select_related("user", "outlet"), calendar_code=code)
    language = technician.user.language or settings.LANGUAGE_CODE
    with translation.override(language), timezone.override(technician.outlet.tz):
        body = of(technician, timezone.now())
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Cache-Control"] = "private, max-age=300"
    response["X-Robots-Tag"] = "noindex"
    return response


def of(technician: Technician, now: datetime) -> bytes:
    """Return a technician's visits from two weeks back as an iCalendar file; times in UTC."""
    calendar = Calendar()
    calendar.add("prodid", "-//Doorstep//Visits//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"Doorstep · {technician.name}")
    calendar.add("refresh-interval", timedelta(minutes=15), parameters={"VALUE": "DURATION"})
    visits = Visit.objects.filter(
        technician=technician, status__in=SHOWN, starts_at__gt=now - BACK, starts_at__lt=now + AHEAD
    )
    rows = visits.select_related("order__address", "order__appliance__brand", "order__appliance__category")
    for visit in rows.order_by("starts_at"):
        calendar.add_component(_event(visit, now))
    return calendar.to_ical()


def _event(visit: Visit, now: datetime) -> Event:
    order, event = visit.order, Event()
    event.add("uid", f"visit-{visit.pk}@doorstep")
    event.add("dtstamp", now)
    event.add("dtstart", visit.starts_at)
    event.add("dtend", visit.ends_at)
    event.add("sequence", order.version)
    event.add("status", "CONFIRMED" if visit.status in AGREED else "TENTATIVE")
    event.add("summary", f"{order.appliance} · {order.address.district or order.address.city}")
    event.add("description", _("Order %(number)s") % {"number": order.number})
    event.add("url", settings.PUBLIC_URL.rstrip("/") + reverse("field_order", args=[order.pk]))
    if visit.status == VisitStatus.DONE or not order.is_open:
        return event  # been there: the door and the place are nobody's business any more
    event.add("location", str(order.address))
    if order.address.latitude is not None and order.address.longitude is not None:
        event.add("geo", (order.address.latitude, order.address.longitude))
    return event
