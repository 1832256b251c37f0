"""The quote on the customer's own phone: read, accepted with a name, or declined (H-F2). The code is the only key."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe
from rest_framework import serializers

from customers.money import say
from dispatch.actions.consent import answer_by_link
from dispatch.actions.pictures import SignatureField
from dispatch.actions.snapshots import of_quote
from dispatch.lifecycle import BadData, GuardsUnmet, Refusal
from dispatch.models import Quote, QuoteStatus
from dispatch.models.states import AT_WORK
from dispatch.papers import masked, render
from dispatch.reports.till import CONSENTS, LINES, Shown
from web.portal.letter import letter
from web.portal.paper import whose
from web.shared.papers import sent
from web.shared.rows import rows_of

ROWS = ("order__outlet", "order__customer", "order__appliance__brand", "order__appliance__category")


class YesData(serializers.Serializer):
    """Who accepts; a drawn signature is welcome and not asked for."""

    name = serializers.CharField(label=_("Your name"), max_length=120, style={"autocomplete": "name"})
    signature = SignatureField(label=_("Your signature"), help_text=_("With a finger, if you like"))


class NoData(serializers.Serializer):
    """Why not: nobody has to say."""

    reason = serializers.CharField(
        label=_("What would have to be different?"), required=False, max_length=500, style={"textarea": True}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, code: str) -> HttpResponse:
    """Show a quote, or what became of it; take the customer's answer once."""
    quote = _find(code)
    if request.method != "POST":
        return _shown(request, quote)
    accepted = request.POST.get("answer") == "yes"
    try:
        answer_by_link(quote, timezone.now(), accepted=accepted, **_said(request, accepted=accepted))
    except BadData as refusal:
        return _shown(request, quote, refusal.context["errors"], refusal.status)
    except Refusal as refusal:
        quote = _find(code)
        if quote.status == (QuoteStatus.ACCEPTED if accepted else QuoteStatus.REFUSED):
            return redirect("portal_quote", code)  # pressed twice: it is done
        return _shown(request, quote, {"": _words(refusal)}, refusal.status)
    return redirect("portal_quote", code)


@require_safe
def pdf(request: HttpRequest, code: str) -> HttpResponse:
    """Return the quote as a paper, to keep or to sign by hand."""
    quote = _find(code)
    whole, elsewhere = whose(request, quote.order, quote.made_at)
    if elsewhere:
        return elsewhere
    snapshot = of_quote(quote)
    return sent(render("quote", snapshot if whole else masked(snapshot)), snapshot["number"])


def _find(code: str) -> Quote:
    rows = Quote.objects.select_related(*ROWS, "price_list__table", "bill").prefetch_related(LINES, CONSENTS)
    return get_object_or_404(rows, code=code)


def _said(request: HttpRequest, *, accepted: bool) -> dict[str, str]:
    """Return what the customer typed, as the verb takes it."""
    post = request.POST
    if accepted:
        return {"name": post.get("name", ""), "signature": post.get("signature", "")}
    return {"reason": post.get("reason", "").strip()}


def _words(refusal: Refusal) -> list[str]:
    """Say why not, without the words that are meant for staff."""
    if isinstance(refusal, GuardsUnmet):
        return [str(lack.message) for lack in refusal.lacks]
    return [__("This cannot be answered here any more. Please call us.")]


def _shown(request: HttpRequest, quote: Quote, errors: Mapping | None = None, status: int = 200) -> HttpResponse:
    order, shown = quote.order, Shown(quote, timezone.now())
    newer = order.quotes.filter(number__gt=quote.number).order_by("-number").first()
    typed = request.POST if request.method == "POST" else None
    context = {
        "shown": shown,
        "quote": quote,
        "total": say(quote.total, quote.currency),
        "newer": reverse("portal_quote", args=[newer.code]) if newer else "",
        "open": shown.waiting and order.state in AT_WORK,
        "yes": rows_of(YesData(), post=typed, errors=errors, prefix="yes"),
        "no": rows_of(NoData(), post=typed, errors=errors, prefix="no"),
        "declining": typed is not None and typed.get("answer") == "no",
        "wrong": (errors or {}).get("", []),
    }
    return letter(request, "portal/quote.html", order, context, status)
