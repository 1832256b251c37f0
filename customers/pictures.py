"""Pictures as people send them, made into pictures worth keeping: decoded, made smaller, rid of where and by what.

What comes in is never kept as it came: it is decoded and encoded anew, so that no script, no position, no camera's
serial number and no file that only calls itself a picture reaches the disk.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import os
import struct
import tempfile
import threading
import zlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from customers.models.photo import Photo, path_of

MOST_BYTES = 12_000_000
MOST_PIXELS = 50_000_000
LONGEST = 2_000  # pixels of the longer side, as kept
SMALL = 320  # pixels of the longer side of a thumbnail
QUALITY = 80
FORMATS = ("JPEG", "PNG", "WEBP")

SIGNATURE_BYTES = 300_000
SIGNATURE_PIXELS = 8_000_000
SIGNATURE_PREFIX = "data:image/png;base64,"
SIGNATURE_LONGEST = 1_200
INK = 160  # darker than this (of 255) is ink
LEAST_STROKE = 0.04  # of the longer side: less is a finger that slipped
MOST_INK = 0.5  # of the area: more is no handwriting
MARGIN = 12
PICTURES_LOCK = 0x70696374  # any number that no other advisory lock has

# What Pillow's decoders raise when a file is damaged or lies.
DAMAGED = (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error, LookupError, TypeError, OverflowError)
# One at a time: a large picture takes 200 MB while it is decoded, and each process answers with several threads.
_decoding = threading.Lock()


class NotAPicture(ValueError):
    """What was sent is no photo that can be read. The text says what to do."""


class TooLarge(NotAPicture):
    """A picture, but too many bytes or pixels. The text says the limit."""


@dataclass(frozen=True)
class Picture:
    """A picture ready to be kept: `content` is the file as it will lie on the disk; sizes in pixels."""

    content: bytes
    format: str
    width: int
    height: int

    @property
    def sha256(self) -> str:
        """The name by which it is kept: the same picture has the same."""
        return hashlib.sha256(self.content).hexdigest()


def keep(upload: Any, now: datetime) -> Photo:
    """Keep an uploaded photo; the same one again is the same row. Raises NotAPicture, TooLarge."""
    return store(read(upload), now)


def keep_signature(data_url: str, now: datetime) -> Photo:
    """Keep a signature drawn on a page, as PNG (H-H1). Raises NotAPicture, TooLarge."""
    return store(read_signature(data_url), now)


def read(upload: Any) -> Picture:
    """Return an uploaded file (anything with `read`, perhaps `size`) as a JPEG of at most 2000 pixels a side.

    Upright, without EXIF, transparent parts white. Writes nothing. Raises NotAPicture, TooLarge.
    """
    if (getattr(upload, "size", 0) or 0) > MOST_BYTES:
        raise TooLarge(_too_many_bytes())
    upload.seek(0)
    raw = upload.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise TooLarge(_too_many_bytes())
    with _decoding:
        return _encoded(_decoded(raw, FORMATS, MOST_PIXELS, LONGEST), "jpeg")


def read_signature(data_url: str) -> Picture:
    """Return a signature sent as a PNG data URL, black on white and cut to its strokes. Writes nothing.

    Raises NotAPicture when it is no PNG or nothing is drawn on it (H-H1), TooLarge above 300 KB.
    """
    text = data_url.strip() if isinstance(data_url, str) else ""
    if not text.startswith(SIGNATURE_PREFIX):
        raise NotAPicture(_("The signature did not arrive as a drawing. Sign again on the page."))
    if len(text) > len(SIGNATURE_PREFIX) + SIGNATURE_BYTES * 4 // 3 + 4:
        raise TooLarge(_("The signature is too large a picture. Sign again, a little smaller."))
    try:
        raw = base64.b64decode(text[len(SIGNATURE_PREFIX) :], validate=True)
    except (binascii.Error, ValueError) as error:
        raise NotAPicture(_("The signature did not arrive as a drawing. Sign again on the page.")) from error
    with _decoding:
        page = _decoded(raw, ("PNG",), SIGNATURE_PIXELS, SIGNATURE_LONGEST).convert("L")
    return _encoded(page.crop(_strokes(page)), "png")


def store(picture: Picture, now: datetime) -> Photo:
    """Return the row of a picture, made if it is new, with its file on the disk first. Call inside a transaction."""
    photo = Photo(
        sha256=picture.sha256,
        format=picture.format,
        width=picture.width,
        height=picture.height,
        bytes=len(picture.content),
        created_at=now,
    )
    name = path_of(photo, "")
    _hold("pg_advisory_xact_lock_shared")
    _write(name, picture.content)
    wanted = {field: getattr(photo, field) for field in ("format", "width", "height", "bytes", "created_at")}
    return Photo.objects.get_or_create(sha256=photo.sha256, defaults=wanted | {"file": name})[0]


def forget(pks: Iterable[int]) -> int:
    """Delete those pictures, row and file, that nothing refers to any more; return how many. In a transaction."""
    _hold("pg_advisory_xact_lock")
    unused = {f"{related.name}__isnull": True for related in Photo._meta.related_objects}
    rows = list(Photo.objects.filter(pk__in=list(pks), **unused))
    for photo in rows:
        for name in (photo.file.name, _small_name(photo)):
            default_storage.delete(name)
        photo.delete()
    return len(rows)


def forget_stray(before: datetime, at_a_time: int = 200) -> int:
    """Delete pictures kept before a moment that nothing refers to, as of requests never sent. Return how many."""
    unused = {f"{related.name}__isnull": True for related in Photo._meta.related_objects}
    gone, last = 0, 0
    rows = Photo.objects.filter(created_at__lt=before, **unused).order_by("pk").values_list("pk", flat=True)
    while some := list(rows.filter(pk__gt=last)[:at_a_time]):
        last = some[-1]
        with transaction.atomic():
            gone += forget(some)
    return gone


def _hold(lock: str) -> None:
    """Let pictures come in side by side, and none while some are forgotten: a file must not go as its row comes."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {lock}(%s)", [PICTURES_LOCK])


def thumbnail(photo: Photo) -> Path:
    """Return the path of a picture's small version (320 pixels), made when first asked for."""
    name = _small_name(photo)
    path = Path(default_storage.path(name))
    if not path.exists():
        with _decoding, Image.open(photo.file.path) as whole:
            small = _encoded(_flat(whole, SMALL), photo.format)
        _write(name, small.content)
    return path


def _small_name(photo: Photo) -> str:
    return f"photos/{photo.sha256[:2]}/{photo.sha256}-{SMALL}.{photo.format}"


def _decoded(raw: bytes, formats: tuple[str, ...], most_pixels: int, longest: int) -> Image.Image:
    """Open a picture, decode it and lay it flat. Raises NotAPicture, TooLarge before anything large is decoded."""
    try:
        found = Image.open(io.BytesIO(raw), formats=formats)
        if found.width * found.height > most_pixels:
            raise TooLarge(
                _("The picture has more than %(most)s megapixels. Take it with a smaller setting.")
                % {"most": most_pixels // 1_000_000}
            )
        found.draft(None, (longest, longest))  # JPEG: decode only as many pixels as will be kept
        found.load()
        return _flat(found, longest)
    except TooLarge:
        raise
    except (Image.DecompressionBombError, MemoryError) as error:
        raise TooLarge(_("The picture unpacks to far more than a photo. Take another one.")) from error
    except DAMAGED as error:
        raise NotAPicture(_why_not(raw)) from error


def _why_not(raw: bytes) -> str:
    """Say in words why these bytes are no picture, and what to do."""
    if raw[4:8] == b"ftyp" and raw[8:12] in (b"heic", b"heix", b"hevc", b"hevx", b"mif1", b"msf1", b"avif"):
        return _(
            "This is a HEIC or AVIF picture, which can't be read here. Take it from this page with the camera, "
            "or set the camera to “most compatible” (JPEG)."
        )
    if raw[:3] == b"\xff\xd8\xff" or raw[:8] == b"\x89PNG\r\n\x1a\n" or raw[:4] == b"RIFF":
        return _("The picture is damaged or only part of it arrived. Take or choose it again.")
    if not raw:
        return _("The file is empty. Take or choose the picture again.")
    return _("This is not a photo. Send a JPEG, PNG or WebP picture.")


def _flat(found: Image.Image, longest: int = LONGEST) -> Image.Image:
    """Return a picture upright, in plain colours on white, no longer than `longest` pixels a side."""
    if found.mode.startswith("I"):  # 16 bits of grey
        found = found.point(lambda shade: shade * (1 / 256)).convert("L")
    clear = found.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in found.info
    if found.mode not in ("RGB", "L", "CMYK", "YCbCr"):
        found = found.convert("RGBA" if clear else "RGB")
    found.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    with suppress(*DAMAGED):  # where what the camera wrote of its position does not read, the picture itself does
        found = ImageOps.exif_transpose(found)
    if found.mode == "RGBA":
        paper = Image.new("RGBA", found.size, "white")
        paper.alpha_composite(found)
        found = paper
    return found.convert("RGB")


def _strokes(page: Image.Image) -> tuple[int, int, int, int]:
    """Return the box around what is drawn, with a margin. Raises NotAPicture when that is nothing (H-H1)."""
    ink = page.point(lambda shade: 255 if shade < INK else 0)
    box = ink.getbbox()
    inked = ink.histogram()[255] / (page.width * page.height)
    longest = max(box[2] - box[0], box[3] - box[1]) if box else 0
    if longest < max(page.size) * LEAST_STROKE or inked > MOST_INK:
        raise NotAPicture(
            _("Nothing is written in the field for the signature. Sign there, or say why it is not signed.")
        )
    left, top, right, bottom = box
    return (
        max(0, left - MARGIN),
        max(0, top - MARGIN),
        min(page.width, right + MARGIN),
        min(page.height, bottom + MARGIN),
    )


def _encoded(found: Image.Image, kind: str) -> Picture:
    """Return a picture as file content, with nothing beside the pixels."""
    out, how = io.BytesIO(), {"optimize": True}
    if kind != "png":
        how |= {"quality": QUALITY, "progressive": kind == "jpeg"}
    clean = Image.new(found.mode, found.size)
    clean.paste(found)  # a copy of the pixels alone: no EXIF, no comment, no profile goes along
    clean.save(out, kind.upper(), **how)
    return Picture(out.getvalue(), kind, found.width, found.height)


def _write(name: str, content: bytes) -> None:
    """Write a file under its name in one piece: whoever reads it sees all of it or none."""
    path = Path(default_storage.path(name))
    if path.exists() and path.stat().st_size == len(content):
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(part).chmod(0o640)
        Path(part).replace(path)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise


def _too_many_bytes() -> str:
    return _("The picture has more than %(most)s MB. Take it with a smaller setting.") % {
        "most": MOST_BYTES // 1_000_000
    }
