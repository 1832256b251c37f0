"""Where the example's parts lie, and the units it lends (H-A3, H-A6). What lies anywhere came there by moves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from customers.models import Brand, Category
from dispatch.demo.bulk import add, pick
from dispatch.example import data
from dispatch.models import Fault
from technicians.models import Balance, Loaner, Move, MoveKind, Outlet, Part, Technician, Warehouse, WarehouseKind

OPENED = timedelta(days=20)  # before now
HALF_DAY = timedelta(hours=12)
DEAR = 100_000  # fen: what costs more lies in the centre only
NOTE = "期初入庫"
NAME = {
    WarehouseKind.CENTRE: ("Centre store", "中心仓库", "中心倉庫"),
    WarehouseKind.DEPOT: ("Depot for old parts", "旧件仓库", "舊件倉庫"),
}

Lot = tuple[Warehouse, Part, int]


def load_stock(now: datetime) -> None:
    """Write warehouses, what lies in them and the moves that brought it; and the loaners. Only into empty shelves."""
    warehouses = add(Warehouse, _warehouses())
    if not Move.objects.exists():
        _fill(warehouses, now - OPENED)
    _loaners()


def _warehouses() -> Iterator[dict[str, Any]]:
    """Yield the centre's two, one for each outlet, one for each van."""
    for kind, names in NAME.items():
        yield _named(kind.value, names) | {"kind": kind}
    for outlet in Outlet.objects.all():
        names = (f"{outlet.name_en} store", f"{outlet.name_zh_hans}仓库", f"{outlet.name_zh_hant}倉庫")
        yield _named(f"store-{outlet.code}", names) | {"kind": WarehouseKind.OUTLET, "outlet": outlet}
    for technician in Technician.objects.select_related("outlet"):
        permit, name = technician.permit_code, technician.name
        names = (f"Van {permit} {name}", f"{name}的服务车", f"{name}的服務車")
        more = {"kind": WarehouseKind.VAN, "outlet": technician.outlet, "technician": technician}
        yield _named(f"van-{permit.lower()}", names) | more


def _named(code: str, names: tuple[str, str, str]) -> dict[str, Any]:
    return dict(zip(("code", "name_en", "name_zh_hans", "name_zh_hant"), (code, *names), strict=True))


def _fill(warehouses: dict[str, Warehouse], at: datetime) -> None:
    """Receive everything at the centre, send the outlets theirs, and load the vans from the outlets."""
    parts = {part.code: part for part in Part.objects.all()}
    centre = warehouses[WarehouseKind.CENTRE]
    stores = {one.outlet_id: one for one in warehouses.values() if one.kind == WarehouseKind.OUTLET}
    kept = [(centre, parts[row["code"]], _plenty(row)) for row in data.parts()]
    lots = [lot for store in stores.values() for lot in _store(store, parts)]
    vans = Warehouse.objects.filter(kind=WarehouseKind.VAN).select_related("technician")
    loads = [lot for van in vans.prefetch_related("technician__skills") for lot in _van(van, parts)]
    to_vans = [_transfer(stores[van.outlet_id], van, part, many, at + 2 * HALF_DAY) for van, part, many in loads]
    to_stores = _sums(stores, lots, loads)
    sent = [_transfer(centre, store, part, many, at + HALF_DAY) for (store, part), many in to_stores.items()]
    came = Counter({part: many for _centre, part, many in kept})
    for (_target, part), many in to_stores.items():
        came[part] += many
    received = [_move(MoveKind.RECEIVED, None, centre, part, many, at) for part, many in came.items()]
    Move.objects.bulk_create([*received, *sent, *to_vans])
    Balance.objects.bulk_create(
        Balance(warehouse=where, part=part, on_hand=many, minimum=max(1, many // 2), counted_at=at)
        for where, part, many in [*kept, *lots, *loads]
    )


def _sums(stores: dict[int, Warehouse], lots: list[Lot], loads: list[Lot]) -> Counter:
    """Return how much each store was sent: what it keeps, and what its vans were loaded with."""
    sums: Counter = Counter()
    for where, part, many in [*lots, *loads]:
        sums[stores[where.outlet_id], part] += many
    return sums


def _transfer(source: Warehouse, target: Warehouse, part: Part, many: int, at: datetime) -> Move:
    return _move(MoveKind.TRANSFER, source, target, part, many, at)


def _move(kind: MoveKind, source: Warehouse | None, target: Warehouse, part: Part, many: int, at: datetime) -> Move:
    return Move(at=at, kind=kind, part=part, quantity=many, source=source, target=target, note=NOTE)


def _plenty(row: dict[str, Any]) -> int:
    """Return how many lie in the centre: the dear ones few."""
    return 60 if row["consumable"] else 4 if row["price_cny"] > DEAR else 8 if row["serialised"] else 18


def _store(store: Warehouse, parts: dict[str, Part]) -> Iterator[Lot]:
    """Yield what an outlet keeps: some of most, none of what is dear, and a few things have just run out."""
    for number, row in enumerate(data.parts()):
        if row["price_cny"] > DEAR or number % 11 == 7:
            continue
        yield store, parts[row["code"]], 12 if row["consumable"] else 2 if row["serialised"] else 4


def _van(van: Warehouse, parts: dict[str, Part]) -> Iterator[Lot]:
    """Yield what a technician carries: the cheaper parts that usually fix the faults they were trained for."""
    trained = {skill.pk for skill in van.technician.skills.all()}
    wanted = {row["code"]: row for row in data.parts()}
    usual = Fault.usual_parts.through.objects.filter(fault__skill__in=trained).order_by("part_id")
    for code in usual.values_list("part__code", flat=True).distinct():
        row = wanted[code]
        if row["serialised"] or row["price_cny"] > DEAR // 5:
            continue
        yield van, parts[code], 3 if row["consumable"] else 1


def _loaners() -> None:
    """Write the units that outlets lend."""
    outlets = {outlet.code: outlet for outlet in Outlet.objects.all()}
    categories = {category.code: category for category in Category.objects.all()}
    brands = {brand.code: brand for brand in Brand.objects.all()}
    rows = (
        pick(row, "code", "model_no", "serial", "condition", "note")
        | {
            "outlet": outlets[row["outlet"]],
            "category": categories[row["category"]],
            "brand": brands[row["brand"]],
        }
        for row in data.loaners()
    )
    add(Loaner, rows)
