"""A film to whoever may see it. Players ask for stretches of a file (RFC 9110, 14), and Safari plays no other way."""

from __future__ import annotations

import re

from django.http import Http404, HttpRequest, HttpResponse

from dispatch.actions import films
from dispatch.models import Film

STRETCH = re.compile(r"bytes=(\d{0,12})-(\d{0,12})$")


def film(request: HttpRequest, pk: int, film: int) -> HttpResponse:
    """Send a film of an order. 404 to who may not see the order."""
    row = films.find(request.user, pk, film)
    if row is None:
        raise Http404
    return played(request, row)


def played(request: HttpRequest, row: Film) -> HttpResponse:
    """Answer with the film, or with the stretch that was asked for; 416 where there is no such stretch."""
    try:
        with row.file.open("rb") as file:
            size = row.file.size
            stretch = _stretch(request.headers.get("Range", ""), size)
            if stretch == ():
                return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
            begin, end = stretch or (0, size - 1)
            file.seek(begin)
            content = file.read(end - begin + 1)
    except FileNotFoundError as error:
        raise Http404 from error
    headers = {"Accept-Ranges": "bytes", "Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
    if stretch:
        headers["Content-Range"] = f"bytes {begin}-{end}/{size}"
    return HttpResponse(content, status=206 if stretch else 200, content_type="video/mp4", headers=headers)


def _stretch(asked: str, size: int) -> tuple[int, int] | tuple[()] | None:
    """Return (first, last) byte asked for, None for all of it, () for a stretch that is not there."""
    found = STRETCH.match(asked)
    if not found or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:
        return (max(0, size - int(last)), size - 1) if int(last) else ()
    begin, end = int(first), min(int(last or size - 1), size - 1)
    return (begin, end) if begin <= end else ()
