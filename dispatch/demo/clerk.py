"""What the example's clerk does about parts: approves what is asked for, takes old parts back, counts (H-A3, H-W4)."""

from __future__ import annotations

from datetime import datetime, timedelta

from dispatch.actions import store
from dispatch.demo import matter
from dispatch.demo.teller import Teller
from dispatch.models import Requisition
from technicians import stock
from technicians.models import Balance, Outlet, Technician, User, Warehouse

COUNTED = 12  # lines of one sheet
NIGHT = timedelta(hours=13)


def wait(teller: Teller, technician: Technician) -> bool:
    """A part is missing: asked for, and for most approved with a day; return whether it was written down (H-F3)."""
    raw = {"parts": matter.missing_part(teller.order)}
    if not teller.after(3, 6).do("wait_for_parts", technician.user, raw):
        return False
    asked = Requisition.objects.open().filter(order=teller.order_id).select_related("part").first()
    if asked and teller.order_id % 4:
        source = stock.centre()
        there = Balance.objects.filter(warehouse=source, part=asked.part, on_hand__gt=0).exists()
        expected = teller.clock.astimezone(teller.order.outlet.tz).date() + timedelta(days=1)
        raw = {"requisition": asked.pk, "decision": "approve", "expected_on": expected.isoformat()}
        raw |= {"source": source.code} if source and there else {}
        teller.after(10, 40).tries("decide_part", teller.people.clerk, raw)
    return True


def part_comes(teller: Teller) -> bool:
    """The next morning's lorry brings it (H-F3)."""
    asked = Requisition.objects.open().filter(order=teller.order_id).first()
    if asked is None:
        return False
    return teller.at(teller.clock + NIGHT).tries("part_came", teller.people.clerk, {"requisition": asked.pk})


def evening(by: User, outlet: Outlet, now: datetime) -> int:
    """Take back the old parts that came in with the vans, and count a shelf: one piece is not there."""
    back = store.old_parts_back(by, now, [use.pk for use in store.old_parts(by)[::2]])
    place = Warehouse.objects.get(pk=stock.store_of(outlet).pk)
    whole = place.balances.select_related("part").filter(reserved=0, on_hand__gte=3)
    rows = list(whole.order_by("part__code")[:COUNTED])
    lines = [(row.part, row.on_hand, row.on_hand - (number == 4)) for number, row in enumerate(rows)]
    store.count(by, now, place, lines, "每月盤點 A 架")
    return back
