"""One order's parts: held, requested, put in, and what fixed the same trouble before; old parts, back to the depot."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import exceptions
from rest_framework import serializers as s
from rest_framework.response import Response

from dispatch.actions import store
from dispatch.actions.parts import awaited, standing
from dispatch.actions.uses import used_on
from dispatch.api.base import ApiView, ListView
from dispatch.api.lists import PageParams, read_page
from dispatch.api.parts import pick, who
from dispatch.api.shapes import CodeShape, WhoShape
from dispatch.api.stock import RequisitionShape, code_of, requisition_row
from dispatch.models import PartUse, Requisition, Reservation, ServiceOrder
from dispatch.reports.fixes import fixed_before, usual_parts


class ReservationShape(s.Serializer):
    """A part kept for the order."""

    id = s.IntegerField()
    part = CodeShape()
    quantity = s.IntegerField()
    warehouse = s.CharField()
    state = s.ChoiceField(choices=Reservation.STATES)


class UseShape(s.Serializer):
    """A part put in, its serial numbers, and where the old one is (H-F7, H-W4)."""

    id = s.IntegerField()
    order = s.IntegerField()
    part = CodeShape()
    quantity = s.IntegerField()
    serial_in = s.CharField(allow_blank=True)
    serial_out = s.CharField(allow_blank=True)
    covered = s.BooleanField()
    old = s.ChoiceField(choices=PartUse.OLD)
    at = s.DateTimeField()
    by = WhoShape(allow_null=True)


class PartFixShape(s.Serializer):
    """A part that fixed it, on how many orders; `first_time` without another visit."""

    part = CodeShape()
    count = s.IntegerField()
    first_time = s.IntegerField()


class MeasureShape(s.Serializer):
    """What was done, on how many orders."""

    measure = s.CharField()
    parts = s.CharField(allow_blank=True)
    count = s.IntegerField()
    first_time = s.IntegerField()


class OrderPartsShape(s.Serializer):
    """An order's parts, and what may be needed (H-A1, H-A3)."""

    reservations = ReservationShape(many=True)
    requisitions = RequisitionShape(many=True)
    uses = UseShape(many=True)
    fixed_by = PartFixShape(many=True)
    measures = MeasureShape(many=True)
    usual = CodeShape(many=True, help_text="What the fault catalogue names")


def use_row(use: PartUse) -> dict:
    """Return one part put in; reads part and by."""
    names = ("id", "quantity", "serial_in", "serial_out", "covered", "old", "at")
    return pick(use, names) | {"order": use.order_id, "part": code_of(use.part), "by": who(use.by)}


class OrderParts(ApiView):
    """One order's parts."""

    @extend_schema(operation_id="orders_parts", responses=OrderPartsShape, tags=["stock"])
    def get(self, request, pk: int):
        """Return what is kept, requested and put in, and what fixed the same trouble on the same model before."""
        order = ServiceOrder.objects.with_rows().one_for(request.user, pk)
        if order is None:
            raise exceptions.NotFound
        fixes = fixed_before(order)
        coming = Requisition.objects.filter(pk__in=[one.pk for one in awaited(order)])
        coming = coming.select_related("part", "outlet", "source", "target", "asked_by")
        return Response(
            {
                "reservations": [
                    pick(one, ("id", "quantity", "state"))
                    | {"part": code_of(one.part), "warehouse": one.warehouse.code}
                    for one in standing(order)
                ],
                "requisitions": [requisition_row(one) for one in coming],
                "uses": [use_row(use) for use in used_on(order)],
                "fixed_by": [pick(one, ("count", "first_time")) | {"part": code_of(one.part)} for one in fixes.parts],
                "measures": [pick(one, ("measure", "parts", "count", "first_time")) for one in fixes.measures],
                "usual": [code_of(part) for part in usual_parts(order)],
            }
        )


class ReturnData(s.Serializer):
    """Which old parts were handed in: numbers of their uses."""

    uses = s.ListField(child=s.IntegerField(min_value=1, max_value=2**62), max_length=500, allow_empty=False)


class ReturnedShape(s.Serializer):
    """How many lines went into the depot; those that were there already don't count."""

    returned = s.IntegerField()


class OldParts(ListView):
    """Old parts still with technicians (H-W4)."""

    @extend_schema(
        operation_id="old_parts_list", parameters=[PageParams], responses=UseShape(many=True), tags=["stock"]
    )
    def get(self, request):
        """List the parts put in whose old ones are not back yet; a technician's own, others' their outlet's."""
        page, cursor = read_page(store.old_parts(request.user), ("id",), self.params(PageParams))
        return Response({"results": [use_row(use) for use in page], "next_cursor": cursor})

    @extend_schema(operation_id="old_parts_return", request=ReturnData, responses=ReturnedShape, tags=["stock"])
    def post(self, request):
        """Take old parts into the depot, in one go. Sent again it changes nothing: what is back is back."""
        form = ReturnData(data=request.data)
        form.is_valid(raise_exception=True)
        return Response({"returned": store.old_parts_back(request.user, self.now, form.validated_data["uses"])})
