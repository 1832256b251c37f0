"""What a phone did and the order could not take: shown at the desk until somebody has settled it (H-N3)."""

from __future__ import annotations

import json
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from dispatch.actions import kept
from dispatch.lifecycle import REGISTRY
from dispatch.models import KeptAct, ServiceOrder


@dataclass(frozen=True)
class Shown:
    """A refused act in words."""

    act: KeptAct
    label: str
    missing: list[str]


def kept_on(order: ServiceOrder) -> list[Shown]:
    """Return what was refused on an order and nobody has settled, oldest first."""
    return [Shown(act, label_of(act.verb), [lack.get("message", "") for lack in act.lacks]) for act in order.refused]


def label_of(verb: str) -> str:
    """Return the words for a verb, its code where there is none of that name."""
    return str(REGISTRY[verb].label) if verb in REGISTRY else verb


@require_POST
def kept_settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Settle a refused act from the desk: it was done another way, or is not wanted any more."""
    found = get_object_or_404(KeptAct.objects.for_user(request.user), pk=pk)
    if ServiceOrder.objects.one_for(request.user, found.order_id) is None:
        raise Http404
    kept.settle(found.key, request.user, KeptAct.How.DROPPED, timezone.now())
    if not request.htmx:
        return redirect("order", found.order_id)
    response = HttpResponse(status=204)
    response["HX-Trigger"] = json.dumps({"acted": {"order": found.order_id}})
    return response
