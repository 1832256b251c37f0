"""The hours in which customers are not written to, by their outlet's clock."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

QUIET = (time(21, 0), time(8, 0))  # where an outlet has not decided otherwise


def quiet_until(now: datetime, zone: ZoneInfo, hours: tuple[time, time] = QUIET) -> datetime | None:
    """Return when the quiet hours that `now` (UTC) lies in are over, UTC; None outside of them.

    `hours`: from and until, by the clock of `zone`; over midnight where the first is later. Both the same: none.
    """
    start, end = hours
    local = now.astimezone(zone)
    at = local.time().replace(tzinfo=None)
    inside = start <= at < end if start < end else at >= start or at < end
    if start == end or not inside:
        return None
    day = local.date() + timedelta(days=int(at >= end))
    over = datetime.combine(day, end, zone).astimezone(UTC)
    # The clock that goes back: the same hour comes twice, and the one that is meant lies ahead.
    return over if over > now else datetime.combine(day, end.replace(fold=1), zone).astimezone(UTC)


def quiet_since(now: datetime, zone: ZoneInfo, hours: tuple[time, time] = QUIET) -> datetime | None:
    """Return when the quiet hours that `now` (UTC) lies in began, UTC; None outside of them."""
    if quiet_until(now, zone, hours) is None:
        return None
    local = now.astimezone(zone)
    day = local.date() - timedelta(days=int(local.time() < hours[0]))
    return datetime.combine(day, hours[0], zone).astimezone(UTC)
