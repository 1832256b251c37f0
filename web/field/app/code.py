"""The customer's page of a quote as a picture, for the camera of their own phone (H-F2)."""

from __future__ import annotations

from io import BytesIO

import segno
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from dispatch.models import ServiceOrder
from dispatch.reports.till import till_of
from web.field.app.send import PhoneView


class QuoteCode(PhoneView):
    """GET /field/app/orders/<pk>/quote.svg: 404 while there is no quote that may be answered."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Return the code, black on white whatever the theme: cameras want it so."""
        order = ServiceOrder.objects.with_rows().one_for(request.user, pk)
        till = till_of(order, timezone.now()) if order else None
        if till is None or not till.answerable:
            raise Http404
        drawn = BytesIO()
        code = segno.make(request.build_absolute_uri(till.shown.customer_page), error="m", micro=False)
        code.save(drawn, kind="svg", border=4, light="#fff", scale=8)
        return HttpResponse(drawn.getvalue(), content_type="image/svg+xml", headers={"Cache-Control": "no-store"})
