"""The answer to what was asked about a request, given by link: in words, in photos, in what was missing (H-I1)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from rest_framework import serializers

from dispatch.actions.office import SupplyData
from dispatch.lifecycle import BadData, Refusal, act
from dispatch.models import Link, State
from web.portal import request_said
from web.portal.keys import keyed
from web.portal.letter import letter
from web.shared import photos
from web.shared.post import from_post
from web.shared.rows import rows_of

FIELDS = ("answer", "model_no", "serial", "purchased_on", "address_line", "district", "city", "photos")


@require_http_methods(["GET", "HEAD", "POST"])
@keyed
def page(request: HttpRequest, link: Link) -> HttpResponse:
    """Show what is asked, or take the answer: the review goes on with it."""
    order = link.order
    if request.method != "POST" or order.state != State.NEEDS_INFO:
        return _shown(request, link, status=409 if request.method == "POST" else 200)
    post, now = request.POST.copy(), timezone.now()
    wrong = photos.keep_files(order, SupplyData(), post, request.FILES, None, now)
    if wrong:
        return _shown(request, link, post, wrong, 422)
    try:
        typed = from_post(SupplyData, post, order.outlet.tz, only=FIELDS)
        raw = {name: value for name, value in typed.items() if value not in ("", None, [])}
        if not raw:
            said = [_("Write an answer, fill in what is missing, or add a photo.")]
            return _shown(request, link, post, {"": said}, 422)
        act(order.pk, "supply_info", None, now, raw, unseen=True)
    except serializers.ValidationError as error:
        return _shown(request, link, post, error.detail, 422)
    except BadData as refusal:
        return _shown(request, link, post, refusal.context["errors"], refusal.status)
    except Refusal as refusal:
        said = [_("This could not be changed just now. Please try again, or call us.")]
        return _shown(request, link, post, {"": said}, refusal.status)
    return redirect("portal_order", link.code)


def _shown(
    request: HttpRequest, link: Link, post: Any = None, errors: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    order, errors = link.order, errors or {}
    asked = order.events.filter(action="ask_customer").order_by("-seq").first()
    open_ = order.state == State.NEEDS_INFO
    context = {
        "code": link.code, "open": open_, "asked": asked.reason if asked else "", "wrong": errors.get("", []),
        "rows": [], "sent": [],
    }  # fmt: skip
    if open_:
        only = [name for name in FIELDS if name != "photos"]
        context["rows"] = rows_of(
            request_said.form((), SupplyData), post=post, errors=errors, zone=order.outlet.tz, only=only
        )
        context["sent"] = post.getlist("photos") if post else []
        context["wrong_photos"] = errors.get("photos", [])
        context["wrong_fields"] = bool(errors.keys() - {"", "answer", "photos"})
    return letter(request, "portal/supply.html", order, context, status)
