"""Films as phones take them: looked at box by box, kept without the place, refused with what to do."""

import io
import struct
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers import films
from tests.films import PLACE, box, mp4


def read(content: bytes) -> films.Read:
    return films.read(io.BytesIO(content))


def test_the_place_is_gone_and_nothing_moved():
    raw = mp4(12)
    found = read(raw)
    assert PLACE in raw and PLACE not in found.content
    assert (len(found.content), found.seconds) == (len(raw), 12)
    assert found.content[-200:] == raw[-200:]  # what is to be seen is untouched
    assert found.content.count(b"free") == 2


def test_the_length_of_a_long_header_is_read_too():
    header = b"\x01" + bytes(3) + struct.pack(">QQIQ", 0, 0, 600, 600 * 7 + 1) + bytes(80)
    assert read(box(b"ftyp", b"qt  ") + box(b"moov", box(b"mvhd", header))).seconds == 8


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xd8\xff\xe0 a photo", b"<html><script>", mp4()[:60], box(b"ftyp", b"isom"),
     mp4().replace(b"mvhd", b"mvhx"),
     box(b"ftyp") + box(b"moov", box(b"mvhd", bytes(20)))],
)  # fmt: skip
def test_what_is_no_film_is_refused_with_what_to_do(content):
    with pytest.raises(films.NotAFilm, match="or photos"):
        read(content)


def test_too_long_and_too_large(monkeypatch):
    with pytest.raises(films.NotAFilm, match="60 seconds"):
        read(mp4(61))
    monkeypatch.setattr(films, "MOST_BYTES", 100)
    with pytest.raises(films.NotAFilm, match="40 MB"):
        read(mp4())


@given(st.binary(max_size=300), st.integers(0, 300))
def test_whatever_is_sent_is_refused_or_kept_at_its_length(noise, at):
    raw = mp4()
    for content in (noise, raw[:at] + noise + raw[at:], raw[:at] + noise + raw[at + len(noise) :]):
        with suppress(films.NotAFilm):
            assert len(read(content).content) == len(content)
