"""The board's map: what the board itself does not know – where the technicians were last seen.

Orders, homes and routes come from the board's own store, so that map and board can't disagree.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.utils import timezone

from dispatch.reports.seen import last_seen
from web.console.board.data import outlet_of

FIELDS = ("technician", "latitude", "longitude", "accuracy", "at")


def board_map(request: HttpRequest) -> JsonResponse:
    """GET /board/map/?outlet=: {"now", "positions": {"fields", "rows"}, "tiles"}; times in epoch seconds."""
    now = timezone.now()
    outlet = outlet_of(request)
    seen = last_seen(outlet, now)
    rows = [
        [pk, round(latitude, 6), round(longitude, 6), accuracy and round(accuracy), int(at.timestamp())]
        for pk, (at, latitude, longitude, accuracy) in sorted(seen.items())
    ]
    said = {"now": int(now.timestamp()), "positions": {"fields": FIELDS, "rows": rows}, "tiles": settings.MAP_TILES}
    return JsonResponse(said, headers={"Cache-Control": "no-store"})
