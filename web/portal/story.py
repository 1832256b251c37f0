"""Where an order stands, said to its customer: what happens next, and when. One function per state (H-N1 for them)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from dispatch.models import Escalation, ServiceOrder
from web.portal.facts import Facts


@dataclass
class Told:
    """One page's words. `when` is the line in large type; `sorry` why something is late, and our apology."""

    head: str
    lines: list[str] = field(default_factory=list)
    when: str = ""
    when_note: str = ""
    sorry: list[str] = field(default_factory=list)
    tone: str = ""


STORIES: dict[str, Callable[[Facts], Told]] = {}


def of(order: ServiceOrder, now: datetime) -> tuple[Facts, Told]:
    """Return what is known of an order, and what its customer is told, in the active language and zone."""
    from web.portal import story_visit, story_work  # noqa: F401  they register what they tell

    facts = Facts(order, now)
    told = STORIES[order.state](facts)
    if order.escalation and order.escalation != Escalation.UNREACHED and order.is_open:
        told.sorry.append(_("You were not content with us. Our manager looks after your order and calls you."))
    return facts, told


def tells(*states: str) -> Callable:
    """Register the decorated function as what is told in some states."""

    def register(function: Callable[[Facts], Told]) -> Callable[[Facts], Told]:
        STORIES.update(dict.fromkeys(map(str, states), function))
        return function

    return register
