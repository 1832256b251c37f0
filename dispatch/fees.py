"""What a repair costs (H-F2, H-G1 to H-G4). Pure arithmetic in integer minor units: no database, no clock, no floats.

A table and a certificate go in, lines come out; the lines add up to the total, nothing is ever negative in total, and
no line is above what the table or the certificate says. Shares are basis points; a half is rounded up, once a line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import pairwise

CALL_OUT, LABOUR, PART, SOFTWARE, CREDIT, DISCOUNT = "call_out", "labour", "part", "software", "credit", "discount"
OFF = (CREDIT, DISCOUNT)  # these take away
BP = 10_000


class NoPrice(LookupError):
    """The table has no price for something: `what` is "labour", "part" …, `code` which one. Never charged as 0."""

    def __init__(self, what: str, code: str = "") -> None:
        super().__init__(f"no price for {what} {code}".rstrip())
        self.what, self.code = what, code


class TooMuch(ValueError):
    """More than is still open: `open` is how much may be paid or given back at most."""

    def __init__(self, open_: int) -> None:
        super().__init__(f"at most {open_}")
        self.open = open_


@dataclass(frozen=True, slots=True)
class Prices:
    """One version of a fee table, or what a warranty certificate says of some of its lines (None: it is silent).

    `labour` is keyed by ("fault", code), ("category", code) and ("", ""); `parts` by code. `step` is the smallest
    amount that people there pay with, in minor units: shares and taxes are rounded to it.
    """

    call_out: int | None = None
    software: int | None = None
    labour: Mapping[tuple[str, str], int] = field(default_factory=dict)
    parts: Mapping[str, int] = field(default_factory=dict)
    credit_bp: int = 0
    tax_bp: int = 0
    tax_included: bool = True
    step: int = 1


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be done. `parts` are (code, quantity); `old_parts` the codes of those whose old one is credited.

    `software_free`: so soon after the installation that help with software costs nothing (H-G2).
    """

    fault: str = ""
    category: str = ""
    parts: tuple[tuple[str, int], ...] = ()
    call_out: bool = True
    labour: bool = True
    software: bool = False
    software_free: bool = False
    old_parts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Offer:
    """A discount by policy: a share, or an amount, on "all", "labour", "parts" or "call_out"."""

    code: str
    on: str = "all"
    share_bp: int = 0
    amount: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `unit` is what is charged for each: the lower of `table` and `certificate` (H-G3), 0 when covered."""

    kind: str
    code: str = ""
    quantity: int = 1
    table: int | None = None
    certificate: int | None = None
    unit: int = 0
    amount: int = 0
    covered: bool = False

    @property
    def by_certificate(self) -> bool:
        """True when the certificate was the lower one."""
        return not self.covered and self.certificate is not None and self.certificate < (self.table or 0)


@dataclass(frozen=True, slots=True)
class Totals:
    """What it comes to: net + tax = total."""

    net: int
    tax: int
    total: int


def share(amount: int, bp: int, step: int = 1, whole: int = BP) -> int:
    """Return `bp` of `whole` parts of an amount that is not negative, in steps, a half rounded up."""
    return (2 * amount * bp + whole * step) // (2 * whole * step) * step


def lower(table: int, certificate: int | None) -> int:
    """Return the lower of the fee table and the warranty certificate (H-G3)."""
    return table if certificate is None else min(table, certificate)


def quote_lines(
    prices: Prices, work: Work, *, covered: bool, certificate: Prices | None = None, offer: Offer | None = None
) -> list[Line]:
    """Return the lines of a quote, in the order in which they are explained.

    What the warranty covers stands there with 0, so that the customer sees what they do not pay. Help with software
    is no fault and is never covered, but free for a time (H-G2). Raises NoPrice for what the table has no price for.
    """
    says = certificate or Prices()
    lines = []
    if work.call_out:
        lines.append(_line(CALL_OUT, "", 1, prices.call_out, says.call_out, covered))
    if work.labour:
        code, table = _labour(prices, work)
        lines.append(_line(LABOUR, code, 1, table, says.labour.get(("fault", work.fault)), covered))
    for code, quantity in work.parts:
        lines.append(_line(PART, code, quantity, prices.parts.get(code), says.parts.get(code), covered))
    if work.software:
        lines.append(_line(SOFTWARE, "", 1, prices.software, says.software, work.software_free))
    lines += _credits(prices, work, lines)
    if offer:
        lines += _discount(offer, lines, prices.step)
    return lines


def _line(kind: str, code: str, quantity: int, table: int | None, certificate: int | None, covered: bool) -> Line:
    if table is None:
        raise NoPrice(kind, code)
    unit = 0 if covered else lower(table, certificate)
    return Line(kind, code, quantity, table, certificate, unit, unit * quantity, covered)


def _labour(prices: Prices, work: Work) -> tuple[str, int]:
    """Return the nearest price of the work: for the fault, else the category, else anything."""
    for key in (("fault", work.fault), ("category", work.category), ("", "")):
        if key in prices.labour and (key[1] or key[0] == ""):
            return key[1] if key[0] == "fault" else "", prices.labour[key]
    raise NoPrice(LABOUR, work.fault or work.category)


def _credits(prices: Prices, work: Work, lines: list[Line]) -> list[Line]:
    """Return what is credited for old parts that the customer leaves with us: a share of what the new ones cost."""
    found = []
    for line in lines:
        worth = min(line.amount, share(line.amount, prices.credit_bp, prices.step)) if line.kind == PART else 0
        if worth and line.code in work.old_parts:
            found.append(Line(CREDIT, line.code, line.quantity, amount=-worth))
    return found


BASES = {"all": None, "labour": (LABOUR,), "parts": (PART, CREDIT), "call_out": (CALL_OUT,)}


def _discount(offer: Offer, lines: list[Line], step: int) -> list[Line]:
    kinds = BASES[offer.on]
    base = max(0, sum(line.amount for line in lines if kinds is None or line.kind in kinds))
    off = min(base, share(base, offer.share_bp, step) + offer.amount)
    return [Line(DISCOUNT, offer.code, amount=-off)] if off else []


def totals(lines: Iterable[Line], tax_bp: int, *, tax_included: bool, step: int = 1) -> Totals:
    """Return what lines come to. With the tax included their sum is the total, else it is the net amount."""
    amount = sum(line.amount for line in lines)
    if tax_included:
        tax = share(amount, tax_bp, step, BP + tax_bp)
        return Totals(amount - tax, tax, amount)
    tax = share(amount, tax_bp, step)
    return Totals(amount, tax, amount + tax)


def after_waiver(total: int, granted: int) -> int:
    """Return what is left to pay when the centre has waived `granted` (H-G4); never below 0."""
    return max(0, total - granted)


def still_open(due: int, payments: Iterable[int]) -> int:
    """Return how much of a bill is open; payments are positive, what was given back negative."""
    return due - sum(payments)


def check_payment(due: int, payments: Iterable[int], amount: int) -> int:
    """Return what is open after another payment. Raises TooMuch when it is more than is open, or nothing."""
    left = still_open(due, payments) - amount
    if left < 0 or amount <= 0:
        raise TooMuch(max(0, left + amount))
    return left


def check_refund(paid: int, refunded: int, amount: int) -> int:
    """Return what remains of a payment after giving some back. Raises TooMuch beyond what was paid."""
    left = paid - refunded - amount
    if left < 0 or amount <= 0:
        raise TooMuch(max(0, paid - refunded))
    return left


def without_price(line: Line) -> Line:
    """Return the line with nothing to pay, as the warranty covers it."""
    return replace(line, unit=0, amount=0, covered=True)


def gap(versions: Iterable[tuple[date, date | None]]) -> tuple[date, date] | None:
    """Return the first days (from, to, inclusive) on which no version holds between the first and the last; or None.

    Raises ValueError where two versions hold on one day.
    """
    ordered = sorted(versions, key=lambda version: version[0])
    for (begins, ends), (following, _end) in pairwise(ordered):
        if ends is None or ends >= following:
            raise ValueError(f"two versions hold on {following}: from {begins} and from {following}")
        if ends + timedelta(days=1) < following:
            return ends + timedelta(days=1), following - timedelta(days=1)
    return None
