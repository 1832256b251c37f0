"""The customer's page of one order: what happens next and when, who comes, how to reach us (H-C, H-D3, H-E3, H-E4).

It looks again every half minute by itself (`portal/follow.js`); without a script the browser does.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from customers import pictures
from dispatch.models import Link, PartUse, QuoteStatus, ServiceOrder, State, VisitStatus
from dispatch.models.states import AT_WORK, PLACEABLE
from dispatch.papers.masked import masked_place
from technicians.models import Technician
from web.portal import path, story
from web.portal.facts import Facts
from web.portal.keys import keyed
from web.portal.letter import letter, private
from web.portal.rate import BROKEN_IN, RATED_IN
from web.shared.wishes import wished

KNOWN_BY = (State.ACCEPTED, State.CONTACTED, State.EN_ROUTE, State.ON_SITE, State.DIAGNOSED, State.CHARGED)
AT_THE_DOOR = (State.CONTACTED, State.EN_ROUTE, State.ON_SITE, State.DIAGNOSED)


@require_safe
@keyed
def page(request: HttpRequest, link: Link) -> HttpResponse:
    """Show where the order stands; with ?have=<stamp> the part that changes, 204 when it has not."""
    order, now = link.order, timezone.now()
    with timezone.override(order.outlet.tz):
        context = _all_of(order, now) | {"order": order, "outlet": order.outlet, "code": link.code, "now": now}
        part = render_to_string("portal/order_part.html", context, request)
    stamp = sha256(part.encode()).hexdigest()[:16]
    if "have" in request.GET:
        if request.GET["have"] == stamp:
            return private(HttpResponse(status=204))
        response = private(HttpResponse(part))
        response["X-Stamp"] = stamp
        return response
    context |= {"part": part, "stamp": stamp}
    return letter(request, "portal/order.html", order, context)


@require_safe
@keyed
def portrait(request: HttpRequest, link: Link) -> HttpResponse:
    """Give the face of who comes, while somebody does (H-E3)."""
    who = _who(link.order, story.of(link.order, timezone.now())[0])
    if who is None or who.portrait is None:
        raise Http404
    try:
        face = pictures.thumbnail(who.portrait).read_bytes()
    except FileNotFoundError as error:
        raise Http404 from error
    return private(HttpResponse(face, content_type=f"image/{who.portrait.format}"))


def _who(order: ServiceOrder, facts: Facts) -> Technician | None:
    """Return who comes, came last, or has the order; nobody when it is over."""
    visit = facts.visit or facts.arrived
    who = visit.technician if visit else order.technician
    return who if order.state in KNOWN_BY else None


def _all_of(order: ServiceOrder, now) -> dict[str, Any]:
    """Return what the page shows beside the words."""
    facts, told = story.of(order, now)
    visit = facts.visit
    return {
        "facts": facts,
        "told": told,
        "steps": path.steps_of(order, facts.events),
        "technician": _who(order, facts),
        "permit": order.state in AT_THE_DOOR,
        "to_confirm": order.state in PLACEABLE and visit is not None and visit.status == VisitStatus.PROPOSED
        and visit.starts_at > now,
        "may_choose": order.state in PLACEABLE and not order.at_counter,
        "may_correct": order.state in (State.REQUESTED, State.NEEDS_INFO, *PLACEABLE),
        "may_supply": order.state == State.NEEDS_INFO,
        "quote": _quote(facts),
        "may_rate": order.state in RATED_IN and order.repairs.exists(),
        "may_say_broken": order.state in BROKEN_IN,
        "where": masked_place(order.address.full),
        "wish": "" if visit and visit.status != VisitStatus.PROPOSED else wished(order),
    } | _kept(order)  # fmt: skip


def _quote(facts: Facts):
    """Return the quote that is worth a button: waiting for a word while somebody is at work, or standing."""
    quote = facts.quote
    if quote is None or (quote.status == QuoteStatus.OFFERED and facts.order.state not in AT_WORK):
        return None
    return quote


def _kept(order: ServiceOrder) -> dict[str, Any]:
    """Return what is worth keeping: papers, parts with their serial numbers, what was done, the warranty (H-F7)."""
    uses = PartUse.objects.filter(order=order).select_related("part")
    return {
        "papers": list(order.papers.order_by("pk")),
        "parts": list(uses),
        "records": [one for one in order.repairs.all() if one.finding or one.measure],
        "decision": order.decisions.order_by("-pk").first(),
    }
