"""The example's catalogue is as large as promised, and every code in it leads somewhere."""

from collections import Counter
from itertools import pairwise

from dispatch.example import data

CARRIED = {"haier", "panasonic", "sampo"}


def categories():
    return {row["code"] for row in data.catalogue()["categories"]}


def faults():
    return data.catalogue()["faults"]


def test_how_much_there_is():
    assert len(categories()) == 8 and {row["brand"] for row in data.models()} == CARRIED
    assert (len(data.models()), len(data.parts()), len(faults())) == (60, 400, 120)
    assert Counter(row["category"] for row in faults()) == dict.fromkeys(categories(), 15)
    assert Counter(row["category"] for row in data.parts()) == dict.fromkeys(categories(), 50)


def test_every_code_is_there_once():
    for rows, key in ((data.models(), "number"), (data.parts(), "code"), (faults(), "code"), (data.loaners(), "code")):
        assert len({row[key] for row in rows}) == len(rows)
    for rows in (data.parts(), data.models()):
        names = Counter((row["category"], row.get("brand"), row["name_zh_hant"]) for row in rows)
        assert names.most_common(1)[0][1] == 1


def test_each_carried_brand_has_models_of_everything():
    owned = Counter((row["brand"], row["category"]) for row in data.models())
    assert all(owned[brand, category] >= 2 for brand in CARRIED for category in categories())
    brands = {row["code"] for row in data.catalogue()["brands"]}
    assert brands > CARRIED
    assert all(row["made_from"] <= (row["made_to"] or 2026) for row in data.models())


def test_parts_fit_models_of_their_category():
    of = {row["number"]: row["category"] for row in data.models()}
    for part in data.parts():
        assert 1 <= len(part["fits"]) <= 20 and len(set(part["fits"])) == len(part["fits"])
        assert {of[number] for number in part["fits"]} == {part["category"]}
        assert part["price_cny"] > 0 and part["price_twd"] > 0
        assert part["price_twd"] % 100 == 0  # nobody has seen a cent in Taipei
    fitted = {number for part in data.parts() for number in part["fits"]}
    assert fitted == set(of)
    assert any(part["serialised"] for part in data.parts() if "ompressor" in part["name_en"])  # H-F7
    assert not any(part["serialised"] and part["consumable"] for part in data.parts())


def test_faults_name_the_parts_that_fix_them():  # H-A1
    of = {part["code"]: part["category"] for part in data.parts()}
    for fault in faults():
        assert len(fault["part_codes"]) <= 3
        assert all(of[code] == fault["category"] for code in fault["part_codes"])
        assert bool(fault["parts"]) or not fault["part_codes"] or fault["code"] == "ac-drips"
    assert sum(bool(fault["part_codes"]) for fault in faults()) > 100


def test_checklists():  # H-E1, H-E6, H-F6, H-F12, H-H3, H-H4
    lists = data.checklists()
    assert {(row["step"], row["category"]) for row in lists} >= {(step, None) for step in (1, 2, 3, 4)}
    assert {row["category"] for row in lists if row["step"] == 3} == {None} | categories()
    for row in lists:
        codes = [item["code"] for item in row["items"]]
        assert len(set(codes)) == len(codes)
        for item in row["items"]:
            assert item["kind"] in ("tick", "photo", "value", "number")
            assert (item["kind"] == "number") == bool(item["unit"])
            low, high = item["minimum"], item["maximum"]
            assert low is None or high is None or low < high
    units = {item["unit"] for row in lists for item in row["items"]}
    assert {"MΩ", "MPa", "°C", "ppm"} <= units


def test_versions_of_a_checklist_follow_each_other():
    series = {}
    for row in data.checklists():
        series.setdefault((row["step"], row["category"]), []).append(row)
    assert any(len(rows) > 1 for rows in series.values())
    for rows in series.values():
        assert [row["version"] for row in rows] == list(range(1, len(rows) + 1))
        assert [row["valid_to"] is None for row in rows] == [False] * (len(rows) - 1) + [True]
        assert all(old["valid_to"] < new["valid_from"] for old, new in pairwise(rows))


def test_the_five_ones_are_in_every_bag():  # H-D1
    items = next(kit["items"] for kit in data.kits() if kit["category"] is None)
    five = {item["code"] for item in items if item["group"] == "five_ones"}
    assert five == {"pad-cloth", "cover-cloth", "shoe-covers", "clean-rag", "small-gift"}
    groups = {item["group"] for kit in data.kits() for item in kit["items"]}
    assert groups == {"five_ones", "tools", "papers", "supplies"}
    counted = [item for kit in data.kits() for item in kit["items"] if item["counted"]]
    assert all(item["group"] in ("tools", "five_ones") for item in counted)  # H-F12


def test_texts_for_nothing_wrong_and_misuse():  # H-F3
    told = {(row["kind"], row["category"]) for row in data.standard_texts()}
    assert len(told) == len(data.standard_texts())
    assert told >= {(kind, None) for kind in ("nothing_wrong", "misuse", "unsafe", "refused")}
    assert told >= {(kind, code) for kind in ("nothing_wrong", "misuse") for code in categories()}


def test_loaners():  # H-A6
    known = {row["number"]: row for row in data.models()}
    assert Counter(row["outlet"] for row in data.loaners()) == {"taipei": 14, "shanghai": 4}
    for row in data.loaners():
        model = known[row["model_no"]]
        assert (model["brand"], model["category"]) == (row["brand"], row["category"]) and row["serial"]
        assert row["condition"] in ("good", "worn", "damaged")
