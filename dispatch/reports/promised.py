"""Whether what balances call reserved is what orders and approved requisitions were promised (H-A3)."""

from __future__ import annotations

from django.db import connection

UNKEPT = """
WITH promises AS (
    SELECT warehouse_id, part_id, quantity FROM dispatch_reservation WHERE state IN ('held', 'loaded')
    UNION ALL
    SELECT source_id, part_id, quantity FROM dispatch_requisition WHERE state = 'approved' AND source_id IS NOT NULL
), sums AS (
    SELECT warehouse_id, part_id, sum(quantity)::int AS promised FROM promises GROUP BY 1, 2
)
SELECT w.code, p.code, coalesce(b.reserved, 0), coalesce(s.promised, 0)
FROM sums s FULL JOIN technicians_balance b USING (warehouse_id, part_id)
JOIN technicians_warehouse w ON w.id = warehouse_id JOIN technicians_part p ON p.id = part_id
WHERE coalesce(b.reserved, 0) <> coalesce(s.promised, 0) ORDER BY 1, 2
"""


def unkept() -> list[tuple[str, str, int, int]]:
    """Return (warehouse, part, reserved, promised) where the two differ; empty when the books agree."""
    with connection.cursor() as cursor:
        cursor.execute(UNKEPT)
        return cursor.fetchall()
