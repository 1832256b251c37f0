"""Whether the balances are what the ledger adds up to: always, or something wrote past `ledger`."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection


@dataclass(frozen=True)
class Difference:
    """A balance that is not the sum of its moves."""

    warehouse: str
    part: str
    on_hand: int
    moved: int


DIFFERENCES = """
WITH flows AS (
    SELECT target_id AS warehouse_id, part_id, quantity FROM technicians_move WHERE target_id IS NOT NULL
    UNION ALL
    SELECT source_id, part_id, -quantity FROM technicians_move WHERE source_id IS NOT NULL
), sums AS (
    SELECT warehouse_id, part_id, sum(quantity)::int AS moved FROM flows GROUP BY 1, 2
)
SELECT w.code, p.code, coalesce(b.on_hand, 0), coalesce(s.moved, 0)
FROM sums s FULL JOIN technicians_balance b USING (warehouse_id, part_id)
JOIN technicians_warehouse w ON w.id = warehouse_id JOIN technicians_part p ON p.id = part_id
WHERE coalesce(b.on_hand, 0) <> coalesce(s.moved, 0) ORDER BY 1, 2
"""


def differences() -> list[Difference]:
    """Return the balances that are not the sum of their moves; empty when the books agree. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(DIFFERENCES)
        return [Difference(*row) for row in cursor.fetchall()]
