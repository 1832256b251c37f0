"""The claims that wait for the manager, each with its clause; and those decided lately (H-F8, H-W7)."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from customers.remedies import Verdict
from dispatch.actions.claims import verdict
from dispatch.models import Claim

OPEN, DECIDED = 100, 30


@dataclass(frozen=True)
class Line:
    """One claim, and what the rule says to it: None where no clause does."""

    claim: Claim
    verdict: Verdict | None


def claims(request: HttpRequest) -> HttpResponse:
    """Show them, those that wait longest on top."""
    now = timezone.now()
    rows = Claim.objects.for_user(request.user).select_related(
        "order__customer", "order__outlet", "order__appliance__category", "order__appliance__brand", "filed_by",
        "decided_by",
    )  # fmt: skip
    waiting = rows.filter(state=Claim.OPEN).order_by("filed_at")[:OPEN]
    context = {
        "now": now,
        "waiting": [Line(claim, verdict(claim.order, claim.kind, now)) for claim in waiting],
        "decided": rows.exclude(state=Claim.OPEN).order_by("-decided_at")[:DECIDED],
    }
    return render(request, "console/claims.html", context)
