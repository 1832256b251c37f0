"""Outlets, people, their skills, shifts and kits; parts, where they lie, and units to lend."""

from technicians.models.checklist import Checklist, ChecklistItem, CheckStep, ItemKind
from technicians.models.holiday import Holiday
from technicians.models.kit import KitGroup, KitItem, KitStandard
from technicians.models.loaner import Condition, Loaner
from technicians.models.people import Outlet, Role, User
from technicians.models.prices import PriceTable
from technicians.models.stock import Balance, Move, MoveKind, Part, StockCount, Warehouse, WarehouseKind
from technicians.models.technician import Absence, AwayFor, Position, Shift, Skill, Technician
from technicians.models.token import ApiToken, Scope

__all__ = [
    "Absence",
    "ApiToken",
    "AwayFor",
    "Balance",
    "CheckStep",
    "Checklist",
    "ChecklistItem",
    "Condition",
    "Holiday",
    "ItemKind",
    "KitGroup",
    "KitItem",
    "KitStandard",
    "Loaner",
    "Move",
    "MoveKind",
    "Outlet",
    "Part",
    "Position",
    "PriceTable",
    "Role",
    "Scope",
    "Shift",
    "Skill",
    "StockCount",
    "Technician",
    "User",
    "Warehouse",
    "WarehouseKind",
]
