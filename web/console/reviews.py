"""Requests that customers sent by themselves: everything that is needed to say yes, no, or what is missing (H-I1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from dispatch.actions.guards import GAP_NAMES
from dispatch.models import OrderPhoto, ServiceOrder, State
from dispatch.reports.explained import Explained, explain
from technicians.models import User
from web.console.queue import dressed
from web.console.views import DESK
from web.shared import acting

WAITING = (State.REQUESTED, State.NEEDS_INFO)
PER_PAGE = 12
DECIDES = ("approve", "ask_customer", "reject", "supply_info", "correct")


@dataclass
class Review:
    """One request as the reviewer reads it. `before` are the appliance's newest orders, `asked` what we wait for."""

    order: ServiceOrder
    buttons: list[acting.Button]
    photos: list[OrderPhoto]
    warranty: Explained
    gaps: list
    before: list[ServiceOrder]
    asked: str


def waiting_for(user: User):
    """Return the requests that `user` may see and nobody has decided, the most urgent first."""
    rows = ServiceOrder.objects.for_user(user).filter(state__in=WAITING)
    return rows.order_by("next_due_at", "priority", "pk")


def review_of(order: ServiceOrder, user: User, now: datetime) -> Review:
    """Read what decides about a request."""
    offered = {button.verb.name: button for button in acting.buttons(order, user, now, DESK, stay=True)}
    earlier = ServiceOrder.objects.for_user(user).filter(appliance_id=order.appliance_id, pk__lt=order.pk)
    asked = order.events.filter(action="ask_customer").order_by("-seq").first() if order.state == WAITING[1] else None
    return Review(
        order=order,
        buttons=[offered[name] for name in DECIDES if name in offered],
        photos=order.sent,
        warranty=explain(order, now),
        gaps=[GAP_NAMES[name] for name in order.gaps()],
        before=list(earlier.order_by("-pk")[:3]),
        asked=asked.reason if asked else "",
    )


def reviews(request: HttpRequest) -> HttpResponse:
    """Show the requests with what was sent, and the buttons that decide."""
    now = timezone.now()
    sent = Prefetch("photos", OrderPhoto.objects.filter(event_seq__isnull=False).select_related("photo", "by"), "sent")
    page = Paginator(dressed(waiting_for(request.user)).prefetch_related(sent), PER_PAGE).get_page(
        request.GET.get("page")
    )
    rows = [review_of(order, request.user, now) for order in page.object_list]
    return render(request, "console/reviews.html", {"page": page, "rows": rows, "now": now})
