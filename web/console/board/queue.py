"""What the board's outlet must decide, most urgent first: each order once, under its most urgent sign (H-N1)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.db.models import (
    Case,
    Exists,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    SmallIntegerField,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.gzip import gzip_page

from dispatch.models import Incident, KeptAct, NextAction, OrderEvent, ServiceOrder, State, Visit
from dispatch.models.states import PLACEABLE
from technicians.models import Absence, Outlet, Role, User
from web.console.board.data import outlet_of
from web.console.board.ways import Way, way_of
from web.console.queue import searched

SHOWN = 15  # rows of a group that is not looked at alone: the rest is one press away
MOST = 300  # rows of a group that is
BACK = ("decline", "hand_back")  # a technician said no
HELD_UP = (NextAction.REVIEW, NextAction.CHASE_INFO)
NOBODY_LEFT = (State.ASSIGNED, State.ACCEPTED, State.CONTACTED)

LABELS = {  # code → words, in the order of urgency
    "sos": _("Alarm"),
    "escalated": _("Customer to win back"),
    "waiver": _("Waiver asked for"),
    "help": _("Help asked for"),
    "kept": _("Not taken from the phone"),
    "absent": _("Technician away"),  # before all that somebody who is away can no longer do
    "unreached": _("Customer not reached"),
    "risk": _("May be late"),
    "returned": _("Declined or handed back"),
    "unassigned": _("Nobody assigned"),
    "untimed": _("No time yet"),
    "silent": _("Overdue with the technician"),
    "claim": _("Claim to decide"),
    "review": _("Request to review"),
    "due": _("Overdue at the office"),
}
CODES = list(LABELS)


def _signs(now: datetime) -> dict[str, Q]:
    """Return what puts an open order under each sign; the first that fits counts."""
    ahead = Visit.objects.standing().filter(order=OuterRef("pk"), arrived_at__isnull=True)
    late = ahead.annotate(by=Coalesce("window_ends_at", "starts_at")).filter(Q(at_risk=True) | Q(by__lt=now))
    back = OrderEvent.objects.filter(order=OuterRef("pk"), action__in=BACK, at__gte=OuterRef("state_since"))
    away = Absence.objects.filter(
        technician=OuterRef("technician"), starts_at__lt=OuterRef("ends_at"), ends_at__gt=OuterRef("starts_at")
    )
    nobody = ahead.filter(Exists(away), ends_at__gt=now, departed_at__isnull=True)
    standing = Visit.objects.standing().filter(order=OuterRef("pk"))
    return {
        "sos": Q(sos_at__isnull=False),  # H-F10
        "escalated": ~Q(escalation=""),  # H-C6, H-E4, H-E5
        "waiver": Q(waiver_asked_at__isnull=False),  # H-G4
        "help": Q(help_due_at__isnull=False),  # H-A5
        "kept": Exists(KeptAct.objects.unsettled().filter(order=OuterRef("pk"))),  # H-N3
        "absent": Q(next_action=NextAction.REASSIGN) | Exists(nobody),
        # H-C5: the first call without an answer is repeated by itself; after that somebody has to decide
        "unreached": Q(state__in=(State.ACCEPTED, State.CONTACTED), no_answers__gt=0)
        & (Q(no_answers__gte=2) | Q(next_due_at__lt=now)),
        "risk": Exists(late),  # H-D2, H-D4
        "returned": Q(state=State.READY) & Exists(back),  # H-A4
        "unassigned": Q(next_action=NextAction.ASSIGN),
        "untimed": Q(state__in=NOBODY_LEFT, service_kind="on_site") & ~Exists(standing),
        "silent": Q(next_role=Role.TECHNICIAN, next_due_at__lt=now),
        "claim": Q(claim_filed_at__isnull=False),  # H-F8
        "review": Q(next_action__in=HELD_UP),  # H-I1
        "due": ~Q(next_role=Role.TECHNICIAN) & Q(next_due_at__lt=now),
    }


def ranked(orders: QuerySet, now: datetime) -> QuerySet:
    """Return the open ones of `orders` with their most urgent sign as `rank`: its place in CODES, None without one.

    An order has one sign, so that the counts of the signs add up to the rows. Whoever needs only those with a sign
    sorts the others out themselves: asked for in SQL, every sign would be looked for three times.
    """
    signs = _signs(now)
    cases = (When(signs[code], then=Value(place)) for place, code in enumerate(CODES))
    return orders.unfinished().annotate(rank=Case(*cases, output_field=SmallIntegerField()))


@dataclass
class Group:
    """One sign: how many orders have it, and the rows shown of them. `hidden` are one press away."""

    code: str
    label: object
    count: int
    overdue: int
    rows: list[Row] = field(default_factory=list)

    @property
    def hidden(self) -> int:
        """How many are not shown."""
        return self.count - len(self.rows)


@dataclass
class Row:
    """One order that waits: what is up in words, and the one obvious thing to do."""

    order: ServiceOrder
    code: str
    way: Way
    visit: Visit | None
    late: bool
    placeable: bool
    away: str = ""


def _urgency(row: tuple) -> tuple:
    rank, priority, due, pk, _version = row
    return rank, priority, due is None, due, pk


class Decisions:
    """What an outlet must decide at `now`, as `user` may see it; `need` shows one sign alone, `text` searches."""

    def __init__(self, outlet: Outlet, user: User, now: datetime, need: str = "", text: str = ""):
        """Nothing is read yet."""
        self.outlet, self.user, self.now = outlet, user, now
        self.need = need if need in LABELS else ""
        self.text = text.strip()[:80].replace("\0", "")

    @cached_property
    def found(self) -> list[tuple[int, str, int, bool]]:
        """Every order that waits as (number, sign, version, overdue): the one query behind rows and counts."""
        orders = ServiceOrder.objects.for_user(self.user).filter(outlet=self.outlet)
        if self.text:
            orders = orders.filter(searched(self.text))
        rows = ranked(orders, self.now).order_by().values_list("rank", "priority", "next_due_at", "pk", "version")
        waiting = sorted((row for row in rows if row[0] is not None), key=_urgency)
        late = ((row, row[2] is not None and row[2] < self.now) for row in waiting)
        return [(pk, CODES[rank], version, overdue) for (rank, _priority, _due, pk, version), overdue in late]

    @cached_property
    def groups(self) -> list[Group]:
        """The signs that somebody has, most urgent first, with their rows."""
        picked: dict[str, list[int]] = {}
        late: dict[str, int] = {}
        for pk, code, _version, overdue in self.found:
            picked.setdefault(code, []).append(pk)
            late[code] = late.get(code, 0) + overdue
        groups = [Group(code, LABELS[code], len(pks), late[code]) for code, pks in picked.items()]
        shown = [group for group in groups if self._looked_at(group.code)]
        cut = MOST if self.need else SHOWN
        wanted = {group.code: picked[group.code][:cut] for group in shown}
        orders = {order.pk: order for order in dressed([pk for pks in wanted.values() for pk in pks])}
        for group in shown:
            group.rows = [self._row(orders[pk], group.code) for pk in wanted[group.code] if pk in orders]
            if group.code == "absent":
                _say_why_away(group.rows)
        return groups

    def _looked_at(self, code: str) -> bool:
        return self.need in ("", code) or code == "sos"  # nothing hides an alarm (H-F10)

    def _row(self, order: ServiceOrder, code: str) -> Row:
        visit = order.standing[0] if order.standing else None
        late = order.is_overdue(self.now)
        return Row(order, code, way_of(order, code, self.user), visit, late, order.state in PLACEABLE)

    @property
    def shown(self) -> list[Group]:
        """The groups with rows on the screen."""
        return [group for group in self.groups if self._looked_at(group.code)]

    @property
    def total(self) -> int:
        """How many orders wait in all."""
        return len(self.found)

    @cached_property
    def alarms(self) -> list[Incident]:
        """Every alarm this person answers for, whichever outlet is looked at (H-F10)."""
        return list(Incident.objects.for_user(self.user).open().only("pk", "order_id", "taken_at"))

    @property
    def unanswered(self) -> int:
        """How many alarms nobody has taken over."""
        return sum(one.taken_at is None for one in self.alarms)

    @property
    def stamp(self) -> str:
        """A short hash that stays the same as long as nothing on the screen would be different."""
        said = [self.found, self.need, self.text, [(one.pk, bool(one.taken_at)) for one in self.alarms]]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]


def dressed(pks: list[int]) -> QuerySet:
    """Return orders with what their rows say: `standing` (visits), `back_reason`, `alarm_taken_at`."""
    standing = Prefetch("visits", Visit.objects.standing().select_related("technician"), to_attr="standing")
    back = OrderEvent.objects.filter(order=OuterRef("pk"), action__in=BACK).order_by("-seq")
    alarm = Incident.objects.filter(order=OuterRef("pk"), settled_at__isnull=True)
    return (
        ServiceOrder.objects.filter(pk__in=pks)
        .with_rows()
        .select_related("next_user")
        .prefetch_related(standing)
        .annotate(
            back_reason=Subquery(back.values("reason")[:1]),
            alarm_taken_at=Subquery(alarm.values("taken_at")[:1]),
        )
    )


def _say_why_away(rows: list[Row]) -> None:
    """Write on each row why its technician is away at the time of the visit. One query."""
    seen = [row for row in rows if row.visit]
    absences = Absence.objects.filter(
        technician__in={row.visit.technician_id for row in seen},
        starts_at__lt=max((row.visit.ends_at for row in seen), default=None) or timezone.now(),
        ends_at__gt=min((row.visit.starts_at for row in seen), default=None) or timezone.now(),
    )
    for absence in absences:
        for row in seen:
            visit = row.visit
            ours = absence.technician_id == visit.technician_id
            if ours and absence.starts_at < visit.ends_at and absence.ends_at > visit.starts_at:
                row.away = str(absence.why)


@gzip_page
def queue(request: HttpRequest) -> HttpResponse:
    """The queue's rows for the board (?outlet=&need=&q=); 204 when the board shows them already (?stamp=)."""
    outlet = outlet_of(request)
    asked = request.GET
    found = Decisions(outlet, request.user, timezone.now(), asked.get("need", ""), asked.get("q", ""))
    if asked.get("stamp") == found.stamp:
        return HttpResponse(status=204)
    context = {"decisions": found, "now": found.now, "outlet": outlet}
    with timezone.override(outlet.tz):
        return render(request, "console/board/_queue_rows.html", context)
