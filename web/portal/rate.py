"""The customer's own word on their own phone: the rating and signature, and “still broken” (H-H1, H-H2, H-R2).

The address is the key, as a `Link`. Nothing is asked for: each part of the form may be left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as __
from django.views.decorators.http import require_http_methods
from rest_framework import serializers

from dispatch.actions.rating import BrokenData, RatingData, by_link
from dispatch.lifecycle import BadData, GuardsUnmet, Refusal
from dispatch.models import Link, State
from web.portal.letter import letter
from web.shared.post import from_post
from web.shared.rows import rows_of

RATED_IN = (State.CHARGED, State.FOLLOW_UP, State.CLOSED)
BROKEN_IN = (State.CONSULTING, State.FOLLOW_UP, State.CLOSED)
BROKEN = ("reason",)  # words are enough: somebody comes to see


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, code: str) -> HttpResponse:
    """Show how to rate the visit, or what was said; take it as often as the customer changes their mind."""
    return _answered(request, code, "rate", RatingData, None, "portal/rate.html", RATED_IN)


@require_http_methods(["GET", "HEAD", "POST"])
def broken(request: HttpRequest, code: str) -> HttpResponse:
    """Show how to say that it is still broken; said, somebody is sent again."""
    return _answered(request, code, "still_broken", BrokenData, BROKEN, "portal/broken.html", BROKEN_IN)


def _answered(
    request: HttpRequest, code: str, verb: str, form: type, only: Any, template: str, states: tuple[str, ...]
) -> HttpResponse:
    link, now = _find(code), timezone.now()
    shown = _Page(request, link, form, only, template, states)
    if request.method != "POST":
        return shown()
    try:
        by_link(link, verb, now, from_post(form, request.POST, link.order.outlet.tz, only=only))
    except serializers.ValidationError as wrong:
        return shown(wrong.detail, 422)
    except BadData as refusal:
        return shown(refusal.context["errors"], refusal.status)
    except Refusal as refusal:
        if verb == "still_broken" and link.order.state not in states:
            return redirect(request.path + "?said")  # pressed twice: it is done
        return shown({"": _words(refusal)}, refusal.status)
    return redirect(request.path + "?said")


def _find(code: str) -> Link:
    rows = Link.objects.open(timezone.now()).select_related(
        "order__outlet", "order__customer", "order__appliance__brand", "order__appliance__category"
    )
    return get_object_or_404(rows, code=code)


class _Page:
    """One of the two pages: the form while it can be sent, what was said, and what can be done else."""

    def __init__(
        self, request: HttpRequest, link: Link, form: type, only: Any, template: str, states: tuple[str, ...]
    ) -> None:
        self.request, self.link, self.form, self.only = request, link, form, only
        self.template, self.states = template, states

    def __call__(self, errors: Mapping | None = None, status: int = 200) -> HttpResponse:
        order, record = self.link.order, self.link.order.repairs.last()
        typed: QueryDict | None = self.request.POST if self.request.method == "POST" else None
        rows = rows_of(
            self.form(), initial=_said_before(record), post=typed, errors=errors, zone=order.outlet.tz, only=self.only
        )
        context = {
            "code": self.link.code,
            "rows": rows,
            "record": record,
            "said": "said" in self.request.GET,
            "open": order.state in self.states,
            "may_say_broken": order.state in BROKEN_IN,
            "wrong": (errors or {}).get("", []),
        }
        return letter(self.request, self.template, order, context, status)


def _said_before(record: Any) -> dict[str, Any]:
    """Return what the customer said before on their own phone: a second look begins there."""
    if record is None or record.rated_how != "link":
        return {}
    return {name: getattr(record, name) for name in ("rating_repair", "rating_manner", "remarks", "signed_by")}


def _words(refusal: Refusal) -> list[str]:
    """Say why not, without the words that are meant for staff."""
    if isinstance(refusal, GuardsUnmet):
        return [str(lack.message) for lack in refusal.lacks]
    return [__("This cannot be answered here any more. Please call us.")]
