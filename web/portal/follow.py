"""The customer's page of one order: what happens next and when, who comes, how to reach us (H-C, H-D3, H-E3, H-E4)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from dispatch.models import Link
from web.portal.keys import keyed
from web.portal.letter import letter


@require_safe
@keyed
def page(request: HttpRequest, link: Link) -> HttpResponse:
    """Show where the order stands."""
    return letter(request, "portal/order.html", link.order, {"link": link})
