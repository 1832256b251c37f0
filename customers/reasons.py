"""Why it was decided so: codes with their numbers, and the sentences that a customer reads.

A reason is kept as code and numbers, so that it reads in whichever language it is asked for, years later too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from customers.terms import Document, Exclusion, Proof

DECIDED = {
    "covered_until": _("Bought on %(bought)s: the %(months)s-month warranty runs to %(until)s, that day included."),
    "past_period": _("Bought on %(bought)s: the %(months)s-month warranty ended on %(until)s."),
    "purchase_unknown": _("Nobody knows the day of purchase, so the warranty period cannot be counted."),
    "purchase_awaited": _("The day of purchase is not known yet. Please have the invoice or the warranty card ready."),
    "purchase_unproven": _("Nothing was shown that proves the day of purchase. What counts: %(proofs)s."),
    "documents_missing": _("The maker wants to see these together: %(wanted)s. Not shown: %(missing)s."),
    "documents_awaited": _("Please have these ready together when the technician comes: %(missing)s."),
    "proof_awaited": _("Please have something ready that proves the day of purchase: %(proofs)s."),
    "documents_shown": _("What the maker wants to see was shown: %(wanted)s."),
    "linked_shop": _("Bought through a shop linked with us: no documents are needed."),
    "not_sold_here": _("Bought in: %(region)s. The warranty holds in: %(regions)s."),
    "replaced": _("Another unit was given for it on %(replaced)s; the warranty still runs from the first purchase."),
    "repair_or_replace": _("It is repaired free of charge, or replaced by the same model or one that is not below it."),
    "no_policy": _("No warranty policy of the maker is on record for this appliance."),
    "no_version": _("No version of the maker's warranty policy is in force on %(on)s. The manager decides."),
    "technician_covers": _("The technician judged that the warranty covers it."),
    "technician_covers_not": _("The technician judged that the warranty does not cover it."),
    "manager_covers": _("The after-sales manager decided that it is repaired free of charge."),
    "manager_covers_not": _("The after-sales manager decided that the warranty does not cover it."),
    "final_at_diagnosis": _("This is provisional. It is decided when the technician has seen the appliance."),
    "repair_for_a_fee": _(
        "It can still be repaired for a fee as long as there are parts. You are told the price before any work."
    ),
}
REMEDIES = {
    "refund_in_first_days": _(
        "Bought %(age)s days before the fault was reported: a refund is for the first %(days)s days."
    ),
    "refund_no_part": _("No part has come for %(waited)s days: a refund is due from %(parts)s days on."),
    "no_refund": _(
        "Bought %(age)s days before the fault was reported. A refund is for the first %(days)s days, "
        "or when no part comes for %(parts)s days (%(waited)s so far)."
    ),
    "no_refund_undated": _(
        "The day of purchase is not known, so the days since then cannot be counted. A refund is also due when no part "
        "comes for %(parts)s days (%(waited)s so far)."
    ),
    "exchange_in_first_days": _(
        "Bought %(age)s days before the fault was reported: an exchange is for the first %(days)s days."
    ),
    "exchange_repairs": _("Repairs that did not hold: %(failed)s. An exchange is due after %(repairs)s."),
    "exchange_repair_long": _(
        "One repair took %(took)s days: an exchange is due when one takes over %(longest)s days."
    ),
    "no_exchange": _(
        "Bought %(age)s days before the fault was reported. An exchange is for the first %(days)s days, after "
        "%(repairs)s repairs that did not hold (%(failed)s so far), or when a repair takes over %(longest)s days "
        "(%(took)s so far)."
    ),
    "no_exchange_undated": _(
        "The day of purchase is not known, so the days since then cannot be counted. An exchange is also due after "
        "%(repairs)s repairs that did not hold (%(failed)s so far), or when a repair takes over %(longest)s days "
        "(%(took)s so far)."
    ),
    "free_repair": _("Covered by the warranty: the repair is free of charge."),
    "repair_for_a_fee": DECIDED["repair_for_a_fee"],
    "not_covered": _("The warranty does not cover this repair, so there is no refund and no exchange under it."),
    "not_decided": _("It is not decided yet whether the warranty covers this repair."),
    "no_fault": _("No fault has been found yet. A technician has to see the appliance first."),
    "software_free": _("Installed on %(installed)s: help with software is free until %(until)s, that day included."),
    "software_between": _(
        "Installed on %(installed)s: help with software is still free; it is charged after %(until)s."
    ),
    "software_charged": _("Installed on %(installed)s: help with software was free until %(until)s."),
    "software_unknown": _("The day of installation is not known, so help with software is charged for."),
}
WORDS = DECIDED | REMEDIES
DAYS = ("bought", "until", "replaced", "installed", "on")
LISTS = {"missing": Document, "wanted": Document, "proofs": Proof}
REGIONS = {"CN": _("Mainland China"), "TW": _("Taiwan"), "HK": _("Hong Kong"), "MO": _("Macau")}
ELSEWHERE = "XX"


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence of a decision: a stable code, the rule of the standard, and the numbers that stand in it."""

    code: str
    rule: str
    params: dict[str, Any] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """The sentence, in the reader's language."""
        if not self.params and self.code in Exclusion.values:
            return Exclusion(self.code).explained
        return str(WORDS[self.code]) % {name: _worded(name, value) for name, value in self.params.items()}

    def as_json(self) -> dict[str, Any]:
        """Return the reason as a row keeps it; days as "2026-03-05"."""
        params = {name: value.isoformat() if name in DAYS else value for name, value in self.params.items()}
        return {"code": self.code, "rule": self.rule, "params": params}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Reason:
        """Return the reason that `as_json` made a row of."""
        params = {name: date.fromisoformat(value) if name in DAYS else value for name, value in kept["params"].items()}
        return cls(kept["code"], kept["rule"], params)


def _worded(name: str, value: Any) -> Any:
    if name in DAYS:
        return said(value)
    if name in LISTS:
        return listed(LISTS[name](code).label for code in value)
    if name in ("region", "regions"):
        return listed((REGIONS | {ELSEWHERE: _("elsewhere")}).get(code, code) for code in value)
    return value


def said(day: date) -> str:
    """Write a day as people write it in the reader's language."""
    return date_format(day, "DATE_FORMAT")


def listed(words: Iterable) -> str:
    """Write several words in a row, as the reader's language does."""
    return str(_(", ")).join(str(word) for word in words)
