"""Find the header in a file's first rows and say which column holds what."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dispatch.imports.synonyms import SYNONYMS

HEADER_WITHIN = 20  # rows; titles, addresses of the outlet and merged cells come before it
ENOUGH = 2  # known columns that make a header: a title row may look like one column by chance
SECOND = {"phone": "phone_alt"}  # where the second column of a kind goes

_IN_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]|【[^】]*】|<[^>]*>")
_LATIN_OR_HAN = re.compile(r"[a-z][a-z0-9 ]*|[^\x00-\x7f][^\x00-\x60\x7b-\x7f]*")


def normalise(text: object) -> str:
    """Return a header without width, case, spaces, punctuation and what stands in brackets."""
    plain = unicodedata.normalize("NFKC", str(text or "")).casefold()
    outside = _IN_BRACKETS.sub(" ", plain)
    kept = "".join(ch for ch in outside if ch.isalnum())
    return kept or "".join(ch for ch in plain if ch.isalnum())


KNOWN: dict[str, str] = {
    normalise(word): field for field, words in SYNONYMS.items() for word in words.split("|") if word.strip()
}


def field_of(header: object) -> str | None:
    """Return the field that a header names, or None. Bilingual headers ('Phone 電話') count by either half."""
    if header is None or len(str(header)) > 80:
        return None
    whole = KNOWN.get(normalise(header))
    if whole:
        return whole
    plain = unicodedata.normalize("NFKC", str(header)).casefold()
    halves = re.split(r"[/\n|、,;:]", plain) + _LATIN_OR_HAN.findall(_IN_BRACKETS.sub(" ", plain))
    return next((KNOWN[key] for half in halves if (key := normalise(half)) in KNOWN), None)


@dataclass(frozen=True)
class Columns:
    """Which column holds which field (index from 0), the header as written, and what was left unused."""

    at: Mapping[str, int]
    header: tuple[str, ...]
    unused: tuple[str, ...]

    def label(self, field: str) -> str:
        """Return the header that the file itself uses for a field, else the field's own name."""
        return self.header[self.at[field]] if field in self.at else field.replace("_", " ")


def read_header(cells: Sequence[object]) -> Columns:
    """Return the columns of a header row; the first column of a kind wins, a second phone becomes phone_alt."""
    header = tuple(" ".join(str(cell).split()) if cell is not None else "" for cell in cells)
    at: dict[str, int] = {}
    unused = []
    for index, name in enumerate(header):
        field = field_of(name)
        if field in at:
            field = SECOND.get(field)
        if field and field != "ignored" and field not in at:
            at[field] = index
        elif name:
            unused.append(name)
    return Columns(at, header, tuple(unused))


def find_header(rows: Sequence[Sequence[object]]) -> tuple[int, Columns] | None:
    """Return (index, columns) of the row among the first 20 that names most columns; None if none names two."""
    found = [
        (len(columns.at), -index, columns)
        for index, row in enumerate(rows[:HEADER_WITHIN])
        if (columns := read_header(row)).at
    ]
    if not found:
        return None
    count, minus_index, columns = max(found, key=lambda item: item[:2])
    return (-minus_index, columns) if count >= ENOUGH else None
