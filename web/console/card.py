"""The task supervision card on paper: what was promised, done, signed and returned (H-R3, H-R4)."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from dispatch.actions import settling
from dispatch.actions.arrive import LATENESS
from dispatch.lifecycle import REGISTRY
from dispatch.models import ServiceOrder
from dispatch.reports.card import card_of


def card(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one order's card, in its outlet's time."""
    if ServiceOrder.objects.one_for(request.user, pk) is None:
        raise Http404
    order, now = ServiceOrder.objects.with_rows().get(pk=pk), timezone.now()
    found = card_of(order, now)
    for event in (*found.steps, *(event for one in found.visits for event in one.steps)):
        event.label = REGISTRY[event.action].label if event.action in REGISTRY else event.action
    for one in found.visits:
        one.late_words = LATENESS.get(one.lateness, "")
    context = {
        "order": order,
        "card": found,
        "signed": settling.signed_of(order),
        "signs": settling.signs_of(order, now),
        "now": now,
    }
    with timezone.override(order.outlet.tz):
        return render(request, "console/card.html", context)
