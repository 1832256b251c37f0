"""Stream the rows of an .xlsx. openpyxl does the parsing; memory is kept flat here.

openpyxl's read-only mode still holds every shared string, and a stub of every row, in memory. Here shared strings
lie in a temporary file and rows are dropped once read.
"""

from __future__ import annotations

import tempfile
import warnings
from array import array
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from pathlib import Path
from xml.etree.ElementTree import iterparse
from zipfile import ZipFile

from django.utils.translation import gettext_lazy as _
from openpyxl.cell.text import Text
from openpyxl.packaging.manifest import Manifest
from openpyxl.reader.excel import ExcelReader
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.worksheet._reader import DATA_TAG, ROW_TAG, WorkSheetParser
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS

from dispatch.imports.columns import HEADER_WITHIN, Columns, find_header
from dispatch.imports.errors import UnreadableFile
from dispatch.imports.shape import Row, no_header

LARGEST = 1 << 30  # bytes once unpacked; a few KB of zip can hold far more
WIDEST = 300  # columns
STRING_TAG = f"{{{SHEET_MAIN_NS}}}si"


class SharedStrings:
    """The strings of a workbook in a temporary file: 8 bytes of memory each, the recent ones kept."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the workbook is
        self._ends = array("Q", [0])
        self._read = lru_cache(maxsize=4096)(self._from_file)

    def append(self, text: str) -> None:
        """Add one string."""
        self._ends.append(self._ends[-1] + self._file.write(text.encode("utf-8", "replace")))

    def __getitem__(self, index: int) -> str:
        if not 0 <= index < len(self._ends) - 1:
            raise IndexError(index)
        return self._read(index)

    def _from_file(self, index: int) -> str:
        start, end = self._ends[index], self._ends[index + 1]
        self._file.seek(start)
        return self._file.read(end - start).decode("utf-8")


class _Reader(ExcelReader):
    """openpyxl's reader with shared strings on disk."""

    package: Manifest

    def read_strings(self) -> None:
        part = self.package.find(SHARED_STRINGS)
        self.shared_strings = SharedStrings()
        if part is None:
            return
        with self.archive.open(part.PartName[1:]) as source:
            for root, node in _closing(source, STRING_TAG):
                self.shared_strings.append(Text.from_tree(node).content or "")
                root.clear()


def _closing(source, tag: str) -> Iterator[tuple]:
    """Yield (parent, element) for each element `tag` that is complete; the reader clears the parent."""
    parents: list = []
    for event, element in iterparse(source, events=("start", "end")):
        if event == "start":
            parents.append(element)
            continue
        parents.pop()
        if element.tag == tag and parents:
            yield parents[-1], element


def has_password(path: Path) -> bool:
    """True when an OLE container holds an encrypted workbook, by the name of its stream."""
    mark = "EncryptedPackage".encode("utf-16-le")
    tail = b""
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            if mark in tail + piece:
                return True
            tail = piece[-len(mark) :]
    return False


def find_sheet(path: Path) -> tuple[ReadOnlyWorksheet, int, Columns]:
    """Return the first sheet with a header, the header's index and its columns.

    Raises UnreadableFile when the workbook is broken, too large, or no sheet has a header.
    """
    try:
        first: tuple[object, ...] = ()
        for sheet in _sheets(path):
            head = [cells for _number, cells in islice(_cells(sheet), HEADER_WITHIN)]
            if found := find_header(head):
                return sheet, *found
            first = first or next((cells for cells in head if any(cells)), ())
    except UnreadableFile:
        raise
    except Exception as fault:  # openpyxl, zipfile and zlib each raise their own on a damaged file
        raise _broken() from fault
    raise no_header(first)


def rows(path: Path, title: str) -> Iterator[Row]:
    """Yield every row of the sheet named `title` from the first on. Raises UnreadableFile where it breaks off."""
    sheet = next(sheet for sheet in _sheets(path) if sheet.title == title)
    source = _cells(sheet)
    while True:
        try:
            number, cells = next(source)
        except StopIteration:
            return
        except Exception as fault:
            raise _broken() from fault
        yield Row(number, cells, number)


def _sheets(path: Path) -> list[ReadOnlyWorksheet]:
    with ZipFile(path) as archive:
        unpacked = sum(part.file_size for part in archive.infolist())
        if any(part.flag_bits & 1 for part in archive.infolist()):
            raise UnreadableFile(_("This workbook is protected with a password. Save it without one, and try again."))
    if unpacked > LARGEST:
        raise UnreadableFile(
            _("This workbook is too large once unpacked. Save the list as “CSV UTF-8”, and try again.")
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of styles and extensions that don't matter here
        reader = _Reader(str(path), read_only=True, data_only=True, keep_links=False)
        reader.read()
    return [sheet for sheet in reader.wb.worksheets if sheet.sheet_state == "visible"]


def _cells(sheet: ReadOnlyWorksheet) -> Iterator[tuple[int, tuple[object, ...]]]:
    """Yield (row number, values), gaps as empty rows up to the header, without keeping what was read."""
    book = sheet.parent
    with sheet._get_source() as source:
        parser = WorkSheetParser(
            source,
            sheet._shared_strings,
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        expected = 1
        for parent, element in _closing(source, ROW_TAG):
            if parent.tag == DATA_TAG:
                number, cells = parser.parse_row(element)
                parser.row_dimensions.clear()
                for missing in range(expected, min(number, HEADER_WITHIN + 1)):
                    yield missing, ()
                yield number, _in_place(cells)
                expected = number + 1
            parent.clear()


def _in_place(cells: list[dict]) -> tuple[object, ...]:
    """Return the values of a row, each in its column."""
    width = min(max((cell["column"] for cell in cells), default=0), WIDEST)
    values: list[object] = [None] * width
    for cell in cells:
        if cell["column"] <= width:
            values[cell["column"] - 1] = cell["value"]
    return tuple(values)


def _broken() -> UnreadableFile:
    return UnreadableFile(
        _("This workbook is damaged. Open it in Excel, save it again as .xlsx (or as “CSV UTF-8”), and try again.")
    )
