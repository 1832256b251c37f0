"""Whether what is to be told is still true: nobody is told, or called about, what was true an hour ago."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Max, Prefetch
from django.utils.translation import gettext_noop as _  # kept as they are, translated where they are read

from dispatch.models import (
    Notice,
    NoticeEvent,
    NoticePolicy,
    OptOut,
    QuoteStatus,
    ServiceOrder,
    State,
    Visit,
    VisitStatus,
)
from dispatch.models.notice import NoticeQuerySet
from dispatch.notices.catalogue import KINDS, WHEN

ROWS = ("order__outlet", "order__customer", "order__appliance__brand", "order__appliance__category")
ON_THE_ROAD = (State.CONTACTED, State.EN_ROUTE)


def with_orders(rows: NoticeQuerySet) -> NoticeQuerySet:
    """Return notices with what `overtaken`, and their words, need to know of their orders."""
    standing = Prefetch("order__visits", Visit.objects.standing(), to_attr="standing")
    return rows.select_related(*ROWS).prefetch_related(standing)


class Batch:
    """What deciding needs to know of all rows of a batch, read once."""

    def __init__(self, rows: list[Notice]):
        """Read it; a statement for each kind of thing."""
        orders = {row.order_id for row in rows if row.order_id}
        outlets = {row.order.outlet_id for row in rows if row.order_id}
        of_group = [event for event, kind in KINDS.items() if kind.replaces == WHEN]
        newest = Notice.objects.filter(order__in=orders, event__in=of_group).order_by()
        self.newest = dict(newest.values_list("order").annotate(Max("pk")))
        self.policies = {row.outlet_id: row for row in NoticePolicy.objects.filter(outlet__in=outlets)}
        asked = {row.order_id for row in rows if row.event == NoticeEvent.QUOTE}
        offered = ServiceOrder.objects.filter(pk__in=asked, quotes__status=QuoteStatus.OFFERED) if asked else ()
        self.offered = {order.pk for order in offered}
        customers = {row.customer_id for row in rows if row.customer_id}
        self.refused: dict[int, list[OptOut]] = {}
        for refusal in OptOut.objects.filter(customer__in=customers):
            self.refused.setdefault(refusal.customer_id, []).append(refusal)


def overtaken(row: Notice, known: Batch, now: datetime) -> str:
    """Return why a notice `with_orders` is no longer true, "" while it is."""
    order, event = row.order, row.event
    if order is None:
        return ""
    if KINDS[event].replaces and known.newest.get(row.order_id, 0) > row.pk:
        return _("Replaced by a newer notice")
    visit = next(iter(order.standing), None)
    if event == NoticeEvent.APPOINTMENT:
        stands = visit and visit.status != VisitStatus.PROPOSED and visit.starts_at > now
        same = stands and row.facts.get("starts_at") == visit.starts_at.isoformat()
        return "" if same else _("The time was changed or has passed")
    if KINDS[event].replaces and order.state not in ON_THE_ROAD:
        return _("Arrived, or given up")
    if event == NoticeEvent.NEEDS_INFO and order.state != State.NEEDS_INFO:
        return _("No longer needed")
    if event == NoticeEvent.QUOTE and row.order_id not in known.offered:
        return _("Answered already")
    if event == NoticeEvent.PART_ARRIVED and not order.is_open:
        return _("The order has ended")
    return ""
