"""Everything of one customer, behind the one-time code: orders, appliances, what is kept, and what may be deleted."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from web.portal import door
from web.portal.letter import plain_letter


@require_safe
@door.known
def mine(request: HttpRequest) -> HttpResponse:
    """Show all orders and appliances of whoever is here."""
    return plain_letter(request, "portal/mine.html", {"orders": door.orders_of(request)[:50]})
