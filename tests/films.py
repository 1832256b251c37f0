"""Films for tests: the boxes of a phone's film, without anything to see."""

import struct

from django.core.files.uploadedfile import SimpleUploadedFile

PLACE = b"+25.0330+121.5654/"


def box(kind: bytes, *content: bytes) -> bytes:
    """Return a box."""
    whole = b"".join(content)
    return struct.pack(">I4s", len(whole) + 8, kind) + whole


def mp4(seconds: int = 12, *more: bytes) -> bytes:
    """Return a film of so many seconds that names where it was taken, twice."""
    header = struct.pack(">IIIII", 0, 0, 0, 1000, seconds * 1000) + bytes(80)
    track = box(b"trak", box(b"tkhd", bytes(84)), box(b"udta", box(b"\xa9xyz", PLACE)))
    moov = box(b"moov", box(b"mvhd", header), track, box(b"meta", PLACE))
    return box(b"ftyp", b"isom", bytes(4)) + moov + b"".join(more) + box(b"mdat", bytes(range(200)))


def upload(content: bytes | None = None, name: str = "film.mp4") -> SimpleUploadedFile:
    """Return a film as a browser sends it."""
    return SimpleUploadedFile(name, mp4() if content is None else content, "video/mp4")
