"""How much a customer may send us within a day: enough for every honest fault, not enough to fill a disk."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from dispatch.models import Upload
from web.portal.codes import hashed, one_at_a_time

MOST_BYTES = 200_000_000
WITHIN = timedelta(days=1)


class TooMuch(ValueError):
    """No more today. The text says what to do."""


def count(contact: str, size: int, now: datetime) -> None:
    """Count a file of `size` bytes sent by whom a phone or e-mail address belongs to. Raises TooMuch, uncounted."""
    sender = hashed("upload", contact)
    with transaction.atomic():
        one_at_a_time(sender)
        Upload.objects.filter(at__lt=now - WITHIN).delete()
        sent = Upload.objects.filter(to_hash=sender).aggregate(sum=Sum("bytes"))["sum"] or 0
        if sent + size > MOST_BYTES:
            raise TooMuch(_("That is more than one day holds. Send what you have so far, or call us."))
        Upload.objects.create(to_hash=sender, bytes=size, at=now)
