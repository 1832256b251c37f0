"""The example is sound: codes meet, coordinates lie in town, and its file can be read but for its dirt."""

from collections import Counter
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook

from dispatch.example import data, machines, orders, people
from dispatch.imports.reader import open_table
from dispatch.imports.rows import Context
from dispatch.imports.sorting import sort
from dispatch.imports.values import kilometres

DAY = date(2026, 11, 23)
FOLDER = Path(data.__file__).parent


def context(code):
    outlet = data.outlet(code)
    return Context(outlet["region"], ZoneInfo(outlet["zone"]), DAY, (outlet["latitude"], outlet["longitude"]))


def kinds(path, code):
    rows = list(sort(open_table(path), context(code)))
    count = Counter(
        "draft" if row.draft else "refused" if row.refusal else "again" if row.is_order else "none" for row in rows
    )
    return rows, count


def test_the_days_file_of_three_hundred_orders():
    rows, count = kinds(FOLDER / "orders.csv", "taipei")
    assert count["draft"] >= 290 and 3 <= count["refused"] <= 15 and count["again"] >= 1 and count["none"] == 1
    reasons = " ".join(str(row.refusal) for row in rows if row.refusal)
    for dirt in (
        "not a phone number",
        "already stands",
        "in the future",
        "neither a phone number",
        "two days",
        "last digits",
    ):
        assert dirt in reasons
    drafts = [row.draft for row in rows if row.draft]
    assert any(draft.mended for draft in drafts) and any("\n" in draft.note for draft in drafts)
    assert any("😭" in draft.symptom for draft in drafts)
    assert all(draft.category for draft in drafts)
    gaps = sum(not draft.model_no or not draft.purchased_on or not draft.wish for draft in drafts)  # H-I2
    assert 0.1 < gaps / len(drafts) < 0.5


def test_the_workbook_of_another_outlet():
    _rows, count = kinds(FOLDER / "orders.xlsx", "shanghai")
    assert count["draft"] >= 57 and count["none"] == 1


def test_the_same_arguments_make_the_same_orders(tmp_path):
    orders.write_csv(tmp_path / "again.csv", orders.make_orders(DAY, 300, 7), DAY)
    assert (tmp_path / "again.csv").read_bytes() == (FOLDER / "orders.csv").read_bytes()
    orders.write_xlsx(tmp_path / "again.xlsx", orders.make_orders(DAY, 60, 7, "shanghai"), DAY, "shanghai")
    cells = [list(load_workbook(path).active.values) for path in (tmp_path / "again.xlsx", FOLDER / "orders.xlsx")]
    assert cells[0] == cells[1]
    assert orders.make_orders(DAY, 20, 8) != orders.make_orders(DAY, 20, 7)


@pytest.mark.parametrize("day", [date(2024, 2, 29), date(2026, 12, 31), date(2027, 1, 1)])
def test_any_day_can_be_made(tmp_path, day):
    orders.write_csv(tmp_path / "o.csv", orders.make_orders(day), day)
    outlet = context("taipei")
    rows = list(sort(open_table(tmp_path / "o.csv"), Context(outlet.region, outlet.zone, day, outlet.place)))
    assert sum(row.draft is not None for row in rows) > 285


def test_twenty_technicians_can_do_every_job():
    everyone = people.technicians()
    assert len(everyone) == len({person.username for person in everyone}) == len({p.permit for p in everyone}) == 20
    known = {skill["code"] for skill in data.catalogue()["skills"]}
    assert known == {skill for person in everyone for skill in person.skills}
    for weekday in range(1, 8):
        working = [person for person in everyone if any(day == weekday for day, _start, _end in person.shifts)]
        assert len(working) >= 4
    assert len(people.ABSENCES) == 2 and {away.username for away in people.ABSENCES} <= {p.username for p in everyone}
    assert all(kilometres(person.home, (25.0478, 121.5171)) < 20 for person in everyone)


def test_codes_of_the_catalogue_meet():
    catalogue = data.catalogue()
    categories = {row["code"] for row in catalogue["categories"]}
    skills = {row["code"] for row in catalogue["skills"]}
    assert len(categories) == 8 and len(catalogue["faults"]) >= 55
    assert {row["category"] for row in catalogue["faults"]} == categories
    assert {row["skill"] for row in catalogue["faults"]} <= skills
    assert sum(row["by_phone"] for row in catalogue["faults"]) >= 8  # H-A2
    for rows in catalogue.values():
        assert len({row["code"] for row in rows}) == len(rows)
        for row in rows:
            assert all(row[f"name_{language}"] for language in ("en", "zh_hans", "zh_hant"))
    assert set(machines.OTHERS) == set(machines.WEIGHTS) == categories
    for patterns in machines.OTHERS.values():
        assert {maker for maker, _form in patterns} <= {row["code"] for row in catalogue["brands"]}


def test_simplified_names_are_simplified():
    """GB 2312 holds simplified letters only."""
    for rows in (*data.catalogue().values(), *(kit["items"] for kit in data.kits())):
        for row in rows:
            for name, text in row.items():
                if name.endswith("zh_hans"):
                    text.encode("gb2312")


def test_kits():  # H-D1
    standards = {kit["category"]: {item["code"]: item for item in kit["items"]} for kit in data.kits()}
    assert set(standards) == {None} | {row["code"] for row in data.catalogue()["categories"]}
    assert {"pad-cloth", "cover-cloth", "shoe-covers", "clean-rag", "small-gift"} <= set(standards[None])
    assert {"record-sheet", "receipts", "fee-table", "message-notes", "work-permit"} <= set(standards[None])
    assert standards[None]["pad-cloth"]["mandatory"]
    assert any(item["counted"] for item in standards[None].values())  # H-F12


@pytest.mark.parametrize("code", ["taipei", "shanghai"])
def test_streets_lie_round_their_outlet(code):
    outlet = data.outlet(code)
    for street in data.streets(code):
        for number in (1, street["numbers"], 10 * street["numbers"]):
            assert kilometres(data.point(street, number), (outlet["latitude"], outlet["longitude"])) < 25
