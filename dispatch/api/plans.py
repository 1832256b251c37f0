"""Plans by the API: ask for one, read what it would do, take it whole or visit by visit, leave it."""

from __future__ import annotations

from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework import serializers as s
from rest_framework.response import Response

from dispatch.actions import plans
from dispatch.actions.fields import Code, Day
from dispatch.api import shapes
from dispatch.api.base import ApiView, ListView
from dispatch.api.lists import PageParams, read_page
from dispatch.models import MoveState, Plan, PlanState
from technicians.models import Outlet, Scope

MOST_ORDERS = 5_000
TAKE_SECONDS = 10.0


class FiguresShape(s.Serializer):
    """What a plan amounts to, against what stands. Seconds; absent while nothing is known."""

    served = s.IntegerField(required=False)
    orders = s.IntegerField(required=False, help_text="Served or not")
    urgent = s.IntegerField(required=False, help_text="Served, of priority 1 and 2")
    urgent_orders = s.IntegerField(required=False)
    prize = s.IntegerField(required=False)
    travel = s.IntegerField(required=False)
    changes = s.IntegerField(required=False, help_text="Visits with another technician than now")
    moved = s.IntegerField(required=False, help_text="Visits of the same technician at another time")
    off = s.IntegerField(required=False, help_text="Proposed visits taken off the board for better ones")
    longest = s.IntegerField(required=False, help_text="The longest working day")
    mean = s.IntegerField(required=False)
    spread = s.IntegerField(required=False, help_text="Longest less mean")
    calls = s.IntegerField(required=False, help_text="Customers whose promised time can't be kept")


class PlannedShape(s.Serializer):
    """An order in a plan."""

    order = s.IntegerField()
    number = s.CharField()
    customer = s.CharField()
    district = s.CharField(allow_blank=True)
    priority = s.IntegerField()


class PlanMoveShape(PlannedShape):
    """One visit as the plan would have it; only what differs from what stands."""

    technician = shapes.WhoShape()
    starts_at = s.DateTimeField()
    ends_at = s.DateTimeField()
    travel = s.IntegerField(help_text="Seconds on the road before it")
    off = s.BooleanField(help_text="Taken off the board: back to the queue, something better takes its place")
    from_technician = shapes.maybe(shapes.WhoShape)
    from_starts_at = shapes.maybe()
    version = s.IntegerField(help_text="Of the order when it was planned; changed since, it is refused")
    state = shapes.choice(MoveState)
    state_label = s.CharField()
    refusal = s.JSONField(allow_null=True, help_text="A problem, as the act itself would have said it")


class LeftShape(PlannedShape):
    """An order that is in no route, and why."""

    code = s.CharField()
    reason = s.CharField()
    fix = s.CharField(allow_blank=True)
    verb = s.CharField(allow_blank=True, help_text="The action that mends it")
    call = s.BooleanField(help_text="The customer was promised a time that can't be kept")


class PlanOptionShape(s.Serializer):
    """One way to do it: `price` is the seconds that a change of technician has to save."""

    number = s.IntegerField()
    price = s.IntegerField()
    figures = FiguresShape()
    gains = s.ListField(child=s.CharField(), help_text="Against what stands, in words")
    moves = PlanMoveShape(many=True)
    left = LeftShape(many=True)


class PlanShape(s.Serializer):
    """A proposal for an outlet's local day."""

    id = s.IntegerField()
    outlet = s.CharField()
    day = s.DateField()
    since = s.DateTimeField(help_text="From then on it may change things")
    again = s.BooleanField(help_text="Something broke, few changes were wanted")
    why = s.CharField(allow_blank=True)
    state = shapes.choice(PlanState)
    state_label = s.CharField()
    progress = s.IntegerField(help_text="Percent")
    seconds = s.IntegerField()
    asked_by = s.CharField(allow_null=True)
    asked_at = s.DateTimeField()
    ready_at = shapes.maybe()
    settled_at = shapes.maybe()
    error = s.CharField(allow_blank=True)
    over = s.CharField(allow_blank=True, help_text="Why nothing can be taken from it any more")
    notices = s.ListField(child=s.CharField())
    before = FiguresShape()


class WholePlanShape(PlanShape):
    """With its options, from the least change to the best plan."""

    recommended = s.IntegerField(allow_null=True)
    options = PlanOptionShape(many=True)


class PlanParams(PageParams):
    """Which plans."""

    outlet = s.SlugField(required=False)
    day = s.DateField(required=False)


class AskData(s.Serializer):
    """What to plan."""

    outlet = Code(slug_field="code", queryset=Outlet.objects.all())
    day = Day(help_text="Of the outlet's calendar")
    again = s.BooleanField(default=False)
    why = s.CharField(required=False, allow_blank=True, max_length=240, default="")
    seconds = s.IntegerField(required=False, min_value=1, max_value=120, help_text="To think, of one core")


class TakeData(s.Serializer):
    """What to take of an option; without `orders` all of it."""

    option = s.IntegerField(min_value=0, max_value=99)
    orders = s.ListField(
        child=s.IntegerField(min_value=1, max_value=2**62), required=False, allow_null=True, max_length=MOST_ORDERS
    )


class RefusedShape(s.Serializer):
    """An order that stays as it is, and why."""

    order = s.IntegerField()
    refusal = s.JSONField()


class TakenShape(s.Serializer):
    """What came of it. `again` were taken before."""

    taken = s.ListField(child=s.IntegerField())
    again = s.ListField(child=s.IntegerField())
    refused = RefusedShape(many=True)
    more = s.BooleanField(help_text="There was more than fits into one answer: send the same again")
    state = shapes.choice(PlanState)


def read(kind: type[s.Serializer], data) -> dict:
    """Return the data as the serializer reads it. Raises ValidationError."""
    form = kind(data=data)
    form.is_valid(raise_exception=True)
    return form.validated_data


class Plans(ListView):
    """Plans of the outlets I may see."""

    writes = Scope.PLAN

    @extend_schema(operation_id="plans_list", parameters=[PlanParams], responses=PlanShape(many=True), tags=["plans"])
    def get(self, request):
        """List plans, newest first, without their options."""
        params = self.params(PlanParams)
        rows = Plan.objects.for_user(request.user).select_related("outlet", "asked_by")
        if "outlet" in params:
            rows = rows.filter(outlet__code=params["outlet"])
        if "day" in params:
            rows = rows.filter(day=params["day"])
        page, cursor = read_page(rows, ("-id",), params)
        found = [plans.said(plan, self.now, whole=False) for plan in page]
        return Response({"results": found, "next_cursor": cursor})

    @extend_schema(
        operation_id="plans_ask", request=AskData, responses={200: PlanShape, 201: PlanShape}, tags=["plans"]
    )
    def post(self, request):
        """Ask for a plan: 201, and it is worked out in the background. 200: one is under way already, and here it is.

        For: dispatcher, manager, admin. Nothing is changed by a plan until somebody takes it.
        """
        asked = read(AskData, request.data)
        with transaction.atomic():
            plan, made = plans.ask_plan(asked.pop("outlet"), asked.pop("day"), request.user, self.now, **asked)
            if made:
                plans.send(plan, self.now)
        said = plans.said(plans.find(request.user, plan.pk), self.now, whole=False)
        return Response(said, status=201 if made else 200)


class OnePlan(ApiView):
    """One plan, whole."""

    writes = Scope.PLAN

    @extend_schema(operation_id="plans_read", responses=WholePlanShape, tags=["plans"])
    def get(self, request, pk: int):
        """Return how far a plan is and, once it is ready, its options with every visit that would change."""
        plans.bury(self.now)
        return Response(plans.said(plans.find(request.user, pk), self.now))


class TakePlan(ApiView):
    """What a dispatcher presses *Accept* for."""

    writes = Scope.PLAN

    http_method_names = ["post"]

    @extend_schema(operation_id="plans_take", request=TakeData, responses=TakenShape, tags=["plans"])
    def post(self, request, pk: int):
        """Do what an option proposes, order by order. What changed meanwhile is refused, the rest goes through.

        Sent again, nothing is done twice. For: dispatcher, manager, admin.
        """
        asked = read(TakeData, request.data)
        came = plans.take(pk, asked["option"], request.user, self.now, asked.get("orders"), TAKE_SECONDS)
        return Response(came.data(plans.find(request.user, pk)))


class DismissPlan(ApiView):
    """What a dispatcher presses *Leave it* or *Stop* for."""

    writes = Scope.PLAN

    http_method_names = ["post"]

    @extend_schema(operation_id="plans_dismiss", request=None, responses=PlanShape, tags=["plans"])
    def post(self, request, pk: int):
        """Stop a plan under way, or leave one that is ready. Sent again, it is done once. Roles as above."""
        plan = plans.dismiss(pk, request.user, self.now)
        return Response(plans.said(plans.find(request.user, plan.pk), self.now, whole=False))
