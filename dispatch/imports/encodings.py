"""Which encoding a text file is in: UTF-8 first and strictly, then UTF-16, GB18030, Big5.

The whole file is tried, piece by piece, so a first Chinese letter far down, or a letter cut between two pieces,
does not mislead; memory stays at one piece.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path

import charset_normalizer
from django.utils.translation import gettext_lazy as _

from dispatch.imports.errors import UnreadableFile

PIECE = 1 << 16
SAMPLE = 1 << 18
BOMS = [
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
]
NAMES = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 (BOM)",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16 LE",
    "utf-16-be": "UTF-16 BE",
    "utf-32": "UTF-32",
    "gb18030": "GB18030",
    "cp950": "Big5",
    "big5hkscs": "Big5-HKSCS",
}


def pieces(path: Path) -> Iterator[bytes]:
    """Yield the file in pieces of 64 KB."""
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def decodes(path: Path, encoding: str) -> tuple[bool, int]:
    """Return (True, 0) when all of the file is valid in `encoding`, else (False, line of the first fault)."""
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    try:
        for piece in pieces(path):
            line += decoder.decode(piece).count("\n")
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as fault:
        return False, line + bytes(fault.object[: fault.start]).count(b"\n")
    return True, 0


def detect(path: Path) -> str:
    """Return the Python codec that reads all of the file.

    Raises UnreadableFile when the file is no text, is damaged, or is in an encoding we don't read.
    """
    with path.open("rb") as file:
        sample = file.read(SAMPLE)
    for bom, encoding in BOMS:
        if sample.startswith(bom):
            return _insist(path, encoding)
    if b"\0" in sample:
        return _utf16_without_bom(path, sample)
    good, line = decodes(path, "utf-8")
    if good:
        if any(b"\0" in piece for piece in pieces(path)):
            raise _not_text()
        return "utf-8"
    telling = _telling(path)
    if _nearly_utf8(telling):
        raise _damaged("utf-8", line)
    return _chinese(path, telling)


def _telling(path: Path) -> bytes:
    """Return a sample that begins with the first piece that holds more than ASCII; it never begins within a letter."""
    sample = b""
    for piece in pieces(path):
        if sample or not piece.isascii():
            sample += piece
        if len(sample) >= SAMPLE:
            break
    return sample


def _insist(path: Path, encoding: str) -> str:
    good, line = decodes(path, encoding)
    if not good:
        raise _damaged(encoding, line)
    return encoding


def _utf16_without_bom(path: Path, sample: bytes) -> str:
    """Western letters and line ends leave a zero byte on one side of each pair only."""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    encoding = "utf-16-le" if odd > even else "utf-16-be"
    if min(even, odd) * 20 > max(even, odd) or not decodes(path, encoding)[0]:
        raise _not_text()
    return encoding


def _nearly_utf8(sample: bytes) -> bool:
    """True when most of the non-ASCII letters are well-formed UTF-8: one damaged place, not another encoding."""
    text = sample.decode("utf-8", "replace")
    faults = text.count("\ufffd")
    letters = sum(ch > "\x7f" for ch in text) - faults
    return letters > 4 * faults


def _chinese(path: Path, sample: bytes) -> str:
    """Choose between GB18030 and Big5 by which reading makes more letters everyday ones."""
    possible = [encoding for encoding in ("gb18030", "cp950", "big5hkscs") if decodes(path, encoding)[0]]
    if not possible:
        guess = charset_normalizer.from_bytes(sample[: 1 << 14]).best()
        raise UnreadableFile(
            _(
                "The text of this file is in an encoding we don't read (it looks like %(guess)s). "
                "Save it as “CSV UTF-8” or as .xlsx, and try again."
            ),
            guess=guess.encoding if guess else "?",
        )
    return max(possible, key=lambda encoding: (_everyday(sample, encoding), -possible.index(encoding)))


_PAIR = re.compile(rb"[\x80-\xff][\x30-\xff]")
# Lead bytes of the level of everyday letters, and the trail bytes it uses.
_LEVEL_1 = {"gb18030": (0xB0, 0xD7, 0xA1), "cp950": (0xA4, 0xC6, 0x40), "big5hkscs": (0xA4, 0xC6, 0x40)}


def _everyday(sample: bytes, encoding: str) -> float:
    """Return the share of two-byte letters in the encoding's level of everyday ones (0 to 1, in steps of 1/50)."""
    first, last, lowest_trail = _LEVEL_1[encoding]
    pairs = _PAIR.findall(sample)
    common = sum(first <= lead <= last and trail >= lowest_trail for lead, trail in pairs)
    return round(50 * common / len(pairs)) / 50 if pairs else 0.0


def _damaged(encoding: str, line: int) -> UnreadableFile:
    return UnreadableFile(
        _(
            "This file is written in %(encoding)s but is damaged in line %(line)s. "
            "Open it in the program it comes from, save it again as “CSV UTF-8”, and try again."
        ),
        encoding=NAMES[encoding],
        line=line,
    )


def _not_text() -> UnreadableFile:
    return UnreadableFile(
        _("This is not a text file: it holds zero bytes. Save the list as “CSV UTF-8” or as .xlsx, and try again.")
    )
