"""Papers of an order: their numbers, and each as PDF (H-G1, H-F4)."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions
from rest_framework import serializers as s
from rest_framework.response import Response

from dispatch.actions.papers import needs_whole, printed
from dispatch.api.base import ApiView
from dispatch.api.photos import mine
from dispatch.api.shapes import Time, choice, maybe
from dispatch.models import Paper, PaperKind, ServiceOrder


class PrintedShape(s.Serializer):
    """A paper. `number` counts without a gap in its outlet's series; `printed_number` is what stands on it."""

    id = s.IntegerField()
    kind = choice(PaperKind)
    number = s.IntegerField()
    printed_number = s.CharField()
    issued_at = Time()
    language = s.CharField()
    bill = maybe(s.IntegerField)
    payment = maybe(s.IntegerField)
    href = s.CharField(help_text="The PDF")
    customer_page = s.CharField(help_text="Where its customer reads it without signing in")


class PrintedList(s.Serializer):
    """All papers of an order, oldest first."""

    results = PrintedShape(many=True)


class Papers(ApiView):
    """The papers of one order."""

    @extend_schema(operation_id="orders_papers", responses=PrintedList, tags=["orders"])
    def get(self, request, pk: int):
        """Return receipts, invoices, credit notes and slips."""
        return Response({"results": [_row(one) for one in mine(request.user, pk).papers.order_by("pk")]})


class OnePaper(ApiView):
    """The PDF of one paper."""

    @extend_schema(
        operation_id="papers_pdf", responses={(200, "application/pdf"): OpenApiTypes.BINARY}, tags=["orders"]
    )
    def get(self, request, pk: int):
        """Return the paper itself, the same bytes each time; masked for technicians once the order is closed."""
        found = Paper.objects.filter(pk=pk).first()
        order = found and ServiceOrder.objects.one_for(request.user, found.order_id)
        if order is None:
            raise exceptions.NotFound
        address = request.build_absolute_uri(reverse("paper_public", args=[found.code]))
        whole = needs_whole(request.user, order)
        return HttpResponse(printed(found, address, whole=whole), content_type="application/pdf")


def _row(one: Paper) -> dict:
    same = {name: getattr(one, name) for name in ("id", "kind", "number", "issued_at", "language")}
    return same | {
        "printed_number": one.snapshot.get("number", ""),
        "bill": one.bill_id,
        "payment": one.payment_id,
        "href": reverse("api:paper", args=[one.pk]),
        "customer_page": reverse("paper_public", args=[one.code]),
    }
