"""One cell of a sheet: safe in any spreadsheet, the same for whoever reads it by program."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from customers.phones import masked

FORMULA = ("=", "+", "-", "@", "\t", "\r")
BOM = "\ufeff"  # Excel takes a file without it for another encoding
LONGEST = 32_000  # signs that Excel takes in a cell, and some to spare
HIDDEN = "•••"
PHONE_KEYS = re.compile(r"phone|^to$|mobile|tel$", re.I)
PRIVATE_KEYS = re.compile(
    r"address_line|access_note|latitude|longitude|^address$|signature|strokes|code_hash|secret", re.I
)
PHONE = re.compile(r"(?<![\w-])(?:\+\d[\d ]{7,16}\d|0\d{1,3}[- ]?\d{3,4}[- ]?\d{3,4}|1[3-9]\d{9})(?![\w-])")


def safe(one: Any) -> Any:
    """Return a cell: numbers as they are, words so that no spreadsheet takes them for a formula."""
    if one is None or isinstance(one, int | float):
        return one
    said = "".join(sign for sign in str(one) if sign.isprintable() or sign == " ")[:LONGEST]
    return f"'{said}" if said.startswith(FORMULA) else said


def plain(one: Any) -> Any:
    """Return a value as a cell: times as ISO 8601 in UTC, yes and no as 1 and 0, lists and details as JSON."""
    if isinstance(one, bool):
        return int(one)
    if isinstance(one, datetime):
        return one.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(one, date | time):
        return one.isoformat()
    if isinstance(one, Decimal | UUID):
        return str(one)
    if isinstance(one, dict | list | tuple):
        return safe(json.dumps(one, ensure_ascii=False, sort_keys=True, default=str))
    return safe(one)


def hushed(one: Any, key: str = "") -> Any:
    """Return plain data with phones masked and places left out, however deep: for those who need not call anybody."""
    if isinstance(one, dict):
        return {name: hushed(value, str(name)) for name, value in one.items()}
    if isinstance(one, list | tuple):
        return [hushed(value, key) for value in one]
    if PRIVATE_KEYS.search(key) and one not in (None, ""):
        return HIDDEN
    if isinstance(one, str):
        if PHONE_KEYS.search(key) and any(sign.isdigit() for sign in one):
            return masked(one)
        return PHONE.sub(lambda found: masked(found[0]), one)
    return one


def csv_lines(rows: Iterable[Iterable[Any]], *, mark: bool = True) -> Iterator[bytes]:
    """Yield rows as CSV in UTF-8, some at a time; `mark` puts Excel's sign in front."""
    text = io.StringIO()
    text.write(BOM if mark else "")
    writer = csv.writer(text)
    for row in rows:
        writer.writerow([plain(one) for one in row])
        if text.tell() > 30_000:
            yield text.getvalue().encode("utf-8", "replace")
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode("utf-8", "replace")
