"""What Celery does for the manager's pages."""

from celery import shared_task
from django.utils import timezone

from web.insight import mail


# A day's e-mail has a row of its own: whoever comes next sees whether it went out.
@shared_task(acks_late=False, ignore_result=True)
def daily_mails() -> int:
    """Send the daily e-mails that are due; return how many."""
    return mail.send_due(timezone.now())
