"""A photo that is no photo is refused in words; what is kept is only the picture (H-C7, H-F4, H-H1, H-W5)."""

import base64
import io
import struct
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

from customers import pictures
from customers.models import Photo
from customers.pictures import NotAPicture, TooLarge
from tests.pictures import CAMERA, encoded, from_a_phone, jpeg, signature, upload

NOW = datetime(2026, 11, 30, 1, 0, tzinfo=UTC)


def grain(size: tuple[int, int]) -> Image.Image:
    """Return a picture that does not compress."""
    return Image.effect_noise(size, 90).convert("RGB")


def png_that_claims(width: int, height: int) -> bytes:
    """Return a tiny PNG whose header says that it unpacks to so many pixels: a bomb."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\0" * 100_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


NO_PICTURES = {
    "text renamed": (b"Dear customer, the pump is worn.", "not a photo"),
    "page with a script": (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "not a photo"),
    "moving picture": (encoded(Image.new("P", (9, 9)), "GIF"), "not a photo"),
    "nothing": (b"", "empty"),
    "half a photo": (encoded(grain((300, 300)), "JPEG")[:9_000], "damaged"),
    "half a drawing": (encoded(grain((100, 100)), "PNG")[:5_000], "damaged"),
    "another kind of photo": (b"\0\0\0\x18ftypheic" + b"\0" * 60, "most compatible"),
    "header alone": (b"\xff\xd8\xff\xe0\x00\x10JFIF", "damaged"),
}


@pytest.mark.parametrize("name", NO_PICTURES)
def test_what_is_no_photo_is_refused_with_what_to_do(name):
    content, said = NO_PICTURES[name]
    with pytest.raises(NotAPicture) as refusal:
        pictures.read(upload(content))
    assert said in str(refusal.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xd8\xff" + b"\0" * 13_000_000, "12 MB"),
        (png_that_claims(9_000, 9_000), "50 megapixels"),
        (png_that_claims(60_000, 60_000), "unpacks"),
    ],
)
def test_what_is_too_large_is_refused_before_it_is_unpacked(content, said):
    with pytest.raises(TooLarge) as refusal:
        pictures.read(upload(content))
    assert said in str(refusal.value)


def test_a_file_is_judged_by_what_it_is_not_by_its_name_or_its_size_as_said():
    file = io.BytesIO(b"\xff\xd8\xff" + b"\0" * 13_000_000)
    with pytest.raises(TooLarge):
        pictures.read(file)
    assert pictures.read(upload(encoded(Image.new("RGB", (8, 8)), "PNG"), "letter.txt", "text/plain")).format == "jpeg"


def test_what_the_phone_wrote_beside_the_picture_is_gone_and_it_stands_upright():
    sent = from_a_phone(size=(400, 300))
    assert CAMERA.encode() in sent
    kept = pictures.read(upload(sent))
    assert (kept.width, kept.height) == (300, 400)
    again = Image.open(io.BytesIO(kept.content))
    assert not again.getexif() and not {"exif", "comment", "icc_profile"} & again.info.keys()
    assert CAMERA.encode() not in kept.content


@pytest.mark.parametrize("size", [(4_000, 3_000), (3_000, 4_000)])
def test_a_large_photo_is_made_smaller(size):
    kept = pictures.read(upload(jpeg(size=size)))
    assert max(kept.width, kept.height) == pictures.LONGEST
    assert kept.width * size[1] == kept.height * size[0]


@pytest.mark.parametrize(
    ("mode", "kind"),
    [("P", "PNG"), ("1", "PNG"), ("LA", "PNG"), ("RGBA", "WEBP"), ("I;16", "PNG"), ("CMYK", "JPEG"), ("L", "JPEG")],
)
def test_every_kind_of_colour_is_read(mode, kind):
    kept = pictures.read(upload(encoded(Image.new(mode, (50, 40)), kind)))
    assert (kept.format, kept.width, kept.height) == ("jpeg", 50, 40)


def test_what_is_transparent_becomes_white():
    kept = pictures.read(upload(encoded(Image.new("RGBA", (9, 9), (0, 0, 0, 0)), "PNG")))
    assert Image.open(io.BytesIO(kept.content)).getpixel((4, 4)) == (255, 255, 255)


@pytest.mark.django_db
def test_the_same_picture_twice_is_one_row_and_one_file():
    first, second = (pictures.keep(upload(jpeg("blue")), NOW) for _ in range(2))
    other = pictures.keep(upload(jpeg("green")), NOW)
    assert first == second and first != other and Photo.objects.count() == 2
    path = Path(first.file.path)
    assert path.name == f"{first.sha256}.jpeg" and path.stat().st_size == first.bytes
    assert not list(path.parent.glob(".part-*"))


@pytest.mark.django_db
def test_a_small_version_is_made_once():
    photo = pictures.keep(upload(jpeg(size=(1_600, 1_200))), NOW)
    path = pictures.thumbnail(photo)
    with Image.open(path) as small:
        assert small.size == (320, 240)
    made = path.stat().st_mtime_ns
    assert pictures.thumbnail(photo).stat().st_mtime_ns == made


def test_h_h1_a_signature_is_kept_as_what_was_drawn():
    kept = pictures.read_signature(signature())
    drawn = Image.open(io.BytesIO(kept.content))
    assert (kept.format, drawn.mode) == ("png", "L")
    assert kept.width < 500 and kept.height < 160  # cut to the strokes
    assert drawn.getextrema() == (16, 255)


def url(content: bytes) -> str:
    return pictures.SIGNATURE_PREFIX + base64.b64encode(content).decode()


def dot() -> str:
    """Return a drawing of one short touch."""
    page = Image.new("RGBA", (600, 200))
    page.paste((16, 16, 16, 255), (300, 100, 306, 106))
    return url(encoded(page, "PNG"))


NO_SIGNATURES = {
    "nothing drawn": (signature(0), "Nothing is written"),
    "a slip": (dot(), "Nothing is written"),
    "no picture in it": (url(b"x"), "not a photo"),
    "blackened": (signature(8, width=400), "Nothing is written"),
    "no drawing": ("王小明", "did not arrive"),
    "another kind": (signature().replace("image/png", "image/svg+xml"), "did not arrive"),
    "damaged": (signature()[:60] + "!", "did not arrive"),
    "a number": (7, "did not arrive"),
}


@pytest.mark.parametrize("name", NO_SIGNATURES)
def test_h_h1_an_empty_field_is_no_signature(name):
    drawn, said = NO_SIGNATURES[name]
    with pytest.raises(NotAPicture) as refusal:
        pictures.read_signature(drawn)
    assert said in str(refusal.value)


def test_a_signature_larger_than_any_hand_writes_is_refused():
    with pytest.raises(TooLarge):
        pictures.read_signature("data:image/png;base64," + "A" * 500_000)
