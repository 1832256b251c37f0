"""The workshop's page: what lies there, the late first, each with the one thing to do next (H-F4, H-I4)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.phones import digits_typed
from dispatch.actions.workshop import next_at_bench
from dispatch.lifecycle import REGISTRY
from dispatch.models import NextAction, ServiceOrder, Stage, State, WorkshopJob
from dispatch.models.workshop import ALPHABET
from technicians.models import Role, User
from web.console.views import page_or_part
from web.shared.looks import ICONS

SHOWN = 200
TO_COME = "to_come"  # a tab beside the stages: brought or sent in, not taken in yet
# Back to the customer over the counter: what is done in which state of the order (H-I4)
OVER_THE_COUNTER = {State.DIAGNOSED: "charge", State.CHARGED: "complete"}


@dataclass(frozen=True)
class Tab:
    """One stage: how many lie in it, and its address."""

    code: str
    label: object
    count: int
    late: int


@dataclass
class Line:
    """One appliance: its slip (None before it is taken in), and the act that comes next."""

    order: ServiceOrder
    job: WorkshopJob | None
    late: bool
    verb: str = ""
    label: object = ""
    icon: str = ""
    url: str = ""


def clean_code(text: str) -> str:
    """Return a slip's code as it is kept: what a scanner or a thumb adds is left out."""
    return "".join(char for char in text.upper() if char in ALPHABET)[:12]


class Shelves:
    """What lies in the workshop, as `user` may see it, narrowed by stage and by what was typed or scanned."""

    def __init__(self, user: User, asked, now: datetime) -> None:
        """Read the filters; an unknown stage is none."""
        self.user, self.now = user, now
        stage = asked.get("stage", "")
        self.stage = stage if stage in (*Stage.values, TO_COME) else ""
        self.typed = asked.get("q", "").replace("\0", "").strip()[:80]

    @property
    def jobs(self) -> QuerySet[WorkshopJob]:
        """Everything inside; with something typed also what went back."""
        jobs = WorkshopJob.objects.for_user(self.user)
        return jobs.filter(self._wanted()) if self.typed else jobs.inside()

    def _wanted(self) -> Q:
        digits = self.typed.lstrip("#")
        found = Q(order__customer__name__icontains=self.typed) | Q(shelf__iexact=self.typed)
        if code := clean_code(self.typed):
            found |= Q(code=code) | (Q(code__startswith=code) if len(code) >= 4 else Q(pk=None))
        if digits.isascii() and digits.isdigit() and len(digits) <= 12:
            found |= Q(order=int(digits))
        if inside := digits_typed(self.typed):
            found |= Q(order__customer__phone__contains=inside)
        return found

    @property
    def coming(self) -> QuerySet[ServiceOrder]:
        """Orders that are carried or mailed in and not taken in yet."""
        if self.user.role == Role.TECHNICIAN:
            return ServiceOrder.objects.none()
        orders = ServiceOrder.objects.for_user(self.user).unfinished().filter(next_action=NextAction.TAKE_IN)
        if not self.typed:
            return orders
        digits = self.typed.lstrip("#")
        found = Q(customer__name__icontains=self.typed)
        if digits.isascii() and digits.isdigit() and len(digits) <= 12:
            found |= Q(pk=int(digits))
        if inside := digits_typed(self.typed):
            found |= Q(customer__phone__contains=inside)
        return orders.filter(found)

    def tabs(self) -> list[Tab]:
        """The stages with how many lie in each, and how many of them are late."""
        late = Count("pk", filter=Q(promised_at__lt=self.now) & ~Q(stage=Stage.RETURNED))
        rows = self.jobs.order_by().values_list("stage").annotate(n=Count("pk"), late=late)
        counted = {stage: (n, late) for stage, n, late in rows}
        coming = self.coming.order_by().count()
        everything = sum(n for n, _late in counted.values()) + coming
        tabs = [Tab("", _("All"), everything, sum(overdue for _n, overdue in counted.values()))]
        if coming or self.stage == TO_COME:
            tabs.append(Tab(TO_COME, _("To be taken in"), coming, 0))
        shown = [stage for stage in Stage if stage in counted or stage == self.stage]
        return tabs + [Tab(stage.value, stage.label, *counted.get(stage, (0, 0))) for stage in shown]

    def lines(self) -> list[Line]:
        """The rows: what is promised first on top, so the late ones lead; then what is still to be taken in."""
        found = []
        if self.stage != TO_COME:
            jobs = self.jobs.filter(stage=self.stage) if self.stage else self.jobs
            joined = jobs.select_related(
                "order__customer", "order__outlet", "order__technician__user", "repair", "bench",
                "order__appliance__category", "order__appliance__brand",
            )  # fmt: skip
            rows = joined.order_by(F("promised_at").asc(nulls_last=True), "pk")[:SHOWN]
            found += [self._line(job.order, job) for job in rows]
        if self.stage in ("", TO_COME):
            orders = self.coming.with_rows().order_by("next_due_at", "pk")[:SHOWN]
            found += [self._line(order, None) for order in orders]
        return found

    def _line(self, order: ServiceOrder, job: WorkshopJob | None) -> Line:
        line = Line(order, job, bool(job and job.is_late(self.now)) or (not job and order.is_overdue(self.now)))
        name = next_act(order, job)
        verb = REGISTRY.get(name)
        if verb and self.user.role in verb.roles:
            face = "field_act" if self.user.role == Role.TECHNICIAN else "order_act"
            line.verb, line.label, line.icon = name, verb.label, ICONS.get(name, "")
            line.url = reverse(face, args=[order.pk, name])
        return line


def next_act(order: ServiceOrder, job: WorkshopJob | None) -> str:
    """Return the verb that comes next for what lies in the workshop, '' when it waits for its visit or is gone."""
    if job is None:
        return "take_in"
    if order.state == State.IN_WORKSHOP:
        return next_at_bench(job)
    if job.stage == Stage.RETURNED:
        return ""
    if order.at_counter:
        return OVER_THE_COUNTER.get(State(order.state), "")
    return "contact" if order.state == State.ACCEPTED else ""


def workshop(request: HttpRequest) -> HttpResponse:
    """The workshop: by stage, by slip, each row with the one thing to do."""
    now = timezone.now()
    shelves = Shelves(request.user, request.GET, now)
    lines, tabs = shelves.lines(), shelves.tabs()
    said = [[line.order.pk, line.order.version, line.late] for line in lines]
    said += [[tab.code, tab.count, tab.late] for tab in tabs]
    stamp = hashlib.sha256(json.dumps([said, shelves.typed]).encode()).hexdigest()[:16]
    technician = request.user.role == Role.TECHNICIAN
    context = {
        "now": now,
        "shelves": shelves,
        "tabs": tabs,
        "lines": lines,
        "order_url": "field_order" if technician else "order",
        "base": "shared/field_base.html" if technician else "shared/console_base.html",
        "may_contact": not technician,
    }
    templates = ("console/workshop.html", "console/workshop_part.html")
    return page_or_part(request, "workshop-part", stamp, templates, context)
