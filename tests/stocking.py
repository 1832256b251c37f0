"""Rows for tests that need parts: a part, an outlet's store, a van, the centre, and something in them."""

from __future__ import annotations

from itertools import count

from customers.models import Brand, Category, ProductModel
from technicians import stock
from technicians.models import Outlet, Part, Technician, Warehouse, WarehouseKind
from technicians.stock import Why
from tests.factories import NOW

_number = count(1)


def make_model(number: str = "XQG70", category: str = "washing_machine") -> ProductModel:
    """Return a model of the catalogue; the number is the one that orders of the factories have."""
    kind, _made = Category.objects.get_or_create(code=category, defaults={"name_en": category})
    brand, _made = Brand.objects.get_or_create(code="maker", defaults={"name_en": "Maker"})
    how = {"category": kind, "name_en": number}
    return ProductModel.objects.get_or_create(brand=brand, number=number, defaults=how)[0]


def make_part(code: str = "", *, fits: tuple[ProductModel, ...] = (), **how) -> Part:
    """Return a part; without `fits` it fits every model."""
    number = next(_number)
    how = {"name_en": f"Drain pump {number}", "name_zh_hant": f"排水泵 {number}"} | how
    part = Part.objects.create(code=code or f"DP-{number:04d}", **how)
    part.fits.set(fits)
    return part


def make_centre() -> Warehouse:
    """Return the centre's store."""
    how = {"kind": WarehouseKind.CENTRE, "name_en": "Centre store"}
    return Warehouse.objects.get_or_create(code="centre", defaults=how)[0]


def make_store(outlet: Outlet) -> Warehouse:
    """Return an outlet's store."""
    return stock.store_of(outlet)


def make_van(technician: Technician) -> Warehouse:
    """Return a technician's van."""
    return stock.van_of(technician)


def put(warehouse: Warehouse, part: Part, quantity: int = 1) -> None:
    """Receive parts into a warehouse."""
    stock.receive(warehouse, [(part, quantity)], Why(NOW))


def balance(warehouse: Warehouse, part: Part) -> tuple[int, int]:
    """Return (on hand, reserved) as it is in the database now."""
    row = warehouse.balances.filter(part=part).values_list("on_hand", "reserved").first()
    return row or (0, 0)
