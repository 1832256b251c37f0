"""Who gets the daily e-mail, and when: each once a day, in the morning of where they are."""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime, time, timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Q

from dispatch.models import KpiMail
from technicians.models import Role, User
from web.insight.daily import Letter, letter
from web.shared.middleware import zone_of

log = logging.getLogger(__name__)

FROM, UNTIL = time(7), time(12)  # later than that it is no morning paper: a day that was missed is left out
TRIES = 5
KEEP = timedelta(days=60)


def send_due(now: datetime) -> int:
    """Send what is due at `now`; return how many went out. What fails is tried again the next time, five times."""
    KpiMail.objects.filter(day__lt=(now - KEEP).date()).delete()
    return sum(_send(user, now) for user in wanting() if _is_morning(user, now))


def wanting() -> list[User]:
    """Return the managers and administrators who asked for it and can get it."""
    wants = User.objects.filter(Q(role=Role.MANAGER) | Q(role=Role.ADMIN), is_active=True, daily_mail=True)
    return list(wants.exclude(email="").select_related("outlet").order_by("pk"))


def _is_morning(user: User, now: datetime) -> bool:
    return FROM <= now.astimezone(zone_of(user)).time() < UNTIL


def _send(user: User, now: datetime) -> bool:
    """Send one, unless it went out today. Its row is held meanwhile: two workers don't both send it."""
    day = now.astimezone(zone_of(user)).date()
    KpiMail.objects.get_or_create(user=user, day=day)
    with transaction.atomic():
        open_ones = KpiMail.objects.select_for_update(skip_locked=True).filter(user=user, day=day, sent_at=None)
        row = open_ones.filter(tries__lt=TRIES).first()
        if row is None:
            return False
        row.tries += 1
        try:
            _post(user, letter(user, now), row)
            row.sent_at = now
        except OSError as error:  # SMTPException is one
            log.warning("daily e-mail of %s, try %s: %s", day, row.tries, type(error).__name__)
        row.save(update_fields=["tries", "sent_at"])
        return row.sent_at is not None


def _post(user: User, mail: Letter, row: KpiMail) -> None:
    """Hand it to the mail server; where there is none, to the log."""
    if not settings.EMAIL_HOST:
        log.info("daily e-mail to %s: %s\n%s", user.email, mail.subject, mail.text)
        return
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "localhost"
    number = hashlib.sha256(f"daily {row.pk}".encode()).hexdigest()[:32]
    headers = {"Message-ID": f"<{number}@{domain}>", "Auto-Submitted": "auto-generated"}
    message = EmailMultiAlternatives(mail.subject, mail.text, to=[user.email], headers=headers)
    message.attach_alternative(mail.html, "text/html")
    message.send()
