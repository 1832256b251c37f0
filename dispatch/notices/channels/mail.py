"""E-mail, through Django's own settings (EMAIL_*)."""

from __future__ import annotations

import hashlib
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException, SMTPSenderRefused

from django.conf import settings
from django.core.mail import EmailMessage

from dispatch.notices.channels.message import ChannelError, Message


def send(message: Message) -> str:
    """Send one e-mail. A repeat has the same Message-ID: most mail boxes show it once."""
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "localhost"
    number = f"<{hashlib.sha256(message.key.encode()).hexdigest()[:32]}@{domain}>"
    headers = {"Message-ID": number, "Auto-Submitted": "auto-generated"}
    try:
        EmailMessage(message.subject, message.body, to=[message.to], headers=headers).send()
    except SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        raise ChannelError(f"mail server: recipient refused {codes}", final=all(c >= 500 for c in codes)) from error
    except (SMTPSenderRefused, SMTPResponseException) as error:
        raise ChannelError(f"mail server: {error.smtp_code}") from error  # ours to mend: tried again
    except (SMTPException, OSError) as error:
        raise ChannelError(f"mail server: {type(error).__name__}") from error
    except ValueError as error:  # an address or a subject that cannot be one
        raise ChannelError("not an address for e-mail", final=True) from error
    return number
