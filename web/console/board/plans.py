"""Plans on the board: asked for, watched, looked at, taken visit by visit, left. JSON in and out, as the API has it."""

from __future__ import annotations

from django.db import transaction
from django.http import Http404
from django.utils import timezone
from rest_framework import serializers
from rest_framework.authentication import SessionAuthentication
from rest_framework.response import Response
from rest_framework.views import APIView

from dispatch.actions import plans
from dispatch.actions.fields import Code, Day
from dispatch.models import Plan
from dispatch.models.plan import UNDER_WAY
from technicians.models import Outlet

MOST_ORDERS = 5_000
TAKE_SECONDS = 6.0  # the page sends the rest again, and shows meanwhile how far it is


class Which(serializers.Serializer):
    """The outlet and the day in view."""

    outlet = Code(slug_field="code", queryset=Outlet.objects.all())
    day = Day()


class Asked(Which):
    """The same, and what has happened."""

    again = serializers.BooleanField(default=False)
    why = serializers.CharField(required=False, allow_blank=True, max_length=240, default="")


class Chosen(serializers.Serializer):
    """Which visits of which option."""

    option = serializers.IntegerField(min_value=0, max_value=99)
    orders = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**62),
        required=False,
        allow_null=True,
        max_length=MOST_ORDERS,
    )


def read(kind: type[serializers.Serializer], data) -> dict:
    """Return the data as the serializer reads it. Raises ValidationError."""
    form = kind(data=data)
    form.is_valid(raise_exception=True)
    return dict(form.validated_data)


class Face(APIView):
    """What these share: by the board's own session; what nobody works on any more is found out by looking."""

    authentication_classes = [SessionAuthentication]

    def initial(self, request, *args, **kwargs) -> None:
        """Note when it is."""
        super().initial(request, *args, **kwargs)
        self.now = timezone.now()

    def said(self, pk: int) -> dict:
        """Return a plan as the board shows it. Its options are only told once there are some: it is asked often."""
        plan = plans.find(self.request.user, pk)
        return plans.said(plan, self.now, whole=plan.state not in UNDER_WAY)


class BoardPlans(Face):
    """/board/plans/: GET ?outlet=&day= gives the day's newest plan; POST {outlet, day, again, why} asks for one."""

    http_method_names = ["get", "post"]

    def get(self, request) -> Response:
        """Answer {"plan": …} or {"plan": null}."""
        which = read(Which, request.query_params)
        plans.bury(self.now)
        newest = Plan.objects.for_user(request.user).filter(**which).order_by("-pk").first()
        return Response({"plan": newest and self.said(newest.pk)})

    def post(self, request) -> Response:
        """Ask. Answers {"plan", "made"}: made is false when one was under way already."""
        asked = read(Asked, request.data)
        with transaction.atomic():
            plan, made = plans.ask_plan(asked.pop("outlet"), asked.pop("day"), request.user, self.now, **asked)
            if made:
                plans.send(plan, self.now)
        return Response({"plan": self.said(plan.pk), "made": made})


class BoardPlan(Face):
    """GET /board/plans/<pk>/: how far it is, then what it would do."""

    http_method_names = ["get"]

    def get(self, request, pk: int) -> Response:
        """Answer {"plan": …}."""
        plans.bury(self.now)
        return Response({"plan": self.said(pk)})


class BoardPlanDo(Face):
    """POST /board/plans/<pk>/take/ {option, orders} or /board/plans/<pk>/dismiss/: accept, or leave."""

    http_method_names = ["post"]

    def post(self, request, pk: int, what: str) -> Response:
        """Do it, once however often it is sent. Answers {"plan"}, and what came of taking it."""
        if what == "dismiss":
            plans.dismiss(pk, request.user, self.now)
            return Response({"plan": self.said(pk)})
        if what != "take":
            raise Http404
        chosen = read(Chosen, request.data)
        came = plans.take(pk, chosen["option"], request.user, self.now, chosen.get("orders"), TAKE_SECONDS)
        return Response({"plan": self.said(pk)} | came.data(plans.find(request.user, pk)))
