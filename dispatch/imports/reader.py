"""Open an order file, .csv or .xlsx, and stream its rows; the header is found, nothing is interpreted yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from zipfile import is_zipfile

from django.utils.translation import gettext_lazy as _

from dispatch.imports import delimited, workbook
from dispatch.imports.columns import Columns
from dispatch.imports.errors import UnreadableFile
from dispatch.imports.shape import Row

TEXT_SUFFIXES = {".csv", ".txt", ".tsv"}
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the container of .xls and of workbooks with a password


@dataclass(frozen=True)
class Table:
    """An order file that can be read: where its header is, and its rows as often as they are asked for."""

    path: Path
    kind: str  # 'csv' or 'xlsx'
    encoding: str  # as a person knows it ('GB18030'); empty for .xlsx
    delimiter: str  # empty for .xlsx
    sheet: str  # empty for .csv
    header_row: int  # as a spreadsheet numbers it
    columns: Columns
    total: int  # what Row.done reaches at the end: bytes of a .csv, rows of an .xlsx (0: not known)
    _rows: Callable[[], Iterator[Row]]

    def rows(self) -> Iterator[Row]:
        """Yield the rows below the header that hold anything, in constant memory.

        Raises UnreadableFile where the file breaks off or a quotation mark swallows the rest.
        """
        for row in self._rows():
            if row.number > self.header_row and any(cell not in (None, "") for cell in row.cells):
                yield row


def open_table(path: str | Path, name: str | None = None) -> Table:
    """Return the table in the file at `path`; `name` is what its owner calls it, where that differs.

    Raises UnreadableFile, which says what to do: not there, empty, not what its name says, protected, an encoding
    we don't read, no header.
    """
    path = Path(path)
    suffix = Path(name or path.name).suffix.lower()
    if not path.is_file():
        raise UnreadableFile(_("There is no file %(path)s."), path=path)
    if path.stat().st_size == 0:
        raise UnreadableFile(_("This file is empty. Choose the file that holds the orders."))
    _check_kind(path, suffix)
    return _open_workbook(path) if suffix == ".xlsx" else _open_text(path)


def _check_kind(path: Path, suffix: str) -> None:
    """Raise UnreadableFile unless the content is what the name says."""
    with path.open("rb") as file:
        start = file.read(8)
    if start == OLE:
        if workbook.has_password(path):
            raise UnreadableFile(
                _(
                    "This workbook is protected with a password. Save it without one "
                    "(File, Info, Protect Workbook), and try again."
                )
            )
        raise UnreadableFile(_("This is an old Excel file (.xls). Open it and save it as .xlsx, and try again."))
    if suffix in TEXT_SUFFIXES:
        if start.startswith(b"PK\x03\x04"):
            raise UnreadableFile(
                _("This file is named %(suffix)s but is an Excel workbook. Rename it to .xlsx, and try again."),
                suffix=suffix,
            )
    elif suffix == ".xlsx":
        if not is_zipfile(path):
            raise UnreadableFile(
                _(
                    "This file is named .xlsx but is not an Excel workbook, or is damaged. If it is plain text, "
                    "rename it to .csv; else save it again as .xlsx."
                )
            )
    else:
        raise UnreadableFile(
            _("Files named “%(suffix)s” are not read. Save the list as “CSV UTF-8” or as .xlsx, and try again."),
            suffix=suffix or path.name,
        )


def _open_text(path: Path) -> Table:
    opened = delimited.sniff(path)
    index, columns = opened.header
    return Table(
        path,
        "csv",
        opened.encoding_name,
        opened.delimiter,
        "",
        index + 1,
        columns,
        path.stat().st_size,
        lambda: delimited.rows(path, opened.encoding, opened.delimiter, columns),
    )


def _open_workbook(path: Path) -> Table:
    sheet, index, columns = workbook.find_sheet(path)
    return Table(
        path, "xlsx", "", "", sheet.title, index + 1, columns, sheet.max_row, lambda: workbook.rows(path, sheet.title)
    )
