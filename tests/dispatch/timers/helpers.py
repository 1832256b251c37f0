"""Short words for tests about timers."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models.functions import Now

from dispatch import actions
from dispatch.models import OrderEvent, ServiceOrder, State, Timer
from tests.factories import DIAGNOSIS, REPAIR, SIGNED, do, order_in

WOKEN = ("callback_due", "re_estimate", "leave_by_passed", "late_call_due", "retry_contact", "fields_due")


def pending(order: ServiceOrder) -> dict[str, datetime]:
    """Return the pending timers of an order: kind → when due."""
    return dict(order.timers.filter(state=Timer.PENDING).values_list("kind", "due_at"))


def fall_due(order: ServiceOrder, *kinds: str, ago: int = 1) -> None:
    """Let pending timers of an order be due since `ago` seconds."""
    moment = Now() - timedelta(seconds=ago)
    assert order.timers.filter(kind__in=kinds, state=Timer.PENDING).update(due_at=moment, wake_at=moment) == len(kinds)


def ring_all() -> None:
    """Sweep until nothing is due."""
    actions.drain_timers(60)


def rung(order: ServiceOrder) -> list[str]:
    """Return what the clock did to an order, oldest first."""
    events = OrderEvent.objects.filter(order=order, action__in=WOKEN).order_by("seq")
    return list(events.values_list("action", flat=True))


def repaired(place, repair: dict | None = None, diagnosis: dict | None = None) -> tuple[ServiceOrder, datetime]:
    """Return an order whose visit was just completed, and when; `repair` and `diagnosis` say how it went."""
    tech = place.technician.user
    order, now = order_in(State.ON_SITE, place)
    do(order, "diagnose", tech, now, DIAGNOSIS | (diagnosis or {}))
    do(order, "repair", tech, now, REPAIR | (repair or {}))
    do(order, "charge", tech, now, {})
    return do(order, "complete", tech, now, SIGNED), now
