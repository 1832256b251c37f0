"""The whole day of an outlet on paper: rows and bars as on the board, drawn so that black and white is enough.

The board itself draws only the rows in sight; paper wants all of them. Lengths are units of the drawing, 1000 across.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from dispatch.models import ServiceOrder, State, VisitStatus
from technicians.availability import Span
from web.console.board.data import outlet_of
from web.console.board.sheets import Sheet, Stop, day_of, sheets_of, span_of, team_of

ACROSS = 1000
LANE = 48
WIDE = 96  # from here on there is room for two things on a line
USUAL = (8, 18)  # hours shown at least
UNPLACED = 60
LOOKS = {  # visit status → how its outline is drawn (look.md: dashed, solid, thick, hatched)
    VisitStatus.PROPOSED: "proposed",
    VisitStatus.AGREED: "agreed",
    VisitStatus.LOCKED: "locked",
    VisitStatus.DONE: "done",
}


@dataclass
class Bar:
    """One visit as drawn: left edge, width and top in units; `look` is a CSS class."""

    stop: Stop
    x: float
    width: float
    lane: int = 0

    @property
    def y(self) -> int:
        """Where its lane begins."""
        return self.lane * LANE + 2

    @property
    def wide(self) -> bool:
        """True when time and number fit beside each other."""
        return self.width >= WIDE

    @property
    def look(self) -> str:
        """How firm it is, as a CSS class."""
        return LOOKS[VisitStatus(self.stop.visit.status)]


@dataclass
class Row:
    """A technician's day as drawn. `open` and `away` are (x, width[, words])."""

    sheet: Sheet
    open: list[tuple[float, float]] = field(default_factory=list)
    away: list[tuple[float, float, str]] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)

    @property
    def height(self) -> int:
        """How high the row is: one lane, or as many as overlap."""
        return (max((bar.lane for bar in self.bars), default=0) + 1) * LANE + 2


class Axis:
    """Moments to units. The day is shown from the first hour in which anybody works to the last."""

    def __init__(self, sheets: list[Sheet], day: date, outlet) -> None:
        """Find the hours to show."""
        self.first, self.last = span_of(day, outlet)
        usual = [self.first + timedelta(hours=hour) for hour in USUAL]
        spans = [span for sheet in sheets for span in sheet.spans] + [
            (stop.visit.starts_at, stop.visit.ends_at) for sheet in sheets for stop in sheet.stops
        ]
        begin = min([usual[0], *(start for start, _end in spans)])
        end = max([usual[1], *(end for _start, end in spans)])
        self.start = max(begin, self.first).astimezone(outlet.tz).replace(minute=0, second=0, microsecond=0)
        self.end = min(end, self.last)

    def x(self, moment: datetime) -> float:
        """Return where a moment lies, kept within the paper."""
        share = (moment - self.start) / (self.end - self.start)
        return round(min(max(share, 0), 1) * ACROSS, 1)

    def piece(self, span: Span) -> tuple[float, float]:
        """Return (x, width) of a span."""
        left = self.x(span[0])
        return left, round(self.x(span[1]) - left, 1)

    @property
    def hours(self) -> list[tuple[float, datetime]]:
        """The full hours as (x, moment)."""
        found, moment = [], self.start
        while moment < self.end:
            found.append((self.x(moment), moment))
            moment += timedelta(hours=1)
        return found


def row_of(sheet: Sheet, axis: Axis) -> Row:
    """Return a technician's day as drawn; visits that overlap lie below each other."""
    row = Row(sheet, open=[axis.piece(span) for span in sheet.spans])
    row.away = [(*axis.piece((one.starts_at, one.ends_at)), one.why) for one in sheet.away]
    ends: list[datetime] = []
    for stop in sheet.stops:
        visit = stop.visit
        lane = next((n for n, end in enumerate(ends) if end <= visit.starts_at), len(ends))
        ends[lane : lane + 1] = [visit.ends_at]
        row.bars.append(Bar(stop, *axis.piece((visit.starts_at, visit.ends_at)), lane))
    return row


def board_print(request: HttpRequest) -> HttpResponse:
    """GET /board/print/?outlet=&day=: the day of an outlet, to be printed on A4 or A3 across."""
    outlet, now = outlet_of(request), timezone.now()
    day = day_of(request, outlet, now)
    sheets = sheets_of(team_of(outlet, day), day, outlet)
    axis = Axis(sheets, day, outlet)
    waiting = ServiceOrder.objects.filter(outlet=outlet, state=State.READY).order_by("priority", "next_due_at", "pk")
    rows = waiting.select_related("customer", "address", "appliance__category", "appliance__brand")
    context = {
        "outlet": outlet,
        "day": day,
        "now": now,
        "axis": axis,
        "across": ACROSS,
        "rows": [row_of(sheet, axis) for sheet in sheets],
        "waiting": rows[:UNPLACED],
        "more": max(waiting.count() - UNPLACED, 0),
    }
    with timezone.override(outlet.tz):
        return render(request, "console/board/paper.html", context)
