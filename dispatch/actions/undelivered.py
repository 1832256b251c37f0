"""What customers could not be told by message: told by phone, or sent again. Each with its line on the order (H-N2)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from dispatch.lifecycle import BadData, NotFound, act
from dispatch.models import Notice, NoticeEvent, NoticeState
from dispatch.models.notice import CALL_OUTCOMES
from technicians.models import Role, User

CALL_AGAIN = timedelta(minutes=20)  # H-C5
MOST_CALLS = 3


def tell(notice_id: int, by: User, now: datetime, outcome: str) -> Notice:
    """Write down what came of calling a customer: told, no_answer, not_needed. The same again changes nothing.

    Not answered is called again in a while; after the third time it is left, and on record as not told.
    Raises NotFound for what is not theirs or is no call, BadData for another word.
    """
    if outcome not in dict(CALL_OUTCOMES):
        raise BadData("H-C5", {"errors": {"outcome": [_("Say what came of the call.")]}})
    with transaction.atomic():
        row = _locked(notice_id, by)
        if row.call_due_at is None:
            raise NotFound("H-C5")
        if row.called_at:
            return row
        row.call_tries += outcome != "not_needed"
        if outcome == "no_answer" and row.call_tries < MOST_CALLS:
            row.call_due_at = now + CALL_AGAIN
        else:
            row.called_at, row.called_by, row.call_outcome = now, by, outcome
        row.save()
        _log(row, by, now, str(dict(CALL_OUTCOMES)[outcome]))
    return row


def send_again(notice_id: int, by: User, now: datetime) -> Notice:
    """Send what was not delivered once more, to the address the customer has now. Pressed twice is once.

    Raises NotFound for what is not theirs; a one-time code is asked for anew, not sent again.
    """
    with transaction.atomic():
        row = _locked(notice_id, by)
        if row.event == NoticeEvent.CODE:
            raise NotFound("H-N3")
        if row.state != NoticeState.FAILED or row.called_at:
            return row
        again = row.key.partition("+")
        row.key = f"{again[0]}+{int(again[2] or 0) + 1}"  # a provider that has seen the old one would do nothing
        row.state, row.tries, row.next_try_at, row.not_before = NoticeState.QUEUED, 0, now, now
        row.provider_ref = row.last_error = row.body = row.subject = ""
        row.sent_at = row.call_due_at = None
        if row.hook_id is None:
            row.to = row.channel = row.language = ""
        row.save()
        _log(row, by, now, _("Sent again"))
    return row


def _locked(notice_id: int, by: User) -> Notice:
    rows = Notice.objects.none() if by.role == Role.TECHNICIAN else Notice.objects.for_user(by)
    row = rows.filter(order__isnull=False).select_for_update(of=("self",)).filter(pk=notice_id).first()
    if row is None:
        raise NotFound("H-N2")
    return row


def _log(row: Notice, by: User, now: datetime, what: str) -> None:
    said = _("Notice “%(event)s”: %(what)s.") % {"event": row.get_event_display(), "what": what}
    act(row.order_id, "add_note", by, now, {"note": said}, unseen=True)
