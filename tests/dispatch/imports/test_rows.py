"""One row becomes one draft, or every reason why not; files are sorted and what is refused comes back."""

import csv
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from dispatch.imports.columns import KNOWN, read_header
from dispatch.imports.errors import RowRefused
from dispatch.imports.reader import open_table
from dispatch.imports.rejects import Rejects, guarded
from dispatch.imports.rows import Context, Draft, parse
from dispatch.imports.shape import Row
from dispatch.imports.sorting import sort

CONTEXT = Context("TW", ZoneInfo("Asia/Taipei"), date(2026, 11, 23), (25.0478, 121.5171))
HEADER = [
    "工單號",
    "客戶姓名",
    "聯絡電話",
    "備用電話",
    "地址",
    "行政區",
    "緯度",
    "經度",
    "產品",
    "品牌",
    "型號",
    "機號",
    "購買日期",
    "故障現象",
    "用戶要求",
    "預約時間",
    "來源",
    "緊急",
    "保內外",
    "備註",
]
FULL = [
    "A1",
    "王 小明",
    "０９１２－３４５－６７８",
    "02-27711234轉5",
    "中山北路二段1號",
    "中山區",
    "121.53",
    "25.06",
    "洗衣機",
    "海爾",
    "XQB80",
    "SN1",
    "民國115年3月5日",
    "不脫水",
    "快一點",
    "11/24 下午2-4點",
    "熱線",
    "急",
    "保內",
    "先打電話",
]


def read(**cells):
    """Parse a row given by field names in Traditional Chinese headers' place."""
    return parse(Row(2, tuple(cells.values()), 0), read_header([name.replace("_", " ") for name in cells]), CONTEXT)


def test_everything_a_row_can_say():  # H-I2
    draft = parse(Row(2, tuple(FULL), 0), read_header(HEADER), CONTEXT)
    assert draft == Draft(
        external_ref="A1",
        digest=draft.digest,
        customer="王 小明",
        phone="+886912345678",
        phone_alt="+886227711234",
        address="中山北路二段1號",
        district="中山區",
        latitude=25.06,
        longitude=121.53,
        category="washing-machine",
        brand="海爾",
        model_no="XQB80",
        serial="SN1",
        purchased_on=date(2026, 3, 5),
        symptom="不脫水",
        wish="快一點",
        wish_from=datetime(2026, 11, 24, 6, tzinfo=UTC),
        wish_to=datetime(2026, 11, 24, 8, tzinfo=UTC),
        channel="call",
        priority=1,
        in_warranty=True,
        note="先打電話\n備用電話: +886227711234 ext. 5",
        mended=("swapped",),
    )


@pytest.mark.parametrize(
    "cells",
    [
        {"phone": "0912345678", "symptom": "leaks"},
        {"address": "1 Main St", "product": "fridge"},
        {"phone": "-", "address": "1 Main St", "symptom": "無", "product": "TV"},
    ],
)
def test_what_is_missing_is_a_gap_not_a_refusal(cells):  # H-I2, H-I3
    draft = read(**cells)
    assert draft.model_no == "" and draft.purchased_on is None and draft.wish == ""


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({"name": "Ann", "symptom": "leaks"}, ["neither a phone number nor an address"]),
        ({"phone": "0912345678", "name": "Ann"}, ["neither a symptom nor a product"]),
        (
            {"phone": "091234567", "purchase_date": "3/5/2026", "product": "spoon"},
            ["phone: ", "purchase date: ", "product: "],
        ),
        ({"phone": "091234567", "symptom": "leaks"}, ["phone: “091234567”"]),
        ({"phone": "0912345678", "symptom": "x" * 2001}, ["symptom: ", "up to 2000 fit"]),
        ({"address": "x" * 241, "symptom": "leaks"}, ["address: ", "up to 240 fit"]),
        ({"order_no": "x" * 81, "phone": "0912345678", "symptom": "leaks"}, ["order no: "]),
        ({"phone": "0912345678", "symptom": "leaks", "serial": "8.86912E+11"}, ["serial: "]),
    ],
)
def test_refused_with_every_reason(cells, says):
    with pytest.raises(RowRefused) as refusal:
        read(**cells)
    assert len(refusal.value.reasons) == len([part for part in says if not part.startswith("up to")])
    assert all(part in str(refusal.value) for part in says)


def test_a_refused_value_is_not_missing_too():
    with pytest.raises(RowRefused) as refusal:
        read(phone="091234567", symptom="leaks")
    assert len(refusal.value.reasons) == 1


def test_a_vague_day_and_a_strange_channel_are_kept_in_the_note():
    draft = read(phone="0912345678", symptom="leaks", purchase_date="2023年5月", source="京东")
    assert draft.purchased_on is None
    assert (draft.channel, draft.note) == ("import", "purchase date: 2023年5月\nsource: 京东")


def test_words_for_a_time_become_the_wish():
    assert read(phone="0912345678", symptom="leaks", preferred_time="越快越好", wish="free").wish == "free; 越快越好"


def test_without_a_number_the_content_is_the_reference():
    one = read(phone="0912345678", symptom="leaks")
    again = parse(Row(9, ("leaks", "０９１２３４５６７８"), 0), read_header(["symptom", "phone"]), CONTEXT)
    other = read(phone="0912345678", symptom="leaks more")
    assert one.external_ref == again.external_ref != other.external_ref
    assert one.external_ref.startswith("row-")


FILE = """工單號,客戶姓名,聯絡電話,地址,產品,故障現象,購買日期
A1,王小明,0912-345-678,中山北路1號,洗衣機,不脫水,115/3/5
A1,王小明,0912-345-678,中山北路1號,洗衣機,不脫水,115/3/5
A1,李大華,0922333444,=cmd|x,冷氣,不冷,
,,,,,,
工單號,客戶姓名,聯絡電話,地址,產品,故障現象,購買日期
A3,陳,+8869123,中正路,冰箱,漏水,13/5/2026
A4,林,0933444555,民生路,冰箱,漏水,3/5/2026
合計,,5,,,,
"""


def sorted_file(tmp_path, text=FILE):
    path = tmp_path / "orders.csv"
    path.write_text(text, encoding="utf-8")
    table = open_table(path)
    return table, list(sort(table, CONTEXT))


def test_sorting(tmp_path):
    _table, rows = sorted_file(tmp_path)
    kinds = [
        (
            item.row.number,
            "draft" if item.draft else "refused" if item.refusal else "again" if item.is_order else "none",
        )
        for item in rows
    ]
    assert kinds == [(2, "draft"), (3, "again"), (4, "refused"), (6, "none"), (7, "refused"), (8, "draft"), (9, "none")]
    assert "already stands in row 2" in str(rows[2].refusal)
    assert rows[5].draft.purchased_on == date(2026, 5, 3)  # row 7 shows that this file writes the day first


def test_refused_rows_come_back_and_can_be_corrected(tmp_path):
    table, rows = sorted_file(tmp_path)
    with translation.override("en"), Rejects(tmp_path / "rejects.csv", table) as rejects:
        for item in rows:
            if item.refusal:
                rejects.add(item.row.cells, item.refusal)
    written = (tmp_path / "rejects.csv").read_bytes()
    assert written.startswith(b"\xef\xbb\xbf")
    back = list(csv.reader(written.decode("utf-8-sig").splitlines()))
    assert back[0] == [*FILE.splitlines()[0].split(","), "Reason"]
    assert [row[0] for row in back[1:]] == ["A1", "A3"]
    assert back[1][3] == "'=cmd|x" and back[2][2] == "'+8869123"
    (tmp_path / "fixed.csv").write_bytes(written.replace(b"A1,", b"A5,").replace(b"'+8869123", b"'+886912345678"))
    again = list(sort(open_table(tmp_path / "fixed.csv"), CONTEXT))
    assert [item.draft.address for item in again] == ["=cmd|x", "中正路"]


def test_no_file_when_nothing_was_refused(tmp_path):
    table, _rows = sorted_file(tmp_path)
    with Rejects(tmp_path / "rejects.csv", table):
        pass
    assert sorted(path.name for path in tmp_path.iterdir()) == ["orders.csv"]


def test_refused_rows_of_a_workbook(tmp_path):
    book = Workbook()
    book.active.append(["phone", "symptom", "purchase date"])
    book.active.append(["091234567", "-1+1", datetime(2026, 3, 5)])
    book.save(tmp_path / "orders.xlsx")
    table = open_table(tmp_path / "orders.xlsx")
    with Rejects(tmp_path / "rejects.xlsx", table) as rejects:
        for item in sort(table, CONTEXT):
            rejects.add(item.row.cells, item.refusal)
    sheet = load_workbook(tmp_path / "rejects.xlsx").active
    assert [cell.value for cell in sheet[2]][:3] == ["091234567", "'-1+1", datetime(2026, 3, 5)]
    assert sheet["B2"].data_type == "s" and "091234567" in sheet["D2"].value


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@x", "\t=1", "\r=1"])
def test_nothing_written_is_a_formula(cell):
    assert guarded(cell) == f"'{cell}"
    assert guarded(5) == 5 and guarded("a=1") == "a=1" and guarded("") == ""


CELL = st.one_of(
    st.none(),
    st.text(max_size=30),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
    st.from_regex(r"[0-9０-９/:.\-年月日點半上下午轉+ ]{1,20}", fullmatch=True),
)


@settings(max_examples=600, deadline=None)
@given(cells=st.lists(CELL, min_size=30, max_size=30))
def test_any_cell_in_any_column_is_read_or_refused(cells):
    fields = sorted(set(KNOWN.values()) - {"ignored"})
    names = [next(word for word, field in KNOWN.items() if field == wanted) for wanted in fields]
    try:
        draft = parse(Row(2, tuple(cells), 0), read_header(names), CONTEXT)
    except RowRefused as refusal:
        assert str(refusal)
    else:
        assert "\x00" not in repr(draft) and draft.external_ref
        assert draft.purchased_on is None or draft.purchased_on <= CONTEXT.today
