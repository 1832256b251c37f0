"""When and what a customer wishes, in one line: said the same wherever somebody reads it."""

from __future__ import annotations

import re
from datetime import datetime

from django.utils import timezone

from dispatch.models import ServiceOrder

TIMES = re.compile(r"^(\d\d-\d\d \d\d:\d\d–(\d\d-\d\d )?\d\d:\d\d(; )?)+ ?")


def figures(begins: datetime, ends: datetime | None) -> str:
    """Return a span of time in the active zone, as 11-25 08:00–12:00, with the day it ends on where it is another."""
    first, last = timezone.localtime(begins), timezone.localtime(ends) if ends else None
    until = "" if last is None else f"–{last:%H:%M}" if last.date() == first.date() else f"–{last:%m-%d %H:%M}"
    return f"{first:%m-%d %H:%M}{until}"


def in_figures(order: ServiceOrder) -> bool:
    """True when the words of a wish begin with its times: they were chosen on the customer's own page."""
    return bool(TIMES.match(order.wish))


def words_of(order: ServiceOrder) -> str:
    """Return what is wished without the times in figures: that is worth keeping when the times are others."""
    return TIMES.sub("", order.wish)


def wished(order: ServiceOrder) -> str:
    """Return the wish of an order, times first; "" where there is none.

    Times in words that are no longer those of the order are left out: somebody has put the wish right since.
    """
    if order.wish_from is None:
        return words_of(order)
    when = figures(order.wish_from, order.wish_to)
    if in_figures(order) and when in order.wish:
        return order.wish
    return " · ".join(filter(None, (when, words_of(order))))
