"""What a maker promises, as plain data: the codes, one version of the terms, and which version holds (H-W1, H-W5).

Pure: no database and no clock. The rows that people edit are in `customers.models.policy`.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol, TypeVar

from django.db.models import TextChoices
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _


class Document(TextChoices):
    """What a policy may want to be shown together (H-W1)."""

    CARD = "card", _("Warranty card")
    BOX = "box", _("Box")
    INVOICE = "invoice", _("Invoice")


class Proof(TextChoices):
    """What may prove the day of purchase (H-W1)."""

    INVOICE = "invoice", _("Invoice")
    CARD = "card", _("Warranty card with the shop's stamp")
    SHOP_ORDER = "shop_order", _("Order at a shop")
    PRODUCTION_DATE = "production_date", _("Production date on the type plate")


class Exclusion(TextChoices):
    """What is not covered, in the order of the standard: the first that applies is the one that is named (H-W5)."""

    NOT_SOLD_HERE = "not_sold_here", _("Not sold by the maker here")
    DOCUMENTS_MISSING = "documents_missing", _("Documents missing")
    BOX_MISMATCH = "box_mismatch", _("Box of another appliance")
    WEAR = "wear", _("Used up or worn")
    MAINS_OR_LIGHTNING = "mains_or_lightning", _("Lightning or a mains fault")
    TRANSPORT_OR_LIQUID = "transport_or_liquid", _("Transport, a fall, damp, liquid or something inside")
    ACCIDENT_OR_DISASTER = "accident_or_disaster", _("Accident, disaster or war")
    OPENED_BY_OTHERS = "opened_by_others", _("Opened or repaired by others")
    PAST_PERIOD = "past_period", _("Past the warranty period")
    MISUSE = "misuse", _("Not used as the manual says")

    @property
    def explained(self) -> str:
        """Say to the customer what this means, as one sentence in their language."""
        return str(EXPLAINED[self])


EXPLAINED = {
    Exclusion.NOT_SOLD_HERE: _(
        "The maker's warranty holds only for appliances that it sold in this region; this one was bought elsewhere."
    ),
    Exclusion.DOCUMENTS_MISSING: _(
        "The maker asks for certain documents to be shown together, and not all of them were shown."
    ),
    Exclusion.BOX_MISMATCH: _("The box that was shown belongs to another appliance: the numbers on the two differ."),
    Exclusion.WEAR: _("What is used up or wears out in normal use, as a filter or a seal does, is not covered."),
    Exclusion.MAINS_OR_LIGHTNING: _("The damage came from lightning or from the power supply, not from the appliance."),
    Exclusion.TRANSPORT_OR_LIQUID: _(
        "The damage came from transport, pressure, a fall, damp, a liquid or something that got inside."
    ),
    Exclusion.ACCIDENT_OR_DISASTER: _("The damage came from an accident, a natural disaster or war."),
    Exclusion.OPENED_BY_OTHERS: _(
        "The appliance was opened, altered or repaired by somebody who was not sent by the maker."
    ),
    Exclusion.PAST_PERIOD: _("The warranty period is over."),
    Exclusion.MISUSE: _(
        "The damage came from using, cleaning or keeping the appliance in another way than the manual says."
    ),
}
ALL_EXCLUSIONS = frozenset(Exclusion)


@dataclass(frozen=True, slots=True)
class Terms:
    """One version of a maker's policy. Days and months are counted from the first purchase (H-W3).

    `regions`: codes as "TW", none means everywhere. `documents`: to be shown together. `proofs`: what counts as proof
    of the day of purchase, the best first; none means that what the customer says is believed. Both days of validity
    are inclusive. The source is silent on months 1 to 3 of H-G2: `software_between_free` favours the customer.
    """

    valid_from: date
    valid_to: date | None = None
    period_months: int = 12
    regions: frozenset[str] = frozenset()
    documents: frozenset[Document] = frozenset()
    proofs: tuple[Proof, ...] = ()
    exclusions: frozenset[Exclusion] = ALL_EXCLUSIONS
    linked_shop_exempt: bool = True
    refund_days: int = 7
    exchange_days: int = 15
    repairs_before_exchange: int = 2
    repair_days_before_exchange: int = 30
    parts_days_before_refund: int = 90
    software_free_months: int = 1
    software_charged_after_months: int = 3
    software_between_free: bool = True

    def holds_on(self, day: date) -> bool:
        """True when this version is in force on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def back_to(self, day: date) -> Terms:
        """Return these terms as holding from `day` on as well: for what was bought before the first version known."""
        return self if self.valid_from <= day else replace(self, valid_from=day)


class PolicyNotInForce(ValueError):
    """The version asked of is not in force on the day that counts; it is never used all the same (H-W1)."""

    def __init__(self, day: date) -> None:
        super().__init__(day)
        self.day = day

    def __str__(self) -> str:
        words = _("This version of the warranty policy is not in force on %(day)s. Choose the one that is, or add it.")
        return str(words) % {"day": date_format(self.day, "DATE_FORMAT")}


class HasDays(Protocol):
    """Something valid from one day to another, both inclusive: Terms, or the rows they come from."""

    valid_from: date
    valid_to: date | None


Version = TypeVar("Version", bound=HasDays)


def choose(versions: Iterable[Version], day: date) -> Version | None:
    """Return the version in force on `day`, or for a day before all of them the earliest; or None.

    None for a day in a gap, or after the last one ended: an expired version is refused, not used. What was bought
    before the first version was bought under promises we have no words of; the oldest words known come nearest to
    them. They hold for such a day by `Terms.back_to`.
    """
    versions = sorted(versions, key=lambda version: version.valid_from)
    if versions and day < versions[0].valid_from:
        return versions[0]
    held = [each for each in versions if each.valid_from <= day and (each.valid_to is None or day <= each.valid_to)]
    return held[-1] if held else None


def add_months(day: date, months: int) -> date:
    """Return the same day some months later, or the last of that month where it is too short: 31 Jan + 1 is 28 Feb.

    Ends with the calendar: what would come after the year 9999 is its last day.
    """
    years, month = divmod(day.month - 1 + months, 12)
    if day.year + years > date.max.year:
        return date.max
    last = calendar.monthrange(day.year + years, month + 1)[1]
    return date(day.year + years, month + 1, min(day.day, last))
