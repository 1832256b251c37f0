"""When and what a customer wishes, in one line: said the same wherever somebody reads it."""

from __future__ import annotations

import re
from datetime import datetime

from django.utils import timezone

from dispatch.models import ServiceOrder

TIMES = re.compile(r"^(\d\d-\d\d \d\d:\d\d–\d\d:\d\d(; )?)+ ?")


def figures(begins: datetime, ends: datetime | None) -> str:
    """Return a span of time in the active zone, as 11-25 08:00–12:00."""
    until = f"–{timezone.localtime(ends):%H:%M}" if ends else ""
    return f"{timezone.localtime(begins):%m-%d %H:%M}{until}"


def in_figures(order: ServiceOrder) -> bool:
    """True when the words of a wish begin with its times: they were chosen on the customer's own page."""
    return bool(TIMES.match(order.wish))


def words_of(order: ServiceOrder) -> str:
    """Return what is wished without the times in figures: that is worth keeping when the times are others."""
    return TIMES.sub("", order.wish)


def wished(order: ServiceOrder) -> str:
    """Return the wish of an order, times first; "" where there is none."""
    known = order.wish_from and not in_figures(order)
    when = figures(order.wish_from, order.wish_to) if known else ""
    return " · ".join(filter(None, (when, order.wish)))
