"""Which warehouse is meant: a technician's van, an outlet's store, the centre, the depot. Made when first needed."""

from __future__ import annotations

from customers.reading import remembered
from technicians.models import Outlet, Technician, Warehouse, WarehouseKind


def van_of(technician: Technician) -> Warehouse:
    """Return the technician's van."""
    found = Warehouse.objects.filter(technician=technician).first()
    if found:
        return found
    names = {
        "name_en": f"Van {technician.name}",
        "name_zh_hans": f"{technician.name}的服务车",
        "name_zh_hant": f"{technician.name}的服務車",
    }
    how = {"kind": WarehouseKind.VAN, "outlet_id": technician.outlet_id, "code": f"van-t{technician.pk}"}
    return Warehouse.objects.get_or_create(technician=technician, defaults=how | names)[0]


def store_of(outlet: Outlet) -> Warehouse:
    """Return the outlet's store; the first by code when it has several."""
    stores = Warehouse.objects.filter(kind=WarehouseKind.OUTLET, outlet=outlet, active=True).order_by("code")
    found = stores.first()
    if found:
        return found
    names = {
        "name_en": f"{outlet.name_en} store",
        "name_zh_hans": f"{outlet.name_zh_hans or outlet.name_en}仓库",
        "name_zh_hant": f"{outlet.name_zh_hant or outlet.name_en}倉庫",
    }
    how = {"kind": WarehouseKind.OUTLET, "outlet": outlet}
    return Warehouse.objects.get_or_create(code=f"store-{outlet.pk}", defaults=how | names)[0]


def centre() -> Warehouse | None:
    """Return the centre's store, if there is one."""
    return Warehouse.objects.filter(kind=WarehouseKind.CENTRE, active=True).order_by("code").first()


def depot_of(outlet: Outlet) -> Warehouse:
    """Return where the outlet's old parts go: its own depot, else the centre's."""
    depots = Warehouse.objects.filter(kind=WarehouseKind.DEPOT, active=True).order_by("code")
    found = depots.filter(outlet=outlet).first() or depots.filter(outlet=None).first()
    if found:
        return found
    names = {"name_en": "Depot for old parts", "name_zh_hans": "旧件仓库", "name_zh_hant": "舊件倉庫"}
    return Warehouse.objects.get_or_create(code="depot", defaults={"kind": WarehouseKind.DEPOT} | names)[0]


@remembered(lambda outlet_id, technician: (outlet_id, technician and technician.pk))
def places_for(outlet_id: int, technician: Technician | None) -> list[Warehouse]:
    """Return where a part for an order is looked for, nearest first: van, the outlet's stores, the centre's."""
    nearest = {WarehouseKind.VAN: 0, WarehouseKind.OUTLET: 1, WarehouseKind.CENTRE: 2}
    rows = Warehouse.objects.filter(active=True, kind__in=nearest)
    mine = [
        row
        for row in rows
        if (row.kind == WarehouseKind.VAN and technician is not None and row.technician_id == technician.pk)
        or (row.kind == WarehouseKind.OUTLET and row.outlet_id == outlet_id)
        or (row.kind == WarehouseKind.CENTRE and row.outlet_id in (None, outlet_id))
    ]
    return sorted(mine, key=lambda row: (nearest[row.kind], row.code))
