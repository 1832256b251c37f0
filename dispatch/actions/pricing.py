"""The fee table and the warranty certificate as they hold for one order on one day (H-G1, H-G3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from customers.money import step
from customers.reading import of_order, remembered
from dispatch.fees import Offer, Prices
from dispatch.models import CertificateFee, DiscountPolicy, FeeKind, PriceList, ServiceOrder, WarrantyDecision
from technicians.models import Part


@dataclass(frozen=True)
class Table:
    """The version of the outlet's fee table in force, as rows and as plain data for some parts."""

    row: PriceList
    prices: Prices


def has_table(order: ServiceOrder) -> bool:
    """True when the outlet charges by a fee table; without one the technician's word is the quote."""
    return order.outlet.price_table_id is not None


@remembered(lambda order, on: (order.outlet.price_table_id, on))
def in_force(order: ServiceOrder, on: date) -> PriceList | None:
    """Return the version of the outlet's fee table that holds on a day of its calendar."""
    return PriceList.objects.holding(on).filter(table_id=order.outlet.price_table_id).first()


def read(row: PriceList, parts: list[Part], currency: str) -> Table:
    """Return a version with its labour and the prices of `parts`, rounded as `currency` is paid. Two statements."""
    labour = {}
    for price in row.labour.select_related("fault", "category"):
        if price.fault_id:
            labour["fault", price.fault.code] = price.amount
        else:
            labour["category" if price.category_id else "", price.category.code if price.category_id else ""] = (
                price.amount
            )
    amounts = dict(row.parts.filter(part__in=parts).values_list("part__code", "amount")) if parts else {}
    same = {"tax_bp": row.tax_bp, "tax_included": row.tax_included, "step": step(currency)}
    prices = Prices(row.call_out, row.software_help, labour, amounts, row.old_part_credit_bp, **same)
    return Table(row, prices)


@remembered(of_order)
def certificate(order: ServiceOrder, currency: str) -> Prices:
    """Return what the customer's certificate says of fees; silent where no policy was decided under (H-G3)."""
    decided = WarrantyDecision.objects.filter(order=order, policy__isnull=False).order_by("-pk")
    policy = decided.values("policy_id")[:1]
    said: dict[str, int] = {}
    labour: dict[tuple[str, str], int] = {}
    parts: dict[str, int] = {}
    rows = CertificateFee.objects.filter(policy__in=policy, currency=currency).select_related("fault", "part")
    for fee in rows:
        if fee.part_id:
            parts[fee.part.code] = fee.amount
        elif fee.fault_id:
            labour["fault", fee.fault.code] = fee.amount
        else:
            said[fee.kind] = fee.amount
    general = said.get(FeeKind.LABOUR)
    if general is not None and order.fault and ("fault", order.fault.code) not in labour:
        labour["fault", order.fault.code] = general
    return Prices(said.get(FeeKind.CALL_OUT), said.get(FeeKind.SOFTWARE), labour, parts)


def offer(policy: DiscountPolicy) -> Offer:
    """Return a discount as plain data."""
    return Offer(policy.code, policy.on, policy.share_bp, policy.amount)
