"""Exports by the API: ask for sheets, see how far they are, take the file. A token needs the scope `export`."""

from __future__ import annotations

from django.http import FileResponse
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions
from rest_framework import serializers as s
from rest_framework.response import Response

from dispatch.actions.fields import Code, Day
from dispatch.api.base import ApiView, ListView
from dispatch.api.lists import PageParams, read_page
from dispatch.api.shapes import Time, choice, maybe
from dispatch.models import Export, ExportState
from dispatch.reports.sheets import making
from dispatch.reports.sheets.kinds import KINDS
from dispatch.reports.sheets.writing import XLSX, ZIP
from technicians.models import Outlet, Scope

FORMS = [("csv", "CSV"), ("xlsx", "XLSX")]
SHEETS = [(kind.code, kind.name) for kind in KINDS.values()]


class ExportShape(s.Serializer):
    """An export. `file` is where to take it once it is ready, until it expires; every download is written down."""

    id = s.IntegerField()
    kinds = s.ListField(child=s.CharField(), help_text="Sheets")
    form = s.ChoiceField(choices=FORMS)
    outlet = s.CharField(allow_null=True)
    first = maybe(s.DateField)
    last = maybe(s.DateField)
    state = choice(ExportState)
    state_label = s.CharField()
    progress = s.IntegerField(help_text="Percent")
    rows = s.IntegerField()
    size = s.IntegerField(help_text="Bytes")
    asked_at = Time()
    ready_at = maybe()
    expires_at = maybe()
    file = s.CharField(allow_null=True)


class ExportData(s.Serializer):
    """What to export. Columns are described in docs/sheets.md."""

    kinds = s.ListField(
        child=s.ChoiceField(choices=SHEETS), required=False, allow_null=True, max_length=100,
        help_text="Sheets; all of them if none is named",
    )  # fmt: skip
    form = s.ChoiceField(choices=FORMS, default="csv")
    outlet = Code(slug_field="code", queryset=Outlet.objects.all(), required=False, allow_null=True)
    first = Day(required=False, allow_null=True, help_text="First day, UTC")
    last = Day(required=False, allow_null=True, help_text="Last day, UTC")


class ExportView:
    """What both views share."""

    writes = Scope.EXPORT

    def initial(self, request, *args, **kwargs) -> None:
        """Let in managers and administrators alone."""
        super().initial(request, *args, **kwargs)
        if request.user.role not in making.MAY:
            raise exceptions.PermissionDenied


class Exports(ExportView, ListView):
    """Exports of one's own; administrators see all."""

    @extend_schema(
        operation_id="exports_list", parameters=[PageParams], responses=ExportShape(many=True), tags=["exports"]
    )
    def get(self, request):
        """List exports, newest first."""
        page, cursor = read_page(making.of(request.user), ("-id",), self.params(PageParams))
        return Response({"results": [_row(row) for row in page], "next_cursor": cursor})

    @extend_schema(operation_id="exports_ask", request=ExportData, responses={202: ExportShape}, tags=["exports"])
    def post(self, request):
        """Ask for an export: 202, and it is made in the background. For: manager, admin."""
        form = ExportData(data=request.data)
        form.is_valid(raise_exception=True)
        asked = form.validated_data
        kinds = asked.get("kinds") or list(KINDS)
        days = asked.get("first"), asked.get("last")
        try:
            row = making.ask(request.user, self.now, kinds, asked["form"], asked.get("outlet"), *days)
        except making.BadExport as refusal:
            raise exceptions.ValidationError({"kinds": [str(refusal)]}) from None
        return Response(_row(row), status=202)


class OneExport(ExportView, ApiView):
    """One export."""

    @extend_schema(operation_id="exports_read", responses=ExportShape, tags=["exports"])
    def get(self, request, pk: int):
        """Return how far it is."""
        return Response(_row(self.one(making.of(request.user), pk)))


class ExportFile(ExportView, ApiView):
    """The file."""

    @extend_schema(
        operation_id="exports_file",
        responses={(200, ZIP): OpenApiTypes.BINARY, (200, XLSX): OpenApiTypes.BINARY},
        tags=["exports"],
    )
    def get(self, request, pk: int):
        """Return the file: a ZIP of CSV files, or a workbook. 404 before it is ready and after it expired."""
        row = self.one(making.of(request.user), pk)
        path = making.take(row, request.user, self.now)
        if path is None:
            raise exceptions.NotFound
        return FileResponse(path.open("rb"), content_type=ZIP if row.form == "csv" else XLSX)


def _row(row: Export) -> dict:
    names = (
        "id",
        "kinds",
        "form",
        "first",
        "last",
        "state",
        "progress",
        "rows",
        "size",
        "asked_at",
        "ready_at",
        "expires_at",
    )
    ready = row.state == ExportState.READY
    return {name: getattr(row, name) for name in names} | {
        "outlet": row.outlet.code if row.outlet else None,
        "state_label": row.get_state_display(),
        "file": reverse("api:export_file", args=[row.pk]) if ready else None,
    }
