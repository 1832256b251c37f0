"""The rows that a day to plan is made of, in a fixed number of queries, however large the outlet (plain values)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q

from dispatch.models import Learned, Loan, Reservation, ServiceOrder, State, Visit, VisitStatus
from dispatch.models.order import ServiceKind
from dispatch.models.states import PLACEABLE
from dispatch.models.visit import STANDING
from technicians.availability import Span
from technicians.models import Absence, Outlet, Shift, Skill, Technician, WarehouseKind

UNDER_WAY = (State.EN_ROUTE, State.ON_SITE, State.DIAGNOSED, State.CHARGED)
ON_THE_ROAD = timedelta(hours=12)  # a visit that began so long before the day may still go on
MOST = 3000  # orders of a day that nobody has yet: what is beyond waits for another day
ORDER = (
    "state", "version", "priority", "technician_id", "opened_at", "next_due_at", "wish_from", "wish_to", "fault_id",
    "fault__minutes", "fault__skill_id", "appliance__category_id", "address__latitude", "address__longitude",
    "address__district",
)  # fmt: skip
VISIT = (
    "technician_id", "status", "starts_at", "ends_at", "window_ends_at", "pinned", "arrived_at", "expected_at",
    "left_at", "order_id", *(f"order__{name}" for name in ORDER),
)  # fmt: skip
CREW = ("pk", "name", "home_latitude", "home_longitude")


@dataclass
class Rows:
    """What was read. `visits` and `orders` are dicts of values; a visit's order is under `order__…`."""

    crew: list[dict]
    skills: dict[int, set[int]]  # of technicians
    shifts: dict[int, list[Shift]]
    absences: dict[int, list[Absence]]
    visits: list[dict]
    orders: list[dict]  # without a standing visit
    held: list[dict] = field(default_factory=list)  # parts and loaners kept for them
    wanted: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))  # category → skills
    skill_names: dict[int, str] = field(default_factory=dict)
    learned: list[dict] = field(default_factory=list)


def read(outlet: Outlet, day: date, span: Span, *, only: int | None = None, crew: frozenset[int] | None = None) -> Rows:
    """Read a local day of an outlet that lies between two aware moments.

    `only`: of the orders that stand nowhere just this one, and what is kept for them is not asked. `crew`: only these
    technicians and what they have.
    """
    first, last = span
    people = Technician.objects.working().filter(outlet=outlet)
    of_ours = Q(technician__outlet=outlet, technician__active=True)
    rows_of = _visits(outlet, first, last)
    if crew is not None:
        people, rows_of = people.filter(pk__in=crew), rows_of.filter(technician__in=crew)
        of_ours &= Q(technician__in=crew)
    visits = list(rows_of)
    orders = list(_orders(outlet, first, last, only))
    numbers = [row["order_id"] for row in visits] + [row["pk"] for row in orders]
    rows = Rows(
        list(people.order_by("pk").values(*CREW)),
        _grouped(Technician.skills.through.objects.filter(of_ours).values_list("technician_id", "skill_id"), set),
        _grouped(((shift.technician_id, shift) for shift in Shift.objects.filter(of_ours).order_by("starts")), list),
        _grouped(
            ((away.technician_id, away) for away in _absences(of_ours, first - timedelta(days=1), last + timedelta(1))),
            list,
        ),
        visits,
        orders,
        held=kept_for(numbers) if only is None else [],
        learned=list(Learned.objects.filter(outlet=outlet).order_by("pk").values()),
    )
    for category, skill in Skill.categories.through.objects.values_list("category_id", "skill_id"):
        rows.wanted[category].add(skill)
    return rows


def _grouped(pairs: Any, kind: type) -> dict:
    found: dict = defaultdict(kind)
    for key, value in pairs:
        found[key].add(value) if kind is set else found[key].append(value)
    return found


def _absences(of_ours: Q, first: datetime, last: datetime):
    return Absence.objects.filter(of_ours, starts_at__lt=last, ends_at__gt=first).order_by("starts_at")


def _visits(outlet: Outlet, first: datetime, last: datetime):
    """The day's visits: those that stand, under way or not; those that are over, which say where somebody is; and
    what was proposed for a day before and never came to be.
    """
    stands = Q(status__in=STANDING, starts_at__lt=last, ends_at__gt=first)
    going_on = Q(status=VisitStatus.LOCKED, starts_at__lt=last, starts_at__gt=first - ON_THE_ROAD)
    over = Q(status=VisitStatus.DONE, starts_at__lt=last, starts_at__gte=first)
    missed = Q(status=VisitStatus.PROPOSED, ends_at__lte=first, order__state__in=PLACEABLE)
    rows = Visit.objects.filter(technician__outlet=outlet).filter(stands | going_on | over | missed)
    return rows.order_by("starts_at", "pk").values(*VISIT)


def _orders(outlet: Outlet, first: datetime, last: datetime, only: int | None):
    """The orders that stand nowhere and may be visited that day: most urgent and oldest first."""
    rows = ServiceOrder.objects.unfinished().filter(outlet=outlet, service_kind=ServiceKind.ON_SITE)
    if only is not None:
        return rows.filter(pk=only).values("pk", *ORDER)
    nowhere = ~Q(pk__in=Visit.objects.standing().filter(order__outlet=outlet, order__finished_at=None).values("order"))
    rows = rows.filter(nowhere, state__in=[state for state in PLACEABLE if state != State.CONTACTED])
    rows = rows.filter(Q(wish_from__isnull=True) | Q(wish_from__lt=last))
    return rows.order_by("priority", "opened_at", "pk").values("pk", *ORDER)[: MOST + 1]


def kept_for(numbers: list[int]) -> list[dict]:
    """Parts and loaners that are kept for the orders: two queries."""
    parts = Reservation.objects.filter(order__in=numbers, state__in=(Reservation.HELD, Reservation.LOADED))
    found = [
        {"order": order, "part": part, "van": van if kind == WarehouseKind.VAN else None, "where": where}
        for order, part, van, kind, where in parts.order_by("pk").values_list(
            "order_id", "part__code", "warehouse__technician_id", "warehouse__kind", "warehouse__name_en"
        )
    ]
    loans = Loan.objects.filter(order__in=numbers, state=Loan.RESERVED).order_by("pk")
    found += [
        {"order": order, "loaner": code, "van": None, "where": where}
        for order, code, where in loans.values_list("order_id", "loaner__code", "loaner__outlet__name_en")
    ]
    return found
