"""The very orders behind a figure: found by the statement that counted them, so that list and number agree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from dispatch.reports.kpi.counting import EAST, WEST, WITH_EVENTS
from dispatch.reports.kpi.figures import COUNT, FIGURES, SHARE, Figure
from dispatch.reports.kpi.kinds import KINDS
from dispatch.reports.kpi.period import Period
from dispatch.reports.kpi.reading import Scope

PER_PAGE = 50
LAST_PAGE = 40
WEEK = timedelta(days=7)


def _listed(code: str, name: Any, measures: tuple[str, ...], numerator: Any, excluded: Any, definition: Any) -> Figure:
    return Figure(code, name, COUNT, measures, (), numerator, "", excluded, definition, 0, 0, missed=False)


# Figures that are told in tables of their own, by currency, part, model and fault
LISTED = {
    one.code: one
    for one in (
        _listed(
            "taken", _("Money taken"), ("money.taken",), _("Payments, whoever took them"),
            _("What was given back: it is told apart"), _("On the day of the payment (H-G1)."),
        ),
        _listed(
            "given-back", _("Money given back"), ("money.given_back",), _("Payments given back"), _("None"),
            _("On the day it was given back."),
        ),
        _listed(
            "warranty-cost", _("Borne by the warranty"), ("warranty.work", "warranty.parts"),
            _("What the fee table asks for coming out, work and parts that the warranty bore"),
            _("Days for which there is no fee table"),
            _("Parts on the day they went in, the rest on the day of the work (H-W1, H-W2)."),
        ),
        _listed(
            "faults", _("Orders with this fault"), ("faults.orders",), _("Orders"), _("None"),
            _("On the day they were opened."),
        ),
    )
}  # fmt: skip
BEHIND = FIGURES | LISTED
LATE, SPAN_OF, CAUSE, STEPS, PART, CURRENCY = "late", "span", "cause", "steps", "part", "currency"
# What a list tells beside the order, by figure: how it is read, and the column or the measure it stands in
BESIDE = {
    "on-time": (LATE, "f.late_s"),
    "on-time-first": (LATE, "f.late_first_s"),
    "departure": (LATE, "f.left_late_s"),
    "first-fix": (CAUSE, "f.cause"),
    "first-fix-held": (CAUSE, "f.cause"),
    "recalls": (CAUSE, "f.cause"),
    "contact": (SPAN_OF, "f.contact_s"),
    "finish": (SPAN_OF, "f.finish_s - f.customer_s"),
    "checks": (STEPS, "f.left_out"),
    "parts": (PART, "f.part"),
    "taken": (CURRENCY, "f.currency"),
    "given-back": (CURRENCY, "f.currency"),
    "warranty-cost": (CURRENCY, "f.currency"),
}
FOUND = """
SELECT f.order_id, f.at, f.technician, {over}, {beside} FROM ({facts}) f
JOIN dispatch_serviceorder o ON o.id = f.order_id JOIN customers_appliance a ON a.id = o.appliance_id
JOIN technicians_outlet t ON t.id = o.outlet_id
WHERE (f.at AT TIME ZONE t.zone)::date BETWEEN %(first)s AND %(last)s AND {where}
ORDER BY f.at DESC, f.order_id DESC LIMIT %(most)s
"""


@dataclass(frozen=True)
class Fact:
    """One order as one figure counted it: when, whose visit it was, and by how much (seconds, minor units, pieces).

    `beside` is what BESIDE names for the figure, None where it names nothing.
    """

    order: int
    at: datetime
    technician: int | None
    amount: int
    beside: Any = None


@dataclass(frozen=True)
class Found:
    """A page of facts, the newest first; `more` when there are further ones."""

    facts: list[Fact]
    more: bool


def has_orders(figure: Figure) -> bool:
    """True when a figure is made of one kind of fact of orders; hours on duty are nobody's order."""
    return len(figure.kinds) == 1 and figure.kinds <= set(KINDS)


def listable(figure: Figure, by: str = "") -> bool:
    """True when there is a list behind a figure, narrowed `by` something or not."""
    return has_orders(figure) and (not by or by in KINDS[next(iter(figure.kinds))].by)


def behind(
    figure: Figure, scope: Scope, period: Period, *, missed: bool, by: str = "", key: str = "", page: int = 1,
    per_page: int = PER_PAGE,
) -> Found:  # fmt: skip
    """Return a page of what a figure counts over a period: those that `missed` it, or those in its numerator.

    Of a mean time all are listed. `by` and `key` narrow it to a technician, fault, model …. Raises KeyError when the
    figure has no orders or is not broken down by that.
    """
    if not listable(figure, by):
        raise KeyError(figure.code, by)
    kind = KINDS[next(iter(figure.kinds))]
    over = " ".join(f"{'-' if one.startswith('-') else '+'} f.{one.split('.')[1]}" for one in figure.over).lstrip("+ ")
    under = " + ".join(f"f.{one.split('.')[1]}" for one in figure.under)
    if figure.unit != SHARE:  # of a mean every order, of a number those it counts
        where = [f"{under or over} > 0"]
    else:
        where = [f"{under} > coalesce({over}, 0)" if missed else f"{over} > 0"]
    values: dict[str, Any] = {"outlet": scope.outlet, "brand": scope.brand, "key": key}
    narrowing = {"o.outlet_id = %(outlet)s": scope.outlet, "a.brand_id = %(brand)s": scope.brand}
    where += [condition for condition, one in narrowing.items() if one is not None]
    if by:
        where.append(f"f.{by}::text = %(key)s")
    beside = BESIDE.get(figure.code, ("", "NULL"))[1]
    statement = FOUND.format(over=over, beside=beside, facts=kind.narrowed(True), where=" AND ".join(where))
    wanted = min(page, LAST_PAGE) * per_page + 1
    rows = _walk_back(statement, values, period, wanted)
    begin = (min(page, LAST_PAGE) - 1) * per_page
    return Found([Fact(*row) for row in rows[begin : begin + per_page]], len(rows) == wanted)


def _walk_back(statement: str, values: dict[str, Any], period: Period, wanted: int) -> list[tuple]:
    """Look week by week from the end until there are enough: a year of the log is not read for its newest page."""
    rows: list[tuple] = []
    last, length = period.last, WEEK
    with connection.cursor() as cursor:
        while last >= period.first and len(rows) < wanted:
            first = max(period.first, last - length + timedelta(days=1))
            start, end = (datetime.combine(day, time.min, UTC) for day in (first, last + timedelta(days=1)))
            cursor.execute(WITH_EVENTS, [start - EAST, end + WEST])
            orders = cursor.fetchone()[0]
            found = []
            if orders:
                span = {"first": first, "last": last, "orders": orders, "most": wanted - len(rows)}
                cursor.execute(statement, values | span)
                found = cursor.fetchall()
            rows += found
            last = first - timedelta(days=1)
            length = WEEK if found else min(length * 2, WEEK * 52)  # nothing here: further back in longer steps
    return rows
