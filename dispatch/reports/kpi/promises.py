"""What the company sets itself where no service level says otherwise; how long a repair is to hold."""

from __future__ import annotations

from datetime import timedelta

from dispatch.models import Priority

HOLDS_FOR = timedelta(days=30)  # a repair that needs another visit by then was none
CONTACT = {
    Priority.URGENT: timedelta(minutes=30),
    Priority.HIGH: timedelta(hours=1),
    Priority.NORMAL: timedelta(hours=2),
    Priority.LOW: timedelta(hours=4),
}
FINISH = {
    Priority.URGENT: timedelta(hours=24),
    Priority.HIGH: timedelta(hours=48),
    Priority.NORMAL: timedelta(hours=72),
    Priority.LOW: timedelta(hours=120),
}


def _array(limits: dict[Priority, timedelta]) -> str:
    """Return seconds by priority as an SQL array, so that `[priority]` picks one."""
    return f"ARRAY[{', '.join(str(int(limits[one].total_seconds())) for one in sorted(limits))}]"


CONTACT_WITHIN, FINISH_WITHIN = _array(CONTACT), _array(FINISH)
