"""The example's fee tables in versions, discounts, and what warranty certificates say instead (H-G1, H-G3)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from dispatch.demo.bulk import add, named, pick
from dispatch.example import data
from dispatch.models import CertificateFee, DiscountPolicy, LabourPrice, PartPrice, PriceList
from technicians.models import Outlet, PriceTable

if TYPE_CHECKING:
    from dispatch.demo.masters import Known

WHOLE = 100  # minor units: nobody charges cents


def load_fees(known: Known) -> None:
    """Write fee tables with their versions, and point the outlets of their currency to them."""
    rows = data.prices()
    tables = add(PriceTable, (named(row, currency=row["currency"]) for row in rows["tables"]))
    columns = ("version", "valid_from", "valid_to", "call_out", "software_help", "old_part_credit_bp", "tax_bp")
    made = (pick(row, *columns, "tax_included") | {"table": tables[row["table"]]} for row in rows["lists"])
    by_id = add(PriceList, made, "pk")
    lists = {(one.table_id, one.version): one for one in by_id.values()}
    versions = [(row, lists[tables[row["table"]].pk, row["version"]]) for row in rows["lists"]]
    add(LabourPrice, _labour(known, versions), "pk")
    add(PartPrice, _parts(known, versions, tables), "pk")
    columns = ("on", "share_bp", "amount", "valid_from", "valid_to")
    add(DiscountPolicy, (named(row, table=tables[row["table"]], **pick(row, *columns)) for row in rows["discounts"]))
    add(CertificateFee, _certificates(known), "pk")
    for table in tables.values():
        Outlet.objects.filter(currency=table.currency, price_table=None).update(price_table=table)


def _labour(known: Known, versions: list[tuple[dict, PriceList]]) -> Iterator[dict[str, Any]]:
    """Yield the price of work for a fault, else a category, else anything."""
    for row, price_list in versions:
        for labour in data.prices()["labour"]:
            yield {
                "price_list": price_list,
                "category": known.category(labour["category"]),
                "fault": known.faults[labour["fault"]] if labour["fault"] else None,
                "amount": labour["amounts"][f"{row['table']}-{row['version']}"],
            }


def _parts(
    known: Known, versions: list[tuple[dict, PriceList]], tables: dict[str, PriceTable]
) -> Iterator[dict[str, Any]]:
    """Yield what each part costs in each version, in whole units of the currency."""
    for row, price_list in versions:
        column = f"price_{tables[row['table']].currency.lower()}"
        for part in data.parts():
            units = round(part[column] * row["parts_bp"] / 10_000 / WHOLE)
            yield {"price_list": price_list, "part": known.parts[part["code"]], "amount": max(units, 1) * WHOLE}


def _certificates(known: Known) -> Iterator[dict[str, Any]]:
    """Yield what certificates promise below the table."""
    for row in data.prices()["certificate_fees"]:
        policy = known.policies[known.brands[row["brand"]].pk, known.categories[row["category"]].pk, row["version"]]
        yield pick(row, "currency", "kind", "amount") | {
            "policy": policy,
            "fault": known.faults[row["fault"]] if row["fault"] else None,
            "part": known.parts[row["part"]] if row["part"] else None,
        }
