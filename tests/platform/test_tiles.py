"""The map's background is a setting; a wrong one is said at the start, not by an empty map."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from environs import Env

from config import tiles


def read(monkeypatch, **said):
    for name, value in {"MAP_TILES_ATTRIBUTION": "© them", **said}.items():
        monkeypatch.setenv(name, value)
    return tiles.read(Env())


def test_without_an_address_there_is_none_and_no_stranger_is_let_in(monkeypatch):
    found = read(monkeypatch)
    assert found is None and tiles.image_hosts(found) == []


@pytest.mark.parametrize(
    ("url", "hosts"),
    [
        ("https://tiles.example/{z}/{x}/{y}.png", ["https://tiles.example"]),
        ("https://tiles.example:8443/{z}/{x}/{y}.png", ["https://tiles.example:8443"]),
        ("https://{s}.tiles.example/{z}/{x}/{y}.png", ["https://*.tiles.example"]),
        ("https://t{s}.tiles.example/{z}/{x}/{y}.png", [f"https://t{s}.tiles.example" for s in "12"]),
        ("/tiles/{z}/{x}/{y}.png", []),
    ],
)
def test_only_the_tile_server_may_send_images(monkeypatch, url, hosts):
    found = read(monkeypatch, MAP_TILES_URL=url, MAP_TILES_SUBDOMAINS="12", MAP_TILES_CRS="GCJ02")
    assert (found["crs"], tiles.image_hosts(found)) == ("gcj02", hosts)


@pytest.mark.parametrize(
    "said",
    [
        {"MAP_TILES_URL": "https://tiles.example/"},
        {"MAP_TILES_URL": "https://tiles.example/{z}/{x}/{y}.png", "MAP_TILES_CRS": "bd09"},
        {"MAP_TILES_URL": "https://tiles.example/{z}/{x}/{y}.png", "MAP_TILES_ATTRIBUTION": ""},
        {"MAP_TILES_URL": "javascript:{z}{x}{y}"},
        {"MAP_TILES_URL": "https://tiles.example; script-src *//{z}/{x}/{y}"},
    ],
)
def test_a_setting_that_cannot_work_stops_the_start(monkeypatch, said):
    with pytest.raises(ImproperlyConfigured):
        tiles.image_hosts(read(monkeypatch, **said))
