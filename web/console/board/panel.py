"""One order beside the board: everything known of it and every act open to me, and notes as in a chat."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from dispatch import actions
from dispatch.lifecycle import BadData, Refusal
from dispatch.models import OrderEvent, Repair, ServiceOrder
from dispatch.models.states import PLACEABLE
from technicians.models import User
from web.console.board.ways import telephone
from web.console.views import ASSIGNERS, everything, stamp_of
from web.shared.doing import KEY, fingerprint

NOTES = 100  # the newest; the rest is in the history
EARLIER = 8
BUTTONS_OF_THEIR_OWN = ("place", "pin", "unpin", "add_note")


@dataclass(frozen=True)
class Note:
    """One note as a chat shows it. `own` when the reader wrote it; `photos` how many came with it."""

    seq: int
    at: datetime
    who: str
    text: str
    own: bool
    photos: int


def notes_of(order: ServiceOrder, reader: User) -> list[Note]:
    """Return the newest notes on an order, oldest first."""
    events = OrderEvent.objects.filter(order=order, action="add_note").select_related("actor").order_by("-seq")
    return [
        Note(
            seq=event.seq,
            at=event.at,
            who=str(event.actor or ""),
            text=event.payload.get("note", ""),
            own=event.actor_id == reader.pk,
            photos=len(event.payload.get("photos") or []),
        )
        for event in reversed(events[:NOTES])
    ]


def earlier_of(order: ServiceOrder, user: User) -> tuple[list[ServiceOrder], list[ServiceOrder]]:
    """Return earlier and other orders of the same appliance, and of the same customer's other ones, newest first.

    Each has its last repair in `.last_repairs`. Two statements each.
    """
    repairs = Prefetch("repairs", Repair.objects.order_by("-pk"), to_attr="last_repairs")
    others = ServiceOrder.objects.for_user(user).exclude(pk=order.pk).order_by("-pk")
    others = others.select_related("appliance__category", "appliance__brand", "technician").prefetch_related(repairs)
    same = list(others.filter(appliance_id=order.appliance_id)[:EARLIER])
    theirs = others.filter(customer_id=order.customer_id).exclude(appliance_id=order.appliance_id)
    return same, list(theirs[:EARLIER])


def panel(request: HttpRequest, pk: int) -> HttpResponse:
    """One order for the panel; 204 when it is shown already as it is (?stamp=)."""
    now = timezone.now()
    orders = ServiceOrder.objects.for_user(request.user).with_rows().select_related("next_user")
    order = get_object_or_404(orders, pk=pk)
    stamp = stamp_of(order)
    if request.GET.get("stamp") == stamp:
        return HttpResponse(status=204)
    same, theirs = earlier_of(order, request.user)
    with timezone.override(order.outlet.tz):
        found = everything(order, request, now, stay=True)
        found["others"] = [button for button in found["others"] if button.verb.name not in BUTTONS_OF_THEIR_OWN]
        context = found | {
            "order": order,
            "now": now,
            "stamp": stamp,
            "standing": order.visits.standing().select_related("technician").first(),
            "notes": notes_of(order, request.user),
            "same_appliance": same,
            "same_household": theirs,
            "earlier_count": len(same) + len(theirs),
            "note_key": uuid4().hex,
            "tel": telephone(order.customer.phone),
            "tel_alt": telephone(order.customer.phone_alt),
            "placeable": order.state in PLACEABLE and not order.at_counter and request.user.role in ASSIGNERS,
        }
        return render(request, "console/board/_panel_order.html", context)


@require_POST
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a note on an order (H-N2). 204 when it is on the log; refused as JSON with `detail`, in words."""
    raw = {"note": request.POST.get("note", "")}
    key = request.POST.get("idempotency_key", "")
    try:
        actions.perform(
            pk,
            "add_note",
            request.user,
            timezone.now(),
            raw,
            key=key if KEY.fullmatch(key) else "",
            fingerprint=fingerprint(pk, "add_note", raw),
        )
    except Refusal as refusal:
        return JsonResponse({"detail": _words(refusal)}, status=refusal.status)
    response = HttpResponse(status=204)
    response["HX-Trigger"] = json.dumps({"noted": {"order": pk}})
    return response


def _words(refusal: Refusal) -> str:
    """Return what is wrong with a note in one line."""
    if isinstance(refusal, BadData) and (said := refusal.context["errors"].get("note")):
        return " ".join(str(text) for text in said)
    return str(refusal)
