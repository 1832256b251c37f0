"""One row of a file → one draft of an order, or every reason why not (H-I2).

A value that can't be read refuses the row, as does a row that nobody could act on: neither phone nor address, or
neither symptom nor product. Anything else that is missing is a gap for the dispatcher to fill (H-I3).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from dispatch.imports import dates, values, windows, words
from dispatch.imports.columns import Columns
from dispatch.imports.errors import BadValue, RowRefused, Told
from dispatch.imports.phones import Phones, phones
from dispatch.imports.shape import Row

NOT_AN_ORDER = re.compile(
    r"(合計|合计|總計|总计|小計|小计|共計|共计|total|sum|subtotal|grand total|共\s*\d+)", re.IGNORECASE
)
LIMITS = {
    "customer": 120,
    "address": 240,
    "district": 80,
    "city": 80,
    "brand": 120,
    "wish": 240,
    "symptom": 2000,
    "note": 4000,
}


@dataclass(frozen=True)
class Context:
    """Whose file it is and when it is read: what values alone can't say."""

    region: str  # for phones without a country code, and for ROC years
    zone: ZoneInfo
    today: date  # in the outlet's zone
    place: tuple[float, float] | None = None  # of the outlet, (latitude, longitude)
    categories: Mapping[str, str] = field(default_factory=lambda: words.CATEGORY_WORDS)
    day_order: str = ""  # 'dmy' or 'mdy' where the file shows it


@dataclass(frozen=True)
class Draft:
    """What one row says of an order. Text is '' and everything else None where the row says nothing."""

    external_ref: str
    digest: str  # of the content: the same row again, or another under the same number
    customer: str = ""
    phone: str = ""  # E.164
    phone_alt: str = ""
    address: str = ""
    district: str = ""
    city: str = ""
    latitude: float | None = None  # WGS-84 degrees
    longitude: float | None = None
    category: str = ""  # code
    brand: str = ""  # as written
    model_no: str = ""
    serial: str = ""
    purchased_on: date | None = None
    symptom: str = ""
    fault_code: str = ""
    wish: str = ""
    wish_from: datetime | None = None  # UTC
    wish_to: datetime | None = None
    channel: str = "import"
    service_kind: str = "on_site"
    priority: int = 3
    in_warranty: bool | None = None
    note: str = ""
    mended: tuple[str, ...] = ()  # what was put right: 'swapped' coordinates

    def gaps(self) -> list[str]:
        """Return the names of what H-I2 wants and the row does not say."""
        wanted = ("customer", "address", "phone", "model_no", "purchased_on", "symptom", "wish")
        return [name for name in wanted if not getattr(self, name)]


class _Reading:
    """The cells of one row by field; collects what is wrong instead of stopping at the first."""

    def __init__(self, row: Row, columns: Columns) -> None:
        self.columns = columns
        self.cells = {name: row.cells[at] for name, at in columns.at.items() if at < len(row.cells)}
        self.reasons: list[Told] = []
        self.notes: list[str] = []

    def get(self, name: str, read: Callable[..., Any], *args: Any, default: Any = "") -> Any:
        """Return read(cell, *args), `default` where the column is missing or the value is refused."""
        if name not in self.cells:
            return default
        return self.attempt(name, lambda: read(self.cells[name], *args), default)

    def attempt(self, name: str, read: Callable[[], Any], default: Any = None) -> Any:
        """Return read(), noting a BadValue under the file's own name of the column."""
        try:
            return read()
        except BadValue as bad:
            self.reasons.append(BadValue("%(column)s: %(why)s", column=self.columns.label(name), why=bad))
            return default

    def keep(self, name: str, said: str) -> None:
        """Keep in the note what has no field of its own."""
        if said:
            self.notes.append(f"{self.columns.label(name)}: {said}")


def is_order(row: Row, columns: Columns) -> bool:
    """False for a total line and for the header repeated within the file."""
    filled = [values.text(cell) for cell in row.cells if cell not in (None, "")]
    filled = [cell for cell in filled if cell]
    if not filled:
        return False
    named = [name for name in columns.header if name]
    if filled == named:
        return False
    return not (NOT_AN_ORDER.match(filled[0]) and len(filled) <= 3)


def parse(row: Row, columns: Columns, context: Context) -> Draft:
    """Return the draft that a row describes. Raises RowRefused with every reason."""
    if row.flaw:
        raise RowRefused([row.flaw])
    reading = _Reading(row, columns)
    digest = fingerprint(reading.cells)
    found: dict[str, Any] = {
        name: reading.get(name, values.limited, most)
        for name, most in LIMITS.items()
        if name not in ("symptom", "note", "wish")
    }
    found["symptom"] = reading.get("symptom", values.limited, LIMITS["symptom"], True)
    found |= _contact(reading, context) | _where(reading, context) | _appliance(reading, context)
    found |= _wish(reading, context) | _handling(reading)
    note = reading.get("note", values.limited, LIMITS["note"], True)
    _insist_on_the_least(reading, found)
    if reading.reasons:
        raise RowRefused(reading.reasons)
    ref = reading.get("order_no", values.code, 80)
    if reading.reasons:
        raise RowRefused(reading.reasons)
    found["note"] = "\n".join(part for part in (note, *reading.notes) if part)
    return Draft(external_ref=ref or f"row-{digest}", digest=digest, **found)


def fingerprint(cells: Mapping[str, object]) -> str:
    """Return 20 hex digits that are the same for the same content, however the columns stand."""
    said = "\x1f".join(f"{name}={values.plain(cells[name])}" for name in sorted(cells) if values.plain(cells[name]))
    return hashlib.blake2b(said.encode("utf-8", "replace"), digest_size=10).hexdigest()


def _contact(reading: _Reading, context: Context) -> dict[str, str]:
    first: Phones = reading.get("phone", phones, context.region, default=Phones())
    second: Phones = reading.get("phone_alt", phones, context.region, default=Phones())
    reading.keep("phone", first.note)
    reading.keep("phone_alt", second.note)
    numbers = [*dict.fromkeys(first.numbers + second.numbers)]
    for number in numbers[2:]:
        reading.keep("phone_alt", number)
    return {"phone": numbers[0] if numbers else "", "phone_alt": numbers[1] if len(numbers) > 1 else ""}


def _where(reading: _Reading, context: Context) -> dict[str, Any]:
    lat, lon, name = reading.cells.get("lat"), reading.cells.get("lon"), "lat"
    if "place" in reading.cells and "lat" not in reading.cells:
        name = "place"
        lat, lon = reading.attempt(name, lambda: values.pair(reading.cells["place"]), ("", ""))
    found = reading.attempt(name, lambda: values.place(lat, lon, context.place))
    if not found:
        return {}
    return {"latitude": found[0], "longitude": found[1], "mended": ("swapped",) if found[2] else ()}


def _appliance(reading: _Reading, context: Context) -> dict[str, Any]:
    cell = reading.cells.get("purchased")
    bought = None
    if dates.is_vague(cell):
        reading.keep("purchased", values.text(cell))  # a month is worth knowing, but no date
    else:
        bought = reading.get(
            "purchased", dates.purchase_day, context.today, context.region, context.day_order, default=None
        )
    return {
        "category": reading.get("category", words.category, context.categories),
        "model_no": reading.get("model", values.code, 80),
        "serial": reading.get("serial", values.code, 80),
        "fault_code": reading.get("fault_code", values.code, 40),
        "purchased_on": bought,
    }


def _wish(reading: _Reading, context: Context) -> dict[str, Any]:
    cells = reading.cells
    name = next((name for name in ("when", "when_day", "when_hours") if name in cells), "when")
    hours = cells.get("when_hours")
    on = cells.get("when_day")
    if "when" in cells and not values.is_nothing(cells["when"]):
        on, hours = (cells["when"], hours) if values.is_nothing(on) else (on, cells["when"])
    span = reading.attempt(
        name, lambda: windows.window(on, hours, context.today, context.zone, context.region, context.day_order)
    )
    said = reading.get("wish", values.limited, LIMITS["wish"])
    if (span is None or not span.all_said) and not values.is_nothing(cells.get("when")):
        said = "; ".join(part for part in (said, values.text(cells["when"])) if part)[: LIMITS["wish"]]
    return {"wish": said, "wish_from": span.start if span else None, "wish_to": span.end if span else None}


def _handling(reading: _Reading) -> dict[str, Any]:
    channel = reading.get("channel", words.channel, default=None)
    if channel is None and not values.is_nothing(reading.cells.get("channel")):
        reading.keep("channel", values.text(reading.cells["channel"]))
    return {
        "channel": channel or "import",
        "service_kind": reading.get("service_kind", words.service_kind, default="on_site"),
        "priority": reading.get("priority", words.priority, default=3),
        "in_warranty": reading.get("warranty", words.in_warranty, default=None),
    }


def _insist_on_the_least(reading: _Reading, found: Mapping[str, Any]) -> None:
    """Without these nobody could act on the order; a value that was refused is not missing too."""
    if not found["phone"] and not found["address"] and not _filled(reading.cells, "phone", "address"):
        reading.reasons.append(BadValue(_("There is neither a phone number nor an address. Give at least one.")))
    if not found["symptom"] and not found["category"] and not _filled(reading.cells, "symptom", "category"):
        reading.reasons.append(BadValue(_("There is neither a symptom nor a product. Give at least one.")))


def _filled(cells: Mapping[str, object], *names: str) -> bool:
    return any(not values.is_nothing(cells.get(name)) for name in names)


def sample_order(rows: Sequence[Row], columns: Columns) -> str:
    """Return how the file's first rows write days: 'dmy', 'mdy' or ''."""
    at = [columns.at[name] for name in ("purchased", "when", "when_day") if name in columns.at]
    return dates.order_in(row.cells[index] for row in rows for index in at if index < len(row.cells))
