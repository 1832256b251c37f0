"""Where agents and clerks begin: what waits for them, in the order in which it hurts."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from dispatch.actions.guards import GAP_NAMES
from dispatch.models import NextAction, ServiceOrder, State, Timer, TimerKind
from technicians.models import Role
from web.console.calling import calls_context, calls_stamp
from web.console.queue import dressed
from web.console.reviews import waiting_for
from web.console.telling import to_call
from web.console.views import DESK, asks_for_part, page_or_part
from web.shared import acting

SHOWN = 20
# What keeps an order from closing, or somebody waiting at the counter (H-G3, H-F4, H-I4)
OWED = (
    NextAction.SEND_INVOICE,
    NextAction.COLLECT,
    NextAction.FETCH_LOANER,
    NextAction.TAKE_IN,
    NextAction.HAND_OVER,
)
GAPS = (
    Q(customer__name="")
    | Q(customer__phone="", customer__phone_alt="")
    | Q(address__line="")
    | Q(appliance__model_no="")
    | Q(appliance__purchased_on__isnull=True)
    | Q(symptom="")
    | Q(wish="")
)


@dataclass
class Part:
    """One list on a start page: its orders (at most SHOWN) and how many there are in all."""

    orders: list[ServiceOrder]
    count: int


def part(orders) -> Part:
    """Return the most urgent rows of a queryset, and its size."""
    return Part(list(dressed(orders.order_by("next_due_at", "priority", "pk"))[:SHOWN]), orders.order_by().count())


def agent_home(request: HttpRequest) -> HttpResponse:
    """Callbacks that are due, requests to review, and a search over all orders."""
    now = timezone.now()
    if asks_for_part(request, "calls-part"):
        context = calls_context(request.user, now)
        return page_or_part(request, "calls-part", calls_stamp(context), ("", "console/calls_part.html"), context)
    reviews = part(waiting_for(request.user))
    for order in reviews.orders:
        order.buttons = acting.buttons(order, request.user, now, DESK, stay=True)[:3]
        order.gap_names = [GAP_NAMES[name] for name in order.gaps()]
    calls = calls_context(request.user, now)
    context = calls | {"reviews": reviews, "stamp": calls_stamp(calls)} | to_call(request.user, now)
    return render(request, "console/agent_home.html", context)


def clerk_home(request: HttpRequest) -> HttpResponse:
    """Orders with gaps, records that are due, and what waits for parts or in the workshop."""
    now = timezone.now()
    mine = ServiceOrder.objects.for_user(request.user).unfinished()
    gaps = part(mine.filter(GAPS))
    for order in gaps.orders:
        order.gap_names = [GAP_NAMES[name] for name in order.gaps()]
    owed = Timer.objects.filter(kind=TimerKind.FIELDS_DUE, state=Timer.PENDING).values("order_id")
    records = part(mine.filter(Q(pk__in=owed) | Q(next_action=NextAction.COMPLETE_RECORD)))
    context = {
        "now": now,
        "owed": part(mine.filter(next_role=Role.CLERK, next_action__in=OWED)),
        "gaps": gaps,
        "records": records,
        "parts": part(mine.filter(state=State.AWAITING_PARTS)),
        "workshop": part(mine.filter(state=State.IN_WORKSHOP)),
        "shown": SHOWN,
    }
    return render(request, "console/clerk_home.html", context)
