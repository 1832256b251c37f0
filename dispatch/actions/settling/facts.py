"""What a technician owes the clerk for one local day, read from what was written down about it (H-R3, H-R4)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Count, Q, QuerySet, Sum

from dispatch.models import (
    LineKind,
    Loan,
    OrderEvent,
    PartUse,
    Payment,
    PayMethod,
    Reservation,
    State,
    Visit,
)
from technicians.models import Outlet, Role

MONEY_BY = {
    PayMethod.CASH: LineKind.CASH,
    PayMethod.CARD: LineKind.SLIP,
    PayMethod.QR: LineKind.QR,
    PayMethod.TRANSFER: LineKind.TRANSFER,
}
# The work on these is over for the technician: what was loaded for them and not put in comes back.
OVER = (State.CHARGED, State.FOLLOW_UP, State.CLOSED, State.CANCELLED, State.IN_WORKSHOP, State.READY)


@dataclass(frozen=True)
class Fact:
    """One thing expected: pieces, or minor units of `currency`.

    `counted` where what is written down is the count, `reason` why it is not there. `source` are numbers of the rows
    behind it: payments, a part's use, a visit.
    """

    key: str
    kind: str
    expected: int
    order_id: int | None = None
    currency: str = ""
    about: str = ""
    source: list = field(default_factory=list)
    counted: int | None = None
    reason: str = ""


def span_of(outlet: Outlet, day: date) -> tuple[datetime, datetime]:
    """Return a local day as UTC moments, from and before; 23 or 25 hours when the clocks change."""
    first, last = (datetime.combine(one, time.min, outlet.tz) for one in (day, day + timedelta(days=1)))
    return first.astimezone(UTC), last.astimezone(UTC)


def facts_of(outlet: Outlet, day: date) -> dict[int, list[Fact]]:
    """Return technician → what they owe for a day, in the order in which it is counted; six statements."""
    span = span_of(outlet, day)
    found: dict[int, list[Fact]] = {}
    visits = _visits(outlet, span)
    for technician, fact in (
        *_of_visits(visits, _completed(visits, span)),
        *_money(outlet, span),
        *_old_parts(outlet, span),
        *_parts_left(visits),
        *_loaners(outlet, span),
    ):
        found.setdefault(technician, []).append(fact)
    return found


def who_worked(outlet: Outlet, day: date) -> set[int]:
    """Return the technicians who set out or left a customer on a day: each has a book, empty or not."""
    span = span_of(outlet, day)
    rows = Visit.objects.filter(technician__outlet=outlet)
    return set(rows.filter(Q(departed_at__range=span) | Q(left_at__range=span)).values_list("technician", flat=True))


def _visits(outlet: Outlet, span: tuple[datetime, datetime]) -> list[Visit]:
    rows = Visit.objects.filter(technician__outlet=outlet, left_at__gte=span[0], left_at__lt=span[1])
    return list(rows.select_related("order__customer", "repair").order_by("left_at", "pk"))


def _completed(visits: list[Visit], span: tuple[datetime, datetime]) -> set[tuple[int, datetime]]:
    """Return (order, moment) of the visits that were carried through: only those are signed for (H-H1)."""
    rows = OrderEvent.objects.filter(order__in={visit.order_id for visit in visits}, action="complete")
    return set(rows.filter(at__gte=span[0], at__lt=span[1]).values_list("order_id", "at"))


def _of_visits(visits: list[Visit], completed: set[tuple[int, datetime]]):
    """A card for each customer visited; signature and record where the work was carried through (H-H1)."""
    for visit in visits:
        order, who = visit.order, visit.technician_id
        said = {"order_id": order.pk, "about": str(order.customer)[:200], "source": [visit.pk]}
        yield who, Fact(f"card:{visit.pk}", LineKind.CARD, 1, **said)
        repair = getattr(visit, "repair", None)
        if repair is None or (order.pk, visit.left_at) not in completed:
            continue
        why = {} if repair.signed_by else {"reason": repair.unsigned_reason}
        yield who, Fact(f"sign:{visit.pk}", LineKind.SIGNATURE, 1, counted=int(bool(repair.signed_by)), **said, **why)
        yield who, Fact(f"record:{visit.pk}", LineKind.RECORD, 1, counted=int(repair.is_complete), **said)


def _money(outlet: Outlet, span: tuple[datetime, datetime]):
    """What the technician took themself, by means and currency."""
    rows = Payment.objects.filter(by__technician__outlet=outlet, at__gte=span[0], at__lt=span[1], refunds=None)
    rows = rows.values_list("by__technician", "method", "bill__currency", "amount", "pk").order_by("pk")
    sums: dict[tuple[int, str, str], list[tuple[int, int]]] = {}
    for who, method, currency, amount, pk in rows:
        sums.setdefault((who, method, currency), []).append((amount, pk))
    for (who, method, currency), taken in sums.items():
        yield (
            who,
            Fact(
                f"{method}:{currency}",
                MONEY_BY[PayMethod(method)],
                sum(amount for amount, _pk in taken),
                currency=currency,
                source=[pk for _amount, pk in taken],
            ),
        )


def _old_parts(outlet: Outlet, span: tuple[datetime, datetime]):
    """What was taken out that day and went along: back in the depot, or still to come (H-W4)."""
    rows = PartUse.objects.filter(by__technician__outlet=outlet, at__gte=span[0], at__lt=span[1])
    rows = rows.filter(old__in=("technician", "depot")).select_related("part", "by__technician").order_by("pk")
    for use in rows:
        yield (
            use.by.technician.pk,
            Fact(
                f"old:{use.pk}",
                LineKind.OLD_PART,
                use.quantity,
                order_id=use.order_id,
                about=f"{use.part.code} {use.part.name} {use.serial_out}".strip()[:240],
                source=[use.pk],
                counted=use.quantity if use.old == "depot" else None,
            ),
        )


def _parts_left(visits: list[Visit]):
    """What was loaded for a visit and not put in, once the work on the order is over."""
    by_order = {visit.order_id: visit.technician_id for visit in visits}
    rows = Reservation.objects.filter(order__in=by_order, order__state__in=OVER, state=Reservation.LOADED)
    for one in rows.select_related("part").order_by("pk"):
        about = f"{one.part.code} {one.part.name}"[:240]
        fact = Fact(f"part:{one.pk}", LineKind.PART, one.quantity, one.order_id, about=about, source=[one.pk])
        yield by_order[one.order_id], fact


def _loaners(outlet: Outlet, span: tuple[datetime, datetime]):
    """Units that the technician took back from a customer: they go to the outlet (H-F4)."""
    rows = OrderEvent.objects.filter(at__gte=span[0], at__lt=span[1], action="take_back_loaner")
    rows = rows.filter(actor__technician__outlet=outlet).values_list("order", "actor__technician")
    took = dict(rows.order_by("at"))
    loans = Loan.objects.filter(order__in=took, back_at__gte=span[0], back_at__lt=span[1]).select_related("loaner")
    for loan in loans.order_by("pk"):
        about = str(loan.loaner)[:240]
        fact = Fact(f"loaner:{loan.pk}", LineKind.LOANER, 1, loan.order_id, about=about, source=[loan.pk])
        yield took[loan.order_id], fact


def counter_money(outlet: Outlet, day: date) -> dict[tuple[str, str], int]:
    """Return (kind, currency) → what the outlet itself took that day less what it gave back, in minor units."""
    first, last = span_of(outlet, day)
    rows: QuerySet = Payment.objects.filter(at__gte=first, at__lt=last, bill__order__outlet=outlet)
    by_hand = rows.filter(refunds=None).exclude(by__role=Role.TECHNICIAN)
    found: dict[tuple[str, str], int] = {}
    for some, sign in ((by_hand, 1), (rows.exclude(refunds=None), -1)):
        grouped = some.order_by().values_list("method", "bill__currency").annotate(Sum("amount"), Count("pk"))
        for method, currency, total, _n in grouped:
            key = (str(MONEY_BY[PayMethod(method)]), currency)
            found[key] = found.get(key, 0) + sign * total
    return found
