"""When the example's people work: people try things at any hour, and should find them in the middle of their day."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

MIDDLE = 13  # o'clock in the roster
AS_WRITTEN = range(10, 17)  # hours of the day at which the roster is taken as it is
MIDWEEK = 3  # ISO weekday on which most of the roster works
REST_AFTER, REST_BY, REST_MINUTES = timedelta(hours=3), timedelta(hours=6), 30  # into a shift


def turned_by(now: datetime, zone: ZoneInfo) -> tuple[int, int]:
    """Return (hours, days) by which the roster is turned, so that now lies within it and on a day with many people."""
    local = now.astimezone(zone)
    hours = 0 if local.hour in AS_WRITTEN else local.hour - MIDDLE
    return hours, local.isoweekday() - MIDWEEK


def turned(day: int, at: time, by: tuple[int, int]) -> tuple[int, time]:
    """Return an ISO weekday and a time of the roster, turned."""
    hours, days = by
    moment = datetime(2026, 1, 4 + day, at.hour, at.minute) + timedelta(hours=hours, days=days)  # the 5th: a Monday
    return moment.isoweekday(), moment.time()


def shift(day: int, starts: time, ends: time, by: tuple[int, int]) -> dict:
    """Return the fields of a Shift turned by `by`, with a break some hours into it."""
    weekday, begins = turned(day, starts, by)
    anchor = datetime(2026, 1, 5, begins.hour, begins.minute)
    return {
        "weekday": weekday,
        "starts": begins,
        "ends": turned(day, ends, by)[1],
        **_rest(anchor),
    }


def _rest(begins: datetime) -> dict:
    """A break that begins within the shift's middle hours; none where that would run over midnight."""
    first, last = (begins + REST_AFTER).time(), (begins + REST_BY).time()
    if first > last:
        return {}
    return {"break_from": first, "break_until": last, "break_minutes": REST_MINUTES}
