"""Parts by the API: catalogue, warehouses, balances, ledger, requisitions. What is done to them are verbs of orders."""

from __future__ import annotations

from django.db.models import F, Q
from drf_spectacular.utils import extend_schema
from rest_framework import serializers as s
from rest_framework.response import Response

from dispatch.actions import store
from dispatch.api.base import ListView
from dispatch.api.lists import PageParams, read_page
from dispatch.api.parts import pick, who
from dispatch.api.shapes import CodeShape, WhoShape
from dispatch.models import Requisition, RequisitionState
from technicians import stock
from technicians.models import Balance, Move, MoveKind, Part, Warehouse, WarehouseKind


class PartShape(CodeShape):
    """A spare part; `fits` are model numbers, none when it fits every model."""

    category = s.CharField(allow_null=True)
    serialised = s.BooleanField(help_text="Needs its serial number when put in (H-F7)")
    return_old = s.BooleanField(help_text="Under warranty the old one goes back (H-W4)")
    fits = s.ListField(child=s.CharField())


class PartParams(PageParams):
    """Which parts."""

    search = s.CharField(required=False, max_length=80, help_text="Number, however it is written, or name")
    category = s.SlugField(required=False)
    model = s.CharField(required=False, max_length=80, help_text="Only what fits this model")


def part_row(part: Part) -> dict:
    """Return one part; reads category and fits."""
    return pick(part, ("code", "name", "serialised", "return_old")) | {
        "category": part.category and part.category.code,
        "fits": sorted(model.number for model in part.fits.all()),
    }


class Parts(ListView):
    """The catalogue of parts."""

    @extend_schema(operation_id="parts_list", parameters=[PartParams], responses=PartShape(many=True), tags=["stock"])
    def get(self, request):
        """List parts by code."""
        params = self.params(PartParams)
        rows = Part.objects.select_related("category").prefetch_related("fits")
        if "category" in params:
            rows = rows.filter(category__code=params["category"])
        if "model" in params:
            mine = Part.fits.through.objects.filter(productmodel__number__iexact=params["model"]).values("part")
            rows = rows.filter(Q(fits=None) | Q(pk__in=mine))
        if "search" in params:
            rows = rows.filter(pk__in=stock.search(params["search"]).values("pk"))
        page, cursor = read_page(rows, ("code",), params)
        return Response({"results": [part_row(row) for row in page], "next_cursor": cursor})


class WarehouseShape(CodeShape):
    """A place that holds parts."""

    kind = s.ChoiceField(choices=WarehouseKind.choices)
    outlet = s.CharField(allow_null=True)
    technician = WhoShape(allow_null=True)
    mine = s.BooleanField(help_text="You look after it: receive, carry, count")


class Warehouses(ListView):
    """Centre, outlets, vans, depots."""

    @extend_schema(
        operation_id="warehouses_list", parameters=[PageParams], responses=WarehouseShape(many=True), tags=["stock"]
    )
    def get(self, request):
        """List the warehouses you may see, by code."""
        rows = Warehouse.objects.for_user(request.user).filter(active=True).select_related("outlet", "technician")
        page, cursor = read_page(rows, ("code",), self.params(PageParams))
        found = [
            pick(row, ("code", "name", "kind"))
            | {
                "outlet": row.outlet and row.outlet.code,
                "technician": row.technician and {"id": row.technician.pk, "name": row.technician.name},
                "mine": store.may_keep(request.user, row),
            }
            for row in page
        ]
        return Response({"results": found, "next_cursor": cursor})


class BalanceShape(s.Serializer):
    """How many of a part lie somewhere; `free` are not promised to an order."""

    id = s.IntegerField()
    warehouse = s.CharField()
    part = CodeShape()
    on_hand = s.IntegerField()
    reserved = s.IntegerField()
    free = s.IntegerField()
    minimum = s.IntegerField()
    counted_at = s.DateTimeField(allow_null=True)


class BalanceParams(PageParams):
    """Which balances."""

    warehouse = s.SlugField(required=False)
    part = s.SlugField(required=False)
    short = s.BooleanField(required=False, allow_null=True, default=None, help_text="Fewer free than are to be kept")


class Balances(ListView):
    """What lies where."""

    @extend_schema(
        operation_id="balances_list", parameters=[BalanceParams], responses=BalanceShape(many=True), tags=["stock"]
    )
    def get(self, request):
        """List balances of the warehouses you may see."""
        params = self.params(BalanceParams)
        rows = Balance.objects.filter(warehouse__in=Warehouse.objects.for_user(request.user))
        rows = _by_codes(rows, params).select_related("warehouse", "part")
        if params["short"] is not None:
            short = Q(minimum__gt=F("on_hand") - F("reserved"))
            rows = rows.filter(short if params["short"] else ~short)
        page, cursor = read_page(rows, ("id",), params)
        found = [
            pick(row, ("id", "on_hand", "reserved", "free", "minimum", "counted_at"))
            | {"warehouse": row.warehouse.code, "part": code_of(row.part)}
            for row in page
        ]
        return Response({"results": found, "next_cursor": cursor})


def code_of(row) -> dict:
    """Return a row of master data by code and name."""
    return {"code": row.code, "name": row.name}


def _by_codes(rows, params: dict):
    wanted = {"warehouse__code": params.get("warehouse"), "part__code": params.get("part")}
    return rows.filter(**{name: value for name, value in wanted.items() if value})


class MoveShape(s.Serializer):
    """One line of the ledger. No source: from outside; no target: gone."""

    id = s.IntegerField()
    at = s.DateTimeField()
    kind = s.ChoiceField(choices=MoveKind.choices)
    part = CodeShape()
    quantity = s.IntegerField()
    source = s.CharField(allow_null=True)
    target = s.CharField(allow_null=True)
    serial = s.CharField(allow_blank=True)
    order = s.IntegerField(allow_null=True)
    by = WhoShape(allow_null=True)
    note = s.CharField(allow_blank=True)


class MoveParams(PageParams):
    """Which lines."""

    part = s.SlugField(required=False)
    warehouse = s.SlugField(required=False, help_text="From or to it")
    order = s.IntegerField(required=False, min_value=1, max_value=2**62)
    kind = s.ChoiceField(choices=MoveKind.choices, required=False)


class Moves(ListView):
    """The ledger."""

    @extend_schema(operation_id="moves_list", parameters=[MoveParams], responses=MoveShape(many=True), tags=["stock"])
    def get(self, request):
        """List the ledger of the warehouses you may see, newest first."""
        params = self.params(MoveParams)
        seen = Warehouse.objects.for_user(request.user)
        rows = Move.objects.filter(Q(source__in=seen) | Q(target__in=seen))
        rows = rows.select_related("part", "source", "target", "by")
        if "part" in params:
            rows = rows.filter(part__code=params["part"])
        if "warehouse" in params:
            rows = rows.filter(Q(source__code=params["warehouse"]) | Q(target__code=params["warehouse"]))
        if "order" in params:
            rows = rows.filter(order_number=params["order"])
        if "kind" in params:
            rows = rows.filter(kind=params["kind"])
        page, cursor = read_page(rows, ("-id",), params)
        return Response({"results": [move_row(row) for row in page], "next_cursor": cursor})


def move_row(move: Move) -> dict:
    """Return one line; reads part, source, target, by."""
    return pick(move, ("id", "at", "kind", "quantity", "serial", "note")) | {
        "part": code_of(move.part),
        "source": move.source and move.source.code,
        "target": move.target and move.target.code,
        "order": move.order_number,
        "by": who(move.by),
    }


class RequisitionShape(s.Serializer):
    """A part asked for. Decided and received by the order's acts *decide_part* and *part_came*."""

    id = s.IntegerField()
    order = s.IntegerField(allow_null=True)
    outlet = s.CharField()
    part = CodeShape()
    quantity = s.IntegerField()
    state = s.ChoiceField(choices=RequisitionState.choices)
    source = s.CharField(allow_null=True)
    target = s.CharField()
    asked_at = s.DateTimeField()
    asked_by = WhoShape()
    decided_at = s.DateTimeField(allow_null=True)
    expected_on = s.DateField(allow_null=True)
    arrived_at = s.DateTimeField(allow_null=True)
    reason = s.CharField(allow_blank=True)


class RequisitionParams(PageParams):
    """Which requisitions."""

    order = s.IntegerField(required=False, min_value=1, max_value=2**62)
    state = s.ChoiceField(choices=RequisitionState.choices, required=False)
    open = s.BooleanField(required=False, allow_null=True, default=None)


class Requisitions(ListView):
    """Parts asked for."""

    @extend_schema(
        operation_id="requisitions_list",
        parameters=[RequisitionParams],
        responses=RequisitionShape(many=True),
        tags=["stock"],
    )
    def get(self, request):
        """List requisitions you may see, newest first."""
        params = self.params(RequisitionParams)
        rows = Requisition.objects.for_user(request.user)
        rows = rows.select_related("part", "outlet", "source", "target", "asked_by")
        rows = rows.filter(**{name: params[name] for name in ("order", "state") if name in params})
        if params["open"] is not None:
            waiting = Q(state__in=(RequisitionState.ASKED, RequisitionState.APPROVED))
            rows = rows.filter(waiting if params["open"] else ~waiting)
        page, cursor = read_page(rows, ("-id",), params)
        return Response({"results": [requisition_row(row) for row in page], "next_cursor": cursor})


def requisition_row(one: Requisition) -> dict:
    """Return one requisition; reads part, outlet, source, target, asked_by."""
    names = ("id", "quantity", "state", "asked_at", "decided_at", "expected_on", "arrived_at", "reason")
    return pick(one, names) | {
        "order": one.order_id,
        "outlet": one.outlet.code,
        "part": code_of(one.part),
        "source": one.source and one.source.code,
        "target": one.target.code,
        "asked_by": who(one.asked_by),
    }
