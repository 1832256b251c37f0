"""The technician's phone: the day, one order, one act at a time."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from customers.phones import masked
from dispatch.models import OPEN, Callback, ServiceOrder, State
from dispatch.models.visit import STANDING
from dispatch.reports.explained import explain
from technicians.models import Role
from web.field import asking, bodies, checks, outcomes, plan
from web.field.arrival import at_the_door, different_first
from web.field.knowledge import own_history
from web.field.steps import TARGET, accepting, choose, part_steps
from web.shared import acting, photos, tills
from web.shared.part_help import parts_card
from web.shared.story import story

FACE = acting.Face(
    act="field_act",
    order="field_order",
    home="field_app",
    page="field/act_page.html",
    target=TARGET,
    bodies=bodies.BODIES,
    more=bodies.MORE,
    reads=checks.READS,
    after=outcomes.AFTER,
)

# While what is known of the fault can still be of use
BEFORE_THE_BILL = {state for state in OPEN if state not in (State.CHARGED, State.FOLLOW_UP)}


def day(request: HttpRequest) -> HttpResponse:
    """The orders of a technician in order of time, what is due on top, the next step under the thumb."""
    now = timezone.now()
    today = plan.of(request.user, now)
    alarmed = today.next and today.next.order.sos_at  # H-F10: nothing to do there now
    choice = choose(today.next.order, request.user, now) if today.next and not alarmed else None
    for stop in today.new:
        if stop is not today.next:
            stop.step = accepting(stop.order)
    context = {"now": now, "today": today, "choice": choice, "asked": asking.asked_of(request.user)}
    return render(request, "field/day.html", context)


def callbacks(request: HttpRequest) -> HttpResponse:
    """The calls that are this technician's to make, the one due first on top (H-R1)."""
    now = timezone.now()
    return render(request, "field/callbacks.html", {"now": now, "callbacks": list(plan.calls(request.user))})


def order(request: HttpRequest, pk: int) -> HttpResponse:
    """One order: its next step as one button, what helps with it, what else can be done."""
    now = timezone.now()
    found = ServiceOrder.objects.with_rows().one_for(request.user, pk)
    if found is None:
        raise Http404
    if found.sos_at:
        return render(request, "field/alarm.html", asking.in_alarm(found, now))
    visits = list(found.visits.order_by("-sequence"))
    standing = next((visit for visit in visits if visit.status in STANDING), None)
    choice = choose(found, request.user, now)
    door = at_the_door(found, standing, choice)
    choice = different_first(choice, door)
    helps = found.state in BEFORE_THE_BILL
    parts = parts_card(found, request.user, FACE)
    context = {
        "now": now,
        "order": found,
        "visit": standing,
        "choice": choice,
        "events": story(found),
        "photos": photos.of(found),
        "door": door,
        "asking": asking.asking_card(found, request.user, helps=helps),
        "sos": asking.sos(found),
        "repair": found.repairs.select_related("fault").last(),
        "warranty": explain(found, now),
        "callbacks": list(found.callbacks.filter(state=Callback.WAITING).order_by("due_at")),
        "likely": found.fault if helps else None,
        "parts": parts,
        "part_steps": part_steps(choice),
        "fixed": parts.fixes.measures if helps else [],
        "own": own_history(found, found.technician) if helps else None,
        "phones": [phone if found.is_open else masked(phone) for phone in _phones(found)],
        "technician_role": Role.TECHNICIAN,
    }
    context |= tills.card(found, request, now) if context["repair"] else {}
    return render(request, "field/order.html", context)


def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Show the form of a verb, or do it."""
    return acting.act(request, FACE, pk, verb)


def _phones(order: ServiceOrder) -> list[str]:
    return [phone for phone in (order.customer.phone, order.customer.phone_alt) if phone]
