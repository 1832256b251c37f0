"""The customer's own page of an order as a picture, drawn ahead: in a basement their phone may have a signal and
the technician's none (H-H1, H-R4)."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

import segno
from django.conf import settings
from django.urls import reverse

from customers.reading import of_order, remembered
from dispatch.models import Link, ServiceOrder

QUIET = 4  # modules of white around it, as cameras want


def of(order: ServiceOrder, now: datetime) -> dict:
    """Return {"url", "size", "path"}: the address, and its code as an SVG path in a square of `size` units."""
    url = settings.PUBLIC_URL.rstrip("/") + reverse("portal_rate", args=[link_of(order, now).code])
    return {"url": url} | drawn(url)


@remembered(of_order)
def link_of(order: ServiceOrder, now: datetime) -> Link:
    """Return the customer's key to an order, made now if there is none."""
    return Link.objects.of(order, now)


@lru_cache(maxsize=2_000)
def drawn(text: str) -> dict:
    """Return {"size", "path"} of a text's code: a run of dark modules is one stroke of the path."""
    rows = segno.make(text, error="m", micro=False).matrix
    path = "".join(
        f"M{start + QUIET} {y + QUIET}h{length}v1h-{length}z"
        for y, row in enumerate(rows)
        for start, length in _runs(row)
    )
    return {"size": len(rows) + 2 * QUIET, "path": path}


def _runs(row: bytes) -> list[tuple[int, int]]:
    """Return (start, length) of each run of dark modules."""
    found, start = [], None
    for x, dark in enumerate([*row, 0]):
        if dark and start is None:
            start = x
        elif not dark and start is not None:
            found.append((start, x - start))
            start = None
    return found
