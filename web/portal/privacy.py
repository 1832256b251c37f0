"""Everything of one customer, behind the one-time code: orders, appliances, what is kept, and what may be deleted."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from customers.models import Appliance
from dispatch.actions.privacy import erase, record, standing
from dispatch.models import Link, PrivacyKind
from dispatch.reports.about import about
from web.portal import door, story
from web.portal.letter import plain_letter, private, speak

MOST = 50


@require_safe
@door.known
def mine(request: HttpRequest) -> HttpResponse:
    """Show all orders and appliances of whoever is here."""
    customer = door.customer_of(request)
    speak(request, customer)
    orders = list(door.orders_of(request)[:MOST])
    now = timezone.now()
    rows = []
    for order in orders:
        with timezone.override(order.outlet.tz):
            rows.append((order, story.of(order, now)[1]))
    appliances = Appliance.objects.filter(customer__in=door.customers_of(request)).select_related("brand", "category")
    context = {
        "name": customer.name,
        "to": door.hidden(door.contact_of(request)),
        "rows": rows,
        "appliances": list(appliances.order_by("-pk")[:MOST]),
    }
    return plain_letter(request, "portal/mine.html", context)


@require_safe
@door.known
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead to the page of an order of theirs; another's is not there."""
    found = door.orders_of(request).filter(pk=pk).first()
    if found is None:
        raise Http404
    return redirect(Link.objects.of(found, timezone.now()))


@require_http_methods(["GET", "HEAD", "POST"])
@door.known
def privacy(request: HttpRequest) -> HttpResponse:
    """Show what is kept and what may be deleted; delete it when that is asked for, with the word typed."""
    now, rows = timezone.now(), door.customers_of(request)
    speak(request, door.customer_of(request))
    context = {"to": door.hidden(door.contact_of(request)), "now": now}
    if request.method == "POST":
        if "sure" not in request.POST:
            wrong = _("Tick the box first: what is deleted does not come back.")
            return _shown(request, context | {"wrong": wrong}, 422)
        done = erase(rows, now)
        if not door.customers_of(request).exists():
            door.forget(request)
            return plain_letter(request, "portal/erased.html", context | {"found": done})
        return _shown(request, context | {"done": True})
    record(rows, PrivacyKind.SEEN, now)
    return _shown(request, context)


def _shown(request: HttpRequest, context: dict, status: int = 200) -> HttpResponse:
    rows = list(door.customers_of(request))
    context |= {"found": standing(rows, context["now"]), "about": about(rows), "customers": rows}
    return plain_letter(request, "portal/privacy.html", context, status)


@require_safe
@door.known
def export(request: HttpRequest) -> HttpResponse:
    """Give all of it as a file that programs read."""
    rows, now = list(door.customers_of(request)), timezone.now()
    record(rows, PrivacyKind.EXPORTED, now)
    how = {"ensure_ascii": False, "indent": 1}
    response = JsonResponse({"made_at": now} | about(rows), encoder=DjangoJSONEncoder, json_dumps_params=how)
    response["Content-Disposition"] = f'attachment; filename="doorstep-{now:%Y-%m-%d}.json"'
    return private(response)


@require_safe
@door.known
def readable(request: HttpRequest) -> HttpResponse:
    """Show all of it on one page, to read or to print."""
    rows, now = list(door.customers_of(request)), timezone.now()
    record(rows, PrivacyKind.EXPORTED, now)
    return plain_letter(request, "portal/about.html", {"about": about(rows), "now": now})
