"""One-time codes by phone or e-mail: sent, counted, tried. Hashes alone are kept; the same answer for everybody."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare, salted_hmac

from dispatch import notices
from dispatch.models import OneTimeCode

DIGITS = 6
GOOD_FOR = timedelta(minutes=10)
TRIES = 5
KEPT = timedelta(days=2)
# How many codes within how long: to one phone or address, and asked for from one place (a household, an office, a NAT).
PER_RECEIVER = ((3, timedelta(minutes=10)), (10, timedelta(days=1)))
PER_ASKER = ((15, timedelta(minutes=10)), (100, timedelta(days=1)))


class TooMany(Exception):
    """No more codes just now; `until` is when the next one may be asked for (UTC)."""

    def __init__(self, until: datetime) -> None:
        """Keep the moment."""
        super().__init__(until)
        self.until = until


def send(to: str, asker: str, language: str, now: datetime) -> int:
    """Send a code to a phone (E.164) or e-mail address; return the number of its row. Raises TooMany.

    `asker` is the network address that asks. Whether anybody has that phone is not looked at: nobody learns it here.
    """
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    to_hash, from_hash = hashed("to", to), hashed("from", asker)
    with transaction.atomic():
        one_at_a_time(to_hash, from_hash)
        until = max(_full("to_hash", to_hash, PER_RECEIVER, now), _full("from_hash", from_hash, PER_ASKER, now))
        if until > now:
            raise TooMany(until)
        OneTimeCode.objects.filter(made_at__lt=now - KEPT).delete()
        row = OneTimeCode.objects.create(
            to_hash=to_hash, from_hash=from_hash, code_hash=hashed("code", to, code), made_at=now,
            expires_at=now + GOOD_FOR,
        )  # fmt: skip
        notices.send_code(to, code, language, now)
    return row.pk


def opens(pk: int, to: str, code: str, now: datetime) -> bool:
    """Return whether `code` is the one that was sent to `to` in row `pk`. Counts the try; a code opens once.

    The try is counted before it is compared, in one statement: a thousand tries at once are still five.
    """
    rows = OneTimeCode.objects.filter(pk=pk, to_hash=hashed("to", to), used_at=None, expires_at__gt=now)
    if not rows.filter(tries__lt=TRIES).update(tries=F("tries") + 1):
        return False
    kept = rows.values_list("code_hash", flat=True).first() or ""
    if not constant_time_compare(kept, hashed("code", to, code)):
        return False
    return bool(rows.update(used_at=now))


def left(pk: int, now: datetime) -> int:
    """Return how many tries a code has left; 0 when it is over."""
    row = OneTimeCode.objects.filter(pk=pk, used_at=None, expires_at__gt=now).first()
    return max(TRIES - row.tries, 0) if row else 0


def _full(field: str, value: str, limits: tuple[tuple[int, timedelta], ...], now: datetime) -> datetime:
    """Return until when no more codes may be asked for; `now` when one may."""
    until = now
    for most, within in limits:
        asked = OneTimeCode.objects.filter(**{field: value}, made_at__gt=now - within).order_by("-made_at")
        earliest = asked.values_list("made_at", flat=True)[most - 1 : most].first()
        until = max(until, earliest + within) if earliest else until
    return until


def one_at_a_time(*hashes: str) -> None:
    """Let nobody else count these until the transaction ends."""
    with connection.cursor() as cursor:
        for number in sorted(int(one[:15], 16) for one in hashes):
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])


def hashed(what: str, *said: str) -> str:
    """Return what of somebody is kept where only counting is needed: it cannot be read back."""
    return salted_hmac(f"portal.door.{what}", "\0".join(said), algorithm="sha256").hexdigest()
