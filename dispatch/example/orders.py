"""A day's order file of an outlet, made from a seed, with the dirt that real files have."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from dispatch.example import machines, makers

DIRTY = 0.05  # of all orders
COLUMNS = {
    "taipei": {
        "order_no": "派工單號",
        "customer": "用戶姓名",
        "phone": "聯絡電話",
        "phone_alt": "備用電話",
        "city": "縣市",
        "district": "行政區",
        "address": "地址",
        "lat": "緯度",
        "lon": "經度",
        "category": "產品類別",
        "brand": "品牌",
        "model": "型號",
        "serial": "機號",
        "purchased": "購買日期",
        "symptom": "故障描述",
        "fault_code": "故障代碼",
        "wish": "用戶要求",
        "when_day": "預約日期",
        "when_hours": "預約時段",
        "channel": "來源",
        "service_kind": "服務方式",
        "priority": "緊急程度",
        "warranty": "保固",
        "note": "備註",
    },
    "shanghai": {
        "order_no": "工单号",
        "customer": "用户姓名",
        "phone": "联系电话",
        "phone_alt": "备用电话",
        "city": "城市",
        "district": "区",
        "address": "详细地址",
        "lat": "纬度",
        "lon": "经度",
        "category": "产品类别",
        "brand": "品牌",
        "model": "产品型号",
        "serial": "机号",
        "purchased": "购买日期",
        "symptom": "故障现象",
        "fault_code": "故障代码",
        "wish": "用户要求",
        "when_day": "预约日期",
        "when_hours": "预约时段",
        "channel": "信息来源",
        "service_kind": "服务方式",
        "priority": "紧急程度",
        "warranty": "保内外",
        "note": "备注",
    },
}
TITLE = {"taipei": "台北站 每日派工單 {:%Y/%m/%d}", "shanghai": "上海站 每日工单 {:%Y-%m-%d}"}
TOTAL = {"taipei": "合計", "shanghai": "合计"}
WORDS = {
    "taipei": {
        "channel": ["客服電話", "客服電話", "官網", "門市", "LINE"],
        "on_site": "到府",
        "in": "保內",
        "out": "保外",
    },
    "shanghai": {"channel": ["热线", "热线", "微信", "门店"], "on_site": "上门", "in": "保内", "out": "保外"},
}

Order = dict[str, Any]


def make_orders(
    day: date, count: int = 300, seed: int = 7, outlet: str = "taipei", later: int = 0
) -> list[Order | None]:
    """Return `count` orders of a day, as cells by field, with repeated rows and blank lines (None) among them.

    The same arguments make the same file. About one order in twenty is dirty; see `DIRT`.
    """
    rng = Random(f"{seed}:{outlet}:{count}")
    clean = [_order(rng, day, index, outlet, later) for index in range(1, count + 1)]
    _same_household_twice(rng, clean)
    lines: list[Order | None] = []
    every = max(1, round(1 / DIRTY))
    for index, order in enumerate(clean):
        lines.append(order)
        if index % every == every // 2:
            spoil = DIRT[index // every % len(DIRT)]
            lines += spoil(rng, order, day)
    return lines


def _order(rng: Random, day: date, index: int, outlet: str, later: int) -> Order:
    words = WORDS[outlet]
    machine = machines.appliance(rng, outlet, day)
    covered = machine.pop("covered")
    order: Order = {
        "order_no": f"{'TP' if outlet == 'taipei' else 'SH'}{day:%y%m%d}{index:04d}",
        "customer": makers.name(rng, outlet),
        "phone": makers.phone(rng, outlet, index),
        "phone_alt": makers.landline(rng, outlet, index),
        **makers.address(rng, outlet),
        **makers.complaint(rng, outlet, machine.pop("code")),
        **makers.appointment(rng, outlet, day, later),
        **machine,
        "channel": rng.choice(words["channel"]),
        "service_kind": words["on_site"],
        "priority": rng.choices(["", "普通", "急"], [6, 3, 1])[0],
        "warranty": rng.choice([words["in"] if covered else words["out"], ""]),
        "note": rng.choice(makers.NOTES[outlet]),
    }
    if rng.random() < 0.25:
        order["lat"] = order["lon"] = ""
    if rng.random() < 0.06:
        order["model"] = ""  # a gap, as H-I3 knows them
    if rng.random() < 0.08:
        order["purchased"] = rng.choice(["", "", "不詳" if outlet == "taipei" else "不详"])
    return order


def _same_household_twice(rng: Random, orders: list[Order]) -> None:
    """A few customers have two machines broken at once."""
    for _index in range(len(orders) // 100):
        one, other = rng.sample(orders, 2)
        other |= {
            name: one[name] for name in ("customer", "phone", "phone_alt", "city", "district", "address", "lat", "lon")
        }


def _wide(text: str) -> str:
    """Return text in full-width letters."""
    return "".join(chr(ord(ch) + 0xFEE0) if "!" <= ch <= "~" else ch for ch in text)


def _set(order: Order, **changes: str) -> list[Order | None]:
    order |= changes
    return []


# Each makes one order dirty in one way and returns the lines that follow it. Good: still goes in. Bad: is refused.
DIRT: list[Callable[[Random, Order, date], list[Order | None]]] = [
    lambda rng, order, day: _set(order, phone=_wide(order["phone"]), model=_wide(order["model"])),
    lambda rng, order, day: [dict(order)],  # the same row again
    lambda rng, order, day: _set(order, lat=order["lon"] or "121.5432", lon=order["lat"] or "25.0521"),
    lambda rng, order, day: _set(order, phone=order["phone"].rstrip()[:-1]),  # bad: a digit short
    lambda rng, order, day: _set(
        order, customer=f" {order['customer'][0]}  {order['customer'][1:]}　", address=f"  {order['address']} "
    ),
    lambda rng, order, day: [None],  # a blank line
    lambda rng, order, day: _set(order, note="先打電話\n再上樓，謝謝"),
    lambda rng, order, day: [order | {"customer": makers.name(rng, "taipei"), "symptom": "?"}],  # bad: a number twice
    lambda rng, order, day: _set(order, symptom=f"{order['symptom']} 😭🙏"),
    lambda rng, order, day: _set(order, purchased=f"{day.year - 2 - 1911}年{day.month}月"),  # a month is no day: a gap
    lambda rng, order, day: _set(order, purchased=f"{day + timedelta(days=200):%Y/%m/%d}"),  # bad: the future
    lambda rng, order, day: _set(order, phone=f"{order['phone']} / {order['phone'][:-1]}9 {order['customer'][0]}太太"),
    lambda rng, order, day: _set(order, phone="", address="", lat="0", lon="0"),  # bad: nobody to go to
    lambda rng, order, day: _set(order, purchased="3/5/2024"),  # bad: which is the month?
    lambda rng, order, day: _set(order, phone="8.86912E+11"),  # bad: cut by a spreadsheet
]


def write_csv(path: Path, lines: list[Order | None], day: date, outlet: str = "taipei") -> None:
    """Write the file as an outlet's program exports it: a title, a header, the orders, a total. UTF-8 with BOM."""
    names = COLUMNS[outlet]
    with Path(path).open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([TITLE[outlet].format(day), *[""] * (len(names) - 1)])
        writer.writerow(names.values())
        for order in lines:
            writer.writerow([order[name] for name in names] if order else [""] * len(names))
        writer.writerow([TOTAL[outlet], "", sum(order is not None for order in lines), *[""] * (len(names) - 3)])


def write_xlsx(path: Path, lines: list[Order | None], day: date, outlet: str = "shanghai") -> None:
    """The same as a workbook: a merged title, phones as numbers and days as dates where a spreadsheet made them so."""
    names = COLUMNS[outlet]
    book = Workbook()
    book.properties.created = book.properties.modified = datetime(day.year, day.month, day.day)
    sheet = book.active
    sheet.title = TITLE[outlet].split()[-2]
    sheet.append([TITLE[outlet].format(day)])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(names))
    sheet["A1"].alignment = Alignment(horizontal="center")
    sheet.append([])
    sheet.append(list(names.values()))
    for cell in sheet[3]:
        cell.font = Font(bold=True)
    for order in lines:
        sheet.append([_typed(name, order[name]) for name in names] if order else [])
    sheet.append([TOTAL[outlet], None, sum(order is not None for order in lines)])
    for column, name in zip(sheet.iter_cols(min_row=3, max_row=3), names, strict=True):
        sheet.column_dimensions[column[0].column_letter].width = 28 if name in ("address", "symptom") else 14
    sheet.freeze_panes = "A4"
    book.save(path)


def _typed(name: str, text: str) -> object:
    """Return a cell as a spreadsheet turns it on typing."""
    if (name in ("phone", "serial") and text.isdigit() and text.isascii()) or (name in ("lat", "lon") and text):
        return float(text) if "." in text else int(text)
    if name == "purchased":
        for form in ("%Y/%m/%d", "%Y-%m-%d"):
            try:
                return datetime.strptime(text, form)
            except ValueError:
                continue
    return text or None
