"""Visits: the appointments of a day, a technician, an order."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from dispatch.api import shapes
from dispatch.api.base import ApiView, ListView
from dispatch.api.lists import PageParams, read_page
from dispatch.api.parts import place_of, visit_row
from dispatch.api.rows import Eyes
from dispatch.models import Visit, VisitStatus


class VisitParams(PageParams):
    """Which visits. Without any: all you may see, by time."""

    order = serializers.IntegerField(required=False, min_value=1)
    technician = serializers.IntegerField(required=False, min_value=1)
    status = serializers.MultipleChoiceField(choices=VisitStatus.choices, required=False)
    starts_from = serializers.DateTimeField(required=False, help_text="Beginning at or after")
    starts_before = serializers.DateTimeField(required=False)
    at_risk = serializers.BooleanField(required=False, allow_null=True, default=None)


WHERE = {
    "order": "order",
    "technician": "technician",
    "starts_from": "starts_at__gte",
    "starts_before": "starts_at__lt",
}


def visits_for(user):
    """Return the visits a person may see, with the rows that `whole_visit` reads."""
    rows = Visit.objects.for_user(user)
    return rows.select_related("technician", "order__outlet", "order__customer", "order__address")


def whole_visit(visit: Visit, eyes: Eyes) -> dict:
    """Return one visit with what a day's list shows of its order."""
    order = visit.order
    head = {"number": order.number, "state": str(order.state), "priority": order.priority, "outlet": order.outlet.code}
    return visit_row(visit) | head | place_of(order, eyes)


class Visits(ListView):
    """All visits that are mine to see."""

    @extend_schema(
        operation_id="visits_list", parameters=[VisitParams], responses=shapes.VisitOfDay(many=True), tags=["visits"]
    )
    def get(self, request):
        """List visits by time; a day's plan is `starts_from` and `starts_before`."""
        params = self.params(VisitParams)
        visits = visits_for(request.user)
        visits = visits.filter(**{where: params[name] for name, where in WHERE.items() if name in params})
        if params.get("status"):
            visits = visits.filter(status__in=sorted(params["status"]))
        if params["at_risk"] is not None:
            visits = visits.filter(at_risk=params["at_risk"])
        page, cursor = read_page(visits, ("starts_at", "id"), params)
        eyes = Eyes.of(request.user)
        return Response({"results": [whole_visit(visit, eyes) for visit in page], "next_cursor": cursor})


class OneVisit(ApiView):
    """One visit."""

    @extend_schema(operation_id="visits_read", responses=shapes.VisitOfDay, tags=["visits"])
    def get(self, request, pk: int):
        """Return one visit."""
        return Response(whole_visit(self.one(visits_for(request.user), pk), Eyes.of(request.user)))
