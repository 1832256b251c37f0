"""The customer's page of an order, for whoever has the customer on the phone or at the counter: address, code, end."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from dispatch.actions.links import KEEPERS, take_back
from dispatch.lifecycle import NotFound
from dispatch.models import Link, ServiceOrder
from web.shared.qr import qr_svg


@require_safe
def order_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the customer's address of an order, to be read out, copied or pointed a camera at."""
    if request.user.role not in KEEPERS:
        raise Http404
    order, now = get_object_or_404(ServiceOrder.objects.for_user(request.user), pk=pk), timezone.now()
    link = Link.objects.of(order, now)
    url = settings.PUBLIC_URL.rstrip("/") + link.get_absolute_url()
    context = {"order": order, "link": link, "url": url, "code": qr_svg(url), "now": now}
    with timezone.override(order.outlet.tz):
        response = render(request, "console/order_link.html", context)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def order_link_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the link back; the page then shows a new one."""
    try:
        take_back(pk, request.user, timezone.now())
    except NotFound as refusal:
        raise Http404 from refusal
    return redirect("order_link", pk)
