"""When a customer wants us, in words and figures."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from dispatch.imports.errors import BadValue
from dispatch.imports.windows import window

TODAY = date(2026, 11, 23)  # a Monday
TAIPEI = ZoneInfo("Asia/Taipei")


def read(day, hours=None, zone=TAIPEI):
    found = window(day, hours, TODAY, zone, "TW")
    return found and tuple(moment.astimezone(zone).strftime("%d %H:%M") for moment in (found.start, found.end))


@pytest.mark.parametrize(
    ("day", "hours", "start", "end"),
    [
        ("14:00-16:00", None, "23 14:00", "23 16:00"),
        ("１４：００～１６：００", None, "23 14:00", "23 16:00"),
        ("1400-1600", None, "23 14:00", "23 16:00"),
        ("下午", None, "23 13:00", "23 18:00"),
        ("上午", None, "23 09:00", "23 12:00"),
        ("全天", None, "23 09:00", "23 18:00"),
        ("下午或晚上", None, "23 13:00", "23 21:00"),
        ("2026/11/23 下午2点", None, "23 14:00", "23 16:00"),
        ("2026-11-23 14:00:00", None, "23 14:00", "23 16:00"),
        ("2026/11/25(三) 下午", None, "25 13:00", "25 18:00"),
        ("115/11/24 上午10:00-12:00", None, "24 10:00", "24 12:00"),
        ("11/24 下午3點到5點", None, "24 15:00", "24 17:00"),
        ("11月25日 14:00至16:00", None, "25 14:00", "25 16:00"),
        ("下午2-4點", None, "23 14:00", "23 16:00"),
        ("10點-2點", None, "23 10:00", "23 14:00"),
        ("上午10点-下午2点", None, "23 10:00", "23 14:00"),
        ("2pm-4pm", None, "23 14:00", "23 16:00"),
        ("9:00 AM", None, "23 09:00", "23 11:00"),
        ("兩點半", None, "23 14:30", "23 16:30"),
        ("明天下午", None, "24 13:00", "24 18:00"),
        ("tomorrow morning", None, "24 09:00", "24 12:00"),
        ("週六上午", None, "28 09:00", "28 12:00"),
        ("Sat 14:00", None, "28 14:00", "28 16:00"),
        ("下週三14:00", None, "02 14:00", "02 16:00"),
        ("22:00-02:00", None, "23 22:00", "24 02:00"),
        ("2026-11-24", "14:00~16:00", "24 14:00", "24 16:00"),
        ("2026-11-24", time(14), "24 14:00", "24 16:00"),
        (datetime(2026, 11, 24), "下午", "24 13:00", "24 18:00"),
        (datetime(2026, 11, 24, 14, 30), None, "24 14:30", "24 16:30"),
        (46350, None, "24 09:00", "24 18:00"),
    ],
)
def test_read(day, hours, start, end):
    assert read(day, hours) == (start, end)


@pytest.mark.parametrize(
    "words", [None, "", "越快越好", "隨時", "到府前請先電聯", "as soon as possible", "14:00 老地方"]
)
def test_words_make_no_window(words):
    assert read(words) is None


def test_words_beside_a_window_are_not_lost():
    assert not window("2026-11-23 14:00 先打電話", None, TODAY, TAIPEI, "TW").all_said
    assert window("2026-11-23 14:00 左右", None, TODAY, TAIPEI, "TW").all_said


@pytest.mark.parametrize("cell", ["16:00-14:00", "2026/13/45 25:00", "30", "25:00", "9:00-12:00 或 14:00", "2/30 下午"])
def test_refused(cell):
    with pytest.raises(BadValue):
        read(cell)


def test_summer_time():
    """The night the clocks go back in Berlin: 9 to 12 local is 8 to 11 UTC, not 7 to 10."""
    found = window("2026-10-25 9:00-12:00", None, TODAY, ZoneInfo("Europe/Berlin"), "DE")
    assert (found.start, found.end) == (datetime(2026, 10, 25, 8, tzinfo=UTC), datetime(2026, 10, 25, 11, tzinfo=UTC))
