"""Is this repair covered (H-W1 to H-W5)? Pure: no database, no clock; the same question gets the same answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from customers.reasons import Reason
from customers.terms import Document, Exclusion, PolicyNotInForce, Proof, Terms, add_months, choose

__all__ = ["Decision", "Document", "Evidence", "Exclusion", "PolicyNotInForce", "Product", "Proof",
           "Reason", "Terms", "add_months", "applies_on", "choose", "decide"]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Product:
    """The appliance as far as the warranty cares. `purchased_on` is the first purchase and stays it (H-W3).

    `replaced_on` is when the maker gave another unit for it; nothing is counted from there.
    """

    purchased_on: date | None = None
    sold_region: str = ""
    sold_by_maker: bool | None = None
    replaced_on: date | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What has been shown and found. None, or nothing: nobody has looked yet.

    `found` is what the technician saw (H-W5). `proven_on`, the date on the `proof`, counts where nobody has written
    down a day of purchase.
    """

    documents: frozenset[Document] = frozenset()
    box_matches: bool | None = None
    linked_shop: bool = False
    found: frozenset[Exclusion] = frozenset()
    proof: Proof | None = None
    proven_on: date | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided. `covered` is None only while provisional and the day of purchase is unknown.

    `until` is the last day of the period. `exclusion` is the one to be named first, `exclusions` all that apply, in
    the order of the standard. `missing` names what still has to be told or shown: documents by their code,
    `purchase_date`, `proof`.
    """

    covered: bool | None
    final: bool
    until: date | None
    exclusion: Exclusion | None
    exclusions: tuple[Exclusion, ...]
    missing: tuple[str, ...]
    reasons: tuple[Reason, ...]


def applies_on(product: Product, opened_on: date) -> date:
    """Return the day whose policy counts: the day of purchase, else the day the order was opened.

    The certificate that the customer was given in the shop is the promise; a later version cannot take from it. Where
    nobody knows the day of purchase, the version in force when the customer asked is the only one that can be named.
    """
    return product.purchased_on or opened_on


def decide(terms: Terms, product: Product, evidence: Evidence, today: date, *, final: bool) -> Decision:
    """Decide about one repair; `today` is the day the fault was reported, so that a late visit costs nobody anything.

    Provisional (H-W1): what has not been shown yet is awaited, not missing. Final (H-W2): what has not been shown is
    missing, unless a linked shop sold it. Raises PolicyNotInForce when `terms` do not hold on `applies_on(…)`.
    """
    day = applies_on(product, today)
    if not terms.holds_on(day):
        raise PolicyNotInForce(day)
    case = _Case(terms, product, evidence, today, final)
    excluded = case.excluded()
    covered = False if excluded else True if final or case.bought else None
    lead = _lead(excluded)
    if lead is not None:
        said = [excluded[lead], *(why for code, why in excluded.items() if code is not lead)]
        reasons = [*said, Reason("repair_for_a_fee", "H-W6")]
    else:
        reasons = case.in_favour()
    if not final:
        reasons += case.awaited(covered)
    return Decision(covered, final, case.until, lead, tuple(excluded), case.missing(), tuple(reasons))


def _lead(excluded: dict[Exclusion, Reason]) -> Exclusion | None:
    """Return the exclusion to be named first: a period that is over, which nothing shown could mend; else in order."""
    return Exclusion.PAST_PERIOD if Exclusion.PAST_PERIOD in excluded else next(iter(excluded), None)


class _Case:
    """One case under its terms: what follows from each of its facts."""

    __slots__ = ("bought", "evidence", "exempt", "final", "lacking", "product", "proven", "terms", "today", "until")

    def __init__(self, terms: Terms, product: Product, evidence: Evidence, today: date, final: bool) -> None:
        self.terms, self.product, self.evidence, self.today, self.final = terms, product, evidence, today, final
        self.bought = product.purchased_on or evidence.proven_on  # H-W3: a replacement has no say here
        self.until = add_months(self.bought, terms.period_months) if self.bought else None
        self.exempt = evidence.linked_shop and terms.linked_shop_exempt
        self.lacking = () if self.exempt else _in_order(terms.documents - evidence.documents)
        self.proven = self.exempt or not terms.proofs or not _proofs(evidence).isdisjoint(terms.proofs)

    def excluded(self) -> dict[Exclusion, Reason]:
        """Return the exclusions in force that apply, each with why, in the order of the standard (H-W5)."""
        applying = {code: EACH[code] for code in self.evidence.found}
        product, regions = self.product, self.terms.regions
        if regions and product.sold_region and product.sold_region not in regions:
            where = {"region": [product.sold_region], "regions": sorted(regions)}
            applying[Exclusion.NOT_SOLD_HERE] = Reason("not_sold_here", "H-W5", where)
        elif product.sold_by_maker is False:
            applying[Exclusion.NOT_SOLD_HERE] = EACH[Exclusion.NOT_SOLD_HERE]
        if self.evidence.box_matches is False:
            applying[Exclusion.BOX_MISMATCH] = EACH[Exclusion.BOX_MISMATCH]
        if self.until and self.today > self.until:
            applying[Exclusion.PAST_PERIOD] = self._period("past_period", "H-W5")
        if self.final:
            applying |= self._not_shown()
        in_force = self.terms.exclusions
        return {code: applying[code] for code in EACH if code in applying and code in in_force} if applying else {}

    def _not_shown(self) -> dict[Exclusion, Reason]:
        """Return what a final decision makes of papers that nobody has seen."""
        if not self.bought:  # no day, no period: one of the two must say so, whichever the policy has in force
            why = Reason("purchase_unknown", "H-W5")
            by_documents = Exclusion.DOCUMENTS_MISSING in self.terms.exclusions
            return {Exclusion.DOCUMENTS_MISSING if by_documents else Exclusion.PAST_PERIOD: why}
        if self.lacking:
            lists = {"wanted": _codes(_in_order(self.terms.documents)), "missing": _codes(self.lacking)}
            return {Exclusion.DOCUMENTS_MISSING: Reason("documents_missing", "H-W5", lists)}
        if not self.proven:
            why = Reason("purchase_unproven", "H-W5", {"proofs": _codes(self.terms.proofs)})
            return {Exclusion.DOCUMENTS_MISSING: why}
        return {}

    def in_favour(self) -> list[Reason]:
        """Return why it is covered, as far as is known."""
        reasons = [self._period("covered_until", "H-W1")] if self.until else []
        if self.product.replaced_on:
            reasons.append(Reason("replaced", "H-W3", {"replaced": self.product.replaced_on}))
        if self.exempt:
            reasons.append(Reason("linked_shop", "H-W1"))
        elif self.terms.documents and not self.lacking:
            wanted = _codes(_in_order(self.terms.documents))
            reasons.append(Reason("documents_shown", "H-W1", {"wanted": wanted}))
        if self.final:
            reasons.append(Reason("repair_or_replace", "H-W2"))
        return reasons

    def awaited(self, covered: bool | None) -> list[Reason]:
        """Return what a provisional decision still waits for; nothing can be shown that would undo an exclusion."""
        if covered is False:
            return [Reason("final_at_diagnosis", "H-W2")]
        reasons = [] if self.bought else [Reason("purchase_awaited", "H-W1")]
        if self.lacking:
            reasons.append(Reason("documents_awaited", "H-W1", {"missing": _codes(self.lacking)}))
        elif self.bought and not self.proven:
            reasons.append(Reason("proof_awaited", "H-W1", {"proofs": _codes(self.terms.proofs)}))
        return [*reasons, Reason("final_at_diagnosis", "H-W2")]

    def missing(self) -> tuple[str, ...]:
        """Return what has not been told or shown, by code."""
        proof = () if self.proven or self.lacking else ("proof",)
        return (*(() if self.bought else ("purchase_date",)), *_codes(self.lacking), *proof)

    def _period(self, code: str, rule: str) -> Reason:
        return Reason(code, rule, {"bought": self.bought, "months": self.terms.period_months, "until": self.until})


def _proofs(evidence: Evidence) -> set[Proof]:
    """Return what proves the day of purchase: a document that was shown is a proof as well."""
    shown = {PROOF_BY_DOCUMENT[code] for code in evidence.documents if code in PROOF_BY_DOCUMENT}
    return shown | {evidence.proof} if evidence.proof else shown


PROOF_BY_DOCUMENT = {Document.INVOICE: Proof.INVOICE, Document.CARD: Proof.CARD}
EACH = {code: Reason(code.value, "H-W5") for code in Exclusion}  # in the order of the standard
DOCUMENTS = tuple(Document)


def _in_order(documents) -> list[Document]:
    """Return documents in the order in which one names them."""
    return [code for code in DOCUMENTS if code in documents]


def _codes(codes) -> list[str]:
    return [code.value for code in codes]
