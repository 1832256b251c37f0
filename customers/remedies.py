"""What a customer may have: money back, another unit, a repair (H-W7), help with software (H-G2). Pure.

Days are counted from the first purchase to the day the fault was reported: the customer who calls on the seventh day
is in time, whenever the technician comes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from customers.reasons import Reason
from customers.terms import Terms, add_months


@dataclass(frozen=True, slots=True)
class History:
    """What has happened to one appliance within its warranty.

    `failed_repairs` did not hold. `longest_repair_days` is the longest of the finished repairs, `open_since` the day
    the open one began. `part_waiting_days` counts the wait for a part so far. `covered` is what was decided, or None.
    """

    purchased_on: date | None = None
    reported_on: date | None = None
    fault_confirmed: bool = False
    covered: bool | None = None
    failed_repairs: int = 0
    longest_repair_days: int = 0
    open_since: date | None = None
    part_waiting_days: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """Granted or not, with the clause that says so."""

    granted: bool
    reason: Reason

    @property
    def clause(self) -> str:
        """A stable code of the clause."""
        return self.reason.code

    @property
    def rule(self) -> str:
        """The rule of the standard."""
        return self.reason.rule

    @property
    def words(self) -> str:
        """The clause with its numbers, as a sentence in the reader's language."""
        return self.reason.words


@dataclass(frozen=True, slots=True)
class Remedies:
    """What the customer may have at present; a refund includes the choice of the other two (H-W7)."""

    refund: Verdict
    exchange: Verdict
    repair: Verdict

    def __iter__(self):
        """Yield (name, verdict), the most first."""
        return iter([("refund", self.refund), ("exchange", self.exchange), ("repair", self.repair)])


def remedies(terms: Terms, history: History, today: date) -> Remedies:
    """Work out what the customer may have by H-W7, each with the clause that grants or denies it.

    A refund or an exchange needs a fault that was found, and cover; a repair that the warranty does not pay for is
    possible for a fee (H-W6).
    """
    return Remedies(
        refund=_not_yet(history) or _refund(terms, history, today),
        exchange=_not_yet(history) or _exchange(terms, history, today),
        repair=_repair(history),
    )


def _not_yet(history: History) -> Verdict | None:
    """Return what stands against a refund and an exchange alike, before any counting."""
    if history.covered is False:
        return _verdict(False, "not_covered", "H-W5")
    if not history.fault_confirmed:
        return _verdict(False, "no_fault", "H-W2")
    if history.covered is None:
        return _verdict(False, "not_decided", "H-W2")
    return None


def _refund(terms: Terms, history: History, today: date) -> Verdict:
    age, waited = _age(history, today), history.part_waiting_days
    in_first_days = {"age": age, "days": terms.refund_days}
    no_part = {"waited": waited, "parts": terms.parts_days_before_refund}
    if age is not None and age <= terms.refund_days:
        return _verdict(True, "refund_in_first_days", **in_first_days)
    if waited >= terms.parts_days_before_refund:
        return _verdict(True, "refund_no_part", **no_part)
    if age is None:
        return _verdict(False, "no_refund_undated", **no_part)
    return _verdict(False, "no_refund", **in_first_days, **no_part)


def _exchange(terms: Terms, history: History, today: date) -> Verdict:
    age, failed = _age(history, today), history.failed_repairs
    open_days = max((today - history.open_since).days, 0) if history.open_since else 0
    took = max(open_days, history.longest_repair_days)
    # Who may have their money back may have another unit instead.
    in_first_days = {"age": age, "days": max(terms.exchange_days, terms.refund_days)}
    repairs = {"failed": failed, "repairs": terms.repairs_before_exchange}
    long = {"took": took, "longest": terms.repair_days_before_exchange}
    if age is not None and age <= in_first_days["days"]:
        return _verdict(True, "exchange_in_first_days", **in_first_days)
    if failed >= terms.repairs_before_exchange:
        return _verdict(True, "exchange_repairs", **repairs)
    if took > terms.repair_days_before_exchange:
        return _verdict(True, "exchange_repair_long", **long)
    if age is None:
        return _verdict(False, "no_exchange_undated", **repairs, **long)
    return _verdict(False, "no_exchange", **in_first_days, **repairs, **long)


def _repair(history: History) -> Verdict:
    if history.covered is None:
        return _verdict(False, "not_decided", "H-W2")
    return _verdict(True, "free_repair", "H-W2") if history.covered else _verdict(False, "repair_for_a_fee", "H-W6")


def _age(history: History, today: date) -> int | None:
    """Return the days from the first purchase to the report; nothing before the purchase counts."""
    if history.purchased_on is None:
        return None
    return max(((history.reported_on or today) - history.purchased_on).days, 0)


def software_help(terms: Terms, installed_on: date | None, today: date) -> Verdict:
    """Return whether help with software is free (H-G2): granted means free of charge."""
    if installed_on is None:
        return _verdict(False, "software_unknown", "H-G2")
    free_until = add_months(installed_on, terms.software_free_months)
    charged_after = max(add_months(installed_on, terms.software_charged_after_months), free_until)
    if today <= free_until:
        return _verdict(True, "software_free", "H-G2", installed=installed_on, until=free_until)
    if today <= charged_after and terms.software_between_free:
        return _verdict(True, "software_between", "H-G2", installed=installed_on, until=charged_after)
    ended = charged_after if terms.software_between_free else free_until
    return _verdict(False, "software_charged", "H-G2", installed=installed_on, until=ended)


def _verdict(granted: bool, code: str, rule: str = "H-W7", **params) -> Verdict:
    return Verdict(granted, Reason(code, rule, params))
