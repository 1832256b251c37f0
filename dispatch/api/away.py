"""Who is away, and where the technicians were last seen."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers as s
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.response import Response

from dispatch.actions import absences
from dispatch.actions.absences import AbsenceData, Asked
from dispatch.actions.positions import SeenHereData, record_position
from dispatch.api import shapes
from dispatch.api.base import ApiView, ListView
from dispatch.api.envelope import open_envelope
from dispatch.api.lists import PageParams, read_page
from dispatch.api.parts import who
from dispatch.api.schema import KEY_HEADER, REPLAYED
from dispatch.reports.seen import last_seen
from technicians.models import Absence, Outlet, Role, Scope


class AbsenceParams(PageParams):
    """Which absences. Without any: all you may see, by beginning."""

    technician = s.IntegerField(required=False, min_value=1)
    ends_after = s.DateTimeField(required=False, help_text="Not over by then")
    starts_before = s.DateTimeField(required=False)


class AbsenceShape(s.Serializer):
    """Time away. `reason` is sick, leave, training, held_up, or words of its own."""

    id = s.IntegerField()
    technician = s.IntegerField()
    starts_at = s.DateTimeField()
    ends_at = s.DateTimeField()
    reason = s.CharField(allow_blank=True)
    recorded_by = shapes.maybe(shapes.WhoShape)
    recorded_at = shapes.maybe()


class NewAbsence(AbsenceData):
    """Who is away, from when to when, and why."""

    technician = s.IntegerField(min_value=1)


class AbsenceDone(s.Serializer):
    """What came of it; `struck`: the orders whose visits lie in the absence. They are not moved by it.

    `absence` is null when it was taken back before it began.
    """

    absence = s.IntegerField(allow_null=True)
    technician = s.IntegerField()
    starts_at = s.DateTimeField()
    ends_at = s.DateTimeField()
    reason = s.CharField(allow_blank=True)
    struck = s.ListField(child=s.IntegerField())


def absence_row(absence: Absence) -> dict[str, Any]:
    """Return one absence as plain data."""
    names = ("starts_at", "ends_at", "reason", "recorded_at")
    said = {name: getattr(absence, name) for name in names}
    return {"id": absence.pk, "technician": absence.technician_id, "recorded_by": who(absence.recorded_by)} | said


def _asked(view: ApiView, sent) -> Asked:
    return Asked(view.request.user, view.now, sent.key, sent.fingerprint)


class Absences(ListView):
    """Absences of my outlet; a technician's own."""

    writes = Scope.PLAN

    @extend_schema(
        operation_id="absences_list",
        parameters=[AbsenceParams],
        responses=AbsenceShape(many=True),
        tags=["technicians"],
    )
    def get(self, request):
        """List absences by their beginning."""
        params = self.params(AbsenceParams)
        rows = Absence.objects.for_user(request.user).select_related("recorded_by")
        where = {"technician": "technician", "ends_after": "ends_at__gt", "starts_before": "starts_at__lt"}
        rows = rows.filter(**{name: params[key] for key, name in where.items() if key in params})
        page, cursor = read_page(rows, ("starts_at", "id"), params)
        return Response({"results": [absence_row(one) for one in page], "next_cursor": cursor})

    @extend_schema(
        operation_id="absences_record",
        parameters=[KEY_HEADER],
        request=NewAbsence,
        responses=AbsenceDone,
        tags=["technicians"],
    )
    def post(self, request):
        """Record that a technician is away. For the office."""
        sent = open_envelope(request)
        number = sent.data.pop("technician", None)
        if isinstance(number, bool) or not isinstance(number, int) or not 0 < number < 2**31:
            raise absences.NotThere(absences.RULE)
        outcome = absences.record_absence(_asked(self, sent), number, sent.data)
        return Response(outcome.answer, headers=REPLAYED[outcome.replayed])


class ChangeAbsence(ApiView):
    """Another span or reason."""

    writes = Scope.PLAN

    @extend_schema(
        operation_id="absences_change",
        parameters=[KEY_HEADER],
        request=AbsenceData,
        responses=AbsenceDone,
        tags=["technicians"],
    )
    def post(self, request, pk: int):
        """Give an absence another span or reason. For the office."""
        sent = open_envelope(request)
        outcome = absences.change_absence(_asked(self, sent), pk, sent.data)
        return Response(outcome.answer, headers=REPLAYED[outcome.replayed])


class EndAbsence(ApiView):
    """Back at work."""

    writes = Scope.PLAN

    @extend_schema(
        operation_id="absences_end", parameters=[KEY_HEADER], request=None, responses=AbsenceDone, tags=["technicians"]
    )
    def post(self, request, pk: int):
        """End an absence now; one that has not begun is taken back. For the office."""
        outcome = absences.end_absence(_asked(self, open_envelope(request)), pk)
        return Response(outcome.answer, headers=REPLAYED[outcome.replayed])


class SeenParams(s.Serializer):
    """Whose: your outlet's people, unless you look after several and name one."""

    outlet = s.SlugField(required=False)


class SeenShape(s.Serializer):
    """Where a technician was last seen: WGS-84, accuracy in metres."""

    technician = s.IntegerField()
    at = s.DateTimeField()
    latitude = s.FloatField()
    longitude = s.FloatField()
    accuracy = s.FloatField(allow_null=True)


class SeenList(s.Serializer):
    """The newest position of each technician that is not older than a day."""

    results = SeenShape(many=True)


class PositionKept(s.Serializer):
    """The number of what was kept."""

    position = s.IntegerField()


class Positions(ApiView):
    """Where the technicians of an outlet are."""

    @extend_schema(operation_id="positions_list", parameters=[SeenParams], responses=SeenList, tags=["technicians"])
    def get(self, request):
        """Return where each technician was last seen. Not for technicians."""
        user = request.user
        if user.role == Role.TECHNICIAN:
            raise PermissionDenied
        asked = self.params(SeenParams).get("outlet")
        mine = Outlet.objects.all() if user.sees_everything else Outlet.objects.filter(pk=user.outlet_id)
        outlet = (mine.filter(code=asked) if asked else mine.order_by("pk")).first()
        if outlet is None:
            raise NotFound
        names = ("at", "latitude", "longitude", "accuracy")
        seen = sorted(last_seen(outlet, self.now).items())
        return Response({"results": [{"technician": pk} | dict(zip(names, one, strict=True)) for pk, one in seen]})

    @extend_schema(operation_id="positions_send", request=SeenHereData, responses=PositionKept, tags=["technicians"])
    def post(self, request):
        """Send your own position, if you want the dispatcher to see it. For technicians."""
        return Response({"position": record_position(request.user, self.now, request.data).pk})
