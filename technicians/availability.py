"""When a technician works: weekly shifts in local time, less absences. Pure but for one query each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from technicians.models import Absence, Shift, Technician

Span = tuple[datetime, datetime]


def shift_span(shift: Shift, day: date, zone: ZoneInfo) -> Span:
    """Return a shift on a local day as aware datetimes; correct across summer-time changes."""
    end_day = day if shift.ends > shift.starts else day + timedelta(days=1)
    start, end = datetime.combine(day, shift.starts, zone), datetime.combine(end_day, shift.ends, zone)
    return start.astimezone(UTC), end.astimezone(UTC)


def without(span: Span, absences: list[Span]) -> list[Span]:
    """Return what is left of `span` when the absences are cut out, in order."""
    left = [span]
    for away_from, away_to in absences:
        left = [
            piece
            for start, end in left
            for piece in ((start, min(end, away_from)), (max(start, away_to), end))
            if piece[0] < piece[1]
        ]
    return left


def working_spans(technician: Technician, first: datetime, last: datetime) -> list[Span]:
    """Return the spans in which the technician works between two aware moments, in order.

    Reads the shifts and absences once each.
    """
    absences = Absence.objects.filter(technician=technician, starts_at__lt=last, ends_at__gt=first)
    return spans_of(Shift.objects.filter(technician=technician), absences, technician.outlet.tz, first, last)


def spans_of(
    shifts: Iterable[Shift], absences: Iterable[Absence], zone: ZoneInfo, first: datetime, last: datetime
) -> list[Span]:
    """Return one technician's working spans between two aware moments, in order, from rows already read.

    Shifts that touch are one span: a visit may lie across a change of shift.
    """
    shifts, away = list(shifts), [(a.starts_at, a.ends_at) for a in absences]
    day = first.astimezone(zone).date() - timedelta(days=1)  # a night shift may have begun the day before
    spans: list[Span] = []
    while day <= last.astimezone(zone).date():
        for shift in shifts:
            if shift.weekday == day.isoweekday():
                spans += without(shift_span(shift, day, zone), away)
        day += timedelta(days=1)
    # Where clocks go forward, a shift may lie wholly in the hour that there is not: then it has no length.
    return [span for span in joined(span for span in spans if span[0] < span[1]) if span[0] < last and span[1] > first]


def joined(spans: Iterable[Span]) -> list[Span]:
    """Return spans in order, those that touch or overlap made one."""
    whole: list[Span] = []
    for start, end in sorted(spans):
        if whole and start <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(end, whole[-1][1]))
        else:
            whole.append((start, end))
    return whole


def works_at(technician: Technician, start: datetime, end: datetime) -> bool:
    """True when one working span holds all of start to end."""
    return any(s <= start and end <= e for s, e in working_spans(technician, start, end))
