"""Real pictures for tests, made on the spot."""

from __future__ import annotations

import base64
import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

CAMERA, POSITION = "Doorstep Phone 9", (25.0, 2.0, 15.0)


def jpeg(colour: str = "red", size: tuple[int, int] = (320, 240), **how) -> bytes:
    """Return a JPEG of one colour."""
    return encoded(Image.new("RGB", size, colour), "JPEG", **how)


def encoded(image: Image.Image, kind: str, **how) -> bytes:
    """Return a picture as the bytes of a file."""
    out = io.BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def from_a_phone(colour: str = "red", size: tuple[int, int] = (400, 300)) -> bytes:
    """Return a JPEG lying on its side, with the camera's name and its position, as phones write them."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, CAMERA
    exif.get_ifd(0x8825).update({1: "N", 2: POSITION})
    return jpeg(colour, size, exif=exif)


def upload(content: bytes | None = None, name: str = "photo.jpg", kind: str = "image/jpeg") -> SimpleUploadedFile:
    """Return a file as a browser sends it."""
    return SimpleUploadedFile(name, jpeg() if content is None else content, kind)


def signature(points: int = 8, *, width: int = 6) -> str:
    """Return a data URL of a signature with so many points; fewer than two is an empty field."""
    page = Image.new("RGBA", (600, 200))
    path = [(40 + 60 * n, 150 - 110 * (n % 2)) for n in range(points)]
    if points > 1:
        ImageDraw.Draw(page).line(path, fill=(16, 16, 16, 255), width=width)
    return "data:image/png;base64," + base64.b64encode(encoded(page, "PNG")).decode()
