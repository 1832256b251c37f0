"""Is this repair covered (H-W1 to H-W5)? Pure: no database, no clock; the same question gets the same answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from customers.terms import Document, Exclusion, PolicyNotInForce, Proof, Terms, add_months, choose

__all__ = ["Decision", "Document", "Evidence", "Exclusion", "PolicyNotInForce", "Product", "Proof", "Reason", "Terms",
           "add_months", "choose"]  # fmt: skip


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

    `found` is what the technician saw (H-W5); `proven_on` is the date on the `proof`.
    """

    documents: frozenset[Document] = frozenset()
    box_matches: bool | None = None
    linked_shop: bool = False
    found: frozenset[Exclusion] = frozenset()
    proof: Proof | None = None
    proven_on: date | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence of the decision: a stable code, the rule of the standard, and what stands in the sentence."""

    code: str
    rule: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided. `covered` is None only while provisional and the day of purchase is unknown.

    `until` is the last day of the period; `exclusion` the first that applies and `exclusions` all, in the order of
    the standard. `missing` names what still has to be told or shown: documents by their code, else `purchase_date`.
    """

    covered: bool | None
    final: bool
    until: date | None
    exclusion: Exclusion | None
    exclusions: tuple[Exclusion, ...]
    missing: tuple[str, ...]
    reasons: tuple[Reason, ...]
