"""What every page for a customer has in common: their language, their outlet's clock, nobody else's eyes."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render
from django.utils import timezone, translation

from customers.models import Customer
from dispatch.models import ServiceOrder
from technicians.models import Outlet

COMPRESS = GZipMiddleware(lambda request: HttpResponse())


def letter(
    request: HttpRequest, template: str, order: ServiceOrder, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Render a page for the customer of `order`, in the outlet's zone; never cached, never indexed.

    No other site learns the address. Our own must: without a referrer browsers name no origin, and the form is refused.
    """
    speak(request, order.customer)
    with timezone.override(order.outlet.tz):
        whole = {"order": order, "outlet": order.outlet, "now": timezone.now()} | context
        return small(request, private(render(request, template, whole, status=status)))


def plain_letter(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Render a page that belongs to no single order: in the first outlet's zone, with every outlet's phone under it."""
    outlets = list(Outlet.objects.exclude(phone="").order_by("pk")[:4])
    zone = outlets[0].tz if outlets else timezone.get_current_timezone()
    with timezone.override(zone):
        whole = {"outlets": outlets, "now": timezone.now()} | context
        return small(request, private(render(request, template, whole, status=status)))


def small(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Compress an answer for slow lines. Its length tells nothing: random bytes are added, as Django does it."""
    return COMPRESS.process_response(request, response)


def private(response: HttpResponse) -> HttpResponse:
    """Mark an answer as meant for one pair of eyes."""
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "same-origin"
    return response


def speak(request: HttpRequest, customer: Customer) -> None:
    """Speak the customer's language for the rest of the request, unless another was chosen on this device."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) or request.user.is_authenticated
    if not chosen and customer.language in dict(settings.LANGUAGES):
        translation.activate(customer.language)
        request.LANGUAGE_CODE = translation.get_language()
