"""What is done to stock without an order: filling up, receiving, carrying, counting, old parts back (H-A3, H-W4)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Sum
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from dispatch.actions.requisitions import CLERKS, decide, open_one, take_in, well_decided
from dispatch.lifecycle import GuardsUnmet, Lack, NotAllowed, NotFound
from dispatch.lifecycle import act as _act
from dispatch.models import PartUse, Requisition, ServiceOrder
from dispatch.models.states import LOOKED_AFTER
from technicians import stock
from technicians.models import Balance, Outlet, Part, Role, User, Warehouse
from technicians.stock import CountMoved, NotEnough, Why


def may_keep(user: User, warehouse: Warehouse) -> bool:
    """Tell whether a person looks after a warehouse: their own van, their outlet's, for the centre's people all."""
    if user.role == Role.TECHNICIAN:
        return bool(warehouse.technician_id) and warehouse.technician.user_id == user.pk
    if user.role not in CLERKS:
        return False
    return user.sees_everything or warehouse.outlet_id == user.outlet_id


def _kept(user: User, warehouse: Warehouse) -> None:
    """Raise NotAllowed unless the person looks after the warehouse."""
    if not may_keep(user, warehouse):
        raise NotAllowed("H-A3", {"action": str(warehouse), "roles": str(_("whoever looks after it"))})


def _refused(rule: str, code: str, message: Any) -> GuardsUnmet:
    return GuardsUnmet(rule, [Lack(rule, code, message)])


def told_plainly(work: Callable[[], Any]) -> Any:
    """Do something to stock; what the ledger refuses is told in words."""
    try:
        return work()
    except NotEnough as short:
        said = format_lazy(
            _("{part}: {wanted} wanted, {free} free in {warehouse}."),
            part=f"{short.part.code} {short.part.name}",
            wanted=short.wanted,
            free=short.free,
            warehouse=short.warehouse.name,
        )
        raise _refused("H-A3", "not_enough", said) from short
    except CountMoved as moved:
        raise _refused("H-A3", "count_moved", _moved_words(moved)) from moved


def _moved_words(moved: CountMoved) -> Any:
    named = f"{moved.part.code} {moved.part.name}"
    if moved.on_hand == moved.expected:
        said = _("{part}: {counted} counted, but {reserved} are promised to orders. Let go of one there first.")
    else:
        said = _("{part}: {expected} were on the sheet and {on_hand} are on the books by now. Count it again.")
    return format_lazy(
        said,
        part=named,
        counted=moved.counted,
        reserved=moved.reserved,
        expected=moved.expected,
        on_hand=moved.on_hand,
    )


def receive(by: User, now: datetime, target: Warehouse, lines: list[tuple[Part, int]], note: str = "") -> None:
    """Receive parts from outside. Raises NotAllowed."""
    _kept(by, target)
    stock.receive(target, lines, Why(now, by, note=note))


def carry(
    by: User, now: datetime, source: Warehouse, target: Warehouse, lines: list[tuple[Part, int]], note: str = ""
) -> None:
    """Carry free parts from one warehouse to another that one may see. Raises NotAllowed, GuardsUnmet."""
    _kept(by, source)
    if source.pk == target.pk:
        raise _refused("H-A3", "same_place", _("It is there already. Choose another warehouse."))
    told_plainly(lambda: stock.transfer(source, target, lines, Why(now, by, note=note)))


def scrap(by: User, now: datetime, source: Warehouse, lines: list[tuple[Part, int]], note: str) -> None:
    """Throw parts away, with a reason. Raises NotAllowed, GuardsUnmet."""
    _kept(by, source)
    if not note:
        raise _refused("H-A3", "reason", _("Say why it is thrown away."))
    told_plainly(lambda: stock.scrap(source, lines, Why(now, by, note=note)))


def count(by: User, now: datetime, place: Warehouse, lines: list[tuple[Part, int, int]], note: str = "") -> None:
    """Settle a count: lines of (part, expected, counted). Raises NotAllowed, GuardsUnmet when the sheet is old."""
    _kept(by, place)
    told_plainly(lambda: stock.count(place, lines, by, now, note))


def set_minimum(by: User, place: Warehouse, part: Part, minimum: int) -> None:
    """Say how many of a part to keep somewhere. Raises NotAllowed."""
    _kept(by, place)
    row = {"warehouse": place, "part": part, "minimum": minimum}
    Balance.objects.bulk_create(
        [Balance(**row)],
        update_conflicts=True,
        unique_fields=["warehouse", "part"],
        update_fields=["minimum"],
    )


def ask(by: User, now: datetime, target: Warehouse, part: Part, quantity: int, reason: str = "") -> Requisition:
    """Request a part for a warehouse, without an order. Raises NotAllowed."""
    _kept(by, target)
    return Requisition.objects.create(
        outlet=_outlet(target, by), part=part, quantity=quantity, target=target, asked_at=now, asked_by=by,
        reason=reason,
    )  # fmt: skip


def _outlet(target: Warehouse, by: User) -> Outlet:
    return target.outlet or by.outlet or Outlet.objects.order_by("pk").first()


def below_minimum(places) -> Any:
    """Return the balances of warehouses that have fewer free than are to be kept there."""
    rows = Balance.objects.filter(warehouse__in=places, minimum__gt=F("on_hand") - F("reserved"))
    return rows.select_related("part", "warehouse").order_by("warehouse__code", "part__code")


def fill_up(by: User, now: datetime, target: Warehouse) -> int:
    """Request what a warehouse lacks to its minimum and nobody has requested yet; return how many requisitions.

    The warehouse's row is locked meanwhile: two who press at once ask for it once.
    """
    _kept(by, target)
    with transaction.atomic():
        Warehouse.objects.select_for_update(no_key=True).get(pk=target.pk)
        coming = Requisition.objects.open().filter(target=target, order=None).values("part").annotate(n=Sum("quantity"))
        coming = {row["part"]: row["n"] for row in coming}
        short = ((row, row.minimum - row.free - coming.get(row.part_id, 0)) for row in below_minimum([target]))
        asked = [
            Requisition(
                outlet=_outlet(target, by), part=row.part, quantity=many, target=target, asked_at=now, asked_by=by
            )
            for row, many in short
            if many > 0
        ]
        return len(Requisition.objects.bulk_create(asked))


def judge(pk: int, by: User, now: datetime, raw: dict) -> None:
    """Decide a requisition, of an order or without one; `raw` as *decide_part* takes it, `source` a Warehouse or None.

    Raises NotFound, NotAllowed, BadData, GuardsUnmet.
    """
    found = _mine(pk, by)
    if _for_order(found):
        source = raw.get("source")
        told = raw | {"requisition": pk, "source": source and source.code, "expected_on": _iso(raw.get("expected_on"))}
        _act(found.order_id, "decide_part", by, now, told)
        return
    today = now.astimezone(found.outlet.tz).date()

    def work(row: Requisition) -> None:
        if lacks := list(well_decided(raw, row, today)):
            raise GuardsUnmet("H-A3", lacks)
        told_plainly(lambda: decide(row, raw, by, now))

    _settle(found, work)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def arrived(pk: int, by: User, now: datetime) -> None:
    """Receive what a requisition asked for. Raises NotFound, NotAllowed, GuardsUnmet."""
    found = _mine(pk, by)
    if _for_order(found):
        _act(found.order_id, "part_came", by, now, {"requisition": pk})
        return
    why = Why(now, by, found.order_id)
    _settle(found, lambda row: told_plainly(lambda: take_in(row, why, now, keep=False)))


def _for_order(requisition: Requisition) -> bool:
    """Tell whether the order still wants to know: what arrives for a finished one is nobody's in particular."""
    return bool(requisition.order_id) and requisition.order.state in LOOKED_AFTER


def _mine(pk: int, by: User) -> Requisition:
    rows = Requisition.objects.for_user(by).select_related("order", "outlet", "part", "source", "target")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound("H-A3")
    if by.role not in CLERKS:
        raise NotAllowed("H-A3", {"action": str(_("Decide a requisition")), "roles": str(Role.CLERK.label)})
    return found


def _settle(found: Requisition, work: Callable[[Requisition], None]) -> None:
    """Do something to an open requisition, its row locked: two who press at once do it once."""
    with transaction.atomic():
        rows = Requisition.objects.select_for_update(of=("self",), no_key=True)
        row = rows.select_related("part", "source", "target", "outlet").get(pk=found.pk)
        if lacks := list(open_one(row)):
            raise GuardsUnmet("H-A3", lacks)
        work(row)


def old_parts(user: User) -> Any:
    """Return the parts put in whose old ones are still with a person, oldest first (H-W4)."""
    orders = ServiceOrder.objects.for_user(user)
    rows = PartUse.objects.filter(old="technician")
    rows = rows.filter(by=user) if user.role == Role.TECHNICIAN else rows.filter(order__in=orders)
    return rows.select_related("part", "by", "order__outlet", "order__appliance").order_by("by", "at", "pk")


def old_parts_back(by: User, now: datetime, numbers: list[int]) -> int:
    """Take old parts (numbers of their uses) into the depot, in one go; return how many lines. Raises NotAllowed."""
    if by.role not in CLERKS:
        raise NotAllowed("H-W4", {"action": str(_("Take in old parts")), "roles": str(Role.CLERK.label)})
    with transaction.atomic():
        locked = PartUse.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
        mine = old_parts(by).filter(pk__in=numbers).values("pk")
        uses = list(locked.filter(pk__in=list(mine.values_list("pk", flat=True)), old="technician"))
        uses = list(PartUse.objects.filter(pk__in=[use.pk for use in uses]).select_related("part", "order__outlet"))
        by_depot: dict[Warehouse, list] = {}
        for use in uses:
            depot = stock.depot_of(use.order.outlet)
            by_depot.setdefault(depot, []).append((use.part, use.quantity, use.order_id))
        for depot in sorted(by_depot, key=lambda one: one.pk):
            stock.old_part_back(depot, by_depot[depot], by, now)
        PartUse.objects.filter(pk__in=[use.pk for use in uses]).update(old="depot", old_returned_at=now)
    return len(uses)
