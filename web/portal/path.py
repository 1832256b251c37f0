"""The way of an order as a customer sees it: few steps, each done, being done, or to come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from dispatch.models import OrderEvent, ServiceOrder, State

S = State
# step → (words, the states whose first reaching after which the step is done)
AT_HOME = (
    (_("Your request"), (S.READY, S.ASSIGNED)),
    (_("A technician"), (S.ACCEPTED,)),
    (_("The time"), (S.CONTACTED,)),
    (_("The visit"), (S.ON_SITE,)),
    (_("The repair"), (S.CHARGED,)),
    (_("Our call afterwards"), (S.CLOSED,)),
)
AT_COUNTER = (
    (_("Your request"), (S.READY,)),
    (_("To our counter"), (S.IN_WORKSHOP,)),
    (_("The repair"), (S.DIAGNOSED,)),
    (_("Back to you"), (S.CHARGED,)),
    (_("Our call afterwards"), (S.CLOSED,)),
)
# How many steps are done in each state
DONE_AT_HOME = {
    S.REQUESTED: 0, S.NEEDS_INFO: 0, S.READY: 1, S.ASSIGNED: 1, S.ACCEPTED: 2, S.CONTACTED: 3, S.EN_ROUTE: 3,
    S.ON_SITE: 4, S.DIAGNOSED: 4, S.IN_WORKSHOP: 4, S.AWAITING_PARTS: 4, S.CHARGED: 5, S.FOLLOW_UP: 5, S.CLOSED: 6,
}  # fmt: skip
DONE_AT_COUNTER = {
    S.REQUESTED: 0, S.NEEDS_INFO: 0, S.READY: 1, S.IN_WORKSHOP: 2, S.AWAITING_PARTS: 2, S.DIAGNOSED: 3, S.CHARGED: 4,
    S.FOLLOW_UP: 4, S.CLOSED: 5,
}  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One step; `at` is when it was done, None where it is not or nobody noted it."""

    words: str
    state: str  # done, current, next
    at: datetime | None = None


def steps_of(order: ServiceOrder, events: list[OrderEvent]) -> list[Step]:
    """Return the steps of an order; none where it went another way (advice by phone, refused, cancelled)."""
    steps, table = (AT_COUNTER, DONE_AT_COUNTER) if order.at_counter else (AT_HOME, DONE_AT_HOME)
    if order.state not in table or _settled_by_phone(order, events):
        return []
    done = table[order.state]
    found = []
    for number, (words, reached) in enumerate(steps):
        if number < done:
            before = [state for state, steps_done in table.items() if steps_done <= number]
            found.append(Step(str(words), "done", _when(events, reached, before)))
        else:
            found.append(Step(str(words), "current" if number == done else "next"))
    return found


def _settled_by_phone(order: ServiceOrder, events: list[OrderEvent]) -> bool:
    """True for an order at home that is done without anybody having come (H-A2)."""
    done = order.state in (S.CHARGED, S.FOLLOW_UP, S.CLOSED)
    return done and not order.at_counter and not any(event.to_state == S.ON_SITE for event in events)


def _when(events: list[OrderEvent], states: tuple[str, ...], before: list[str]) -> datetime | None:
    """Return when one of the states was last reached from one of those before it: falling back to it is no reaching."""
    moved = (event for event in reversed(events) if event.to_state in states and event.from_state in ("", *before))
    return next((event.at for event in moved), None)
