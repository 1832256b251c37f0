"""Write refused rows back in the form they came in, with the reason in one more column."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from dispatch.imports.reader import Table
from dispatch.imports.values import GUARDED


def guarded(cell: object) -> object:
    """Return a cell that no spreadsheet takes for a formula: text that begins like one gets a leading '."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] and cell[0] in GUARDED else cell


class Rejects:
    """The file of refused rows. It appears under its name only when it is complete, and not at all when empty.

    A .csv is UTF-8 with a BOM, which Excel opens as it should; an .xlsx keeps its dates and numbers.
    """

    def __init__(self, path: Path, table: Table) -> None:
        self.path = Path(path)
        self.count = 0
        self._part = self.path.with_name(f".{self.path.name}.part")
        self._width = len(table.columns.header)
        self._sheet = _Workbook(self._part) if table.kind == "xlsx" else _Text(self._part, table.delimiter or ",")
        self._sheet.write([*table.columns.header, _("Reason")], heading=True)

    def add(self, cells: Sequence[object], reason: object) -> None:
        """Add one refused row. The reason stands under its header, whatever the length of the row."""
        padded = [*cells, *[None] * (self._width - len(cells))]
        if len(padded) > self._width:  # a stray delimiter made more cells than there are headers
            padded = [*padded[: self._width - 1], " ".join(str(cell) for cell in padded[self._width - 1 :] if cell)]
        self._sheet.write([*padded, str(reason)])
        self.count += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._sheet.close()
        if self.count and kind is None:
            self._part.replace(self.path)
        else:
            self._part.unlink(missing_ok=True)


class _Text:
    def __init__(self, path: Path, delimiter: str) -> None:
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file, delimiter=delimiter)

    def write(self, cells: Sequence[object], heading: bool = False) -> None:
        self._writer.writerow(["" if cell is None else guarded(cell) for cell in cells])

    def close(self) -> None:
        self._file.close()


class _Workbook:
    """Rows go to a temporary file of openpyxl's as they come."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._book = Workbook(write_only=True)
        self._sheet = self._book.create_sheet()
        self._sheet.freeze_panes = "A2"

    def write(self, cells: Sequence[object], heading: bool = False) -> None:
        self._sheet.append([self._cell(cell, heading) for cell in cells])

    def _cell(self, value: object, heading: bool) -> WriteOnlyCell:
        if isinstance(value, str):
            value = guarded(ILLEGAL_CHARACTERS_RE.sub("", value)[:32767])
        cell = WriteOnlyCell(self._sheet, value)
        if isinstance(value, str):
            cell.data_type = "s"  # never a formula, nor one of Excel's error values
        elif isinstance(value, datetime):
            cell.number_format = "yyyy-mm-dd hh:mm" if value.time() != value.min.time() else "yyyy-mm-dd"
        if heading:
            cell.font = Font(bold=True)
        return cell

    def close(self) -> None:
        self._book.save(self._path)
