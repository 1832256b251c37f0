"""What could not be delivered: a call with an owner and a due time, so that the customer hears it all the same."""

from __future__ import annotations

from datetime import datetime

from dispatch.models import Notice, NoticeState
from dispatch.notices.catalogue import KINDS


def give_up(row: Notice, now: datetime) -> None:
    """Mark a row as not delivered; where it matters, an agent is to call by a time (H-C, H-N1). Not saved."""
    kind = KINDS[row.event]
    row.state = NoticeState.FAILED
    row.call_due_at = now + kind.call_within if kind.call_within and row.order_id else None


def call_off(row: Notice) -> None:
    """Take back the call of a row that arrived after all. Not saved."""
    if row.called_at is None:
        row.call_due_at = None
