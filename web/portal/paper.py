"""A paper on the customer's own phone: is it ours, and what stands on it. The code is the only key."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from customers.money import say
from dispatch.models import Paper, ServiceOrder
from web.portal import door
from web.portal.letter import letter, plain_letter
from web.shared.papers import as_pdf

ROWS = ("order__outlet", "order__customer", "payment")


@require_safe
def page(request: HttpRequest, code: str) -> HttpResponse:
    """Say that a paper is ours: kind, number, date, and the amount on it."""
    found = _find(code)
    printed = found.snapshot
    total = printed.get("total")
    context = {
        "paper": found,
        "number": printed["number"],
        "total": None if total is None else say(total - (printed.get("waived") or 0), printed["currency"]),
        "title": _("This paper is ours"),
    }
    return letter(request, "portal/paper.html", found.order, context)


@require_safe
def pdf(request: HttpRequest, code: str) -> HttpResponse:
    """Return the paper itself: whole to whom it belongs, masked to whoever holds its code."""
    found = _find(code)
    whole, elsewhere = whose(request, found.order, found.issued_at)
    return elsewhere or as_pdf(request, found, whole=whole)


def whose(request: HttpRequest, order: ServiceOrder, made_at: datetime) -> tuple[bool, HttpResponse | None]:
    """Return whether a paper of `order` is read whole here, and where its reader is led instead.

    Whole (asked for with ?whole) needs the one-time code. A customer's link that was taken back after the paper was
    made closes the masked one too: whoever had that link had the paper's address.
    """
    if door.orders_of(request).filter(pk=order.pk).exists():
        return True, None
    closed = order.links.filter(revoked_at__gte=made_at).exists()
    if not closed and "whole" not in request.GET:
        return False, None
    if door.contact_of(request):
        return False, plain_letter(request, "portal/gone.html", {"others": True}, 403)
    return False, redirect(f"{reverse('portal_door')}?{urlencode({'next': request.get_full_path()})}")


def _find(code: str) -> Paper:
    return get_object_or_404(Paper.objects.select_related(*ROWS), code=code)
