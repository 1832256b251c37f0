"""Where the map's background comes from. By default from nowhere: the map has a plain ground of its own.

No address of a tile server is built in: whoever runs Doorstep has to have the server's leave.
"""

from __future__ import annotations

import re
from typing import TypedDict
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from environs import Env

CRS = ("wgs84", "gcj02")
HOST = re.compile(r"(\*\.)?[A-Za-z0-9.-]+(:\d+)?")
PLACEHOLDERS = ("{z}", "{x}", "{y}")


class Tiles(TypedDict):
    """A tile source: the address with {z} {x} {y} (and {s}), whom to thank, and in which coordinates it is drawn."""

    url: str
    attribution: str
    link: str
    max_zoom: int
    crs: str
    subdomains: str


def read(env: Env) -> Tiles | None:
    """Read MAP_TILES_… from the environment; None without an address. Raises ImproperlyConfigured."""
    url = env.str("MAP_TILES_URL", "").strip()
    if not url:
        return None
    crs = env.str("MAP_TILES_CRS", "wgs84").strip().lower()
    if crs not in CRS:
        raise ImproperlyConfigured(f"MAP_TILES_CRS is “{crs}”; it has to be one of: {', '.join(CRS)}")
    if not all(one in url for one in PLACEHOLDERS):
        raise ImproperlyConfigured("MAP_TILES_URL has to contain {z}, {x} and {y}")
    attribution = env.str("MAP_TILES_ATTRIBUTION", "").strip()
    if not attribution:
        raise ImproperlyConfigured("MAP_TILES_ATTRIBUTION has to say whose map it is")
    return Tiles(
        url=url,
        attribution=attribution,
        link=env.str("MAP_TILES_LINK", "").strip(),
        max_zoom=env.int("MAP_TILES_MAX_ZOOM", 18),
        crs=crs,
        subdomains=env.str("MAP_TILES_SUBDOMAINS", "abc").strip(),
    )


def image_hosts(tiles: Tiles | None) -> list[str]:
    """Return the origins that pages may load images from because of the tiles, for the content security policy.

    A server of our own, whose address begins with “/”, needs none. Raises ImproperlyConfigured.
    """
    if tiles is None or tiles["url"].startswith("/"):
        return []
    parts = urlsplit(tiles["url"])
    host = parts.netloc
    if host.startswith("{s}."):
        hosts = [host.replace("{s}.", "*.", 1)]
    elif "{s}" in host:  # t{s}.example: each by its name
        hosts = [host.replace("{s}", one) for one in tiles["subdomains"]]
    else:
        hosts = [host]
    if parts.scheme not in ("https", "http") or not all(HOST.fullmatch(one) for one in hosts):
        raise ImproperlyConfigured("MAP_TILES_URL has to begin with https://host/ or /")
    return [f"{parts.scheme}://{one}" for one in hosts]
