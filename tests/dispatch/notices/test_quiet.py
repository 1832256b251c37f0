"""The hours in which customers are left alone, also where the clock is put forward or back."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from dispatch.notices.quiet import quiet_since, quiet_until

TAIPEI, BERLIN = ZoneInfo("Asia/Taipei"), ZoneInfo("Europe/Berlin")


def at(text: str, zone: ZoneInfo = TAIPEI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-03-02T20:59:59", None),
        ("2026-03-02T21:00:00", "2026-03-03T08:00:00"),
        ("2026-03-03T00:00:00", "2026-03-03T08:00:00"),
        ("2026-03-03T07:59:59", "2026-03-03T08:00:00"),
        ("2026-03-03T08:00:00", None),
    ],
)
def test_over_midnight(now, until):
    assert quiet_until(at(now), TAIPEI) == (until and at(until))


def test_they_began_in_the_evening_before():
    assert quiet_since(at("2026-03-02T20:59:59"), TAIPEI) is None
    for now in ("2026-03-02T21:00:00", "2026-03-02T23:00:00", "2026-03-03T04:00:00", "2026-03-03T07:59:59"):
        assert quiet_since(at(now), TAIPEI) == at("2026-03-02T21:00:00")
    assert quiet_since(at("2026-03-02T12:30:00"), TAIPEI, (time(12), time(14))) == at("2026-03-02T12:00:00")


def test_within_a_day_and_never():
    hours = (time(12), time(14))
    assert quiet_until(at("2026-03-02T12:30:00"), TAIPEI, hours) == at("2026-03-02T14:00:00")
    assert quiet_until(at("2026-03-02T14:00:00"), TAIPEI, hours) is None
    assert quiet_until(at("2026-03-02T12:30:00"), TAIPEI, (time(9), time(9))) is None


@pytest.mark.parametrize("day", ["2026-03-28", "2026-10-24"])
def test_nights_of_another_length_end_at_eight_and_are_left(day):
    """Summer time begins and ends in Berlin: never a moment that lies behind, never one inside again."""
    now = at(f"{day}T20:00:00", BERLIN)
    for _ in range(26 * 12):
        now = (now.astimezone(ZoneInfo("UTC")) + timedelta(minutes=5)).astimezone(BERLIN)
        until = quiet_until(now, BERLIN, (time(21), time(2, 30)))
        assert until is None or until > now
        assert until is None or quiet_until(until, BERLIN, (time(21), time(2, 30))) is None
