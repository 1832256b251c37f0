"""What is kept about a customer, what of it may be deleted and what has to stay: why, and until when.

Deleted means made nobody's: the rows stay where orders, books and the log hang on them, without name, phone, address.
Bound are: an order that is not finished, one whose repair still holds (H-R2), and open money, claims and loaners.
Papers that were given out stay as printed, for as long as the books are kept; what was written into the log stays too
(H-N2): nobody can rewrite it, we neither.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from customers.models import Address, Customer
from dispatch.actions.forgetting import forget, forget_pictures
from dispatch.actions.rating import HOLDS_FOR
from dispatch.models import (
    FINISHED,
    Paper,
    PrivacyKind,
    PrivacyRecord,
    ServiceOrder,
    State,
)

BOOKS_FOR = timedelta(days=5 * 366)  # receipts and invoices; a country may ask for longer
WHY = {
    "open": _("It is not finished: we need to reach you."),
    "owed": _("Something is still open between us: money, an invoice, a claim or a lent unit."),
    "holds": _("Our repair still holds: if it breaks again, we come back, and must know where."),
}


@dataclass(frozen=True)
class Bound:
    """An order that keeps its customer's name with us: why, and until when (None: until it is settled)."""

    order: ServiceOrder
    why: str
    until: datetime | None = None

    @property
    def words(self) -> str:
        """Say why."""
        return str(WHY[self.why])


@dataclass
class Standing:
    """What can be deleted of somebody now, and what stays."""

    free: list[Customer] = field(default_factory=list)
    bound: list[Bound] = field(default_factory=list)
    papers: int = 0
    papers_until: datetime | None = None


def standing(customers: Iterable[Customer], now: datetime) -> Standing:
    """Return what may be deleted of these customers at `now` (UTC). They must be locked where it is to be done."""
    found = Standing()
    rows = list(customers)
    for customer in rows:
        orders = ServiceOrder.objects.filter(customer=customer).order_by("-pk")
        bound = [one for one in (_bound(order, now) for order in orders) if one]
        found.bound += bound
        if not bound:
            found.free.append(customer)
    papers = Paper.objects.filter(order__customer__in=rows).order_by("-issued_at")
    newest = papers.values_list("issued_at", flat=True).first()
    found.papers, found.papers_until = papers.count(), newest and newest + BOOKS_FOR
    return found


def _bound(order: ServiceOrder, now: datetime) -> Bound | None:
    if order.is_open:
        return Bound(order, "open")
    if order.owes():
        return Bound(order, "owed")
    if order.state == State.CLOSED and order.finished_at + HOLDS_FOR > now:
        return Bound(order, "holds", order.finished_at + HOLDS_FOR)
    return None


def erase(customers: QuerySet[Customer], now: datetime) -> Standing:
    """Delete what may be deleted of these customers, all or nothing, and write down that it was done."""
    with transaction.atomic():
        rows = list(customers.select_for_update().order_by("pk"))
        # Nobody opens or reopens an order of theirs meanwhile: an order's row is locked before it is acted on.
        list(ServiceOrder.objects.filter(customer__in=rows).select_for_update(no_key=True).order_by("pk").values("pk"))
        found = standing(rows, now)
        for customer in found.free:
            _lighten(customer)
            forget(customer, now)
            record([customer], PrivacyKind.ERASED, now, papers=found.papers, bound=[])
        held = [one for one in rows if one not in found.free]
        for customer in held:
            _lighten(customer)
            bound = [one.order.pk for one in found.bound if one.order.customer_id == customer.pk]
            record([customer], PrivacyKind.ERASED, now, papers=found.papers, bound=bound)
        forget_pictures(found.free)
    return found


def _lighten(customer: Customer) -> None:
    """Delete what no order hangs on: second phone, notes, unused addresses and appliances."""
    customer.addresses.filter(orders=None).delete()
    customer.appliances.filter(orders=None).delete()
    done = ServiceOrder.objects.filter(customer=customer, state__in=FINISHED)
    open_places = ServiceOrder.objects.filter(customer=customer).unfinished().values("address")
    Address.objects.filter(customer=customer, orders__in=done).exclude(pk__in=open_places).update(access_note="")
    if customer.phone:  # else the second is the only one that an open order can be called about
        customer.phone_alt = ""
    customer.note = ""
    customer.save(update_fields=["phone_alt", "note"])


def record(customers: Iterable[Customer], kind: str, now: datetime, **what: Any) -> None:
    """Write down what was done with what we know of somebody; `what` holds numbers, never names."""
    PrivacyRecord.objects.bulk_create(
        PrivacyRecord(customer=customer, kind=kind, what=what, at=now) for customer in customers
    )
