"""The example's fee tables and warranty policies hold together: no gap, no price missing, no promise twice."""

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest

from customers.terms import Document, Exclusion, Proof, Terms
from dispatch.example import data


def key(row):
    return f"{row['table']}-{row['version']}"


def test_versions_follow_each_other_without_a_gap():
    for table in data.prices()["tables"]:
        lists = [row for row in data.prices()["lists"] if row["table"] == table["code"]]
        assert [row["version"] for row in lists] == [1, 2]
        for old, new in pairwise(lists):
            ends, begins = date.fromisoformat(old["valid_to"]), date.fromisoformat(new["valid_from"])
            assert begins - ends == timedelta(days=1)
        assert lists[-1]["valid_to"] is None
    assert {row["currency"] for row in data.prices()["tables"]} == {row["currency"] for row in data.OUTLETS}


def test_every_fault_has_a_price_in_every_version():
    prices = data.prices()
    versions = {key(row) for row in prices["lists"]}
    labour = {(row["category"], row["fault"]): row["amounts"] for row in prices["labour"]}
    assert len(labour) == len(prices["labour"]) and all(set(amounts) == versions for amounts in labour.values())
    assert all(amount > 0 for amounts in labour.values() for amount in amounts.values())
    for fault in data.catalogue()["faults"]:
        assert (None, fault["code"]) in labour or (fault["category"], None) in labour
    assert sum(fault is not None for _category, fault in labour) >= 20
    assert (None, None) in labour


def test_the_older_version_is_the_cheaper_one():
    for row in data.prices()["labour"]:
        for table in ("tw", "cn"):
            assert row["amounts"][f"{table}-1"] < row["amounts"][f"{table}-2"]
    for table in ("tw", "cn"):
        old, new = (row for row in data.prices()["lists"] if row["table"] == table)
        assert old["call_out"] < new["call_out"] and old["parts_bp"] < new["parts_bp"] == 10_000
        assert all(0 < row["tax_bp"] < 2500 and row["tax_included"] for row in (old, new))


def test_a_twentieth_of_anything_in_taiwan_is_whole_dollars():
    """Discounts and credits of five per cent leave no cents, which nobody there has seen."""
    for row in data.prices()["labour"]:
        assert all(amount % 2000 == 0 for key, amount in row["amounts"].items() if key.startswith("tw"))
    assert all(part["price_twd"] % 2000 == 0 for part in data.parts())


def test_discounts_take_off_a_share_or_an_amount():  # H-G1
    tables = {row["code"] for row in data.prices()["tables"]}
    for row in data.prices()["discounts"]:
        assert row["table"] in tables and row["on"] in ("all", "labour", "parts", "call_out")
        assert (row["share_bp"] > 0) != (row["amount"] > 0) and row["share_bp"] <= 10_000
        assert row["valid_to"] is None or row["valid_from"] <= row["valid_to"]
    codes = [row["code"] for row in data.prices()["discounts"]]
    assert len(set(codes)) == len(codes)


def test_certificates_say_less_than_the_table():  # H-G3
    prices = data.prices()
    newest = {row["table"]: row for row in prices["lists"]}
    table_of = {row["currency"]: row["code"] for row in prices["tables"]}
    labour = {(row["category"], row["fault"]): row["amounts"] for row in prices["labour"]}
    parts = {row["code"]: row for row in data.parts()}
    policies = {(row["brand"], row["category"], row["version"]) for row in data.policies()}
    for fee in prices["certificate_fees"]:
        assert (fee["brand"], fee["category"], fee["version"]) in policies
        table = table_of[fee["currency"]]
        by_table = {
            "call_out": newest[table]["call_out"],
            "labour": (labour.get((None, fee["fault"])) or labour[fee["category"], None])[f"{table}-2"],
            "part": fee["part"] and parts[fee["part"]][f"price_{fee['currency'].lower()}"],
        }[fee["kind"]]
        assert 0 < fee["amount"] < by_table
    assert {fee["kind"] for fee in prices["certificate_fees"]} == {"call_out", "labour", "part"}


def terms(row):
    plain = {name: row[name] for name in row if name in Terms.__dataclass_fields__}
    return Terms(
        **plain
        | {
            "valid_from": date.fromisoformat(row["valid_from"]),
            "valid_to": row["valid_to"] and date.fromisoformat(row["valid_to"]),
            "regions": frozenset(row["regions"]),
            "documents": frozenset(map(Document, row["documents"])),
            "proofs": tuple(map(Proof, row["proofs"])),
            "exclusions": frozenset(map(Exclusion, row["exclusions"])),
        }
    )


def test_policies_of_every_carried_brand_and_one_for_all_others():  # H-W1
    series = Counter((row["brand"], row["category"]) for row in data.policies())
    categories = {row["code"] for row in data.catalogue()["categories"]}
    carried = {row["brand"] for row in data.models()}
    assert set(series) == {(brand, code) for brand in carried | {None} for code in categories} | {(None, None)}
    assert all(series["haier", code] == 2 for code in categories)
    regions = {row["region"] for row in data.OUTLETS}
    for row in data.policies():
        assert 12 <= terms(row).period_months <= 36 and set(row["regions"]) <= regions


@pytest.mark.parametrize("day", [date(2025, 12, 31), date(2026, 1, 1), date(2026, 11, 23)])
def test_one_version_of_a_policy_holds_on_any_day(day):
    held = Counter((row["brand"], row["category"]) for row in data.policies() if terms(row).holds_on(day))
    assert set(held) == {(row["brand"], row["category"]) for row in data.policies()}
    assert set(held.values()) == {1}


def test_shops_are_linked_or_not():  # H-W1
    assert {row["linked"] for row in data.shops()} == {True, False}
