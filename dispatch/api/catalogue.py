"""Master data that programs choose from: faults, categories, brands, outlets, skills."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import exceptions, serializers
from rest_framework.response import Response

from customers.models import Brand, Category
from dispatch.api import shapes
from dispatch.api.base import ApiView, ListView
from dispatch.api.lists import PageParams, read_page
from dispatch.models import Fault
from technicians.models import Outlet, Skill


class FaultShape(shapes.CodeShape):
    """A known fault: the symptom as a customer tells it, its likely cause, and what helps (H-A1)."""

    category = serializers.CharField()
    cause = serializers.CharField(allow_blank=True)
    measure = serializers.CharField(allow_blank=True)
    parts = serializers.CharField(allow_blank=True)
    by_phone = serializers.BooleanField(help_text="May be settled by phone")
    minutes = serializers.IntegerField()
    skill = serializers.CharField(allow_null=True)


class FaultParams(PageParams):
    """Which faults."""

    category = serializers.SlugField(required=False)
    by_phone = serializers.BooleanField(required=False, allow_null=True, default=None)


def fault_row(fault: Fault) -> dict:
    """Return one fault; reads category and skill."""
    return {
        "code": fault.code,
        "name": fault.name,
        "category": fault.category.code,
        "cause": fault.cause,
        "measure": fault.measure,
        "parts": fault.parts,
        "by_phone": fault.by_phone,
        "minutes": fault.minutes,
        "skill": fault.skill and fault.skill.code,
    }


class Faults(ListView):
    """The fault catalogue."""

    @extend_schema(
        operation_id="faults_list", parameters=[FaultParams], responses=FaultShape(many=True), tags=["catalogue"]
    )
    def get(self, request):
        """List known faults by code."""
        params = self.params(FaultParams)
        rows = Fault.objects.select_related("category", "skill")
        if "category" in params:
            rows = rows.filter(category__code=params["category"])
        if params["by_phone"] is not None:
            rows = rows.filter(by_phone=params["by_phone"])
        page, cursor = read_page(rows, ("code",), params)
        return Response({"results": [fault_row(row) for row in page], "next_cursor": cursor})


class OneFault(ApiView):
    """One fault."""

    @extend_schema(operation_id="faults_read", responses=FaultShape, tags=["catalogue"])
    def get(self, request, code: str):
        """Return one fault of the catalogue."""
        fault = Fault.objects.select_related("category", "skill").filter(code=code).first()
        if fault is None:
            raise exceptions.NotFound
        return Response(fault_row(fault))


class OutletShape(shapes.CodeShape):
    """An outlet."""

    zone = serializers.CharField()
    region = serializers.CharField()
    currency = serializers.CharField()
    phone = serializers.CharField(allow_blank=True)


CATALOGUE = inline_serializer(
    "Catalogue",
    {
        "categories": shapes.CodeShape(many=True),
        "brands": shapes.CodeShape(many=True),
        "skills": shapes.CodeShape(many=True),
        "outlets": OutletShape(many=True),
    },
)


class Catalogue(ApiView):
    """Codes to choose from."""

    @extend_schema(operation_id="catalogue_read", responses=CATALOGUE, tags=["catalogue"])
    def get(self, request):
        """Return the codes of categories, brands, skills, and the outlets you work with, named in your language."""
        outlets = Outlet.objects.all() if request.user.sees_everything else Outlet.objects.filter(people=request.user)
        return Response(
            {
                "categories": _codes(Category),
                "brands": _codes(Brand),
                "skills": _codes(Skill),
                "outlets": [
                    {name: getattr(row, name) for name in ("code", "name", "zone", "region", "currency", "phone")}
                    for row in outlets
                ],
            }
        )


def _codes(model) -> list[dict]:
    return [{"code": row.code, "name": row.name} for row in model.objects.all()]
