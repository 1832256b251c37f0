"""Doing something to stock from a page: once for each press, and what is refused said on the same page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from dispatch.lifecycle import BadData, GuardsUnmet, NotAllowed, NotFound, Refusal
from dispatch.lifecycle.act import in_one_piece
from dispatch.lifecycle.once import once
from web.shared.doing import KEY, fingerprint
from web.shared.refusals import taught
from web.shared.rows import texts


def attempt(request: HttpRequest, name: str, work: Callable[[], Any]) -> list[dict]:
    """Do something once for the page's key; return what stands in the way as shared/refusal.html draws it, [] if done.

    Raises Http404 and PermissionDenied.
    """
    key = request.POST.get("idempotency_key", "")
    said = {name: values for name, values in request.POST.lists() if name != "csrfmiddlewaretoken"}

    def piece() -> tuple[dict, bool]:
        if not KEY.fullmatch(key):
            return {"done": bool(work()) or True}, False
        return once(request.user, key, fingerprint(0, name, said), lambda: {"done": bool(work()) or True})

    try:
        in_one_piece(piece)
    except GuardsUnmet as refusal:
        return taught(refusal.lacks)
    except BadData as refusal:
        return [{"missing": " ".join(texts(refusal.context.get("errors"))), "why": refusal.detail}]
    except NotFound as refusal:
        raise Http404 from refusal
    except NotAllowed as refusal:
        raise PermissionDenied from refusal
    except Refusal as refusal:
        return [{"missing": refusal.title, "why": refusal.detail}]
    return []


def zone_of(request: HttpRequest) -> ZoneInfo:
    """Return the zone of the person's outlet; that of the installation for the centre's people."""
    outlet = request.user.outlet
    return outlet.tz if outlet else timezone.get_default_timezone()


def today_for(request: HttpRequest, now: datetime):
    """Return the day it is where the person works."""
    return now.astimezone(zone_of(request)).date()


def whole_number(text: str, most: int = 99_999) -> int | None:
    """Read a number of pieces; None for an empty box. Raises ValueError."""
    text = text.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 6 or int(text) > most:
        raise ValueError(_("“%(text)s” is not a number of pieces.") % {"text": text[:20]})
    return int(text)
