"""Stream the rows of a .csv: encoding and delimiter by evidence, one record at a time."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TextIO

from django.utils.translation import gettext_lazy as _

from dispatch.imports.columns import HEADER_WITHIN, Columns, find_header
from dispatch.imports.encodings import NAMES, detect
from dispatch.imports.errors import BadValue, UnreadableFile
from dispatch.imports.shape import Row, no_header

DELIMITERS = [",", ";", "\t", "|"]
LONGEST_LINE = 1 << 20  # characters; a line without end must not fill the memory
LONGEST_RECORD = 500  # lines; a quotation mark left open swallows everything after it
QUOTE = '"'


@dataclass(frozen=True)
class Opened:
    """How to read a text file."""

    encoding: str  # Python's name
    encoding_name: str  # a person's name for it
    delimiter: str
    header: tuple[int, Columns]


def sniff(path: Path) -> Opened:
    """Return how to read the file: the delimiter under which its header names most columns.

    Raises UnreadableFile when it is no text or no header is found.
    """
    encoding = detect(path)
    with path.open(encoding=encoding, newline="") as file:
        # A header and its titles are short; quoted line breaks in the first rows are allowed for.
        lines = list(islice(_lines(file), 10 * HEADER_WITHIN))
    best: tuple[int, str, tuple[int, Columns]] | None = None
    for delimiter in DELIMITERS:
        head = [tuple(record) for record in islice(_parsed(lines, delimiter), HEADER_WITHIN)]
        found = find_header(head)
        if found and (best is None or len(found[1].at) > best[0]):
            best = (len(found[1].at), delimiter, found)
    if best is None:
        raise no_header(tuple(next((record for record in _parsed(lines, ",") if any(record)), [])))
    return Opened(encoding, NAMES[encoding], best[1], best[2])


def rows(path: Path, encoding: str, delimiter: str, columns: Columns) -> Iterator[Row]:
    """Yield every record of the file, blank ones too, numbered as a spreadsheet does.

    Raises UnreadableFile where a quotation mark is left open.
    """
    width = len(columns.header)
    with path.open(encoding=encoding, newline="") as file:
        feed = _Feed(file)
        try:
            for number, record in enumerate(csv.reader(feed, delimiter=delimiter), start=1):
                yield Row(number, tuple(record), file.buffer.raw.tell(), _flaw(record, feed.take(), width, delimiter))
        except csv.Error as fault:
            raise _left_open(feed.record_starts) from fault


class _Feed:
    """Lines for csv.reader that remembers what the present record consumed, and stops a runaway one."""

    def __init__(self, file: TextIO) -> None:
        self._lines = _lines(file)
        self._line = 0
        self._taken: list[str] = []
        self.record_starts = 1

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        try:
            line = next(self._lines)
        except StopIteration:
            if len(self._taken) > 1 and sum(text.count(QUOTE) for text in self._taken) % 2:
                raise _left_open(self.record_starts) from None
            raise
        self._line += 1
        if not self._taken:
            self.record_starts = self._line
        self._taken.append(line)
        if len(self._taken) > LONGEST_RECORD:
            raise _left_open(self.record_starts)
        return line

    def take(self) -> list[str]:
        """Return the lines of the record just read, and forget them."""
        taken, self._taken = self._taken, []
        return taken


def _lines(file: TextIO) -> Iterator[str]:
    while line := file.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE:
            raise UnreadableFile(_("A line of this file is over a million letters long: it is not a list of orders."))
        yield line


def _parsed(lines: Iterable[str], delimiter: str) -> Iterator[list[str]]:
    """Yield records from sample lines; a sample may break off within one."""
    try:
        yield from csv.reader(lines, delimiter=delimiter)
    except csv.Error:
        return


def _flaw(record: list[str], lines: list[str], width: int, delimiter: str) -> BadValue | None:
    """Return why a record can't be trusted: shifted by a stray delimiter, or swallowing the rows after it."""
    if any(record[width:]) and sum(map(bool, record)) > 2:
        return BadValue(
            _(
                "The row has %(seen)s cells, the header %(expected)s: text that holds “%(delimiter)s” "
                "needs quotation marks around it."
            ),
            seen=len(record),
            expected=width,
            delimiter="Tab" if delimiter == "\t" else delimiter,
        )
    if len(lines) > 1 and any(line.count(delimiter) >= max(4, width - 3) for line in lines[1:-1]):
        return BadValue(
            _("A quotation mark is left open, so this row runs on over %(lines)s lines. Close it, or take it out."),
            lines=len(lines),
        )
    return None


def _left_open(line: int) -> UnreadableFile:
    return UnreadableFile(
        _(
            "A quotation mark opened in line %(line)s is never closed, so what follows can't be told apart. "
            "Close it, or take it out, and try again."
        ),
        line=line,
    )
