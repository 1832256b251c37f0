"""What the facts of a day's orders ask for one by one, read for all of them at once: one statement each, not twelve."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, QuerySet, prefetch_related_objects

from customers.models import Evidence
from customers.reading import tell
from dispatch.actions import checks, cover, parts, pay, quote, uses
from dispatch.models import (
    Bill,
    Check,
    HelpRequest,
    Link,
    Loan,
    OrderEvent,
    OrderPhoto,
    PartUse,
    Quote,
    Repair,
    Requisition,
    Reservation,
    ServiceOrder,
    Visit,
    WarrantyDecision,
    WorkshopJob,
)
from dispatch.reports import explained, till
from web.field import asking
from web.field.app import own
from web.shared import covering, story


def read(orders: list[ServiceOrder], now: datetime) -> None:
    """Read ahead for orders with their rows; within `customers.reading.reading` the functions named here know it."""
    if not orders:
        return
    cover.look_ahead(orders, now)
    photos = Prefetch("photos", OrderPhoto.objects.order_by("pk"))
    prefetch_related_objects(orders, photos, "films", "fault__usual_parts")
    _visits(orders)
    _money(orders)
    _parts(orders)
    _on_record(orders, now)
    _in_hand(orders)


def _of(orders: list[ServiceOrder], rows: QuerySet) -> dict[int, list]:
    """Return {order: rows} in the order of the rows; an order without any has an empty list."""
    found: dict[int, list] = {order.pk: [] for order in orders}
    for row in rows.filter(order__in=orders):
        found[row.order_id].append(row)
    return found


def _say(function: Callable, found: dict[int, list], make: Callable[[list], Any] = list) -> None:
    for pk, rows in found.items():
        tell(function, pk, make(rows))


def _first(rows: Iterable) -> Any:
    return next(iter(rows), None)


def _visits(orders: list[ServiceOrder]) -> None:
    visits = _of(orders, Visit.objects.standing())
    _say(ServiceOrder.standing_visit, visits, _first)
    answers = _of(orders, Check.objects.all())
    for order in orders:
        for visit in visits[order.pk]:
            mine = [one for one in answers[order.pk] if one.visit_id == visit.pk]
            tell(checks.answered, (order.pk, visit.pk), mine)


def _money(orders: list[ServiceOrder]) -> None:
    quotes = _of(orders, till.with_lines(Quote.objects.select_related("bill")))
    _say(till.quotes_of, quotes)
    _say(quote.standing, quotes, lambda rows: _first(one for one in rows[::-1] if quote.stands(one)))
    bills = _of(orders, Bill.objects.select_related("quote").prefetch_related(till.PAYMENTS))
    _say(till.bills_of, bills)
    _say(pay.newest_bill, bills, lambda rows: _first(one for one in rows[::-1] if one.amount > 0))
    _say(pay.bill_to_pay, bills, lambda rows: _first(one for one in rows if one.amount > 0 and pay.open_on(one) > 0))


def _parts(orders: list[ServiceOrder]) -> None:
    _say(uses.used_on, _of(orders, uses.with_names(PartUse.objects.all())))
    _say(parts.standing, _of(orders, parts.still_standing(Reservation.objects.all())))
    asked = _of(orders, Requisition.objects.select_related("part", "source", "target"))
    _say(
        parts.awaited,
        asked,
        lambda rows: [one for one in rows if one.state in parts.ON_THE_WAY],
    )
    _say(
        parts.requested,
        asked,
        lambda rows: sorted((one for one in rows if one.state not in parts.GONE), key=lambda one: one.part.code),
    )


def _on_record(orders: list[ServiceOrder], now: datetime) -> None:
    _say(
        ServiceOrder.newest_repair, _of(orders, Repair.objects.select_related("fault")), lambda rows: _first(rows[::-1])
    )
    _say(story.events_of, _of(orders, OrderEvent.objects.select_related("actor").order_by("-seq")))
    decisions = _of(orders, explained.with_people(WarrantyDecision.objects.all()))
    for order in orders:
        tell(explained.explain, order.pk, explained.Explained(order, decisions[order.pk], now))
    _say(asking.asked_about, _of(orders, asking.with_people(HelpRequest.objects.all())), lambda rows: rows[:2])
    shown = Evidence.objects.filter(appliance__in=[order.appliance_id for order in orders]).select_related("shop")
    evidence = {one.appliance_id: one for one in shown}
    for order in orders:
        tell(covering.shown_for, order.pk, evidence.get(order.appliance_id))
    for pk, links in _of(orders, Link.objects.open(now).order_by("-pk")).items():
        if links:
            tell(own.link_of, pk, links[0])


def _in_hand(orders: list[ServiceOrder]) -> None:
    """The loaner and the stay in the workshop, which an order keeps itself."""
    loans = _of(orders, Loan.objects.filter(state__in=("reserved", "out")).select_related("loaner"))
    jobs = _of(orders, WorkshopJob.objects.inside().select_related("repair", "bench"))
    for order in orders:
        order.loan, order.job = _first(loans[order.pk]), _first(jobs[order.pk])
