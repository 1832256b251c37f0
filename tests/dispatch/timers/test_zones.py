"""Clocks that change: cut-offs and shifts are local, timers are not."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from dispatch.actions.finish import fields_due_at
from technicians.availability import shift_span
from technicians.models import Outlet, Shift


def utc(*when: int) -> datetime:
    """Return a moment in UTC."""
    return datetime(*when, tzinfo=UTC)


def order_at(zone: str, cutoff: time = time(20)) -> SimpleNamespace:
    """Return as much of an order as the cut-off looks at."""
    return SimpleNamespace(outlet=Outlet(zone=zone, cutoff=cutoff))


@pytest.mark.parametrize(
    ("zone", "now", "due"),
    [
        # H-H1: 20:00 on the outlet's wall
        ("Asia/Shanghai", utc(2026, 11, 30, 2), utc(2026, 11, 30, 12)),
        ("Asia/Taipei", utc(2026, 11, 29, 16, 30), utc(2026, 11, 30, 12)),  # half past midnight there
        ("Europe/Berlin", utc(2026, 7, 1, 9), utc(2026, 7, 1, 18)),
        ("Europe/Berlin", utc(2026, 12, 8, 9), utc(2026, 12, 8, 19)),
        # The days on which the clocks change, from before the change
        ("Europe/Berlin", utc(2026, 3, 28, 23, 30), utc(2026, 3, 29, 18)),
        ("Europe/Berlin", utc(2026, 10, 24, 22, 30), utc(2026, 10, 25, 19)),
        # After the cut-off: the end of the day
        ("Asia/Taipei", utc(2026, 11, 30, 13), utc(2026, 11, 30, 16)),
        ("Europe/Berlin", utc(2026, 3, 28, 20), utc(2026, 3, 28, 23)),
        ("Europe/Berlin", utc(2026, 3, 29, 20), utc(2026, 3, 29, 22)),
        ("Europe/Berlin", utc(2026, 10, 25, 20), utc(2026, 10, 25, 23)),
    ],
)
def test_the_record_is_due_by_the_clock_on_the_outlets_wall(zone, now, due):
    assert fields_due_at(order_at(zone), now) == due


def test_a_cut_off_in_the_hour_that_does_not_exist_is_still_ahead():
    due = fields_due_at(order_at("Europe/Berlin", time(2, 30)), utc(2026, 3, 28, 23, 30))
    assert utc(2026, 3, 29, 0, 30) <= due <= utc(2026, 3, 29, 1, 30)


def test_a_cut_off_in_the_hour_that_comes_twice_is_never_in_the_past():
    zone = order_at("Europe/Berlin", time(2, 30))
    second_time = utc(2026, 10, 25, 1, 15)  # 02:15 for the second time
    assert fields_due_at(zone, second_time) > second_time


@pytest.mark.parametrize(
    ("zone", "day", "starts", "ends", "hours"),
    [
        ("Asia/Shanghai", date(2026, 3, 29), time(8), time(20), 12),
        ("Asia/Taipei", date(2026, 10, 25), time(22), time(6), 8),
        ("Europe/Berlin", date(2026, 3, 29), time(8), time(20), 12),  # the change is over by 08:00
        ("Europe/Berlin", date(2026, 3, 28), time(22), time(6), 7),  # the night that lacks an hour
        ("Europe/Berlin", date(2026, 10, 24), time(22), time(6), 9),  # the night that has one more
    ],
)
def test_a_shift_is_as_long_as_that_night_is(zone, day, starts, ends, hours):
    start, end = shift_span(Shift(starts=starts, ends=ends), day, ZoneInfo(zone))
    assert (end - start).total_seconds() == hours * 3600
    assert start.astimezone(ZoneInfo(zone)).time() == starts
    assert end.astimezone(ZoneInfo(zone)).time() == ends
