"""What is counted: facts, each at a moment of an order's log, and how they are grouped.

A kind is one SELECT that yields a row per fact: `order_id`, `technician` (or NULL), `at`, the columns it can be broken
down by, and its measures. It reads the event log and rows that an event wrote, never when a row was last saved, and
every `at` is the moment of an event of that order: so counting a day means looking at the orders with an event on it.

In the statements `{only:x.order_id}` stands for a condition that narrows them to some orders, or for nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST = 10  # measures of a kind; reading asks for as many


@dataclass(frozen=True)
class Kind:
    """One kind of fact. `by`: what it is broken down by beside the total. `total`: whether its sum means something."""

    code: str
    measures: tuple[str, ...]
    sql: str
    by: tuple[str, ...] = ()
    total: bool = True

    def place(self, measure: str) -> int:
        """Return where a measure stands in `sums`, from 0."""
        return self.measures.index(measure)

    def narrowed(self, some: bool) -> str:
        """Return the statement for `some` orders, given as %(orders)s, or for all."""
        return re.sub(r"\{only:([\w.]+)\}", r"AND \1 = ANY(%(orders)s)" if some else "", self.sql)
