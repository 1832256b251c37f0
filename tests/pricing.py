"""Rows for tests of money: a fee table with a version in force, a part with its price, and orders to charge."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from types import SimpleNamespace

from dispatch.models import LabourPrice, PartPrice, PriceList, ServiceOrder, State
from technicians.models import Part, PriceTable
from tests.factories import DIAGNOSIS, REPAIR, do, order_in

MINUTE = timedelta(minutes=1)
CALL_OUT, LABOUR, PUMP = 35_000, 80_000, 120_000
PAID_FOR = DIAGNOSIS | {"in_warranty": False}


def make_prices(place: SimpleNamespace, **how) -> PriceList:
    """Give the outlet a fee table whose version 1 holds since 2025, with a pump (P-100) in it."""
    table = PriceTable.objects.create(code=f"table-{place.outlet.pk}", name_en="Table", currency="TWD")
    place.outlet.price_table = table
    place.outlet.save()
    how = {"version": 1, "valid_from": date(2025, 1, 1), "call_out": CALL_OUT, "software_help": 45_000} | how
    row = PriceList.objects.create(table=table, **{"tax_bp": 500, "old_part_credit_bp": 500} | how)
    LabourPrice.objects.create(price_list=row, category=place.category, amount=LABOUR)
    part, _made = Part.objects.get_or_create(code="P-100", defaults={"name_en": "Drain pump"})
    PartPrice.objects.create(price_list=row, part=part, amount=PUMP)
    return row


def out_of_warranty(place: SimpleNamespace, **told) -> tuple[ServiceOrder, datetime]:
    """Return an order diagnosed as not covered, and when."""
    order, now = order_in(State.ON_SITE, place, **told)
    return do(order, "diagnose", place.technician.user, now, PAID_FOR), now + MINUTE


def quoted(place: SimpleNamespace, **how) -> tuple[ServiceOrder, datetime]:
    """Return an order with a quote that waits for its answer."""
    order, now = out_of_warranty(place)
    return do(order, "quote", place.technician.user, now, how), now + MINUTE


def accepted(place: SimpleNamespace, **how) -> tuple[ServiceOrder, datetime]:
    """Return an order whose quote was accepted."""
    order, now = quoted(place, **how)
    return do(order, "accept_quote", place.technician.user, now, {"name": "王小明"}), now + MINUTE


def to_be_charged(place: SimpleNamespace, **how) -> tuple[ServiceOrder, datetime]:
    """Return an order that was repaired for a fee and is to be charged."""
    order, now = accepted(place, **how)
    return do(order, "repair", place.technician.user, now, REPAIR), now + 20 * MINUTE


def charged(place: SimpleNamespace, paid: int | None = None, **how) -> tuple[ServiceOrder, datetime]:
    """Return an order that was charged; `paid` of it now, in cash, the rest in a week. None: all of it."""
    order, now = to_be_charged(place, **how)
    total = order.quotes.get(status="accepted").total
    raw = {"amount": total if paid is None else paid}
    raw["method"] = "cash" if raw["amount"] else "none"
    if raw["amount"] < total:
        raw["rest_by"] = (now + timedelta(days=7)).isoformat()
    return do(order, "charge", place.technician.user, now, raw), now + MINUTE
