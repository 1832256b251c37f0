"""The warranty of an order in words: what was decided, why, under which version, and what can be done now (H-W1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from customers.models import WarrantyPolicy
from customers.reading import of_order, remembered
from customers.reasons import Reason
from customers.remedies import Remedies
from customers.terms import Document, Exclusion
from dispatch.models import DecisionStage, ServiceOrder, WarrantyDecision
from dispatch.reports.remedies import history_of, remedies, terms_of


@dataclass
class Explained:
    """An order's newest decision, worded in the active language. Without any, what the order itself says."""

    order: ServiceOrder
    decisions: list[WarrantyDecision]
    now: datetime

    @property
    def decision(self) -> WarrantyDecision | None:
        """The one that counts."""
        return self.decisions[-1] if self.decisions else None

    @property
    def covered(self) -> bool | None:
        """What counts at present; what the caller said where nothing was decided."""
        return self.decision.covered if self.decision else self.order.in_warranty

    @property
    def final(self) -> bool:
        """True after the diagnosis, or once the manager has decided."""
        return bool(self.decision) and self.decision.stage != DecisionStage.PROVISIONAL

    @property
    def headline(self) -> str:
        """The decision in a few words."""
        if self.covered is None:
            return _("Warranty not known yet")
        if self.covered:
            return _("Covered by the warranty") if self.final else _("Probably covered by the warranty")
        return _("Not covered by the warranty") if self.final else _("Probably not covered by the warranty")

    @property
    def tone(self) -> str:
        """yes, no or open: the colour and shape that go with the words."""
        return {True: "yes", False: "no", None: "open"}[self.covered]

    @property
    def told_otherwise(self) -> str:
        """What the caller said of the warranty, where that differs from what was computed; else ''."""
        if self.final or self.decision is None or self.order.in_warranty in (None, self.covered):
            return ""
        return _("The customer says: covered.") if self.order.in_warranty else _("The customer says: not covered.")

    @cached_property
    def reasons(self) -> list[Reason]:
        """Why, in the order in which one says it."""
        return [Reason.from_json(kept) for kept in self.decision.reasons] if self.decision else []

    @property
    def exclusion(self) -> Exclusion | None:
        """The exclusion that applies, the first in the order of the standard (H-W5)."""
        return Exclusion(self.decision.exclusion) if self.decision and self.decision.exclusion else None

    @property
    def policy(self) -> WarrantyPolicy | None:
        """The version it was decided under."""
        return self.decision.policy if self.decision else None

    @property
    def version(self) -> str:
        """That version in words; '' where there is none."""
        if self.policy is None:
            return ""
        of = " · ".join(str(part) for part in (self.policy.brand, self.policy.category) if part)
        words = _("Warranty policy: %(of)s, version %(version)s")
        return words % {"of": of or _("every appliance"), "version": self.policy.version}

    @property
    def until(self) -> date | None:
        """The last day of the period."""
        return self.decision.until if self.decision else None

    @property
    def documents(self) -> list[str]:
        """The documents that were shown, by name."""
        seen = self.decision.seen.get("documents", []) if self.decision else []
        return [str(Document(code).label) for code in seen]

    @property
    def photos(self) -> list[int]:
        """Numbers of the photos that were looked at (H-W5)."""
        return self.decision.seen.get("photos", []) if self.decision else []

    @property
    def customer_page(self) -> str:
        """The address of the page that explains it to the customer; '' before anything was decided."""
        return reverse("portal_warranty", args=[self.decision.code]) if self.decision else ""

    @property
    def before(self) -> list[WarrantyDecision]:
        """The decisions before this one, the newest first."""
        return self.decisions[-2::-1]

    @cached_property
    def remedies(self) -> Remedies:
        """Refund, exchange, repair: each with its clause (H-W7). Five statements."""
        today = self.now.astimezone(self.order.outlet.tz).date()
        history = history_of(self.order, self.decision, today)
        return remedies(terms_of(self.order, self.decision), history, today)


@remembered(of_order)
def explain(order: ServiceOrder, now: datetime) -> Explained:
    """Read an order's decisions with their versions and people. One statement."""
    return Explained(order, list(with_people(order.decisions.all())), now)


def with_people(rows: QuerySet[WarrantyDecision]) -> QuerySet[WarrantyDecision]:
    """Join what a reader of decisions is told: the version, and who decided."""
    return rows.select_related("policy__brand", "policy__category", "decided_by")
