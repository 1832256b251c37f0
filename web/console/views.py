"""The desk's pages of orders: the queue, one order, and doing something to it. Thin: read, call, render."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from dispatch.actions.alarm import open_incident
from dispatch.actions.board import may_undo
from dispatch.actions.guards import GAP_NAMES
from dispatch.actions.links import KEEPERS
from dispatch.actions.workshop import next_at_bench
from dispatch.models import ServiceOrder, State
from dispatch.models.states import PLACEABLE
from dispatch.reports.explained import explain
from technicians.models import Role, User
from web.console.asking import asking_card
from web.console.assigning import assign_body
from web.console.queue import Queue, filter_choices
from web.console.telling import told_on, told_stamp
from web.shared import acting, asking, photos, slips, tills
from web.shared.part_help import parts_card
from web.shared.sense import worth_offering
from web.shared.story import story

DESK = acting.Face(
    act="order_act",
    order="order",
    bodies={"assign": assign_body, "transfer": assign_body} | slips.BODIES | tills.BODIES | asking.BODIES,
    more=slips.MORE | tills.MORE | asking.MORE,
)
MAY_OPEN = (Role.DISPATCHER, Role.CLERK, Role.AGENT, Role.MANAGER, Role.ADMIN)


def asks_for_part(request: HttpRequest, part: str) -> bool:
    """Tell whether htmx asks for one part of the page, and not the browser for the page itself."""
    return bool(request.htmx) and request.htmx.target == part and not request.htmx.history_restore_request


def page_or_part(request: HttpRequest, part: str, stamp: str, templates: tuple, context: dict) -> HttpResponse:
    """Render (page, part): the page; for htmx only the part, and 204 when it shows what the browser has already."""
    live = asks_for_part(request, part)
    if live and request.GET.get("stamp") == stamp:
        response = HttpResponse(status=204)
    else:
        response = render(request, templates[1] if live else templates[0], context | {"live": live, "stamp": stamp})
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def queue(request: HttpRequest) -> HttpResponse:
    """What must be decided first, then everything open, filtered by the address bar."""
    now = timezone.now()
    found = Queue(request.user, request.GET, now)
    context = {"queue": found, "now": now, "may_assign": request.user.role in ASSIGNERS}
    if not asks_for_part(request, "queue-part"):
        context["choices"] = filter_choices(request.user)
    return page_or_part(request, "queue-part", found.stamp, ("console/queue.html", "console/queue_part.html"), context)


ASSIGNERS = (Role.DISPATCHER, Role.MANAGER, Role.ADMIN)


def order(request: HttpRequest, pk: int) -> HttpResponse:
    """One order: what comes next, the buttons open to me, and everything that is known of it."""
    now = timezone.now()
    orders = ServiceOrder.objects.for_user(request.user).with_rows().select_related("next_user")
    found = get_object_or_404(orders, pk=pk)
    context = {"order": found, "now": now}
    with timezone.override(found.outlet.tz):
        if not (asks_for_part(request, "order-part") and request.GET.get("stamp") == stamp_of(found)):
            context |= everything(found, request, now) | {"on_board": _on_board(found, request)}
        templates = ("console/order.html", "console/order_part.html")
        return page_or_part(request, "order-part", stamp_of(found), templates, context)


def _on_board(order: ServiceOrder, request: HttpRequest) -> str:
    """Return the board's address with this order open, for those who place orders; empty where it has no place."""
    if order.state not in PLACEABLE or request.user.role not in ASSIGNERS:
        return ""
    return f"{reverse('board')}?{urlencode({'outlet': order.outlet.code, 'order': order.pk})}"


def stamp_of(order: ServiceOrder) -> str:
    """Return what changes whenever the order's page would look different, but for relative times."""
    refused = len(order.refused)  # H-N3: what is refused leaves no version
    return f"{order.version}.{refused}.{told_stamp(order)}"


def everything(order: ServiceOrder, request: HttpRequest, now, *, stay: bool = False) -> dict:
    """Read what the page shows of an order; with `stay` what is done with its buttons does not leave the page."""
    offered = acting.buttons(order, request.user, now, DESK, stay=stay)
    buttons = [button for button in offered if _makes_sense(button, order, request.user)]
    primary = _primary(buttons, order)
    correct = next((button for button in buttons if button.verb.name == "correct"), None)
    return {
        "primary": primary,
        "others": [button for button in buttons if button is not primary],
        "correct": correct,
        "warranty": explain(order, now),
        "asking": asking_card(order),
        "evidence": next((button for button in buttons if button.verb.name == "record_evidence"), None),
        "override": next((button for button in buttons if button.verb.name == "override_warranty"), None),
        "gaps": [GAP_NAMES[name] for name in order.gaps()] if order.is_open else [],
        "visits": order.visits.select_related("technician").order_by("-sequence"),
        "callbacks": order.callbacks.select_related("caller").prefetch_related("log__caller"),
        "repairs": order.repairs.select_related("fault", "visit").order_by("-pk"),
        "jobs": order.workshop_jobs.select_related("bench", "taken_by").order_by("-pk"),
        "loans": order.loans.exclude(state="released").select_related("loaner__brand").order_by("-pk"),
        "parts": parts_card(order, request.user, DESK),
        "photos": photos.of(order),
        "told": told_on(order),
        "may_link": request.user.role in KEEPERS,
        "events": story(order),
        "same_customer": same_customer(order, request),
    } | tills.card(order, request, now, buttons)


def _makes_sense(button: acting.Button, order: ServiceOrder, user: User) -> bool:
    """Leave out settling what nobody has escalated, and what is only in the way here."""
    if button.verb.name == "undo_place":
        return may_undo(order, user)
    return worth_offering(button.lacks) and (button.verb.name != "settle_escalation" or bool(order.escalation))


def _primary(buttons: list[acting.Button], order: ServiceOrder) -> acting.Button | None:
    """Return the one large button: the next act of the spine; while a customer is to be won back, only that (H-C6)."""
    incident = open_incident(order) if order.sos_at else None
    if incident:  # H-F10: before everything else
        name = "settle_sos" if incident.taken_at else "take_over"
        return next((button for button in buttons if button.verb.name == name), None)
    if order.escalation:
        return next((button for button in buttons if button.verb.name == "settle_escalation"), None)
    if order.state == State.IN_WORKSHOP:
        name = next_at_bench(order.job) if order.job else "receive"
        return next((button for button in buttons if button.verb.name == name), None)
    return next((button for button in buttons if button.verb.tone == "primary"), None)


def same_customer(order: ServiceOrder, request: HttpRequest) -> list[ServiceOrder]:
    """Other orders of the same household, newest first."""
    orders = ServiceOrder.objects.for_user(request.user).filter(customer_id=order.customer_id).exclude(pk=order.pk)
    return list(orders.select_related("appliance__category", "appliance__brand")[:5])


def order_act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Do one verb to one order."""
    return acting.act(request, DESK, pk, verb)
