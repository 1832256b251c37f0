"""What the form of a verb starts with: what is known of the order already, so that nobody types it twice."""

from __future__ import annotations

from datetime import date, datetime

from rest_framework import serializers

from customers.money import say
from customers.reading import remembered
from dispatch.actions import guards
from dispatch.actions.appointments import usual_minutes
from dispatch.actions.bill import due_of
from dispatch.actions.corrections import PLACES, ProductData
from dispatch.actions.loaners import free_units
from dispatch.actions.pay import newest_bill, open_on
from dispatch.actions.quote import likely_parts, standing
from dispatch.lifecycle.standard import WORKSHOP_WITHIN
from dispatch.models import DiscountPolicy, Repair, ServiceOrder, Visit
from dispatch.models.states import AT_WORK
from technicians.availability import works_at
from technicians.models import Technician
from web.shared import covering
from web.shared.part_choices import part_choices

BEFORE = "before-"  # hidden fields that say what a correction form was drawn with
PAIRS = (("latitude", "longitude"), ("wish_from", "wish_to"))  # judged together, so sent together


def beginning(order: ServiceOrder, serializer: serializers.Serializer, now: datetime) -> dict:
    """Return {field: value} for the fields of `serializer` that the order already answers."""
    visit = order.standing_visit() if needs_visit(serializer) else None
    known = {name: _now_on(order, name) for name in PLACES}
    known |= _appointment(order, visit, now)
    if "confirmed" in serializer.fields and _outside_shift(visit, now):
        known["overtime"] = True
    if {"cause", "measure", "amount", "parts"} & serializer.fields.keys():
        known |= _repair(order)
    if "promised_at" in serializer.fields:
        known |= {"promised_at": order.promised_at or evening(order, now + WORKSHOP_WITHIN)}
    if "shelf" in serializer.fields or "finding" in serializer.fields:
        known |= _bench(order)
    if {"reason", "outside"} <= serializer.fields.keys():  # to the workshop: what was found says why
        repair = order.newest_repair()
        known["reason"] = repair.finding if repair else None
    known |= covering.on_record(order, serializer, now)
    if "parts" in serializer.fields:
        known.pop("expected_at", None)  # here it is the part that is expected, not the technician
    return {name: value for name, value in known.items() if name in serializer.fields and value is not None}


def needs_visit(serializer: serializers.Serializer) -> bool:
    """Tell whether a form asks for a time, so that the standing appointment has to be read."""
    return bool({"starts_at", "expected_at"} & serializer.fields.keys())


def _now_on(order: ServiceOrder, name: str):
    row_name, attribute = PLACES[name]
    return getattr(getattr(order, row_name) if row_name else order, attribute)


def _appointment(order: ServiceOrder, visit: Visit | None, now: datetime) -> dict:
    """The standing appointment, else what the customer wished, as long as it lies ahead."""
    starts = visit.starts_at if visit else order.wish_from
    ahead = starts if starts and starts > now else None
    expected = (visit.expected_at or visit.starts_at) if visit else None
    return {
        "starts_at": ahead,
        "window_ends_at": visit.window_ends_at if visit and ahead else None,
        "minutes": usual_minutes(order),
        "expected_at": expected if expected and expected > now else None,
        "spoke_to": order.customer.name,
    }


def _outside_shift(visit: Visit | None, now: datetime) -> bool:
    """H-A4: whether what was proposed lies outside the shift: that was agreed when it was proposed."""
    if visit is None or visit.starts_at <= now:
        return False
    return not works_at(visit.technician, visit.starts_at, visit.ends_at)


def evening(order: ServiceOrder, moment: datetime) -> datetime:
    """Return 18:00 on the outlet's clock of the day of `moment`: a day that can be promised without a time."""
    return moment.astimezone(order.outlet.tz).replace(hour=18, minute=0, second=0, microsecond=0)


def _bench(order: ServiceOrder) -> dict:
    """What the slip in the workshop says already."""
    if order.job is None:
        return {}
    known = {"shelf": order.job.shelf, "bench": order.job.bench_id}
    return known | ({"finding": order.job.repair.finding} if order.job.repair else {})


def _repair(order: ServiceOrder) -> dict:
    """The newest repair record: what it says, and what was quoted as what to charge."""
    record = order.newest_repair()
    if record is None:
        return {}
    return {
        "cause": record.cause,
        "measure": record.measure,
        "parts": record.parts,
        "amount": _to_pay(order, record),
        "quote_accepted": record.quote_accepted,
    }


def _to_pay(order: ServiceOrder, record: Repair) -> int:
    """What is open: of the bill, else of the accepted quote less the waiver, else what was said at the diagnosis."""
    bill = None if order.state in AT_WORK else newest_bill(order)
    if bill:
        return max(0, open_on(bill)) or bill.amount
    quote = standing(order)
    return due_of(order, quote) if quote else record.quoted


def choices(order: ServiceOrder, serializer: serializers.Serializer, now: datetime) -> dict:
    """Return {field: [(value, label)]} where only the order knows what there is to choose from: its kit (H-D1)."""
    found = {}
    if "items" in serializer.fields:
        found["items"] = [(item.code, item.name) for item in guards.kit_items(order, now)]
    if "tools_back" in serializer.fields:
        visit = order.standing_visit()
        taken = visit.kit if visit else []
        found["tools_back"] = [
            (item.code, item.name) for item in guards.kit_items(order, now) if item.counted and item.code in taken
        ]
    if "loaner" in serializer.fields:  # H-A6: what is free, of this outlet and kind
        found["loaner"] = [(unit.code, f"{unit} · {unit.get_condition_display()}") for unit in free_units(order)]
    found |= part_choices(order, serializer)
    if "usual" in serializer.fields:  # H-F2: what is likely to be needed, with its price
        found["usual"] = [
            (part.code, f"{part.name} · {part.code}" + (f" · {say(price, order.outlet.currency)}" if price else ""))
            for part, price in likely_parts(order)
        ]
    if "discount" in serializer.fields:
        found["discount"] = [(one.code, one.name) for one in _discounts(order, now.astimezone(order.outlet.tz).date())]
    if "bench" in serializer.fields:
        working = Technician.objects.working().filter(outlet_id=order.outlet_id)
        found["bench"] = [(one.pk, one.name) for one in working.order_by("name")]
    return found


@remembered(lambda order, day: (order.outlet.price_table_id, day))
def _discounts(order: ServiceOrder, day: date) -> list[DiscountPolicy]:
    return list(DiscountPolicy.objects.filter(table=order.outlet.price_table_id).holding(day))


def folded(serializer: serializers.Serializer) -> tuple[str, ...]:
    """Return the rows that few need: corrections behind a confirmation, coordinates behind an address."""
    if "confirmed" in serializer.fields:
        return (*PLACES, "overtime", "window_ends_at")
    if "starts_at" in serializer.fields:
        return ("window_ends_at", "overtime")
    if "proof_number" in serializer.fields:
        return ("box_matches", "sold_region", "sold_by_maker", "found")
    return ("latitude", "longitude", "warehouse")


def corrects(serializer: serializers.Serializer) -> bool:
    """Tell whether a form may put the order's own data right."""
    return isinstance(serializer, ProductData)


def drawn_with(rows: list) -> dict[str, str]:
    """Return the hidden fields that remember what each correctable row of a form was drawn with."""
    return {f"{BEFORE}{row.name}": _sent(row) for row in rows if row.name in PLACES}


def only_changed(data: dict, post) -> dict:
    """Leave out of `data` what the person did not touch, so that nobody's correction is undone by an old page."""
    untouched = {
        name
        for name in data
        if name in PLACES
        and (before := post.get(f"{BEFORE}{name}")) is not None
        and before.strip() == post.get(name, "").replace("\r\n", "\n").strip()
    }
    for pair in PAIRS:
        if not untouched.issuperset(pair):
            untouched -= set(pair)
    return {name: value for name, value in data.items() if name not in untouched}


def _sent(row) -> str:
    """Return what a browser would send for a row that nobody touches."""
    if row.options:
        return next((option.value for option in row.options if option.selected), "")
    return str(row.value).replace("\r\n", "\n")
