"""What a customer changes by themselves: time, address, appliance (H-A4, H-C2, H-C3). The link is their key.

Only times that planning finds free are offered, none of which puts another customer's promise at risk; the choice is
judged again when it is made. Once somebody is on the way, a person has to be spoken to.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from rest_framework import serializers

from dispatch.actions.corrections import ProductData
from dispatch.lifecycle import BadData, GuardsUnmet, Refusal, act
from dispatch.models import Link, ServiceOrder, State, Visit, VisitStatus
from dispatch.models.states import PLACEABLE
from dispatch.papers.masked import masked_place
from dispatch.planning.suggest import TIGHT
from dispatch.planning.suggesting import Offer, suggestions
from web.portal import moments, request_said, windows
from web.portal.keys import keyed
from web.portal.letter import letter
from web.shared.post import from_post
from web.shared.rows import rows_of
from web.shared.wishes import words_of

LOOKED_AT = 60  # several days of them, to choose from
# A phone number or name is not changed by link: who has one link would get at everything of that customer.
CORRECTED = ("address_line", "district", "city", "access_note", "model_no", "serial", "purchased_on", "symptom")
CORRECTED_IN = (State.REQUESTED, State.NEEDS_INFO, *PLACEABLE)


@require_http_methods(["GET", "HEAD", "POST"])
@keyed
def time_page(request: HttpRequest, link: Link) -> HttpResponse:
    """Show free times; take one, confirm the one proposed, or note what the customer wishes."""
    order, now = link.order, timezone.now()
    with timezone.override(order.outlet.tz):
        if request.method != "POST" or order.state not in PLACEABLE or order.at_counter:
            refused = request.method == "POST"
            return _times(request, link, now, status=409 if refused else 200)
        try:
            if "confirm" in request.POST:
                wrong = _confirm(order, request.POST["confirm"], now)
            elif "wish" in request.POST:
                wrong = _wish(order, request.POST, now)
                if not wrong:
                    return redirect(f"{request.path}?asked")
            else:
                wrong = _take(order, request.POST.get("starts", ""), now)
        except Refusal:
            wrong = _("Somebody is just changing this order, or the time has gone. Look at the times again.")
        if wrong:
            link.refresh_from_db()
            return _times(request, link, now, [wrong], 409)
    return redirect("portal_order", link.code)


def _standing(order: ServiceOrder) -> Visit | None:
    return order.visits.standing().select_related("technician").first()


def _confirm(order: ServiceOrder, said: str, now: datetime) -> str:
    """Agree to the time that is proposed, if it is still the one that was read; return what is wrong."""
    visit = _standing(order)
    if visit is None or _moment(said) != visit.starts_at.replace(microsecond=0):
        return _("The time has been changed meanwhile. Please look at it again.")
    if visit.status == VisitStatus.PROPOSED:
        _place(order, visit.technician_id, visit.starts_at, visit.window_ends_at, now)
    return ""


def _take(order: ServiceOrder, said: str, now: datetime) -> str:
    """Agree to a free time; return what is wrong."""
    starts, visit = _moment(said), _standing(order)
    if starts is None:
        return _("Choose one of the times.")
    if visit and visit.status != VisitStatus.PROPOSED and visit.starts_at == starts:
        return ""  # pressed twice
    offer = next((one for one in _free(order, now) if one.window_from <= starts <= one.window_until), None)
    if offer is None:
        return _("This time has just been taken. Please choose another one.")
    _place(order, offer.technician.pk, starts, windows.until(offer, starts), now)
    return ""


def _place(order: ServiceOrder, technician: int, starts: datetime, until: datetime | None, now: datetime) -> None:
    """Put the visit there, agreed with the customer. Raises as `lifecycle.act` does."""
    raw = {
        "technician": technician,
        "starts_at": starts.isoformat(),
        "window_ends_at": until.isoformat() if until and until > starts else None,
        "consent": order.customer.name or "–",
    }
    act(order.pk, "place", None, now, raw, unseen=True)


def _wish(order: ServiceOrder, post: Any, now: datetime) -> str:
    """Note when the customer is at home; a time agreed before is agreed no more, and they are called (H-C2, H-N1).

    Return what is wrong.
    """
    wished = windows.part_of_day(post.get("day", ""), post.get("part", ""), now)
    if wished is None:
        return _("Choose a day and a time of day that is still to come.")
    words = post.get("note", "").strip()[:200] or words_of(order)
    raw, visit = windows.in_figures([wished], words), _standing(order)
    agreed = visit is not None and visit.status == VisitStatus.AGREED
    try:
        act(order.pk, "ask_other_time" if agreed else "correct", None, now, raw, unseen=True)
    except GuardsUnmet as refusal:
        if [lack.code for lack in refusal.lacks] != ["nothing"]:  # asked for twice is asked for once
            raise
    return ""


def _free(order: ServiceOrder, now: datetime) -> list[Offer]:
    """Return the offers that leave everybody else's promise good, and not only just."""
    fresh = ServiceOrder.objects.with_rows().get(pk=order.pk)
    return [one for one in suggestions(fresh, now, top=LOOKED_AT) if one.left is None or one.left >= TIGHT]


def _moment(said: str) -> datetime | None:
    try:
        moment = parse_datetime(said.replace(" ", "+"))
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None


def _times(request: HttpRequest, link: Link, now: datetime, wrong: Any = (), status: int = 200) -> HttpResponse:
    """Show the page of times, or why it is shut."""
    order, visit = link.order, _standing(link.order)
    context: dict[str, Any] = {"code": link.code, "wrong": wrong, "asked": "asked" in request.GET}
    if order.state not in PLACEABLE or order.at_counter:
        context |= _shut(order)
        return letter(request, "portal/time.html", order, context, status)
    context |= {
        "window": moments.window(visit.starts_at, visit.window_ends_at, now) if visit else "",
        "offers": windows.offered(_free(order, now), now),
        "days": windows.days(now),
        "parts_of_day": windows.PARTS_OF_DAY,
    }
    return letter(request, "portal/time.html", order, context, status)


def _shut(order: ServiceOrder) -> dict[str, str]:
    """Say why nothing can be changed here any more."""
    who = order.technician.name if order.technician else _("The technician")
    if order.state == State.EN_ROUTE:
        said = _("%(who)s is on the way to you. Please call us, and we reach them at once.") % {"who": who}
    elif order.state in (State.ON_SITE, State.DIAGNOSED) and not order.at_counter:
        said = _("%(who)s is with you. Please tell them, or call us.") % {"who": who}
    elif order.at_counter:
        said = _("Nobody has to travel for this order. Please call us.")
    else:
        said = _("This cannot be changed here just now. Please call us.")
    return {"closed": said, "closed_head": _("Please call us for this")}


@require_http_methods(["GET", "HEAD", "POST"])
@keyed
def correct(request: HttpRequest, link: Link) -> HttpResponse:
    """Let the customer put right what we have noted; skill, parts, warranty and time are judged again (H-C3)."""
    order, now = link.order, timezone.now()
    if order.state not in CORRECTED_IN:
        return _form(request, link, {}, 409 if request.method == "POST" else 200)
    if request.method != "POST":
        return _form(request, link)
    try:
        typed = from_post(ProductData, request.POST, order.outlet.tz, only=CORRECTED)
        raw = {name: value for name, value in typed.items() if value not in ("", None)}
        if not raw:
            return _form(request, link, {"": [_("Nothing was filled in.")]}, 422)
        act(order.pk, "correct", None, now, raw, unseen=True)
    except serializers.ValidationError as wrong:
        return _form(request, link, wrong.detail, 422)
    except BadData as refusal:
        return _form(request, link, refusal.context["errors"], refusal.status)
    except Refusal as refusal:
        said = [_("This could not be changed just now. Please try again, or call us.")]
        return _form(request, link, {"": said}, refusal.status)
    return redirect("portal_order", link.code)


def _form(request: HttpRequest, link: Link, errors: Any = None, status: int = 200) -> HttpResponse:
    order, errors = link.order, errors or {}
    post = request.POST if request.method == "POST" else None
    context = {"code": link.code, "where": masked_place(order.address.full), "wrong": errors.get("", [])}
    if order.state not in CORRECTED_IN:
        context |= _shut(order)
    else:
        zone = order.outlet.tz
        context["rows"] = rows_of(request_said.form(()), post=post, errors=errors, zone=zone, only=CORRECTED)
    return letter(request, "portal/correct.html", order, context, status)
