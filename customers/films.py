"""Films as phones take them (MP4, QuickTime): looked at box by box, and rid of where they were taken.

The pictures in it are not decoded: that would need a library of codecs for one kind of upload. What is kept is named
MP4 and nothing else, is never run, and names no place: boxes that hold words about the film are blanked where they
stand, so that every offset in the file stays true. Layout: ISO/IEC 14496-12.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

MOST_BYTES = 40_000_000
MOST_SECONDS = 60
TOLD = (b"udta", b"meta", b"uuid")  # words about the film: place, maker, names
WITHIN = (b"moov", b"trak", b"mdia", b"minf", b"moof")  # boxes of boxes that may hold such words


class NotAFilm(ValueError):
    """What was sent is no film that can be kept. The text says what to do."""


@dataclass(frozen=True)
class Read:
    """A film ready to be kept; `seconds` is its length, rounded up."""

    content: bytes
    seconds: int


def read(upload: Any) -> Read:
    """Return an uploaded film (anything with `read`, perhaps `size`) as it may be kept. Raises NotAFilm."""
    upload.seek(0)
    raw = bytearray(upload.read(MOST_BYTES + 1))
    if len(raw) > MOST_BYTES:
        raise NotAFilm(_("This film is too large. Send one of at most %(most)s MB, or photos.") % {"most": 40})
    try:
        boxes = list(_boxes(raw, 0, len(raw)))
        if not boxes or boxes[0][0] != b"ftyp":
            raise ValueError
        moov = next((content, end) for kind, _at, content, end in boxes if kind == b"moov")
        seconds = _seconds(raw, *moov)
        _blank(raw, 0, len(raw))
    except (ValueError, StopIteration, struct.error, ZeroDivisionError) as error:
        raise NotAFilm(_("This is no film that can be shown. Send one taken with a phone, or photos.")) from error
    if seconds > MOST_SECONDS:
        raise NotAFilm(_("This film is too long. Send at most %(most)s seconds of it.") % {"most": MOST_SECONDS})
    return Read(bytes(raw), seconds)


def _boxes(raw: bytearray, begin: int, end: int) -> Iterator[tuple[bytes, int, int, int]]:
    """Yield (kind, its begin, begin of its content, its end) of each box. Raises ValueError where one runs over."""
    while begin < end:
        size, kind = struct.unpack_from(">I4s", raw, begin)
        content = begin + 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", raw, content)
            content += 8
        elif size == 0:
            size = end - begin
        if begin + size > end or content > begin + size:
            raise ValueError("a box runs over its end")
        yield kind, begin, content, begin + size
        begin += size


def _seconds(raw: bytearray, begin: int, end: int) -> int:
    """Return how long the film is, from its movie header."""
    at = next(content for kind, _at, content, _end in _boxes(raw, begin, end) if kind == b"mvhd")
    scale, length = struct.unpack_from(">IQ" if raw[at] == 1 else ">II", raw, at + (20 if raw[at] == 1 else 12))
    return -(-length // scale)


def _blank(raw: bytearray, begin: int, end: int) -> None:
    """Turn boxes of words into empty space of the same length."""
    for kind, at, content, stop in _boxes(raw, begin, end):
        if kind in TOLD:
            raw[at + 4 : at + 8] = b"free"
            raw[content:stop] = bytes(stop - content)
        elif kind in WITHIN:
            _blank(raw, content, stop)
