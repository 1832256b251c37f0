"""What came of the day: the figures, and whether anything that must hold was broken."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, F, Q

from dispatch.models import Callback, OrderEvent, ServiceOrder, State, Timer, Visit
from dispatch.models.event import broken_links
from dispatch.models.visit import STANDING
from technicians.models import Outlet


def figures(outlet: Outlet, since: datetime) -> list[tuple[str, int, int]]:
    """Return (name, numerator, denominator) of the day since `since` (UTC)."""
    orders = ServiceOrder.objects.filter(outlet=outlet, opened_at__gte=since)
    visits = Visit.objects.filter(order__in=orders, arrived_at__isnull=False)
    left = Visit.objects.filter(order__in=orders, departed_at__isnull=False, leave_by__isnull=False)
    calls = Callback.objects.filter(order__in=orders, state=Callback.DONE)
    done = orders.filter(state__in=[State.FOLLOW_UP, State.CLOSED])
    first = done.annotate(came=Count("visits", filter=Q(visits__arrived_at__isnull=False))).filter(came__lte=1)
    return [
        ("closed", orders.filter(state=State.CLOSED).count(), orders.count()),
        ("done, or waiting for the last call", done.count(), orders.count()),
        ("on time", visits.filter(arrived_at__lte=F("starts_at")).count(), visits.count()),
        ("left in time", left.filter(departed_at__lte=F("leave_by")).count(), left.count()),
        ("first-time fix, so far", first.filter(returns=0).count(), done.count()),
        ("satisfied of those called back", calls.filter(outcome="satisfied").count(), calls.count()),
        ("visited again", orders.filter(returns__gt=0).count(), orders.count()),
    ]


def broken(outlet: Outlet, since: datetime, sent: int) -> list[str]:
    """Return what must hold and does not; empty when all is well. `sent`: how many orders customers called in."""
    orders = ServiceOrder.objects.filter(outlet=outlet, opened_at__gte=since)
    wrong = []
    if orders.count() != sent:
        wrong.append(f"H-N1: {sent} orders were called in and {orders.count()} are there")
    ownerless = orders.filter(finished_at=None).filter(
        Q(next_action="") | Q(next_role="") | Q(next_due_at__isnull=True)
    )
    wrong += [f"H-N1: order {order.number} has no next step" for order in ownerless]
    for order in orders:
        if links := broken_links(order):
            wrong.append(f"H-N2: the log of order {order.number} is broken at {links}")
    logged = dict(OrderEvent.objects.filter(order__in=orders).values_list("order").annotate(n=Count("pk")))
    wrong += [f"H-N2: order {o.number} counts {o.log_seq} acts, its log has {logged.get(o.pk, 0)}" for o in orders
              if o.log_seq != logged.get(o.pk, 0)]  # fmt: skip
    wrong += _overlaps(outlet)
    twice = Timer.objects.filter(order__in=orders, state=Timer.FIRED).values("order", "kind", "cycle")
    wrong += [f"H-R1: a timer rang twice: {row}" for row in twice.annotate(n=Count("pk")).filter(n__gt=1)]
    unheard = orders.filter(satisfied=True).exclude(callbacks__outcome="satisfied")
    wrong += [f"H-R1: order {order.number} counts as satisfied and nobody was reached" for order in unheard]
    return wrong


def _overlaps(outlet: Outlet) -> list[str]:
    """H-A4: nobody is in two places."""
    rows = Visit.objects.filter(technician__outlet=outlet, status__in=STANDING).order_by("technician", "starts_at")
    wrong, before = [], None
    for row in rows.select_related("technician", "order"):
        if before and before.technician_id == row.technician_id and before.ends_at > row.starts_at:
            wrong.append(f"H-A4: {row.technician} is at orders {before.order} and {row.order} at once")
        before = row
    return wrong
