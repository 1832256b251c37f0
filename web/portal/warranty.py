"""The page that tells a customer what was decided about their warranty, why, and what they can do (H-W1, H-W5)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from dispatch.models import WarrantyDecision
from dispatch.reports.explained import explain
from web.portal.letter import letter


@require_safe
def page(request: HttpRequest, code: str) -> HttpResponse:
    """Explain the newest decision about the order that the code's decision belongs to: an old letter stays true."""
    orders = WarrantyDecision.objects.select_related("order__outlet", "order__appliance__brand",
                                                     "order__appliance__category")  # fmt: skip
    order = get_object_or_404(orders, code=code).order
    return letter(request, "portal/warranty.html", order, {"found": explain(order, timezone.now())})
