"""What comes with an act beside its data: the key, the device's clock and place, the version seen."""

from __future__ import annotations

import hashlib
import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from dispatch.lifecycle import BadData

RESERVED = ("device_at", "position", "version")
KEY = re.compile(r"[\x21-\x7e]{1,80}\Z")
# A phone's clock may stand anywhere. It is kept, a day short of the ends so that every zone can show it.
EARLIEST, LATEST = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Envelope:
    """An act as it was sent. `data` is what the verb's own serializer reads."""

    data: dict
    key: str = ""
    fingerprint: str = ""
    version: int | None = None
    device_at: datetime | None = None
    position: dict | None = None


def open_envelope(request) -> Envelope:
    """Read a request to act. Raises BadData naming every field that does not read."""
    body, errors = request.data, {}
    read = {"device_at": _device_at, "position": _position, "version": _version}
    found: dict[str, Any] = {}
    for name, reader in read.items():
        try:
            found[name] = None if body.get(name) is None else reader(body[name])
        except ValueError as error:
            errors[name] = [str(error)]
    try:
        found["key"] = read_key(request)
    except ValueError as error:
        errors["Idempotency-Key"] = [str(error)]
    if errors:
        raise BadData("H-N3", {"errors": errors})
    data = {name: value for name, value in body.items() if name not in RESERVED}
    return Envelope(data, fingerprint=fingerprint(request), **found)


def fingerprint(request) -> str:
    """Return a hash of method, path and body: the same act sent again has the same (H-N3)."""
    body = orjson.dumps(request.data, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(b"\n".join((request.method.encode(), request.path.encode(), body))).hexdigest()


def read_key(request) -> str:
    """Return the Idempotency-Key, "" when there is none. Raises ValueError."""
    key = request.headers.get("Idempotency-Key", "")
    if key and not KEY.match(key):
        raise ValueError(_("Use 1 to 80 printable ASCII characters without spaces, such as a UUID."))
    return key


def _device_at(value: Any) -> datetime:
    """Read the phone's clock. However wrong, it is kept, and the server's counts; what is no time is refused."""
    try:
        moment = parse_datetime(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise ValueError(_("Write the device's time as ISO 8601 with its offset, such as 2026-03-05T14:20:00+08:00."))
    try:
        return min(max(moment.astimezone(UTC), EARLIEST), LATEST)
    except OverflowError:
        return EARLIEST if moment.year == 1 else LATEST


def _position(value: Any) -> dict:
    if not isinstance(value, dict):
        raise ValueError(_("A position is an object with latitude, longitude and, if known, accuracy in metres."))
    latitude, longitude = _number(value.get("latitude"), 90), _number(value.get("longitude"), 180)
    accuracy = value.get("accuracy")
    if accuracy is not None and _number(accuracy, 1e9) < 0:
        raise ValueError(_("The accuracy is a distance in metres."))
    return {"latitude": latitude, "longitude": longitude, "accuracy": accuracy}


def _number(value: Any, most: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or abs(value) > most:
        raise ValueError(_("Latitude is −90 to 90 degrees, longitude −180 to 180."))
    return float(value)


def _version(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(_("The version is a whole number, as the order showed it."))
    return value
