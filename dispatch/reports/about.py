"""Everything that is kept about a customer, as plain data: for themselves, to read or to take along."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from customers.models import Customer
from dispatch.models import Notice, PartUse, ServiceOrder

REPAIR = (
    "finding", "cause", "measure", "rating_repair", "rating_manner", "remarks", "signed_by", "worked_at",
)  # fmt: skip


def about(customers: Iterable[Customer]) -> dict[str, Any]:
    """Return all of it: dates as dates, money in minor units, words as they were written."""
    return {"customers": [_customer(one) for one in customers]}


def _customer(one: Customer) -> dict[str, Any]:
    orders = ServiceOrder.objects.with_rows().filter(customer=one).order_by("pk")
    notices = Notice.objects.filter(customer=one).order_by("pk")
    return _values(one, "name", "phone", "phone_alt", "email", "language", "note", "created_at") | {
        "addresses": [
            _values(row, "line", "district", "city", "latitude", "longitude", "access_note")
            for row in one.addresses.order_by("pk")
        ],
        "appliances": [
            {"brand": _name(row.brand), "category": _name(row.category)}
            | _values(row, "model_no", "serial", "purchased_on", "installed_on", "replaced_on", "note")
            for row in one.appliances.select_related("brand", "category").order_by("pk")
        ],
        "orders": [_order(order) for order in orders],
        "messages": [
            {"about": str(row.get_event_display()), "to": row.to, "text": row.body, "at": row.created_at}
            for row in notices
        ],
        "privacy": list(one.privacy_records.order_by("pk").values("kind", "at")),
    }


def _order(order: ServiceOrder) -> dict[str, Any]:
    names = ("number", "opened_at", "finished_at", "symptom", "wish", "wish_from", "wish_to", "in_warranty")
    return _values(order, *names) | {
        "state": str(order.get_state_display()),
        "appliance": str(order.appliance),
        "address": order.address.full,
        "outlet": str(order.outlet),
        "visits": [
            {"technician": visit.technician.name, "status": str(visit.get_status_display())}
            | _values(visit, "starts_at", "window_ends_at", "arrived_at", "left_at", "consent")
            for visit in order.visits.select_related("technician")
        ],
        "repairs": [
            {"outcome": str(row.get_outcome_display())} | _values(row, *REPAIR) for row in order.repairs.all()
        ],
        "parts": [
            {"part": str(use.part), "quantity": use.quantity, "serial_in": use.serial_in, "serial_out": use.serial_out}
            for use in PartUse.objects.filter(order=order).select_related("part")
        ],
        "papers": [
            {"kind": str(row.get_kind_display()), "number": row.snapshot.get("number"), "issued_at": row.issued_at}
            for row in order.papers.order_by("pk")
        ],
        "photos": [{"of": str(row.get_kind_display()), "at": row.at} for row in order.photos.order_by("pk")],
        "films": [{"seconds": film.seconds, "at": film.at} for film in order.films.all()],
        "log": [
            {"at": event.at, "what": event.action, "from": event.from_state, "to": event.to_state}
            for event in order.events.order_by("seq").only("at", "action", "from_state", "to_state", "order_id", "seq")
        ],
    }


def _values(row: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _name(row: Any) -> str:
    return str(row) if row else ""
