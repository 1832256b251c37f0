"""The words of the audit: what each log and each verb is called, and one row as a person would read it."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from customers.phones import masked
from dispatch.lifecycle import REGISTRY
from dispatch.models import Deed, PrivacyKind, ServiceOrder, State
from dispatch.reports.audit import SIGN_IN_FAILED, SIGNED_IN, Row
from dispatch.reports.sheets.cells import HIDDEN, PHONE, hushed
from technicians.models import Role
from web.shared.story import Names, notes_of

log = logging.getLogger(__name__)

LOG_NAMES = {
    "orders": _("Orders"),
    "master": _("Master data"),
    "house": _("Exports, backups, single sign-on"),
    "doors": _("Signing in"),
    "customers": _("Customers' privacy"),
}
MASTER = {"added": _("Added"), "changed": _("Changed"), "deleted": _("Deleted")}
DOORS = {SIGNED_IN: _("Signed in"), SIGN_IN_FAILED: _("Wrong password")}
BY_LINK = ("link", "portal")
SHOWN = 400  # signs of the details on a page; the sheet has all of them


@dataclass(frozen=True)
class Told:
    """A row in words; phones masked, places left out."""

    at: datetime
    log: Any
    verb: Any
    who: Any
    role: Any
    order: int | None
    seq: int | None
    moved: tuple[State | str, State | str] | None
    about: str
    details: str

    @property
    def number(self) -> str:
        """The order's number as people know it."""
        return f"{self.order:06d}" if self.order else ""


def all_told(rows: list[Row]) -> list[Told]:
    """Return the rows of a page: what happened to orders in sentences, as their own pages tell it."""
    orders = ServiceOrder.objects.select_related("outlet").in_bulk({row.order for row in rows if row.order})
    names = Names()
    return [told(row, SHOWN, _sentences(row, orders.get(row.order), names)) for row in rows]


def _sentences(row: Row, order: ServiceOrder | None, names: Names) -> str:
    """Say what an event holds; '' where there are no words for it (any more): then it is shown as it was kept."""
    if row.event is None or order is None:
        return ""
    try:
        row.event.payload = hushed(row.event.payload)
        return " · ".join(str(note) for note in notes_of(row.event, order, names))
    except (KeyError, TypeError, ValueError, AttributeError) as failed:
        log.warning("audit: event %s can't be told: %s", row.event.pk, failed)
        return ""


def told(row: Row, most: int | None = SHOWN, sentences: str = "") -> Told:
    """Return a row in words; details of at most so many signs, as sentences or as they were kept."""
    details = sentences or "; ".join(_pairs(hushed(row.what)))
    reason = PHONE.sub(lambda found: masked(found[0]), row.reason)
    said = " · ".join(part for part in (reason, details) if part)
    if most and len(said) > most:
        said = f"{said[:most]}…"
    about = PHONE.sub(lambda found: masked(found[0]), row.about)
    return Told(
        at=row.at,
        log=LOG_NAMES[row.log],
        verb=verb_name(row.log, row.verb),
        who=row.who or (_("Customer") if row.log == "customers" or row.what.get("how") in BY_LINK else "Doorstep"),
        role=dict(Role.choices).get(row.role, ""),
        order=row.order,
        seq=row.seq,
        moved=tuple(_state(one) for one in row.moved) if row.moved and row.moved[0] else None,
        about=about,
        details=said,
    )


def verb_name(log: str, code: str) -> Any:
    """Return what a verb is called, its code when nobody named it."""
    if log == "orders":
        return _("Order opened") if code == "created" else getattr(REGISTRY.get(code), "label", code)
    names = {"master": MASTER, "doors": DOORS, "house": dict(Deed.choices), "customers": dict(PrivacyKind.choices)}
    return names[log].get(code, code)


def verbs_of() -> list[tuple[Any, list[tuple[str, Any]]]]:
    """Return the verbs to choose from, by log: (log's name, [(log:code, name)])."""
    codes = {
        "orders": ["created", *sorted(REGISTRY)],
        "master": list(MASTER),
        "house": list(Deed.values),
        "doors": list(DOORS),
        "customers": list(PrivacyKind.values),
    }
    return [
        (
            LOG_NAMES[log],
            sorted(((f"{log}:{code}", verb_name(log, code)) for code in some), key=lambda one: str(one[1])),
        )
        for log, some in codes.items()
    ]


def _state(code: str) -> Any:
    return State(code) if code in State.values else code


def _pairs(what: dict) -> list[str]:
    """Say plain data as `name: value`; what is empty is left out."""
    return [f"{name}: {_said(value)}" for name, value in what.items() if value not in (None, "", [], {}, HIDDEN)]


def _said(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(_pairs(value)) + "}"
    if isinstance(value, list):
        return ", ".join(_said(one) for one in value) if value else HIDDEN
    return str(value)
