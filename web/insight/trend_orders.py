"""The list behind a figure of the trends: its very orders, what each adds to it, on the page and as a sheet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.money import say
from dispatch.models import Deed, ServiceOrder, Visit, write_down
from dispatch.reports.kpi.behind import (
    BEHIND,
    BESIDE,
    CAUSE,
    CURRENCY,
    LATE,
    PART,
    SPAN_OF,
    STEPS,
    Fact,
    behind,
    listable,
)
from dispatch.reports.kpi.figures import SHARE, SPAN, Figure
from dispatch.reports.kpi.reading import broken_down, value
from technicians.models import CheckStep, Part, Technician
from web.insight import panels, saying
from web.insight.asked import Asked, asked
from web.insight.export import sheet_of
from web.shared import when

SHEET = 2_000  # rows of a sheet that somebody waits for
HEADS = {
    LATE: gettext_lazy("Late by"),
    SPAN_OF: gettext_lazy("Took"),
    CAUSE: gettext_lazy("Why not"),
    STEPS: gettext_lazy("Steps left out"),
    PART: gettext_lazy("Part"),
    CURRENCY: gettext_lazy("Amount"),
    SPAN: gettext_lazy("Took"),
}


@dataclass(frozen=True)
class Wanted:
    """Which list: of a figure, those that `missed` it or not, narrowed `by` something to a `key`."""

    asked: Asked
    figure: Figure
    missed: bool
    by: str
    key: str

    @classmethod
    def of(cls, request: HttpRequest, figure: str) -> Wanted:
        """Read a request; Http404 for what is no list."""
        by, key = request.GET.get("by", "")[:12], request.GET.get("key", "")[:120]
        if figure not in BEHIND or "\x00" in key or not listable(BEHIND[figure], by):
            raise Http404
        return cls(asked(request), BEHIND[figure], request.GET.get("side") == "missed", by, key)

    def url(self, **more: Any) -> str:
        """Return the address of the list, with what is changed."""
        told = {"by": self.by, "key": self.key, "side": "missed" if self.missed else ""}
        return self.asked.url("trend_orders", self.figure.code, **(told | more))

    def found(self, page: int, per_page: int) -> tuple[list[Fact], bool]:
        """Return a page of facts and whether there are more; none before they are ripe."""
        period = self.asked.period.until(self.asked.today - self.figure.ripe)
        if period is None:
            return [], False
        narrowed = {"missed": self.missed, "by": self.by, "key": self.key}
        one = behind(self.figure, self.asked.scope, period, **narrowed, page=page, per_page=per_page)
        return one.facts, one.more

    def told(self) -> str:
        """Say the figure that the list stands behind, with what it rests on."""
        period = self.asked.period.until(self.asked.today - self.figure.ripe)
        sums = broken_down(self.asked.scope, period, self.by, self.figure.kinds).get(self.key, {}) if period else {}
        one = value(self.figure, sums)
        if self.by == "currency":
            return say(one.over, self.key)
        return " · ".join(part for part in (saying.say(one), saying.of(one)) if part)

    def narrowed(self) -> str:
        """Say to what the list is narrowed down."""
        number = self.key.isascii() and self.key.isdigit() and len(self.key) < 18
        if self.by in ("technician", "fault", "part") and not number:
            return self.key
        if self.by == "technician":
            return str(Technician.objects.for_user(self.asked.user).filter(pk=self.key).first() or self.key)
        if self.by == "fault":
            return panels.fault_names([self.key]).get(self.key, self.key)
        if self.by == "cause":
            return str(panels.CAUSES.get(self.key, self.key))
        return panels.part_name(self.key) if self.by == "part" else self.key.split("\t")[0]


@dataclass(frozen=True)
class Line:
    """One order of the list: what it adds, and whose work it was."""

    order: ServiceOrder
    fact: Fact
    technician: Technician | None
    beside: str


def lines(wanted: Wanted, facts: list[Fact]) -> list[Line]:
    """Return the facts with what is shown of their orders; five queries however many."""
    numbers = [fact.order for fact in facts]
    orders = ServiceOrder.objects.for_user(wanted.asked.user).with_rows().in_bulk(numbers)
    who = {fact.order: fact.technician for fact in facts if fact.technician}
    visits = Visit.objects.filter(order__in=set(numbers) - set(who), arrived_at__isnull=False)
    last = visits.order_by("order_id", "-arrived_at").distinct("order_id")
    who |= dict(last.values_list("order_id", "technician_id"))  # what is nobody's by itself is whose visit it was
    names = Technician.objects.in_bulk({*who.values(), *(fact.technician for fact in facts if fact.technician)})
    tell = _teller(wanted.figure, facts)
    return [
        Line(orders[fact.order], fact, names.get(fact.technician or who.get(fact.order)), tell(fact))
        for fact in facts
        if fact.order in orders
    ]


def _teller(figure: Figure, facts: list[Fact]):
    """Return how to say what stands beside an order of this figure's list."""
    form = form_of(figure)
    parts = Part.objects.in_bulk([fact.beside for fact in facts]) if form == PART else {}

    def tell(fact: Fact) -> str:
        one = fact.beside
        if form == SPAN:
            return when.span(fact.amount)
        if form == CURRENCY:
            return say(fact.amount, one)
        if form == PART:
            return f"{fact.amount} × {parts.get(one, one)}"
        if form == CAUSE:
            return str(panels.CAUSES.get(one, saying.DASH))
        if form == STEPS:
            return _(", ").join(str(CheckStep(step).label) for step in one) or saying.DASH
        if form == LATE and one is not None:
            return when.span(one) if one > 0 else _("in time")
        return when.span(one) if form == SPAN_OF and one is not None else saying.DASH

    return tell if form else lambda fact: ""


def form_of(figure: Figure) -> str:
    """Return what a list of this figure shows beside the order: a form of BESIDE, SPAN for a mean, '' for nothing."""
    return BESIDE.get(figure.code, (SPAN if figure.unit == SPAN else "",))[0]


def trend_orders(request: HttpRequest, figure: str) -> HttpResponse:
    """List the very orders a figure counted, or those that missed it."""
    wanted = Wanted.of(request, figure)
    number = request.GET.get("page", "1")
    page = max(int(number) if number.isascii() and number.isdigit() and 0 < len(number) < 4 else 1, 1)
    facts, more = wanted.found(page, 50)
    context = {
        "asked": wanted.asked,
        "now": wanted.asked.now,
        "figure": wanted.figure,
        "missed": wanted.missed and wanted.figure.unit == SHARE,
        "stretch": saying.stretch(wanted.asked.period),
        "narrowed": wanted.narrowed() if wanted.by else "",
        "told": wanted.told(),
        "head": HEADS.get(form_of(wanted.figure), ""),
        "rows": lines(wanted, facts),
        "other": wanted.url(side="" if wanted.missed else "missed"),
        "earlier": wanted.url(page=page - 1) if page > 1 else "",
        "later": wanted.url(page=page + 1) if more else "",
        "back": wanted.asked.url("trends"),
        "sheets": [(form.upper(), _sheet_url(wanted, form)) for form in ("csv", "xlsx")],
    }
    return render(request, "insight/trend_orders.html", context)


def _sheet_url(wanted: Wanted, form: str) -> str:
    page, _mark, query = wanted.url().partition("?")
    return f"{page}{form}/?{query}"


def trend_orders_sheet(request: HttpRequest, figure: str, form: str) -> HttpResponse:
    """Send the list as a sheet, csv or xlsx: the newest 2,000 of it."""
    if form not in ("csv", "xlsx"):
        raise Http404
    wanted = Wanted.of(request, figure)
    facts, _more = wanted.found(1, SHEET)
    extra = HEADS.get(form_of(wanted.figure), "")
    names = [_("Order"), _("When"), _("State"), _("Customer"), _("Appliance"), _("Fault"), _("Technician"), extra]
    rows = [[name for name in names if name]]
    for one in lines(wanted, facts):
        order, zone = one.order, one.order.outlet.tz
        at = one.fact.at.astimezone(zone).isoformat(sep=" ", timespec="minutes")
        cells = [order.number, at, order.get_state_display()]
        cells += [order.customer, order.appliance, order.fault or "", one.technician or ""]
        rows.append(cells + ([one.beside] if extra else []))
    told = {"list": figure, "rows": len(rows) - 1, "form": form, "filters": wanted.asked.query()}
    write_down(Deed.EXPORT_TAKEN, wanted.asked.now, request.user, **told)
    title = " · ".join(part for part in (str(wanted.figure.name), wanted.narrowed() if wanted.by else "") if part)
    period = wanted.asked.period
    name = f"doorstep-{figure}-{period.first}-{period.last}"
    return sheet_of(form, [(f"{title} · {wanted.told()} · {saying.stretch(period)}", rows)], name)
