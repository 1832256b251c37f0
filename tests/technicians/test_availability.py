"""When a technician works: nights, summer time, absences."""

import itertools
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from technicians.availability import shift_span, spans_of, without, works_at
from technicians.models import Absence, Shift
from tests.factories import make_outlet

BERLIN = ZoneInfo("Europe/Berlin")  # summer time from 2026-03-29 02:00, until 2026-10-25 03:00
TAIPEI = ZoneInfo("Asia/Taipei")
SHANGHAI = ZoneInfo("Asia/Shanghai")
MOMENT = datetime(2026, 3, 28, tzinfo=UTC)

zones = st.sampled_from([BERLIN, TAIPEI, SHANGHAI, ZoneInfo("America/Sao_Paulo"), ZoneInfo("Australia/Lord_Howe")])
moments = st.integers(0, 60 * 24 * 60).map(lambda minutes: MOMENT + timedelta(minutes=minutes))
spans = st.tuples(moments, st.integers(1, 3000)).map(lambda it: (it[0], it[0] + timedelta(minutes=it[1])))
shifts = st.builds(
    Shift, weekday=st.integers(1, 7), starts=st.times(timezones=st.none()), ends=st.times(timezones=st.none())
).filter(lambda shift: shift.starts != shift.ends)


def shift(weekday: int, starts: int, ends: int) -> Shift:
    return Shift(weekday=weekday, starts=time(starts), ends=time(ends))


def spans_on(shifts, zone, first, last, absences=()):
    away = [Absence(starts_at=start, ends_at=end) for start, end in absences]
    return spans_of(shifts, away, zone, first, last)


def test_a_shift_is_local_time():
    assert shift_span(shift(1, 8, 17), date(2026, 11, 30), TAIPEI) == (
        datetime(2026, 11, 30, 0, tzinfo=UTC),
        datetime(2026, 11, 30, 9, tzinfo=UTC),
    )


def test_a_night_shift_ends_the_day_after():
    start, end = shift_span(shift(1, 22, 6), date(2026, 11, 30), TAIPEI)
    assert end - start == timedelta(hours=8)


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 28), 7), (date(2026, 10, 24), 9), (date(2026, 6, 6), 8)])
def test_a_night_with_a_clock_change_is_shorter_or_longer(day, hours):
    start, end = shift_span(shift(6, 22, 6), day, BERLIN)
    assert end - start == timedelta(hours=hours)


def test_the_night_shift_of_the_day_before_counts():
    early = datetime(2026, 12, 1, 3, tzinfo=TAIPEI)  # Tuesday, 03:00, in Monday's night shift
    found = spans_on([shift(1, 22, 6)], TAIPEI, early, early + timedelta(hours=1))
    assert found == [(datetime(2026, 11, 30, 14, tzinfo=UTC), datetime(2026, 11, 30, 22, tzinfo=UTC))]


def test_shifts_that_touch_are_one():
    noon = datetime(2026, 11, 30, 12, tzinfo=TAIPEI)
    found = spans_on([shift(1, 8, 12), shift(1, 12, 17)], TAIPEI, noon, noon + timedelta(hours=1))
    assert found == [(datetime(2026, 11, 30, 0, tzinfo=UTC), datetime(2026, 11, 30, 9, tzinfo=UTC))]


def test_a_shift_in_the_hour_that_is_skipped_has_no_length():
    in_the_gap = Shift(weekday=7, starts=time(2, 50), ends=time(3, 10))
    first = datetime(2026, 3, 28, tzinfo=UTC)
    assert spans_on([in_the_gap], BERLIN, first, first + timedelta(days=3)) == []


@pytest.mark.django_db
def test_h_a4_an_absence_takes_its_time_out_of_the_shift():  # H-A4
    technician = make_outlet().technician
    ten = datetime(2026, 11, 30, 10, tzinfo=TAIPEI)
    hour = timedelta(hours=1)
    assert works_at(technician, ten, ten + hour)
    Absence.objects.create(technician=technician, starts_at=ten + hour / 2, ends_at=ten + 2 * hour)
    assert not works_at(technician, ten, ten + hour)
    assert works_at(technician, ten - hour / 2, ten + hour / 2)
    assert not works_at(technician, ten - 3 * hour, ten - 1 * hour)  # before the shift


@given(spans, st.lists(spans, max_size=6))
def test_what_is_left_lies_in_the_span_and_outside_every_absence(span, absences):
    left = without(span, absences)
    for start, end in left:
        assert span[0] <= start < end <= span[1]
        assert all(end <= away_from or start >= away_to for away_from, away_to in absences)
    assert left == sorted(left)


@given(spans, st.lists(spans, max_size=6), moments)
def test_a_moment_is_left_unless_an_absence_holds_it(span, absences, moment):
    inside = span[0] <= moment < span[1] and not any(start <= moment < end for start, end in absences)
    assert any(start <= moment < end for start, end in without(span, absences)) == inside


@settings(max_examples=60)
@given(st.lists(shifts, max_size=5), zones, spans, st.lists(spans, max_size=3))
def test_working_spans_are_in_order_apart_and_inside_what_was_asked_about(weekly, zone, asked, absences):
    found = spans_on(weekly, zone, *asked, absences)
    assert all(start < end for start, end in found)
    assert all(before[1] < after[0] for before, after in itertools.pairwise(found))
    assert all(start < asked[1] and end > asked[0] for start, end in found)


@settings(max_examples=60)
@given(st.lists(shifts, min_size=1, max_size=4), zones, moments, st.lists(spans, max_size=2))
def test_a_moment_is_worked_when_the_wall_clock_is_in_a_shift_and_nobody_is_away(weekly, zone, moment, absences):
    local = moment.astimezone(zone)
    expected = any(
        start <= moment < end
        for days_back in (0, 1, 2)
        for one in weekly
        if one.weekday == (local.date() - timedelta(days=days_back)).isoweekday()
        for start, end in [shift_span(one, local.date() - timedelta(days=days_back), zone)]
    ) and not any(start <= moment < end for start, end in absences)
    found = spans_on(weekly, zone, moment, moment + timedelta(minutes=1), absences)
    assert any(start <= moment < end for start, end in found) == expected
