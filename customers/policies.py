"""Which version of which maker's policy counts for an appliance (H-W1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from customers.models import Appliance, WarrantyPolicy
from customers.terms import PolicyNotInForce, Terms, choose
from customers.warranty import Product, applies_on


@dataclass(frozen=True)
class Held:
    """A version that counts, and its terms as they hold on the day that counts."""

    policy: WarrantyPolicy
    terms: Terms


def candidates(appliance: Appliance) -> QuerySet[WarrantyPolicy]:
    """Return the versions that speak of an appliance's brand and category, or of every one."""
    of_brand, of_category = Q(brand__isnull=True), Q(category__isnull=True)
    if appliance.brand_id:
        of_brand |= Q(brand=appliance.brand_id)
    if appliance.category_id:
        of_category |= Q(category=appliance.category_id)
    return WarrantyPolicy.objects.filter(of_brand, of_category)


def policy_for(appliance: Appliance, opened_on: date) -> Held | None:
    """Return the version that counts for an appliance whose order was opened on a day; None where nobody wrote one.

    Raises PolicyNotInForce when there are versions and none is in force on the day that counts.
    """
    return Policies(candidates(appliance)).held(appliance, opened_on)


class Policies:
    """Versions read once, asked about many appliances."""

    def __init__(self, rows: Iterable[WarrantyPolicy]) -> None:
        self._series: dict[tuple[int | None, int | None], list[WarrantyPolicy]] = {}
        for row in rows:
            self._series.setdefault((row.brand_id, row.category_id), []).append(row)
        self._terms: dict[int, Terms] = {}

    def speak_of(self, appliance: Appliance) -> list[list[WarrantyPolicy]]:
        """Return the series of versions that speak of an appliance, the most particular first."""
        brand, category = appliance.brand_id, appliance.category_id
        ways = dict.fromkeys([(brand, category), (brand, None), (None, category), (None, None)])
        return [self._series[way] for way in ways if way in self._series]

    def held(self, appliance: Appliance, opened_on: date) -> Held | None:
        """Return what `policy_for` does, among the versions at hand.

        The promise made for this brand's appliances of this category comes before one for all of the brand, that
        before one for the category, and that before one for everything.
        """
        series = self.speak_of(appliance)
        if not series:
            return None
        day = applies_on(Product(appliance.purchased_on), opened_on)
        chosen = [version for versions in series if (version := choose(versions, day))]
        if not chosen:
            raise PolicyNotInForce(day)
        # One in force that day, however general, comes before one that only began later.
        best = next((version for version in chosen if version.holds_on(day)), chosen[0])
        if best.pk not in self._terms:
            self._terms[best.pk] = best.terms()
        return Held(best, self._terms[best.pk].back_to(day))
