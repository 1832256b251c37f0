"""Files of sheets, grown row by row: CSV files in a ZIP, or a workbook. Memory stays flat, however long they are."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from dispatch.reports.sheets.cells import csv_lines, plain

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ZIP = "application/zip"
MOST_ROWS = 1_000_000  # of a workbook's sheet; Excel takes 1,048,576


class Archive:
    """CSV files in a ZIP."""

    def __init__(self, file: BinaryIO) -> None:
        """Begin the archive in a file that is open for writing."""
        self.zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6)

    def sheet(self, name: str, rows: Iterable[Iterable[Any]]) -> None:
        """Add a file, named after the sheet; the first row is its head."""
        with self.zip.open(f"{name}.csv", "w", force_zip64=True) as out, io.BufferedWriter(out, 1 << 18) as wide:
            for piece in csv_lines(rows):
                wide.write(piece)

    def close(self) -> None:
        """Finish."""
        self.zip.close()

    def drop(self) -> None:
        """Let go of what is not finished, while the file is still open."""
        with suppress(OSError, ValueError):
            self.zip.close()


class Folder:
    """CSV files in a folder; a file has its name once it is whole."""

    def __init__(self, place: Path) -> None:
        """Take a folder that is there."""
        self.place = place

    def sheet(self, name: str, rows: Iterable[Iterable[Any]]) -> None:
        """Add a file, named after the sheet; the first row is its head."""
        part = self.place / f"{name}.part"
        with part.open("wb") as out:
            for piece in csv_lines(rows):
                out.write(piece)
        part.rename(self.place / f"{name}.csv")

    def close(self) -> None:
        """There is nothing left to do."""


class Book:
    """A workbook; a sheet that grows too long goes on in a next one."""

    def __init__(self, file: BinaryIO) -> None:
        """Begin a workbook that is written to the file when it is closed."""
        self.file, self.book = file, Workbook(write_only=True)

    def sheet(self, name: str, rows: Iterable[Iterable[Any]]) -> None:
        """Add a sheet; the first row is its head, and stands in sight."""
        head: list[Any] | None = None
        sheet, count, part = None, 0, 1
        for row in rows:
            cells = [plain(one) for one in row]
            if sheet is None or count >= MOST_ROWS:
                title = name[:28] if sheet is None else f"{name[:25]} {(part := part + 1)}"
                sheet, count = self.book.create_sheet(title), 0
                sheet.freeze_panes = "A2"
                head = head or cells
                sheet.append(self._bold(sheet, head))
                if cells is head:
                    continue
            sheet.append(cells)
            count += 1

    def drop(self) -> None:
        """Let go of what is not finished: its parts go with the process."""

    def close(self) -> None:
        """Write the file."""
        if not self.book.worksheets:
            self.book.create_sheet("1")
        self.book.save(self.file)

    @staticmethod
    def _bold(sheet: Any, cells: list[Any]) -> list[WriteOnlyCell]:
        found = []
        for one in cells:
            cell = WriteOnlyCell(sheet, value=one)
            cell.font = Font(bold=True)
            found.append(cell)
        return found
