"""A paper on the customer's own phone: is it ours, and what stands on it. The code is the only key."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from customers.money import say
from dispatch.models import Paper
from web.portal.letter import letter
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
    """Return the paper itself."""
    return as_pdf(request, _find(code))


def _find(code: str) -> Paper:
    return get_object_or_404(Paper.objects.select_related(*ROWS), code=code)
