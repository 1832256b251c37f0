"""The admin of customers and makers; also who may do what there, for every other admin."""

from customers.admin import people, policies  # noqa: F401 - importing registers
from customers.admin.base import (
    NAMES,
    ByRole,
    NamedAdmin,
    OwnFilter,
    ReadOnly,
    RoleAdmin,
    SheetAdmin,
    by_code,
    many_by,
    sheet_of,
)
from customers.admin.policies import VersionedAdmin

__all__ = [
    "NAMES",
    "ByRole",
    "NamedAdmin",
    "OwnFilter",
    "ReadOnly",
    "RoleAdmin",
    "SheetAdmin",
    "VersionedAdmin",
    "by_code",
    "many_by",
    "sheet_of",
]
