"""A technician's day: what is due, what is new, where to be when."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from dispatch.models import Callback, ServiceOrder, State, Visit, WorkshopJob
from dispatch.reports.today import records_due
from technicians.models import Role, User
from web.field.steps import Step

# Already at it: these come before anything that is merely next by the clock.
UNDER_WAY = (State.CHARGED, State.DIAGNOSED, State.ON_SITE, State.EN_ROUTE)
WAITING = (State.CONSULTING, State.IN_WORKSHOP, State.AWAITING_PARTS, State.FOLLOW_UP)


@dataclass
class Stop:
    """One order on the day's list. `at` is the time agreed or proposed, None while there is none."""

    order: ServiceOrder
    visit: Visit | None
    step: Step | None = None
    job: WorkshopJob | None = None

    @property
    def at(self) -> datetime | None:
        """When to be there."""
        return self.visit.starts_at if self.visit else None

    @property
    def leave_by(self) -> datetime | None:
        """The latest departure, while it still has to be kept (H-D2)."""
        return self.visit.leave_by if self.visit and self.order.state == State.CONTACTED else None


@dataclass
class Today:
    """The day's page. `records` are warranty records owed (H-H1), `calls` callbacks that are due (H-R1).

    `bench` is what lies in the workshop for them to repair; the order may be somebody else's.
    """

    new: list[Stop] = field(default_factory=list)
    today: list[Stop] = field(default_factory=list)
    later: list[Stop] = field(default_factory=list)
    bench: list[Stop] = field(default_factory=list)
    waiting: list[Stop] = field(default_factory=list)
    records: list[Stop] = field(default_factory=list)
    calls: list[Callback] = field(default_factory=list)
    next: Stop | None = None

    @property
    def is_empty(self) -> bool:
        """True when there is nothing at all."""
        mine = (self.new, self.today, self.later, self.bench, self.waiting, self.records, self.calls)
        return not any(mine)


def of(user: User, now: datetime) -> Today:
    """Return the day of a technician. Five queries, however many orders."""
    found = Today(calls=[call for call in calls(user) if call.due_at <= now], bench=at_bench(user))
    repaired_here = {stop.order.pk for stop in found.bench}
    end = timezone.localtime(now).replace(hour=23, minute=59, second=59)
    mine = ServiceOrder.objects.for_user(user).unfinished().with_rows()
    standing = Prefetch("visits", Visit.objects.standing(), to_attr="standing")
    owed = set(records_due(ServiceOrder.objects.for_user(user)).values_list("pk", flat=True))
    for order in mine.prefetch_related(standing).order_by("next_due_at", "pk"):
        if order.pk in repaired_here:
            continue
        stop = Stop(order, order.standing[0] if order.standing else None)
        (found.records if order.pk in owed else _list_for(found, stop, end)).append(stop)
    for stops in (found.today, found.later):
        stops.sort(key=_by_time)
    found.next = next(iter(found.today or found.new or found.later), None)
    return found


def at_bench(user: User) -> list[Stop]:
    """Return what lies in the workshop for this technician to repair, the day promised first (H-F4, H-I4)."""
    jobs = WorkshopJob.objects.inside().filter(bench__user=user, order__state=State.IN_WORKSHOP)
    rows = ("order__customer", "order__address", "order__appliance__category", "order__appliance__brand")
    return [Stop(job.order, None, job=job) for job in jobs.select_related(*rows).order_by("promised_at", "pk")]


def calls(user: User) -> QuerySet[Callback]:
    """Return the open callbacks that are the technician's to make."""
    mine = Callback.objects.for_user(user).open().filter(role=Role.TECHNICIAN)
    return mine.select_related("order__customer", "order__address", "order__appliance__category").order_by(
        "due_at", "pk"
    )


def _list_for(found: Today, stop: Stop, end: datetime) -> list[Stop]:
    order = stop.order
    if order.state == State.ASSIGNED:
        return found.new
    if order.state in WAITING:
        return found.waiting
    soon = stop.at or order.next_due_at
    return found.later if soon > end and order.state not in UNDER_WAY else found.today


def _by_time(stop: Stop) -> tuple:
    state = stop.order.state
    under_way = UNDER_WAY.index(state) if state in UNDER_WAY else len(UNDER_WAY)
    return under_way, stop.at or stop.order.next_due_at, stop.order.pk
