"""What every page for a customer has in common: their language, their outlet's clock, nobody else's eyes."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from dispatch.models import ServiceOrder


def letter(
    request: HttpRequest, template: str, order: ServiceOrder, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Render a page for the customer of `order`, in the outlet's zone; never cached, never indexed.

    No other site learns the address. Our own must: without a referrer browsers name no origin, and the form is refused.
    """
    with timezone.override(order.outlet.tz):
        whole = {"order": order, "outlet": order.outlet, "now": timezone.now()} | context
        response = render(request, template, whole, status=status)
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "same-origin"
    return response
