"""Outlets, people, their skills, shifts and kits."""

from technicians.models.kit import KitItem, KitStandard
from technicians.models.people import Outlet, Role, User
from technicians.models.technician import Absence, Position, Shift, Skill, Technician

__all__ = [
    "Absence",
    "KitItem",
    "KitStandard",
    "Outlet",
    "Position",
    "Role",
    "Shift",
    "Skill",
    "Technician",
    "User",
]
