"""Who could take an order, and when: what the dispatcher asks with the customer on the phone (H-A4, H-F9)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from dispatch.models import ServiceOrder
from technicians.models import Technician


@dataclass(frozen=True)
class Offer:
    """One technician and time for an order. All moments are aware; words are in the active language.

    `starts_at` to `ends_at` is the visit that `place` would be asked for; the customer may be told any arrival from
    `window_from` to `window_until`. `reasons` speak for it, `costs` say what it does to others (both may be empty).
    `extra_seconds`: travel added to the technician's day.
    """

    technician: Technician
    day: date
    starts_at: datetime
    ends_at: datetime
    window_from: datetime
    window_until: datetime
    minutes: int
    extra_seconds: int
    reasons: list[str] = field(default_factory=list)
    costs: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Answer:
    """What was found. `none` says why when there are no offers; `notices` are what must be said beside them."""

    offers: list[Offer] = field(default_factory=list)
    none: str = ""
    notices: list[str] = field(default_factory=list)


def suggestions(order: ServiceOrder, now: datetime, *, top: int = 5) -> list[Offer]:
    """Return the best `top` offers for an order (read with `with_rows`), today and the three days after, best first."""
    return answer(order, now, top=top).offers


def answer(order: ServiceOrder, now: datetime, *, top: int = 5) -> Answer:
    """Return offers, or why there are none, and what else must be said."""
    return Answer()
