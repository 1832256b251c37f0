"""Delivery reports: what the provider says became of a message. Signed, or they are nobody's word."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_noop as _

from dispatch.models import Notice, NoticeChannel, NoticeEvent, NoticeState
from dispatch.notices.undelivered import call_off, give_up, tell_of_call

FRESH = timedelta(minutes=5)  # a report older than that is somebody's recording


def signature(secret: str, at: str, body: bytes) -> str:
    """Return what signs a report: HMAC-SHA256 (hex) over the time as sent (Unix seconds), a point, and the body."""
    return hmac.new(secret.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()


def is_signed(secret: str, at: str, body: bytes, said: str, now: datetime) -> bool:
    """True for a report signed by `secret` within the last minutes."""
    if not (secret and at.isascii() and at.isdigit() and len(at) < 12):
        return False
    fresh = abs(now.timestamp() - int(at)) <= FRESH.total_seconds()
    return hmac.compare_digest(signature(secret, at, body).encode(), said.strip().lower().encode()) and fresh


def take(said: dict, now: datetime) -> bool:
    """Write down a report ("id", our key, or "ref", theirs; "status"; "error"); False when it is of nothing of ours.

    As often and in whatever order they come: delivered stays delivered. A report may be quicker than the provider's
    answer, or come where there was none: what was to be tried again, or called about, has arrived then.
    """
    with transaction.atomic():
        row = _find(said)
        if row is None or said.get("status") not in ("delivered", "failed"):
            return False
        if row.event == NoticeEvent.CODE:
            row.forget_code()  # whoever is sending it will find it moved on, and leave it as it is
        if said["status"] == "delivered":
            _delivered(row, said, now)
        elif row.state in (NoticeState.SENT, NoticeState.SENDING):
            row.last_error = _word(said.get("error"), 300) or _("Not delivered, says the provider")
            row.sent_at = row.sent_at or now
            give_up(row, now)
            row.save()
            tell_of_call(row, now)
    return True


def _delivered(row: Notice, said: dict, now: datetime) -> None:
    if row.state == NoticeState.DELIVERED or not row.to:
        return
    row.state, row.delivered_at, row.sent_at = NoticeState.DELIVERED, now, row.sent_at or now
    row.provider_ref = row.provider_ref or _word(said.get("ref"), 120)
    call_off(row)
    row.save()


def _find(said: dict) -> Notice | None:
    rows = Notice.objects.select_for_update().filter(channel=NoticeChannel.SMS)
    if key := _word(said.get("id"), 80):
        return rows.filter(key=key).first()
    if ref := _word(said.get("ref"), 120):
        return rows.filter(provider_ref=ref).order_by("-pk").first()
    return None


def _word(said: object, most: int) -> str:
    """Return what a report says as the database can keep it."""
    return "".join(sign for sign in str(said or "") if sign.isprintable())[:most]
