"""What a technician sees of their own: the van, how the last weeks went, and today's settlement with the clerk."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils import timezone

from customers.money import say
from dispatch.actions.store import below_minimum, old_parts
from dispatch.models import Payment, Requisition, Reservation, ServiceOrder, Visit
from dispatch.reports.kpi.figures import FIGURES
from dispatch.reports.kpi.period import DEFAULT, period
from dispatch.reports.kpi.reading import Scope, broken_down, value
from dispatch.reports.today import records_due
from technicians import stock
from technicians.models import Balance, Technician


def van(technician: Technician) -> dict[str, Any]:
    """Return what is in the van, what is to be loaded, what is on its way, what goes back (H-A3, H-W4)."""
    place = stock.van_of(technician)
    rows = Balance.objects.filter(warehouse=place).filter(Q(on_hand__gt=0) | Q(minimum__gt=0))
    promised = Reservation.objects.filter(order__technician=technician, state__in=["held", "loaded"])
    waiting = promised.exclude(state=Reservation.LOADED, warehouse=place).select_related("part", "warehouse", "order")
    coming = Requisition.objects.for_user(technician.user).open().select_related("part")
    return {
        "name": place.name if place else "",
        "rows": [
            {"code": row.part.code, "name": row.part.name, "on_hand": row.on_hand, "free": row.free, "min": row.minimum}
            for row in rows.select_related("part").order_by("part__code")
        ],
        "load": [
            {
                "order": one.order_id,
                "code": one.part.code,
                "name": one.part.name,
                "quantity": one.quantity,
                "where": one.warehouse.name,
            }
            for one in waiting.order_by("order", "pk")
        ],
        "coming": [
            {
                "code": one.part.code,
                "name": one.part.name,
                "quantity": one.quantity,
                "state": str(one.get_state_display()),
                "at": one.expected_at.isoformat() if one.expected_at else None,
                "order": one.order_id,
            }
            for one in coming
        ],
        "old": [
            {"code": one.part.code, "name": one.part.name, "quantity": one.quantity, "order": one.order_id}
            for one in old_parts(technician.user)
        ],
        "short": below_minimum([place]).count() if place else 0,
    }


def figures(technician: Technician, now: datetime) -> dict[str, Any]:
    """Return the last 30 days as numerator and denominator each; a share of nothing is for the page to say as a dash.

    The manager's figures of this technician, from the same roll-ups: nobody argues about two numbers of one name.
    """
    span = period(DEFAULT, "", "", now.astimezone(technician.outlet.tz).date())
    kinds = ("visits", "fixes", "calls")
    sums = broken_down(Scope(technician.outlet_id), span, "technician", kinds).get(str(technician.pk), {})
    told = {code: value(FIGURES[code], sums) for code in ("visits", "on-time", "first-fix", "satisfied")}
    return {
        "days": span.days,
        "visits": told["visits"].over,
        "on_time": [told["on-time"].over, told["on-time"].under],
        "first_time": [told["first-fix"].over, told["first-fix"].under],
        "content": [told["satisfied"].over, told["satisfied"].under],
    }


def settlement(technician: Technician, now: datetime) -> dict[str, Any]:
    """Return what goes to the clerk today: money taken by means, records owed, old parts and papers (H-R3, H-R4)."""
    start = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    currency = technician.outlet.currency
    taken = Payment.objects.filter(by=technician.user, at__gte=start, at__lte=now, refunds=None)
    by_method = taken.values("method").annotate(total=Sum("amount"), n=Count("pk")).order_by("method")
    labels = dict(Payment._meta.get_field("method").choices)
    visits = Visit.objects.filter(technician=technician, left_at__gte=start, left_at__lte=now)
    owed = records_due(ServiceOrder.objects.for_user(technician.user))
    total = sum(row["total"] for row in by_method)
    return {
        "day": start.date().isoformat(),
        "visits": visits.count(),
        "money": [
            {"label": str(labels[row["method"]]), "n": row["n"], "words": say(row["total"], currency)}
            for row in by_method
        ],
        "total": say(total, currency),
        "records": list(owed.values_list("pk", flat=True)),
        "old_parts": old_parts(technician.user).count(),
    }
