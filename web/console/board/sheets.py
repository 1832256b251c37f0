"""The board on paper: a route sheet for each technician and day, and the whole day on one page.

Paper is what is left when phone or power are gone: everything needed at the door stands on it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.dateparse import parse_date

from dispatch.models import Loan, Reservation, Visit, VisitStatus
from technicians.availability import Span, spans_of
from technicians.models import Absence, KitItem, KitStandard, Outlet, Shift, Technician
from web.console.board.data import outlet_of

SHOWN = (VisitStatus.PROPOSED, VisitStatus.AGREED, VisitStatus.LOCKED, VisitStatus.DONE)


@dataclass
class Stop:
    """One visit on a sheet with what to load for it: `parts` in the van already or to fetch, a loaner, its kit."""

    number: int
    visit: Visit
    kit: list[KitItem] = field(default_factory=list)

    @property
    def order(self):
        """The order that is visited."""
        return self.visit.order

    @property
    def parts(self) -> list[Reservation]:
        """Parts promised to the order that are not used yet."""
        return self.visit.order.promised

    @property
    def loans(self) -> list[Loan]:
        """A unit to take along or to bring back."""
        return self.visit.order.lent


@dataclass
class Sheet:
    """One technician's day on paper. Spans are aware (from, to); `bag` is the kit of every job."""

    technician: Technician
    day: date
    spans: list[Span] = field(default_factory=list)
    away: list[Absence] = field(default_factory=list)
    stops: list[Stop] = field(default_factory=list)
    bag: list[KitItem] = field(default_factory=list)

    @property
    def loads(self) -> list[tuple[object, object, int]]:
        """What to fetch before leaving: (part, warehouse it lies in, how many); not what is in the van."""
        many: Counter = Counter()
        for stop in self.stops:
            for one in stop.parts:
                if one.state == Reservation.HELD:
                    many[one.part, one.warehouse] += one.quantity
        found = [(part, warehouse, count) for (part, warehouse), count in many.items()]
        return sorted(found, key=lambda line: (line[1].pk, line[0].code))

    @property
    def loaners(self) -> list[Loan]:
        """Units to take along."""
        return [one for stop in self.stops for one in stop.loans if one.state == Loan.RESERVED]


def day_of(request: HttpRequest, outlet: Outlet, now: datetime) -> date:
    """Return the day asked for with ?day=YYYY-MM-DD, today by the outlet's calendar without. Raises Http404."""
    text = request.GET.get("day", "")
    if not text:
        return now.astimezone(outlet.tz).date()
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None or not 2000 <= day.year <= 2099:
        raise Http404
    return day


def span_of(day: date, outlet: Outlet) -> Span:
    """Return the local midnights around a day at an outlet."""
    return tuple(datetime.combine(one, time.min, outlet.tz) for one in (day, day + timedelta(days=1)))


def visits_of(technicians: Iterable[Technician], first: datetime, last: datetime) -> list[Visit]:
    """Return the visits of a day with all that stands on a sheet, in order; three statements."""
    rows = Visit.objects.filter(technician__in=technicians, status__in=SHOWN, starts_at__lt=last, ends_at__gt=first)
    promised = Reservation.objects.filter(state__in=(Reservation.HELD, Reservation.LOADED))
    lent = Loan.objects.filter(state__in=(Loan.RESERVED, Loan.OUT)).select_related("loaner__brand", "loaner__category")
    joined = ("customer", "address", "appliance__category", "appliance__brand", "outlet", "fault")
    return list(
        rows.select_related(*(f"order__{name}" for name in joined))
        .prefetch_related(
            Prefetch("order__reservations", promised.select_related("part", "warehouse"), to_attr="promised"),
            Prefetch("order__loans", lent, to_attr="lent"),
        )
        .order_by("starts_at", "pk")
    )


def kits_of(day: date) -> dict[int | None, list[KitItem]]:
    """Return category → what H-D1 wants in the bag for it on a day, None for every job; two statements."""
    found: dict[int | None, list[KitItem]] = {}
    rows = KitStandard.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day), valid_from__lte=day)
    for kit in rows.order_by("-version").prefetch_related("items"):
        found.setdefault(kit.category_id, list(kit.items.all()))
    return found


def sheets_of(technicians: list[Technician], day: date, outlet: Outlet) -> list[Sheet]:
    """Return a sheet for each technician of an outlet, in order; seven statements, however many there are."""
    first, last = span_of(day, outlet)
    shifts, away, visits = {}, {}, {}
    for shift in Shift.objects.filter(technician__in=technicians):
        shifts.setdefault(shift.technician_id, []).append(shift)
    for absence in Absence.objects.filter(technician__in=technicians, starts_at__lt=last, ends_at__gt=first):
        away.setdefault(absence.technician_id, []).append(absence)
    for visit in visits_of(technicians, first, last):
        visits.setdefault(visit.technician_id, []).append(visit)
    kits = kits_of(day)
    made = []
    for one in technicians:
        mine = shifts.get(one.pk, []), away.get(one.pk, [])
        spans = [(max(start, first), min(end, last)) for start, end in spans_of(*mine, outlet.tz, first, last)]
        stops = [Stop(n, visit, _kit(kits, visit)) for n, visit in enumerate(visits.get(one.pk, []), 1)]
        made.append(Sheet(one, day, spans, mine[1], stops, [item for item in kits.get(None, []) if item.mandatory]))
    return made


def _kit(kits: dict[int | None, list[KitItem]], visit: Visit) -> list[KitItem]:
    """Return what a visit's own category asks for, and what charging does (H-C4)."""
    charged = visit.order.in_warranty is False
    own = kits.get(visit.order.appliance.category_id, []) if visit.order.appliance.category_id else []
    return [item for item in own if charged or not item.when_charged]


def board_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The route sheet of one technician and day, to be printed."""
    rows = Technician.objects.for_user(request.user).select_related("outlet", "user")
    technician = get_object_or_404(rows, pk=pk)
    now = timezone.now()
    day = day_of(request, technician.outlet, now)
    return _printed(request, technician.outlet, sheets_of([technician], day, technician.outlet), day, now)


def board_sheets(request: HttpRequest) -> HttpResponse:
    """The route sheets of everybody at the outlet who has something to do that day."""
    outlet, now = outlet_of(request), timezone.now()
    day = day_of(request, outlet, now)
    made = sheets_of(team_of(outlet, day), day, outlet)
    return _printed(request, outlet, [sheet for sheet in made if sheet.stops], day, now)


def team_of(outlet: Outlet, day: date) -> list[Technician]:
    """Return those who can be given work, and those who left but still have a visit that day."""
    first, last = span_of(day, outlet)
    booked = Visit.objects.filter(status__in=SHOWN, starts_at__lt=last, ends_at__gt=first).values("technician")
    rows = Technician.objects.filter(outlet=outlet).filter(Q(active=True, user__is_active=True) | Q(pk__in=booked))
    return list(rows.select_related("user").order_by("name"))


def _printed(request, outlet: Outlet, sheets: list[Sheet], day: date, now: datetime) -> HttpResponse:
    context = {"outlet": outlet, "sheets": sheets, "day": day, "now": now}
    with timezone.override(outlet.tz):
        return render(request, "console/board/sheet.html", context)
