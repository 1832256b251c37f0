"""The money of one order: what was quoted and agreed, waived, charged, paid, and what is still open (H-F2, H-G)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from customers.money import say
from customers.reading import of_order, remembered
from dispatch import fees
from dispatch.models import (
    Bill,
    Consent,
    FeeKind,
    Paper,
    Payment,
    Quote,
    QuoteLine,
    QuoteStatus,
    ServiceOrder,
    Waiver,
)
from dispatch.models.states import AT_WORK

LINES = Prefetch("lines", QuoteLine.objects.select_related("fault", "part", "discount"))
CONSENTS = Prefetch("consents", Consent.objects.select_related("by", "signature"))
PAYMENTS = Prefetch("payments", Payment.objects.select_related("by"))


@dataclass(frozen=True)
class Told:
    """One line of a quote in words: what it is for, why it costs that, and its figures in minor units."""

    line: QuoteLine
    name: str
    why: str

    @property
    def code(self) -> str:
        """The number of the part, for who wants to look it up (H-F7)."""
        return self.line.part.code if self.line.part else ""

    @property
    def full(self) -> int:
        """What the table says for all of them."""
        return (self.line.table or 0) * self.line.quantity


@dataclass
class Shown:
    """A quote as it is shown to a customer at a moment."""

    quote: Quote
    now: datetime

    @cached_property
    def lines(self) -> list[Told]:
        """Its lines, in the order in which they are explained."""
        currency = self.quote.currency
        return [Told(line, name_of(line), why_of(line, currency)) for line in self.quote.lines.all()]

    @property
    def waiting(self) -> bool:
        """True while the customer may answer it."""
        return self.quote.status == QuoteStatus.OFFERED and not self.expired

    @property
    def expired(self) -> bool:
        """True when it was not answered in time."""
        return self.quote.status == QuoteStatus.OFFERED and self.quote.valid_until < self.now

    @property
    def consent(self) -> Consent | None:
        """The customer's answer, if there is one."""
        return next(iter(self.quote.consents.all()), None)

    @property
    def table(self) -> str:
        """Which fee table it was made by, and the days that its version holds (H-G1)."""
        row = self.quote.price_list
        if row is None:
            return ""
        said = {"name": row.table.name, "version": row.version, "day": row.valid_from.isoformat()}
        return _("Fee table: %(name)s, version %(version)s, in force since %(day)s.") % said

    @property
    def taxed(self) -> str:
        """Say the tax: contained or added; '' where there is none."""
        if not self.quote.tax:
            return ""
        tax = {"tax": say(self.quote.tax, self.quote.currency)}
        included = self.quote.price_list is None or self.quote.price_list.tax_included
        return _("Tax in it: %(tax)s") % tax if included else _("With tax added: %(tax)s") % tax

    @property
    def customer_page(self) -> str:
        """Return the address of the page on which the customer reads and answers it."""
        return reverse("portal_quote", args=[self.quote.code])


@dataclass
class Account:
    """A bill with what came in for it. Amounts in minor units; money given back does not open it again."""

    bill: Bill
    payments: list[Payment]

    @property
    def paid(self) -> int:
        """What came in."""
        return sum(row.amount for row in self.payments if not row.refunds_id)

    @property
    def given_back(self) -> int:
        """What was given back."""
        return sum(row.amount for row in self.payments if row.refunds_id)

    @property
    def open(self) -> int:
        """What is still to be paid."""
        return fees.still_open(self.bill.amount, [self.paid])

    @property
    def said_open(self) -> str:
        """What is still to be paid, in words."""
        return say(self.open, self.bill.currency)


@dataclass
class Till:
    """The money of an order at a moment. `shown` is the quote that counts, `before` the older ones."""

    order: ServiceOrder
    now: datetime
    quotes: list[Shown]
    accounts: list[Account]
    waivers: list[Waiver] = field(default_factory=list)
    papers: list[Paper] = field(default_factory=list)

    @property
    def shown(self) -> Shown | None:
        """The newest quote, charged or not, unless another diagnosis has withdrawn it."""
        newest = self.quotes[0] if self.quotes else None
        return newest if newest and newest.quote.status != QuoteStatus.SUPERSEDED else None

    @property
    def before(self) -> list[Shown]:
        """Quotes that a newer one took the place of, the newest first."""
        return [one for one in self.quotes if one is not self.shown]

    @property
    def asked(self) -> Waiver | None:
        """The waiver that the centre has to decide about (H-G4)."""
        return next((waiver for waiver in self.waivers if waiver.state == Waiver.ASKED), None)

    @property
    def waived(self) -> int:
        """What the centre has waived and no bill has taken off yet."""
        return sum(waiver.granted for waiver in self.waivers) - sum(one.bill.waived for one in self.accounts)

    @property
    def charged(self) -> bool:
        """True when there is a bill for the quote that counts."""
        return self.shown is not None and any(one.bill.quote_id == self.shown.quote.pk for one in self.accounts)

    @property
    def due(self) -> int:
        """What there is to charge by the quote that counts, less what was waived; 0 without one, or once charged."""
        if self.shown is None or self.shown.quote.status == QuoteStatus.REFUSED or self.charged:
            return 0
        return fees.after_waiver(self.shown.quote.total, self.waived)

    @property
    def to_pay(self) -> int | None:
        """What is or was to be paid by the quote that counts, after waivers; None without one."""
        if self.shown is None:
            return None
        billed = [one.bill.amount for one in self.accounts if one.bill.quote_id == self.shown.quote.pk]
        return billed[0] if billed else fees.after_waiver(self.shown.quote.total, self.waived)

    @property
    def open(self) -> int:
        """What was charged and is not paid yet."""
        return sum(account.open for account in self.accounts)

    @property
    def answerable(self) -> bool:
        """True while the customer can say yes or no to the quote."""
        return self.shown is not None and self.shown.waiting and self.order.state in AT_WORK

    def __bool__(self) -> bool:
        """True when there is anything to show."""
        return bool(self.quotes or self.accounts or self.waivers)


@remembered(of_order)
def till_of(order: ServiceOrder, now: datetime) -> Till:
    """Return the money of an order; at most eight statements, three where there is none."""
    till = Till(
        order,
        now,
        [Shown(quote, now) for quote in quotes_of(order)],
        [Account(bill, list(bill.payments.all())) for bill in bills_of(order)],
    )
    if till.quotes:
        till.waivers = list(order.waivers.select_related("asked_by", "decided_by"))
    if till.accounts:
        till.papers = list(order.papers.select_related("issued_by").order_by("pk"))
    return till


@remembered(of_order)
def quotes_of(order: ServiceOrder) -> list[Quote]:
    """Return an order's quotes, the newest first, with what a reader is shown of them."""
    return list(with_lines(order.quotes.all()))


def with_lines(quotes: QuerySet[Quote]) -> QuerySet[Quote]:
    """Join what a reader is shown of quotes, the newest first."""
    rows = quotes.select_related("price_list__table", "made_by").prefetch_related(LINES, CONSENTS)
    return rows.order_by("-number")


@remembered(of_order)
def bills_of(order: ServiceOrder) -> list[Bill]:
    """Return an order's bills in their order, with what was paid for them."""
    return list(order.bills.select_related("quote").prefetch_related(PAYMENTS))


def name_of(line: QuoteLine) -> str:
    """Return what a line is for, in the reader's language."""
    of = line.words or line.part or line.discount or line.fault
    kind = str(line.get_kind_display())
    if not of:
        return kind
    return str(of) if line.kind == FeeKind.PART else _("%(kind)s: %(of)s") % {"kind": kind, "of": of}


def why_of(line: QuoteLine, currency: str) -> str:
    """Say why a line costs what it costs, where that is not simply the table (H-G2, H-G3)."""
    if line.covered:
        return _("Free at this time") if line.kind == FeeKind.SOFTWARE else _("Covered by the warranty")
    if line.certificate is not None and line.table is not None and line.certificate < line.table:
        return _("By your warranty certificate, which is lower than the table: %(table)s") % {
            "table": say(line.table, currency)
        }
    return ""
