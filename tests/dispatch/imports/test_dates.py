"""Days in many forms; ambiguous and impossible ones are refused."""

from datetime import date, datetime, time

import pytest

from dispatch.imports import dates
from dispatch.imports.errors import BadValue

FIFTH = date(2026, 3, 5)
TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    "cell",
    [
        "2026-3-5",
        "2026/03/05",
        "2026.3.5",
        "05.03.2026",
        "2026年3月5日",
        "2026年3月5號",
        "２０２６／３／５",
        "2026 - 3 - 5",
        "20260305",
        20260305,
        20260305.0,
        "民國115年3月5日",
        "115/3/5",
        "115.03.05",
        "115年3月5日",
        "1150305",
        46086,
        46086.0,
        "46086",
        "Mar 5, 2026",
        "5 March 2026",
        "5-Mar-2026",
        "2026-03-05 00:00:00",
        "2026-03-05T10:00:00Z",
        "2026/3/5 下午 2:30:00",
        date(2026, 3, 5),
        datetime(2026, 3, 5, 14, 30),
    ],
)
@pytest.mark.parametrize("region", ["CN", "TW"])
def test_forms(cell, region):
    assert dates.day(cell, region) == FIFTH


@pytest.mark.parametrize("cell", [None, "", "-", "無", "不詳", "忘记", "N/A", "  "])
def test_nothing(cell):
    assert dates.day(cell, "TW") is None


@pytest.mark.parametrize(
    ("cell", "order", "expected"),
    [
        ("23/5/2026", "", date(2026, 5, 23)),
        ("5/23/2026", "", date(2026, 5, 23)),
        ("5/5/2026", "", date(2026, 5, 5)),
        ("3/5/2026", "mdy", date(2026, 3, 5)),
        ("3/5/2026", "dmy", date(2026, 5, 3)),
        ("3-5-2026", "dmy", date(2026, 5, 3)),
    ],
)
def test_year_last(cell, order, expected):
    assert dates.day(cell, "TW", order) == expected


def test_roc_year_of_two_digits_only_in_taiwan():
    assert dates.day("99/3/5", "TW") == date(2010, 3, 5)
    with pytest.raises(BadValue, match="two digits"):
        dates.day("99/3/5", "CN")


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("3/5/2026", "two days"),
        ("2026-02-30", "does not exist"),
        ("26/3/5", "two digits"),
        ("1026-03-05", "the year 1026"),
        ("昨天", "not a date"),
        ("2026-13-05", "does not exist"),
        (True, "not a date"),
        (time(9), "not a date"),
        ("12345678901", "not a date"),
        ("0000-00-00", "does not exist"),
    ],
)
def test_refused(cell, says):
    with pytest.raises(BadValue, match=says):
        dates.day(cell, "TW")


def test_never_bought_in_the_future():
    assert dates.purchase_day("2026-11-23", TODAY, "TW") == TODAY
    with pytest.raises(BadValue, match="in the future"):
        dates.purchase_day("2026-11-24", TODAY, "TW")


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["23/5/2026", "1/2/2026"], "dmy"),
        (["5/23/2026", "1/2/2026"], "mdy"),
        (["5/23/2026", "23/5/2026"], ""),  # the file contradicts itself
        (["1/2/2026", "2026-05-23", None, 5], ""),
        (["23.5.2026"], ""),  # dots say nothing of slashes
    ],
)
def test_the_files_own_habit(cells, order):
    assert dates.order_in(cells) == order


@pytest.mark.parametrize("cell", ["2023年5月", "112年", "民國112年", "2023", "2023/5", "2023年5月左右"])
def test_a_month_is_worth_a_note(cell):
    assert dates.is_vague(cell)


@pytest.mark.parametrize("cell", ["2023-05-06", "20230506", "46086", "", None, 2023])
def test_not_vague(cell):
    assert not dates.is_vague(cell)
