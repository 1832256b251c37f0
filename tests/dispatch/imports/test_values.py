"""Text, numbers, coordinates, and words of the trade."""

import pytest

from dispatch.imports import values, words
from dispatch.imports.errors import BadValue

TAIPEI = (25.0478, 121.5171)


@pytest.mark.parametrize(
    ("cell", "clean"),
    [
        (None, ""),
        ("  王　小明 ", "王 小明"),
        ("a\x00b\x07c", "a b c"),
        ("a\u200bb\ufeff", "ab"),
        ("'=1+1", "=1+1"),
        ("'tis", "'tis"),
        (12345678901.0, "12345678901"),
        (1.5, "1.5"),
        ("line_x000D_\r\ntwo", "line two"),
        ("\ud800x", "?x"),
    ],
)
def test_text(cell, clean):
    assert values.text(cell) == clean


def test_line_breaks_are_kept_where_wanted():
    assert values.text("a\r\nb\r\r\nc ", lines=True) == "a\nb\nc"


def test_too_long_is_refused_not_cut():
    with pytest.raises(BadValue, match="up to 5 fit"):
        values.limited("abcdef", 5)


@pytest.mark.parametrize(
    ("cell", "kept"), [("SN12E45", "SN12E45"), ("1E5", "1E5"), (20260001.0, "20260001"), ("ＡＢ１", "AB1")]
)
def test_code(cell, kept):
    assert values.code(cell, 40) == kept


def test_a_serial_cut_by_a_spreadsheet_is_refused():
    with pytest.raises(BadValue, match="lost its last digits"):
        values.code("8.86912E+11", 40)


@pytest.mark.parametrize(
    ("lat", "lon", "expected"),
    [
        ("25.05", "121.5", (25.05, 121.5, False)),
        (25.05, 121.5, (25.05, 121.5, False)),
        ("121.5", "25.05", (25.05, 121.5, True)),
        ("北緯25.05°", "121.5E", (25.05, 121.5, False)),
        ("25,05", "121,5", (25.05, 121.5, False)),
        ("0", "0", None),
        (0, 0.0, None),
        ("", None, None),
        ("無", "無", None),
    ],
)
def test_place(lat, lon, expected):
    assert values.place(lat, lon, TAIPEI) == expected


def test_swapped_by_the_way_to_the_outlet_alone():
    """Both orders are on earth here; only one is near."""
    assert values.place(12.5, 45.4, (45.44, 12.33)) == (45.4, 12.5, True)


@pytest.mark.parametrize(
    ("lat", "lon", "says"),
    [
        ("25.05", "", "Only half"),
        ("302000", "2770000", "no place on earth"),
        ("31.2", "121.5", "km from the outlet"),
        ("x", "1", "not a number"),
        (float("nan"), 1.0, "not a number"),
        (float("inf"), 1.0, "not a number"),
    ],
)
def test_place_refused(lat, lon, says):
    with pytest.raises(BadValue, match=says):
        values.place(lat, lon, TAIPEI)


def test_pair():
    assert values.pair("25.0478, 121.5171") == ("25.0478", "121.5171")
    with pytest.raises(BadValue):
        values.pair("25.0478")


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("海尔滚筒洗衣机10KG", "washing-machine"),
        ("洗脫烘滾筒", "washing-machine"),
        ("Washer/Dryer", "washing-machine"),
        ("Fridge (2 doors)", "refrigerator"),
        ("冰箱", "refrigerator"),
        ("變頻冷氣", "air-conditioner"),
        ("AC", "air-conditioner"),
        ("瓦斯熱水器", "water-heater"),
        ("42吋液晶電視", "tv"),
        ("除油煙機", "range-hood"),
        ("洗碗机", "dishwasher"),
        ("乾衣機", "dryer"),
        ("", ""),
        ("-", ""),
    ],
)
def test_category(cell, code):
    assert words.category(cell) == code


def test_category_of_the_outlets_own():
    known = words.category_words(
        [("microwave", ["Microwave oven", "微波炉", "微波爐"]), ("tv", ["TV", "电视", "電視"])]
    )
    assert words.category("微波爐 20L", known) == "microwave"
    assert words.category("彩电", known) == "tv"
    with pytest.raises(BadValue, match="microwave, tv"):
        words.category("冰箱", known)


def test_small_words():
    assert [words.priority(cell) for cell in ("緊急", "VIP", "", "普通", "低", 1)] == [1, 2, 3, 3, 4, 1]
    assert [words.in_warranty(cell) for cell in ("保內", "保外", "", "過保", "Yes")] == [True, False, None, False, True]
    assert [words.service_kind(cell) for cell in ("上门", "送修", "寄修", "")] == [
        "on_site",
        "carry_in",
        "mail_in",
        "on_site",
    ]
    assert [words.channel(cell) for cell in ("热线", "官網", "京东")] == ["call", "portal", None]
    for read in (words.priority, words.in_warranty, words.service_kind):
        with pytest.raises(BadValue, match="“何か”"):
            read("何か")
