"""Counting what really lies there: the differences become moves (H-A3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from technicians.models import Balance, Move, MoveKind, Part, StockCount, User, Warehouse


@dataclass
class CountMoved(Exception):
    """The sheet no longer holds: `expected` were on it, `on_hand` are there by now, `reserved` of them promised."""

    part: Part
    warehouse: Warehouse
    expected: int
    counted: int
    on_hand: int
    reserved: int

    def __str__(self) -> str:
        return f"{self.part.code} in {self.warehouse.code}: {self.expected} on the sheet, {self.on_hand} by now"


KNOWN = """
UPDATE technicians_balance SET on_hand = %(counted)s, counted_at = %(at)s
WHERE warehouse_id = %(warehouse)s AND part_id = %(part)s AND on_hand = %(expected)s AND reserved <= %(counted)s
"""
NEW = """
INSERT INTO technicians_balance AS b (warehouse_id, part_id, on_hand, reserved, minimum, counted_at)
VALUES (%(warehouse)s, %(part)s, %(counted)s, 0, 0, %(at)s)
ON CONFLICT (warehouse_id, part_id) DO UPDATE SET on_hand = excluded.on_hand, counted_at = excluded.counted_at
WHERE b.on_hand = 0
"""


def count(
    warehouse: Warehouse, lines: Iterable[tuple[Part, int, int]], by: User, at: datetime, note: str = ""
) -> StockCount:
    """Write down a count: lines of (part, expected by the sheet, counted); return it.

    Raises CountMoved when something moved since the sheet was written, or fewer are left than are promised; then
    nothing is written.
    """
    lines = sorted(lines, key=lambda one: one[0].pk)
    with transaction.atomic(), connection.cursor() as cursor:
        for part, expected, counted in lines:
            values = {"warehouse": warehouse.pk, "part": part.pk, "expected": expected, "counted": counted, "at": at}
            cursor.execute(KNOWN if expected else NEW, values)
            if cursor.rowcount != 1:
                raise _moved(warehouse, part, expected, counted)
        Move.objects.bulk_create(
            _difference(warehouse, part, counted - expected, by, at, note)
            for part, expected, counted in lines
            if counted != expected
        )
        said = [{"part": part.code, "expected": expected, "counted": counted} for part, expected, counted in lines]
        return StockCount.objects.create(warehouse=warehouse, at=at, by=by, lines=said, note=note)


def _moved(warehouse: Warehouse, part: Part, expected: int, counted: int) -> CountMoved:
    row = Balance.objects.filter(warehouse=warehouse, part=part).first()
    on_hand, reserved = (row.on_hand, row.reserved) if row else (0, 0)
    return CountMoved(part, warehouse, expected, counted, on_hand, reserved)


def _difference(warehouse: Warehouse, part: Part, found: int, by: User, at: datetime, note: str) -> Move:
    ends = {"target": warehouse} if found > 0 else {"source": warehouse}
    return Move(at=at, kind=MoveKind.COUNT, part=part, quantity=abs(found), by=by, note=note, **ends)
