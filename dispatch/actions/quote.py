"""What it will cost, by the fee table, shown before the work (H-F2, H-G1, H-G3, H-W6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from customers.reading import of_order, remembered
from customers.warranty import add_months
from dispatch import fees
from dispatch.actions import pricing
from dispatch.actions.fields import Code, deed, fault_field
from dispatch.actions.parts import standing as reserved
from dispatch.actions.uses import used_on
from dispatch.lifecycle import Act, Lack
from dispatch.lifecycle.standard import QUOTE_HOLDS
from dispatch.lifecycle.verb import FIELD, OFFICE
from dispatch.models import (
    DiscountPolicy,
    FeeKind,
    Quote,
    QuoteLine,
    QuoteStatus,
    ServiceOrder,
    State,
)
from technicians.models import Part, Role

QUOTERS = (*FIELD, Role.CLERK, *OFFICE)
STANDING = (QuoteStatus.OFFERED, QuoteStatus.ACCEPTED)
WITH_QUANTITY = re.compile(r"^(?P<code>\S.*?)(?:\s*[x×*]\s*(?P<quantity>\d{1,2}))?$")


@remembered(of_order)
def standing(order: ServiceOrder) -> Quote | None:
    """Return the quote that counts: the newest, offered or accepted. One that was charged has done its work (H-F2)."""
    return order.quotes.filter(status__in=STANDING, bill__isnull=True).select_related("price_list").first()


def stands(found: Quote) -> bool:
    """Tell of a quote at hand, its bill joined, what `standing` asks the database."""
    return found.status in STANDING and not hasattr(found, "bill")


class PartsField(serializers.ListField):
    """Parts by their numbers, each alone or as "P-100 x 2"; read into (Part, quantity) pairs."""

    child = serializers.CharField(max_length=80)
    default_error_messages = {"unknown": _("There is no part with the number {code}.")}

    def to_internal_value(self, data: Any) -> list[tuple[Part, int]]:
        """Find the parts, whatever the case of their numbers."""
        lines = [line for text in super().to_internal_value(data) for line in re.split(r"[\n,;，；、]", text)]
        wanted = [WITH_QUANTITY.match(line.strip()) for line in lines if line.strip()]
        found = []
        for match in wanted:
            part = Part.objects.filter(code__iexact=match["code"].replace("\x00", "")).first()
            if part is None:
                self.fail("unknown", code=match["code"])
            found.append((part, int(match["quantity"] or 1) or 1))
        return found


class QuoteData(serializers.Serializer):
    """What is to be done; the fee table says what it costs."""

    fault = fault_field()
    usual = PartsField(label=_("Parts"), required=False, default=list, max_length=20)
    parts = PartsField(
        label=_("Other parts"), required=False, default=list, max_length=20,
        help_text=_("Part numbers, one a line; P-100 x 2 for two of them"),
    )  # fmt: skip
    software = serializers.BooleanField(label=_("Help with software only"), default=False)
    call_out = serializers.BooleanField(label=_("With the call-out"), default=True)
    old_parts = serializers.BooleanField(
        label=_("The customer leaves us the old parts"), default=False, help_text=_("Credited by the fee table")
    )
    discount = Code(
        label=_("Discount"), slug_field="code", queryset=DiscountPolicy.objects.all(), required=False, allow_null=True
    )
    note = serializers.CharField(label=_("Note for the customer"), required=False, allow_blank=True, max_length=500)

    def validate(self, data: dict) -> dict:
        """Ticked or typed, each part counts once as often as it was meant."""
        wanted: dict[int, tuple[Part, int]] = {}
        for part, quantity in [*data.pop("usual", []), *data.get("parts", [])]:
            wanted[part.pk] = (part, wanted.get(part.pk, (part, 0))[1] + quantity)
        return data | {"parts": list(wanted.values())}


def _priced(act: Act) -> None:
    """Reckon the quote before the guards look at it; what has no price is one of their lacks."""
    order, data = act.order, act.data
    act.lines, act.table, act.no_price = [], None, None
    today = act.now.astimezone(order.outlet.tz).date()
    row = pricing.in_force(order, today)
    if row is None:
        return
    parts = data.get("parts", [])
    act.table = pricing.read(row, [part for part, _quantity in parts], order.outlet.currency)
    fault = data.get("fault") or order.fault
    category = order.appliance.category
    work = fees.Work(
        fault=fault.code if fault else "",
        category=category.code if category else "",
        parts=tuple((part.code, quantity) for part, quantity in parts),
        call_out=data["call_out"] and not data["software"] and not order.at_counter,
        labour=not data["software"],
        software=data["software"],
        software_free=data["software"] and _software_free(act, today),
        old_parts=frozenset(part.code for part, _quantity in parts) if data["old_parts"] else frozenset(),
    )
    discount = data.get("discount")
    try:
        act.lines = fees.quote_lines(
            act.table.prices,
            work,
            covered=order.in_warranty is True,
            certificate=pricing.certificate(order, order.outlet.currency),
            offer=pricing.offer(discount) if discount else None,
        )
    except fees.NoPrice as missing:
        act.no_price = missing
    act.payload["parts"] = [f"{part.code} × {quantity}" for part, quantity in parts]


def _software_free(act: Act, today) -> bool:
    """H-G2: help with software is free in the first month after the installation, and until the third where we say."""
    installed = act.order.appliance.installed_on
    decision = act.order.decisions.select_related("policy").order_by("-pk").first()
    terms = decision.policy.terms() if decision and decision.policy else None
    if installed is None:
        return False
    free, charged, between = (
        (terms.software_free_months, terms.software_charged_after_months, terms.software_between_free)
        if terms
        else (1, 3, True)
    )
    return today <= add_months(installed, charged if between else free)


def _table_holds(act: Act) -> Iterator[Lack]:
    """H-G3: strictly by the table: there is one, it holds today, and it has a price for everything."""
    if act.table is None:
        said = _("No price list of this outlet is in force today. The manager adds its next version.")
        yield Lack("H-G3", "no_price_list", said)
    elif act.no_price:
        what = FeeKind(act.no_price.what).label
        named = f"{what} {act.no_price.code}".strip()
        said = format_lazy(_("The price list has no price for: {what}. The manager adds it."), what=named)
        yield Lack("H-G3", "no_price", said)


def _by_policy(act: Act) -> Iterator[Lack]:
    """H-G1: a discount is one that was decided beforehand, for this table, and holds today."""
    discount = act.data.get("discount")
    if discount is None or act.table is None:
        return
    today = act.now.astimezone(act.order.outlet.tz).date()
    holds = discount.valid_from <= today and (discount.valid_to is None or today <= discount.valid_to)
    if discount.table_id != act.table.row.table_id or not holds:
        said = format_lazy(_("The discount {name} does not hold here today."), name=discount.name)
        yield Lack("H-G1", "discount", said, "quote")


def _table_kept(act: Act) -> Iterator[Lack]:
    """H-G1: there is a fee table to quote by."""
    if not pricing.has_table(act.order):
        way_out = "bench_diagnose" if act.order.state == State.IN_WORKSHOP else "diagnose"
        yield Lack("H-G1", "no_table", _("This outlet keeps no fee table. Say the price at the diagnosis."), way_out)


def _diagnosed(act: Act) -> Iterator[Lack]:
    """H-F2: the fault is named first; what it costs follows from it."""
    if act.repair is None:
        yield Lack("H-F2", "no_diagnosis", _("Diagnose it first."), "bench_diagnose")


@deed(
    "quote",
    "H-F2",
    _("Make the quote"),
    QUOTERS,
    QuoteData,
    needs=(_table_kept, _diagnosed),
    prepare=_priced,
    checks=(_table_holds, _by_policy),
)
def quote(act: Act) -> None:
    """Lines by the fee table, or by the certificate where that is lower. A new quote takes the place of the old."""
    order, table = act.order, act.table
    order.quotes.filter(status__in=STANDING).update(status=QuoteStatus.SUPERSEDED)
    prices = table.prices
    total = fees.totals(act.lines, prices.tax_bp, tax_included=prices.tax_included, step=prices.step)
    made = Quote.objects.create(
        order=order,
        visit=act.visit,
        number=order.quotes.count() + 1,
        price_list=table.row,
        currency=order.outlet.currency,
        covered=order.in_warranty is True,
        net=total.net,
        tax=total.tax,
        total=total.total,
        status=QuoteStatus.OFFERED if total.total else QuoteStatus.ACCEPTED,  # nothing to pay, nothing to accept
        made_at=act.now,
        made_by=act.by,
        valid_until=act.now + QUOTE_HOLDS,
        note=act.data.get("note", ""),
    )
    _write_lines(made, act)
    act.payload |= {"quote": made.number, "total": total.total, "currency": made.currency}
    _note_on_record(act, made)


def _write_lines(made: Quote, act: Act) -> None:
    parts = {part.code: part for part, _quantity in act.data.get("parts", [])}
    fault = act.data.get("fault") or act.order.fault
    QuoteLine.objects.bulk_create(
        QuoteLine(
            quote=made,
            sequence=number,
            kind=line.kind,
            fault=fault if line.kind == FeeKind.LABOUR else None,
            part=parts.get(line.code) if line.kind in (FeeKind.PART, FeeKind.CREDIT) else None,
            discount=act.data.get("discount") if line.kind == FeeKind.DISCOUNT else None,
            quantity=line.quantity,
            table=line.table,
            certificate=line.certificate,
            unit=line.unit,
            amount=line.amount,
            covered=line.covered,
        )
        for number, line in enumerate(act.lines)
    )


def _note_on_record(act: Act, made: Quote) -> None:
    """Keep the repair record in step, as long as the work has not been done (the table refuses work before consent)."""
    record = act.repair
    if record.worked_at is None or made.status == QuoteStatus.ACCEPTED:
        record.quoted, record.quote_accepted = made.total, made.status == QuoteStatus.ACCEPTED
        record.save(update_fields=["quoted", "quote_accepted"])


def by_the_table(act: Act) -> Iterator[Lack]:
    """H-G3: where a fee table is kept, nobody quotes from memory."""
    if act.data.get("quoted") and pricing.has_table(act.order):
        said = _("Leave the quote at 0 here: it is made by the fee table, right after the diagnosis.")
        yield Lack("H-G3", "by_table", said, "diagnose")


def withdraw(act: Act) -> None:
    """Take back the quote that stands: another diagnosis is other work (H-F2)."""
    if act.from_state in (State.DIAGNOSED, State.IN_WORKSHOP):
        act.order.quotes.filter(status__in=STANDING, bill__isnull=True).update(status=QuoteStatus.SUPERSEDED)


@remembered(of_order)
def likely_parts(order: ServiceOrder) -> list[tuple[Part, int | None]]:
    """Return the parts that a quote for this order may need, each with its price: put in, reserved, or usual.

    Prices are of the version in force when the order stands diagnosed; None where the table has none.
    """
    found = {use.part_id: use.part for use in used_on(order)}
    found |= {held.part_id: held.part for held in reserved(order)}
    if order.fault_id:
        found |= {part.pk: part for part in order.fault.usual_parts.all()}
    row = pricing.in_force(order, timezone.localdate(timezone=order.outlet.tz))
    prices = dict(row.parts.filter(part__in=found).values_list("part_id", "amount")) if row else {}
    return [(part, prices.get(key)) for key, part in found.items()]
