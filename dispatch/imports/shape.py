"""What readers of every kind of file hand on."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from dispatch.imports.errors import BadValue, UnreadableFile, shown


@dataclass(frozen=True)
class Row:
    """One row as it stands in the file: text from .csv; text, numbers and dates from .xlsx."""

    number: int  # as a spreadsheet numbers it, from 1
    cells: tuple[object, ...]
    done: int  # how far into the file, in the unit of Table.total
    flaw: BadValue | None = None  # why the row as a whole can't be trusted


def no_header(first: tuple[object, ...]) -> UnreadableFile:
    """Return the error for a file in whose first rows no header is found; `first` is its first row."""
    seen = ", ".join(shown(cell, 20) for cell in first if cell not in (None, ""))
    return UnreadableFile(
        _(
            "No header was found in the first 20 rows. One row must name the columns, such as: order no, "
            "customer name, phone, address, product, symptom. The first row reads: %(seen)s"
        ),
        seen=shown(seen, 120) or "–",
    )
