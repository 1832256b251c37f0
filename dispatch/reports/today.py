"""Today's figures for those who answer for an outlet: each one defined here, counted in a fixed number of queries.

Everything is read from orders, visits, callbacks and the event log, never from when a row was last written.
"Today" is the local day of `zone` that holds `now`. A figure with nothing behind it is None where it could be
taken for a measurement, and is shown as a dash.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from dispatch.models import FINISHED, OPEN, Callback, OrderEvent, Repair, ServiceOrder, State, Visit, VisitStatus
from technicians.models import Technician, User

SHOWN = 8  # escalations listed by name; the rest behind a link
LATE_CLASSES = ("late", "very_late")  # H-E4, as written by the arrival
OUTCOMES = Callback.OUTCOMES  # what a callback came to, in the order it is told


@dataclass(frozen=True)
class Day:
    """A local day as aware moments: from `start`, before `end`."""

    start: datetime
    end: datetime

    @classmethod
    def of(cls, now: datetime, zone: ZoneInfo) -> Day:
        """Return the local day that holds `now`; 23 or 25 hours long when the clocks change."""
        day = now.astimezone(zone).date()
        return cls(datetime.combine(day, time.min, zone), datetime.combine(day + timedelta(days=1), time.min, zone))


@dataclass(frozen=True)
class StateCount:
    """How many orders stand in a state now; for a finished state, how many got there today."""

    state: State
    count: int


@dataclass(frozen=True)
class TechnicianDay:
    """One technician: orders they hold now, visits they finished today, arrivals today that were late."""

    technician: Technician
    open: int
    done: int
    late: int
    arrivals: int


@dataclass
class Figures:
    """The manager's page as data.

    open: unfinished orders. due: open orders whose next step falls due later today; overdue: whose next step is
    past its time (H-N1). unassigned: ready, with nobody. late: standing visits not arrived at after the latest
    arrival agreed (H-E4); at_risk: those expected to be late (H-D2, H-D4). records_due: repairs of completed
    visits whose cause or measure is missing (H-H1).
    """

    day: Day
    states: list[StateCount]
    open: int
    opened_today: int
    due: int
    overdue: int
    unassigned: int
    escalated: int
    late: int
    at_risk: int
    records_due: int
    callbacks: dict[str, int]
    escalations: list[ServiceOrder]
    oldest: ServiceOrder | None
    technicians: list[TechnicianDay] = field(default_factory=list)

    @property
    def satisfied_share(self) -> int | None:
        """Percent satisfied among those who were heard today; None when nobody was. Not reached is not counted."""
        heard = self.callbacks["satisfied"] + self.callbacks["unhappy"]
        return round(100 * self.callbacks["satisfied"] / heard) if heard else None


def figures(user: User, now: datetime, zone: ZoneInfo) -> Figures:
    """Return today's figures of what `user` may see. Twelve queries, however many orders there are."""
    day = Day.of(now, zone)
    orders = ServiceOrder.objects.for_user(user)
    alive = orders.unfinished()
    return Figures(
        day=day,
        states=_states(orders, day),
        opened_today=opened_on(orders, day).count(),
        records_due=records_due(orders).count(),
        callbacks=_callbacks(user, day, now),
        escalations=list(escalated(alive).with_rows().order_by("next_due_at", "pk")[:SHOWN]),
        oldest=overdue(alive, now).with_rows().order_by("next_due_at", "pk").first(),
        technicians=_technicians(user, day),
        **_open(alive, day, now),
        **_visits(user, now),
    )


def opened_on(orders, day: Day):
    """Return the orders opened on the day."""
    return orders.filter(opened_at__gte=day.start, opened_at__lt=day.end)


def finished_on(orders, day: Day):
    """Return the orders closed, cancelled or refused on the day."""
    return orders.filter(finished_at__gte=day.start, finished_at__lt=day.end)


def overdue(orders, now: datetime):
    """Return the open orders whose next step is past its time (H-N1)."""
    return orders.unfinished().filter(_overdue(now))


def due_later(orders, now: datetime, day: Day):
    """Return the open orders whose next step falls due between now and the end of the day (H-N1)."""
    return orders.unfinished().filter(_due(now, day))


def unassigned(orders):
    """Return the orders that are ready and nobody's."""
    return orders.unfinished().filter(state=State.READY)


def _overdue(now: datetime) -> Q:
    return Q(next_due_at__lt=now)


def _due(now: datetime, day: Day) -> Q:
    return Q(next_due_at__gte=now, next_due_at__lt=day.end)


def call_overdue(now: datetime, day: Day) -> Q:
    """The callbacks still owed whose time has passed (H-A2, H-F11, H-R1)."""
    return Q(state=Callback.WAITING, due_at__lt=now)


def call_due(now: datetime, day: Day) -> Q:
    """The callbacks still owed that fall due later on the day."""
    return Q(state=Callback.WAITING, due_at__gte=now, due_at__lt=day.end)


def call_heard(day: Day, outcome: str) -> Q:
    """The callbacks finished on the day with this outcome; nobody counts as satisfied who was not reached."""
    return Q(state=Callback.DONE, outcome=outcome, done_at__gte=day.start, done_at__lt=day.end)


def escalated(orders):
    """Return the open orders that the manager has to step in on (H-C6, H-E4, H-H2)."""
    return orders.unfinished().exclude(escalation="")


def records_due(orders):
    """Return the orders of completed visits whose newest repair record lacks cause or measure (H-H1)."""
    newest = Repair.objects.filter(order=OuterRef("pk")).order_by("-pk")
    recorded = (
        orders.unfinished()
        .filter(state=State.FOLLOW_UP)
        .annotate(
            recorded_cause=Subquery(newest.values("cause")[:1]), recorded_measure=Subquery(newest.values("measure")[:1])
        )
    )
    return recorded.filter(Q(recorded_cause="") | Q(recorded_measure=""))


def late_visits(visits, now: datetime):
    """Return the standing visits that nobody has arrived at though the latest arrival is past (H-E4)."""
    return _not_arrived(visits).filter(latest__lt=now)


def visits_at_risk(visits, now: datetime):
    """Return the standing visits that are expected to be late and are not yet (H-D2, H-D4)."""
    return _not_arrived(visits).filter(at_risk=True, latest__gte=now)


def _not_arrived(visits):
    binding = visits.filter(status__in=(VisitStatus.AGREED, VisitStatus.LOCKED), arrived_at__isnull=True)
    return binding.annotate(latest=Coalesce(F("window_ends_at"), F("starts_at")))


def _states(orders, day: Day) -> list[StateCount]:
    """Every open state with how many stand there, then what was finished today."""
    now_open = dict(orders.unfinished().order_by().values_list("state").annotate(Count("pk")))
    finished = dict(finished_on(orders, day).order_by().values_list("state").annotate(Count("pk")))
    return [StateCount(s, now_open.get(s.value, 0)) for s in OPEN] + [
        StateCount(s, finished.get(s.value, 0)) for s in FINISHED
    ]


def _open(alive, day: Day, now: datetime) -> dict[str, int]:
    return alive.aggregate(
        open=Count("pk"),
        overdue=Count("pk", filter=_overdue(now)),
        due=Count("pk", filter=_due(now, day)),
        unassigned=Count("pk", filter=Q(state=State.READY)),
        escalated=Count("pk", filter=~Q(escalation="")),
    )


def _visits(user: User, now: datetime) -> dict[str, int]:
    return _not_arrived(Visit.objects.for_user(user)).aggregate(
        late=Count("pk", filter=Q(latest__lt=now)),
        at_risk=Count("pk", filter=Q(latest__gte=now, at_risk=True)),
    )


def _callbacks(user: User, day: Day, now: datetime) -> dict[str, int]:
    """Calls still owed, and what was heard today."""
    return Callback.objects.for_user(user).aggregate(
        overdue=Count("pk", filter=call_overdue(now, day)),
        due=Count("pk", filter=call_due(now, day)),
        **{outcome: Count("pk", filter=call_heard(day, outcome)) for outcome, _label in OUTCOMES},
    )


def _technicians(user: User, day: Day) -> list[TechnicianDay]:
    """One row for each technician who works or still holds something."""
    mine = Technician.objects.for_user(user)
    held = _count(ServiceOrder.objects.for_user(user).unfinished().filter(technician__isnull=False), "technician")
    finished = _count(done_visits(user, day), "technician")
    arrivals, late = _arrivals(user, day)
    return [
        TechnicianDay(t, held.get(t.pk, 0), finished.get(t.pk, 0), late.get(t.user_id, 0), arrivals.get(t.user_id, 0))
        for t in mine.select_related("user").order_by("name", "pk")
        if t.active or t.pk in held or t.pk in finished
    ]


def done_visits(user: User, day: Day) -> QuerySet[Visit]:
    """Return the visits that ended on a day."""
    return Visit.objects.for_user(user).filter(status=VisitStatus.DONE, left_at__gte=day.start, left_at__lt=day.end)


def arrivals_on(user: User, day: Day) -> QuerySet[OrderEvent]:
    """Return the arrivals of a day, from the log."""
    came = OrderEvent.objects.filter(action="arrive", at__gte=day.start, at__lt=day.end)
    return came if user.sees_everything else came.filter(order__outlet_id=user.outlet_id)


def _arrivals(user: User, day: Day) -> tuple[dict[int, int], dict[int, int]]:
    """Arrivals today by person, from the log: whoever has the order now, the one who came was late."""
    late = Count("pk", filter=Q(payload__lateness__in=LATE_CLASSES))
    rows = list(arrivals_on(user, day).order_by().values_list("actor_id").annotate(all=Count("pk"), late=late))
    return {who: count for who, count, _late in rows}, {who: count for who, _count, count in rows}


def _count(rows, by: str) -> dict[int, int]:
    return dict(rows.order_by().values_list(f"{by}_id").annotate(Count("pk")))
