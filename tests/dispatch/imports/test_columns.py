"""Headers in three languages, however they are spelt."""

import pytest

from dispatch.imports.columns import field_of, find_header, read_header


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Order No.", "order_no"),
        ("工单号", "order_no"),
        ("派工單號", "order_no"),
        ("Customer Name", "customer"),
        ("用户姓名", "customer"),
        ("客戶", "customer"),
        ("*联系电话", "phone"),
        ("聯絡電話(必填)", "phone"),
        ("ＰＨＯＮＥ", "phone"),
        ("Phone 電話", "phone"),
        ("客戶電話/手機", "phone"),
        ("(電話)", "phone"),
        ("电话2", "phone_alt"),
        ("详细地址", "address"),
        ("行政區 District", "district"),
        ("緯度", "lat"),
        ("經度(WGS84)", "lon"),
        ("产品类别", "category"),
        ("產品\n型號", "model"),
        ("S/N", "serial"),
        ("机号", "serial"),
        ("purchase date (yyyy-mm-dd)", "purchased"),
        ("購買日期", "purchased"),
        ("故障现象", "symptom"),
        ("fault_code", "fault_code"),
        ("用户要求", "wish"),
        ("要求上門時間", "when"),
        ("来源", "channel"),
        ("Service Kind", "service_kind"),
        ("紧急", "priority"),
        ("技师", "ignored"),
        ("备  注", "note"),
        ("保内外", "warranty"),
        ("foo", None),
        ("", None),
        (None, None),
        ("x" * 500, None),
        (3.5, None),
    ],
)
def test_field_of(header, field):
    assert field_of(header) == field


def test_second_phone_and_unused():
    columns = read_header(["电话", "手机", "地址", "颜色", None, "技师"])
    assert columns.at == {"phone": 0, "phone_alt": 1, "address": 2}
    assert columns.unused == ("颜色", "技师")
    assert columns.label("phone") == "电话"


def test_header_below_titles():
    rows = [("台北站", None), (), ("客戶", "", ""), ("工單號", "客戶姓名", "電話"), ("1", "王", "0912345678")]
    index, columns = find_header(rows)
    assert (index, columns.at) == (3, {"order_no": 0, "customer": 1, "phone": 2})


@pytest.mark.parametrize("rows", [[], [("a", "b")], [("客戶", "zzz")], [()] * 20 + [("工單號", "電話")]])
def test_no_header(rows):
    assert find_header(rows) is None
