"""The board as JSON: technicians and orders of one outlet and some days, in a fixed number of statements.

Minutes count from the view's first local midnight. Rows are lists, with their fields named once: two thousand orders
are a page's worth of bytes, not a book's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from math import atan2, cos, degrees, hypot, radians
from zoneinfo import ZoneInfo

import orjson
from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, Exists, F, Func, OuterRef, Prefetch, Q, Value
from django.db.models.functions import Cast, Extract
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.gzip import gzip_page

from customers.models import Category
from dispatch import live
from dispatch.lifecycle.standard import DEFAULT_MINUTES
from dispatch.models import ServiceOrder, Visit, VisitStatus
from dispatch.models.states import PLACEABLE
from dispatch.models.visit import STANDING
from technicians.availability import spans_of
from technicians.models import Absence, Outlet, Skill, Technician, User

SHOWN = (*STANDING, VisitStatus.DONE)
MOST_DAYS = 7
TECHNICIAN = ("id", "name", "phone", "skills", "spans", "rests", "away", "place", "area")
ORDER = (
    "id", "version", "state", "priority", "technician", "starts", "ends", "until", "status", "risk", "pinned", "travel",
    "expected", "minutes", "wish_from", "wish_to", "customer", "district", "category", "skills", "place", "need", "due",
    "flags",
)  # fmt: skip
NEAR = 2.0  # km round the outlet that are no direction
DIRECTIONS = "enws"


@dataclass(frozen=True)
class View:
    """What a board looks at: `days` local days of an outlet from `day` on; `first` and `last` in UTC."""

    outlet: Outlet
    day: date
    days: int
    first: datetime
    last: datetime

    def minute(self, moment: datetime | None) -> int | None:
        """Return a moment as minutes from the view's midnight."""
        return None if moment is None else self.minute_of(moment.timestamp())

    def minute_of(self, seconds: float | None) -> int | None:
        """Return seconds since 1970 as minutes from the view's midnight."""
        return None if seconds is None else round((seconds - self.begins) / 60)

    @cached_property
    def begins(self) -> float:
        """The view's midnight in seconds since 1970."""
        return self.first.timestamp()


def outlets_of(user: User) -> list[Outlet]:
    """Return the outlets whose board a person may see."""
    rows = Outlet.objects.order_by("pk")
    return list(rows if user.sees_everything else rows.filter(pk=user.outlet_id))


def outlet_of(request: HttpRequest) -> Outlet:
    """Return the outlet of ?outlet=, else the person's own, else the first. Raises Http404 where there is none."""
    outlets = outlets_of(request.user)
    asked, own = request.GET.get("outlet", ""), request.user.outlet_id
    named = next((one for one in outlets if one.code == asked), None)
    outlet = named or next((one for one in outlets if one.pk == own), outlets[0] if outlets else None)
    if outlet is None:
        raise Http404
    return outlet


def view_of(request: HttpRequest) -> View:
    """Read ?outlet=&day=&days=; what does not read becomes today, one day, the first outlet. Raises Http404."""
    outlet = outlet_of(request)
    try:
        day = date.fromisoformat(request.GET.get("day", "")[:10])
        if not 2000 <= day.year < 2100:
            raise ValueError
    except ValueError:
        day = timezone.now().astimezone(outlet.tz).date()
    said = request.GET.get("days", "")
    days = min(MOST_DAYS, max(1, int(said))) if said.isascii() and said.isdigit() and len(said) < 3 else 1
    return View(outlet, day, days, *_span(day, days, outlet.tz))


def _span(day: date, days: int, zone: ZoneInfo) -> tuple[datetime, datetime]:
    first, last = (datetime.combine(day + timedelta(days=more), time.min, zone) for more in (0, days))
    return first.astimezone(UTC), last.astimezone(UTC)


@gzip_page
def board_data(request: HttpRequest) -> HttpResponse:
    """Everything a board shows. The live stream's place is read before the database: nothing falls between."""
    at, view = live.last(), view_of(request)
    said = {
        "at": at,
        "zone": view.outlet.zone,
        "from": int(view.first.timestamp()),
        "day": view.day.isoformat(),
        "days": view.days,
        "outlet": {
            "id": view.outlet.pk,
            "code": view.outlet.code,
            "name": str(view.outlet.name),
            "place": view.outlet.place,
        },
        "skills": {one.pk: str(one.name) for one in Skill.objects.all()},
        "categories": {one.pk: str(one.name) for one in Category.objects.all()},
        "technicians": technicians(view),
        "orders": orders(view),
    }
    return answer(said)


def board_orders(request: HttpRequest) -> HttpResponse:
    """Some orders as they are now: ?ids=1,2,3 and the view."""
    return answer(rows_now(request, _numbers(request)))


def board_technicians(request: HttpRequest) -> HttpResponse:
    """Some technicians as they are now: ?ids=1,2,3 and the view."""
    numbers = _numbers(request)
    found = technicians(view_of(request), numbers)
    there = {row[0] for row in found["rows"]}
    return answer({"technicians": found, "gone": [number for number in numbers if number not in there]})


def answer(said: dict) -> HttpResponse:
    """Return JSON that no cache keeps."""
    body = orjson.dumps(said, option=orjson.OPT_NON_STR_KEYS)
    return HttpResponse(body, content_type="application/json", headers={"Cache-Control": "no-store"})


def _numbers(request: HttpRequest) -> list[int]:
    said = request.GET.get("ids", "").split(",")
    return [int(text) for text in said[:2000] if text.isascii() and text.isdigit() and len(text) < 12]


def rows_now(request: HttpRequest, numbers: Iterable[int]) -> dict:
    """Return {"orders", "gone"}: the given orders as they are now, and which are no longer of this view."""
    numbers = list(numbers)
    found = orders(view_of(request), numbers)
    there = {row[0] for row in found["rows"]}
    return {"orders": found, "gone": [number for number in numbers if number not in there]}


def technicians(view: View, numbers: list[int] | None = None) -> dict:
    """Return the outlet's working technicians as {"fields", "rows"}: five statements."""
    first, last = view.first - timedelta(days=1), view.last + timedelta(days=1)
    away = Absence.objects.filter(starts_at__lt=last, ends_at__gt=first).order_by("starts_at")
    rows = Technician.objects.working().filter(outlet=view.outlet).order_by("name", "pk")
    if numbers is not None:
        rows = rows.filter(pk__in=numbers)
    rows = rows.prefetch_related(
        Prefetch("skills", to_attr="trained"),
        Prefetch("shifts", to_attr="hours"),
        Prefetch("absences", away, to_attr="away"),
    )
    return {"fields": TECHNICIAN, "rows": [_technician(one, view) for one in rows]}


def _technician(one: Technician, view: View) -> list:
    shifts, zone = one.hours, view.outlet.tz
    spans = spans_of(shifts, one.away, zone, view.first, view.last)
    place = one.place if one.home_latitude is not None else view.outlet.place
    return [
        one.pk,
        one.name,
        one.phone,
        sorted(skill.pk for skill in one.trained),
        [[view.minute(start), view.minute(end)] for start, end in spans],
        list(_rests(shifts, view)),
        [
            [view.minute(away.starts_at), view.minute(away.ends_at), away.why, away.pk]
            for away in one.away
            if away.starts_at < view.last and away.ends_at > view.first
        ],
        place,
        direction(view.outlet.place, place),
    ]  # fmt: skip


def _rests(shifts: list, view: View):
    """Yield [earliest, latest, minutes] of every break in the view."""
    for ahead in range(-1, view.days):
        day = view.day + timedelta(days=ahead)
        for shift in shifts:
            if shift.weekday != day.isoweekday() or shift.break_from is None:
                continue
            over = shift.break_from < shift.starts  # past midnight
            on = day + timedelta(days=1) if over else day
            ends = (datetime.combine(on, at, view.outlet.tz) for at in (shift.break_from, shift.break_until))
            earliest, latest = (view.minute(end.astimezone(UTC)) for end in ends)
            if latest >= 0:
                yield [earliest, latest, shift.break_minutes]


def direction(centre: tuple | None, place: tuple | None) -> str:
    """Return which way from the outlet somebody's day starts: n, e, s, w, c for near it, "" when not known."""
    if centre is None or place is None:
        return ""
    north, east = (place[0] - centre[0]) * 111.2, (place[1] - centre[1]) * 111.2 * cos(radians(centre[0]))
    if hypot(north, east) < NEAR:
        return "c"
    return DIRECTIONS[round(degrees(atan2(north, east)) / 90) % 4]


def orders(view: View, numbers: list[int] | None = None) -> dict:
    """Return what lies on the board in the view, or has still to be put there; four statements."""
    visits = Visit.objects.filter(
        order__outlet=view.outlet, status__in=SHOWN, starts_at__lt=view.last, ends_at__gt=view.first
    )
    if numbers is not None:
        visits = visits.filter(order_id__in=numbers)
    shown: dict[int, tuple] = {}
    for visit in visits.order_by("starts_at").values_list(*_read(VISIT)):
        known = shown.get(visit[0])
        if known is None or known[5] == VisitStatus.DONE:  # the one that stands, else the last that is done
            shown[visit[0]] = visit
    skills = _category_skills()
    wanted = Q(_among(shown)) | _to_place(numbers)
    rows = ServiceOrder.objects.filter(outlet=view.outlet).filter(wanted).order_by("pk")
    return {
        "fields": ORDER,
        "rows": [_order(row, shown.get(row[0]), skills, view) for row in rows.values_list(*_read(COLUMNS))],
    }


def _among(numbers: Iterable[int]) -> Func:
    """Return "the number is among these" with all of them as one value: thousands of values take long to write down."""
    among = Value(list(numbers), output_field=ArrayField(BigIntegerField()))
    return Func(F("pk"), among, template="(%(expressions)s))", arg_joiner=" = ANY(", output_field=BooleanField())


def _read(columns: tuple[str, ...]) -> list:
    """Return columns with moments as seconds since 1970: thousands of moments take longer to read than all the rest."""
    return [
        Cast(Extract(name, "epoch", tzinfo=UTC), BigIntegerField()) if name in MOMENTS else name for name in columns
    ]


MOMENTS = {"starts_at", "ends_at", "window_ends_at", "expected_at", "wish_from", "wish_to", "next_due_at"}
VISIT = (
    "order_id", "technician_id", "starts_at", "ends_at", "window_ends_at", "status", "at_risk", "pinned",
    "travel_seconds", "expected_at",
)  # fmt: skip
COLUMNS = (
    "pk", "version", "state", "priority", "technician_id", "fault__minutes", "wish_from", "wish_to", "customer__name",
    "address__district", "appliance__category_id", "fault__skill_id", "address__latitude", "address__longitude",
    "next_action", "next_due_at", "sos_at", "escalation", "help_due_at", "waiver_asked_at", "no_answers",
)  # fmt: skip


def _to_place(numbers: list[int] | None) -> Q:
    """Open orders to be visited that have no appointment yet."""
    standing = Visit.objects.standing().filter(order=OuterRef("pk"))
    wanted = Q(finished_at__isnull=True, service_kind="on_site", state__in=PLACEABLE) & ~Exists(standing)
    return wanted if numbers is None else wanted & Q(pk__in=numbers)


def _category_skills() -> dict[int, list[int]]:
    found = defaultdict(list)
    for skill, category in Skill.categories.through.objects.values_list("skill_id", "category_id"):
        found[category].append(skill)
    return found


def _order(row: tuple, visit: tuple | None, skills: dict, view: View) -> list:
    (pk, version, state, priority, technician, minutes, wish_from, wish_to, customer, district, category, skill,
     latitude, longitude, need, due, sos, escalation, help_due, waiver, no_answers) = row  # fmt: skip
    _pk, who, starts, ends, until, status, risk, pinned, travel, expected = visit or (pk, technician, *[None] * 8)
    signs = {
        "sos": sos,
        "escalated": escalation,
        "help": help_due,
        "waiver": waiver,
        "unreached": no_answers,
        "no_place": latitude is None or longitude is None,
    }
    wanted, minute = skills.get(category, []), view.minute_of
    return [
        pk, version, state, priority, who or 0, minute(starts), minute(ends), minute(until),
        status or "", int(bool(risk)), int(bool(pinned)), None if travel is None else -(-travel // 60),
        minute(expected), minutes or DEFAULT_MINUTES, minute(wish_from), minute(wish_to),
        customer, district, category, sorted({*wanted, skill} if skill else wanted),
        None if latitude is None or longitude is None else [round(latitude, 5), round(longitude, 5)], need,
        minute(due), [name for name, there in signs.items() if there],
    ]  # fmt: skip
