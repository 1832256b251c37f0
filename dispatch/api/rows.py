"""Rows as plain data, built from few columns: what the API answers with.

Who was let in to a finished order as its technician no longer needs the customer's phone and door:
`Eyes` masks them (quality: phones and addresses masked for technicians once an order is closed).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.translation import get_language

from customers.phones import masked
from dispatch.models import Visit
from technicians.models import Role, User

HIDDEN = "•••"
DOOR = ("line", "access_note", "latitude", "longitude")


@dataclass(frozen=True)
class Eyes:
    """What a person is shown of customers."""

    technician: bool

    @classmethod
    def of(cls, user: User) -> Eyes:
        """Return the eyes of a person."""
        return cls(user.role == Role.TECHNICIAN)

    def phone(self, number: str, *, needed: bool) -> str:
        """Return a number, or only its ends."""
        return masked(number) if self.technician and not needed else number

    def place(self, address: dict, *, needed: bool) -> dict:
        """Return an address, or only its district and city."""
        if needed or not self.technician:
            return address
        return address | {
            "line": HIDDEN if address["line"] else "",
            "access_note": "",
            "latitude": None,
            "longitude": None,
        }


def named(prefix: str) -> dict[str, Any]:
    """Return the columns of a row of master data: code, and name in the reader's language and in English."""
    suffix = {"zh-hans": "zh_hans", "zh-hant": "zh_hant"}.get(get_language() or "en", "en")
    flat = prefix.replace("__", "_")
    return {
        f"{flat}_code": F(f"{prefix}__code"),
        f"{flat}_name": F(f"{prefix}__name_{suffix}"),
        f"{flat}_name_en_": F(f"{prefix}__name_en"),
    }


def take_named(row: dict, prefix: str) -> dict | None:
    """Return {"code", "name"} out of the columns that `named` added; None where there is no such row."""
    code = row[f"{prefix}_code"]
    return code and {"code": code, "name": row[f"{prefix}_name"] or row[f"{prefix}_name_en_"]}


ORDER_COLUMNS = {
    "outlet_code": F("outlet__code"),
    "zone": F("outlet__zone"),
    "customer_name": F("customer__name"),
    "customer_phone": F("customer__phone"),
    "line": F("address__line"),
    "district": F("address__district"),
    "city": F("address__city"),
    "access_note": F("address__access_note"),
    "latitude": F("address__latitude"),
    "longitude": F("address__longitude"),
    "model_no": F("appliance__model_no"),
    "technician_name": F("technician__name"),
}
ORDER_FIELDS = (
    "id",
    "state",
    "priority",
    "channel",
    "service_kind",
    "symptom",
    "wish",
    "wish_from",
    "wish_to",
    "in_warranty",
    "external_ref",
    "escalation",
    "returns",
    "opened_at",
    "state_since",
    "finished_at",
    "promised_at",
    "version",
)
_MORE = ("customer_id", "appliance_id", "technician_id", "next_action", "next_role", "next_user_id", "next_due_at")


def order_columns(orders):
    """Return the orders as dicts of just the columns that `order_rows` reads."""
    extra = ORDER_COLUMNS | named("appliance__category") | named("appliance__brand")
    return orders.values(*ORDER_FIELDS, *_MORE, **extra)


def order_rows(found: list[dict], user: User, now: datetime) -> list[dict]:
    """Return orders as they stand in lists, each with its standing visit. One query, whatever their number."""
    eyes = Eyes.of(user)
    visits = Visit.objects.standing().filter(order__in=[row["id"] for row in found])
    standing = {row["order_id"]: row for row in visits.values("order_id", *VISIT_TIMES)}
    return [_order_row(row, standing.get(row["id"]), eyes, now) for row in found]


VISIT_TIMES = (
    "id",
    "sequence",
    "status",
    "starts_at",
    "ends_at",
    "window_ends_at",
    "expected_at",
    "leave_by",
    "at_risk",
    "departed_at",
    "arrived_at",
)


def _order_row(row: dict, visit: dict | None, eyes: Eyes, now: datetime) -> dict:
    needed = row["finished_at"] is None
    due = row["next_due_at"]
    if visit:
        visit = {name: visit[name] for name in VISIT_TIMES}
    address = {name: row[name] for name in ("line", "district", "city", "access_note", "latitude", "longitude")}
    return {name: row[name] for name in ORDER_FIELDS} | {
        "number": f"{row['id']:06d}",
        "outlet": row["outlet_code"],
        "zone": row["zone"],
        "customer": {
            "id": row["customer_id"],
            "name": row["customer_name"],
            "phone": eyes.phone(row["customer_phone"], needed=needed),
        },
        "address": eyes.place(address, needed=needed),
        "appliance": {
            "id": row["appliance_id"],
            "category": take_named(row, "appliance_category"),
            "brand": take_named(row, "appliance_brand"),
            "model_no": row["model_no"],
        },
        "technician": row["technician_id"] and {"id": row["technician_id"], "name": row["technician_name"]},
        "next": next_of(row) if needed else None,
        "overdue": bool(needed and due and due < now),
        "visit": visit,
    }


def next_of(row: dict) -> dict:
    """Return who must do what next, by when (H-N1)."""
    return {
        "action": row["next_action"],
        "role": row["next_role"],
        "user": row["next_user_id"],
        "due_at": row["next_due_at"],
    }
