"""The workshop and the pool of loaners: what lies where, what is free, what is with whom (H-F4, H-A6)."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Prefetch
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from dispatch.actions.loaners import LENT, free_units
from dispatch.actions.workshop import next_at_bench
from dispatch.api import shapes
from dispatch.api.base import ListView
from dispatch.api.lists import PageParams, read_page
from dispatch.api.parts import pick
from dispatch.api.rows import Eyes
from dispatch.api.shapes import Time, choice, maybe
from dispatch.models import Loan, ServiceOrder, Stage, State, WorkshopJob
from technicians.models import Loaner
from technicians.models.loaner import Condition


class JobShape(serializers.Serializer):
    """One stay of an appliance in the workshop. `next` is the verb that comes next, "" when it waits for its visit."""

    id = serializers.IntegerField()
    code = serializers.CharField(help_text="What stands on the slip")
    order = serializers.IntegerField()
    number = serializers.CharField()
    state = choice(State)
    stage = choice(Stage)
    stage_since = Time()
    late = serializers.BooleanField(help_text="It should be back with the customer by now")
    next = serializers.CharField(allow_blank=True)
    customer = shapes.CustomerBrief()
    appliance = serializers.CharField()
    outside = serializers.CharField(allow_blank=True)
    accessories = serializers.CharField(allow_blank=True)
    shelf = serializers.CharField(allow_blank=True)
    bench = maybe(shapes.WhoShape)
    waiting_for = serializers.CharField(allow_blank=True)
    taken_at = Time()
    signed_by = serializers.CharField(allow_blank=True)
    promised_at = maybe()
    promise_moved = serializers.IntegerField()
    returned_at = maybe()
    parcel = serializers.CharField(allow_blank=True)


JOB_FIELDS = (
    "id", "code", "stage", "stage_since", "outside", "accessories", "shelf", "waiting_for", "taken_at", "signed_by",
    "promised_at", "promise_moved", "returned_at", "parcel",
)  # fmt: skip


class JobParams(PageParams):
    """Which. Without any: everything inside, newest first."""

    stage = serializers.MultipleChoiceField(choices=Stage.choices, required=False, allow_empty=True)
    code = serializers.CharField(required=False, max_length=12, help_text="A slip; also of what went back")
    order = serializers.IntegerField(required=False, min_value=1)
    late = serializers.BooleanField(required=False, allow_null=True, default=None)


def job_row(job: WorkshopJob, eyes: Eyes, now: datetime) -> dict:
    """Return one stay as plain data; reads its order with customer and appliance, bench and repair."""
    order, customer = job.order, job.order.customer
    return pick(job, JOB_FIELDS) | {
        "order": order.pk,
        "number": order.number,
        "state": str(order.state),
        "late": job.is_late(now),
        "next": next_at_bench(job) if order.state == State.IN_WORKSHOP else "",
        "customer": {
            "id": customer.pk,
            "name": customer.name,
            "phone": eyes.phone(customer.phone, needed=order.is_open),
        },
        "appliance": str(order.appliance),
        "bench": job.bench and {"id": job.bench_id, "name": job.bench.name},
    }


class Workshop(ListView):
    """What lies in the workshop."""

    @extend_schema(
        operation_id="workshop_list", parameters=[JobParams], responses=JobShape(many=True), tags=["workshop"]
    )
    def get(self, request):
        """List the appliances in the workshop, newest first; by stage, by slip, by order (H-F4)."""
        params = self.params(JobParams)
        jobs = WorkshopJob.objects.for_user(request.user)
        if "code" in params:
            jobs = jobs.filter(code=params["code"].strip().upper())
        elif "order" not in params and "returned" not in params.get("stage", ()):
            jobs = jobs.inside()
        if "order" in params:
            jobs = jobs.filter(order=params["order"])
        if params.get("stage"):
            jobs = jobs.filter(stage__in=sorted(params["stage"]))
        if params["late"] is not None:
            late = {"promised_at__lt": self.now}
            jobs = jobs.inside().filter(**late) if params["late"] else jobs.exclude(**late)
        joined = jobs.select_related(
            "order__customer", "order__outlet", "order__appliance__category", "order__appliance__brand",
            "bench", "repair",
        )  # fmt: skip
        page, cursor = read_page(joined, ("-id",), params)
        eyes = Eyes.of(request.user)
        return Response({"results": [job_row(job, eyes, self.now) for job in page], "next_cursor": cursor})


class LoanBrief(serializers.Serializer):
    """For whom a unit is kept, or who has it."""

    order = serializers.IntegerField()
    number = serializers.CharField()
    state = choice(Loan.STATES)
    since = Time()
    due_at = maybe()


class LoanerShape(serializers.Serializer):
    """One unit of the pool. `loan` null: with nobody; free is what can be lent out now."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    outlet = serializers.CharField()
    category = shapes.CodeShape()
    brand = maybe(shapes.CodeShape)
    model_no = serializers.CharField(allow_blank=True)
    serial = serializers.CharField(allow_blank=True)
    condition = choice(Condition)
    note = serializers.CharField(allow_blank=True)
    free = serializers.BooleanField()
    loan = maybe(LoanBrief)


class LoanerParams(PageParams):
    """Which. Without any: every unit of the pool you may see."""

    category = serializers.SlugField(required=False)
    free = serializers.BooleanField(required=False, allow_null=True, default=None, help_text="Can be lent out now")
    order = serializers.IntegerField(required=False, min_value=1, help_text="Only what suits this order and is free")


def loaner_row(unit: Loaner) -> dict:
    """Return one unit as plain data; reads outlet, category, brand and `lent`."""
    loan = next(iter(unit.lent), None)
    return pick(unit, ("id", "code", "model_no", "serial", "condition", "note")) | {
        "outlet": unit.outlet.code,
        "category": {"code": unit.category.code, "name": unit.category.name},
        "brand": unit.brand and {"code": unit.brand.code, "name": unit.brand.name},
        "free": loan is None and unit.condition != Condition.DAMAGED,
        "loan": loan
        and {
            "order": loan.order_id,
            "number": f"{loan.order_id:06d}",
            "state": loan.state,
            "since": loan.out_at or loan.reserved_at,
            "due_at": loan.order.loaner_due_at,
        },
    }


class Loaners(ListView):
    """The pool of loaners."""

    @extend_schema(
        operation_id="loaners_list", parameters=[LoanerParams], responses=LoanerShape(many=True), tags=["workshop"]
    )
    def get(self, request):
        """List the units of the pool by their codes; free ones, those of a category, those that suit an order."""
        params = self.params(LoanerParams)
        units = Loaner.objects.for_user(request.user).filter(retired=False)
        if "order" in params:
            order = ServiceOrder.objects.with_rows().one_for(request.user, params["order"])
            if order is None:
                raise serializers.ValidationError({"order": [_("There is no such order among yours.")]})
            units = units.filter(pk__in=free_units(order).order_by().values("pk"))
        if "category" in params:
            units = units.filter(category__code=params["category"])
        if params["free"] is not None:
            lent = Exists(Loan.objects.filter(loaner=OuterRef("pk"), state__in=LENT))
            free = ~lent & ~Exists(Loaner.objects.filter(pk=OuterRef("pk"), condition=Condition.DAMAGED))
            units = units.filter(free if params["free"] else ~free)
        open_loans = Prefetch("loans", Loan.objects.filter(state__in=LENT).select_related("order"), to_attr="lent")
        page, cursor = read_page(
            units.select_related("outlet", "category", "brand").prefetch_related(open_loans), ("code",), params
        )
        return Response({"results": [loaner_row(unit) for unit in page], "next_cursor": cursor})
