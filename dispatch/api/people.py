"""Technicians with their skills and today's working hours, and who I am."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from dispatch.api import shapes
from dispatch.api.base import ApiView, ListView
from dispatch.api.lists import PageParams, read_page
from technicians.availability import spans_of
from technicians.models import Absence, Technician


class SpanShape(serializers.Serializer):
    """From, to."""

    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()


class TechnicianShape(serializers.Serializer):
    """Somebody who goes to customers. `today`: when they work today, less absences, by the outlet's calendar."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    user = serializers.IntegerField()
    outlet = serializers.CharField()
    phone = serializers.CharField(allow_blank=True)
    permit_code = serializers.CharField()
    active = serializers.BooleanField()
    skills = shapes.CodeShape(many=True)
    today = SpanShape(many=True)


class TechnicianParams(PageParams):
    """Which technicians."""

    working = serializers.BooleanField(required=False, allow_null=True, default=None, help_text="Who can be given work")
    outlet = serializers.SlugField(required=False)
    skill = serializers.SlugField(required=False)


def technicians_for(user, now: datetime):
    """Return the technicians a person may see, with what `technician_row` reads."""
    near = Absence.objects.filter(starts_at__lt=now + timedelta(days=2), ends_at__gt=now - timedelta(days=2))
    rows = Technician.objects.for_user(user).select_related("outlet", "user")
    return rows.prefetch_related("skills", "shifts", Prefetch("absences", near, to_attr="absences_near"))


def technician_row(technician: Technician, now: datetime) -> dict:
    """Return one technician with today's working spans."""
    zone = technician.outlet.tz
    today = now.astimezone(zone).date()
    first = datetime.combine(today, time.min, zone)
    last = datetime.combine(today + timedelta(days=1), time.min, zone)
    spans = spans_of(technician.shifts.all(), technician.absences_near, zone, first, last)
    return {
        "id": technician.pk,
        "name": technician.name,
        "user": technician.user_id,
        "outlet": technician.outlet.code,
        "phone": technician.phone,
        "permit_code": technician.permit_code,
        "active": technician.active and technician.user.is_active,
        "skills": [{"code": skill.code, "name": skill.name} for skill in technician.skills.all()],
        "today": [{"starts_at": start, "ends_at": end} for start, end in spans],
    }


class Technicians(ListView):
    """The technicians of my outlet; the centre sees all."""

    @extend_schema(
        operation_id="technicians_list",
        parameters=[TechnicianParams],
        responses=TechnicianShape(many=True),
        tags=["technicians"],
    )
    def get(self, request):
        """List technicians with skills and today's hours."""
        params = self.params(TechnicianParams)
        rows = technicians_for(request.user, self.now)
        if params["working"] is not None:
            working = Technician.objects.working()
            rows = rows.filter(pk__in=working) if params["working"] else rows.exclude(pk__in=working)
        if "outlet" in params:
            rows = rows.filter(outlet__code=params["outlet"])
        if "skill" in params:
            rows = rows.filter(skills__code=params["skill"])
        page, cursor = read_page(rows, ("id",), params)
        return Response({"results": [technician_row(row, self.now) for row in page], "next_cursor": cursor})


class OneTechnician(ApiView):
    """One technician."""

    @extend_schema(operation_id="technicians_read", responses=TechnicianShape, tags=["technicians"])
    def get(self, request, pk: int):
        """Return one technician."""
        return Response(technician_row(self.one(technicians_for(request.user, self.now), pk), self.now))


class MeShape(serializers.Serializer):
    """Who I am here."""

    id = serializers.IntegerField()
    username = serializers.CharField()
    name = serializers.CharField()
    role = shapes.choice(shapes.Role)
    outlet = serializers.CharField(allow_null=True, help_text="null: the centre, every outlet")
    technician = serializers.IntegerField(allow_null=True)
    language = serializers.CharField(allow_blank=True)


class Me(ApiView):
    """Who is asking."""

    @extend_schema(operation_id="me_read", responses=MeShape, tags=["me"])
    def get(self, request):
        """Return who you are signed in as."""
        user = request.user
        technician = Technician.objects.filter(user=user).first()
        return Response(
            {
                "id": user.pk,
                "username": user.username,
                "name": str(user),
                "role": user.role,
                "outlet": user.outlet and user.outlet.code,
                "technician": technician and technician.pk,
                "language": user.language,
            }
        )
