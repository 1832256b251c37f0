"""Writing the ledger and the balances in one transaction (H-A3).

Nothing is read to be written again: each balance changes by one conditional UPDATE, or by one INSERT … ON CONFLICT
where it only grows. Balances are touched in the order of (warehouse, part), so that two who take several parts at once
never wait for each other in a ring. The CHECK of the table is the net below.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from technicians.models import Balance, Move, MoveKind, Part, User, Warehouse


@dataclass
class NotEnough(Exception):
    """Fewer are free than wanted: `free` may still be taken from `warehouse`, `wanted` were asked for."""

    part: Part
    warehouse: Warehouse
    free: int
    wanted: int

    def __str__(self) -> str:
        return f"{self.wanted} × {self.part.code} wanted, {self.free} free in {self.warehouse.code}"


@dataclass(frozen=True)
class Why:
    """When, by whom, for which order, and what for."""

    at: datetime
    by: User | None = None
    order: int | None = None
    note: str = ""


@dataclass(frozen=True)
class Entry:
    """One line to be written: `quantity` of `part` from `source` to `target`; None is outside.

    held: that many of them were promised at the source. hold: that many are promised at the target.
    """

    kind: str
    part: Part
    quantity: int
    source: Warehouse | None = None
    target: Warehouse | None = None
    serial: str = ""
    held: int = 0
    hold: int = 0


@dataclass
class _Change:
    """What becomes of one balance."""

    warehouse: Warehouse
    part: Part
    on_hand: int = 0
    reserved: int = 0


def write(entries: Iterable[Entry], why: Why) -> list[Move]:
    """Write entries into the ledger and change the balances; return the moves. All or nothing.

    Raises NotEnough where fewer are free than taken.
    """
    entries = list(entries)
    changes: dict[tuple[int, int], _Change] = {}
    for entry in entries:
        if entry.source:
            _add(changes, entry.source, entry.part, -entry.quantity, -entry.held)
        if entry.target:
            _add(changes, entry.target, entry.part, entry.quantity, entry.hold)
    with transaction.atomic():
        _apply(changes)
        return Move.objects.bulk_create(_move(entry, why) for entry in entries)


def hold(warehouse: Warehouse, wanted: Iterable[tuple[Part, int]]) -> None:
    """Promise parts (part, quantity) of one warehouse. Raises NotEnough; then none is promised."""
    _promise(warehouse, wanted, 1)


def release(warehouse: Warehouse, wanted: Iterable[tuple[Part, int]]) -> None:
    """Let go of parts that were promised."""
    _promise(warehouse, wanted, -1)


def receive(target: Warehouse, lines: Iterable[tuple[Part, int]], why: Why, *, hold: bool = False) -> list[Move]:
    """Write down what came in from outside; with `hold` it is promised at once."""
    return write((Entry(MoveKind.RECEIVED, p, n, None, target, hold=n if hold else 0) for p, n in lines), why)


def transfer(source: Warehouse, target: Warehouse, lines: Iterable[tuple[Part, int]], why: Why) -> list[Move]:
    """Carry free parts from one warehouse to another. Raises NotEnough."""
    return write((Entry(MoveKind.TRANSFER, p, n, source, target) for p, n in lines), why)


def take(source: Warehouse, part: Part, quantity: int, why: Why, *, serial: str = "", held: int = 0) -> Move:
    """Use parts; `held` of them were promised to the one who takes them. Raises NotEnough."""
    return write([Entry(MoveKind.USED, part, quantity, source, serial=serial, held=held)], why)[0]


def give_back(target: Warehouse, part: Part, quantity: int, why: Why, serial: str = "") -> Move:
    """Put back what was not used after all."""
    return write([Entry(MoveKind.GIVEN_BACK, part, quantity, None, target, serial)], why)[0]


def old_part_back(depot: Warehouse, lines: Iterable[tuple[Part, int, int | None]], by: User, at: datetime) -> None:
    """Receive old parts (part, quantity, order number) at the depot (H-W4)."""
    moves = [(Entry(MoveKind.OLD_PART, part, many, None, depot), Why(at, by, order)) for part, many, order in lines]
    changes: dict[tuple[int, int], _Change] = {}
    for entry, _why in moves:
        _add(changes, depot, entry.part, entry.quantity, 0)
    with transaction.atomic():
        _apply(changes)
        Move.objects.bulk_create(_move(entry, why) for entry, why in moves)


def scrap(source: Warehouse, lines: Iterable[tuple[Part, int]], why: Why) -> list[Move]:
    """Throw away what is of no use any more. Raises NotEnough."""
    return write((Entry(MoveKind.SCRAPPED, part, many, source) for part, many in lines), why)


def _promise(warehouse: Warehouse, wanted: Iterable[tuple[Part, int]], way: int) -> None:
    changes: dict[tuple[int, int], _Change] = {}
    for part, many in wanted:
        _add(changes, warehouse, part, 0, way * many)
    with transaction.atomic():
        _apply(changes)


def _add(changes: dict, warehouse: Warehouse, part: Part, on_hand: int, reserved: int) -> None:
    change = changes.setdefault((warehouse.pk, part.pk), _Change(warehouse, part))
    change.on_hand += on_hand
    change.reserved += reserved


TAKE = """
UPDATE technicians_balance SET on_hand = on_hand + %(on_hand)s, reserved = reserved + %(reserved)s
WHERE warehouse_id = %(warehouse)s AND part_id = %(part)s AND on_hand + %(on_hand)s >= 0
  AND reserved + %(reserved)s BETWEEN 0 AND on_hand + %(on_hand)s
"""
ADD = """
INSERT INTO technicians_balance AS b (warehouse_id, part_id, on_hand, reserved, minimum)
VALUES (%(warehouse)s, %(part)s, %(on_hand)s, %(reserved)s, 0)
ON CONFLICT (warehouse_id, part_id)
DO UPDATE SET on_hand = b.on_hand + excluded.on_hand, reserved = b.reserved + excluded.reserved
"""


def _apply(changes: dict[tuple[int, int], _Change]) -> None:
    """Change the balances, each by one statement, in the order of (warehouse, part). Raises NotEnough."""
    with connection.cursor() as cursor:
        for (warehouse, part), change in sorted(changes.items(), key=lambda item: item[0]):
            values = {
                "warehouse": warehouse, "part": part, "on_hand": change.on_hand, "reserved": change.reserved
            }  # fmt: skip
            # What grows by more than it promises can't fail, and may be the first of its kind there.
            grows = change.on_hand > 0 and 0 <= change.reserved <= change.on_hand
            cursor.execute(ADD if grows else TAKE, values)
            if cursor.rowcount != 1:
                raise _refusal(change)


def _refusal(change: _Change) -> NotEnough:
    """Say how many are free. Only for the words: it was decided by the statement before."""
    row = Balance.objects.filter(warehouse=change.warehouse, part=change.part).first()
    free = row.free if row else 0
    return NotEnough(change.part, change.warehouse, free, max(change.reserved - change.on_hand, 1))


def _move(entry: Entry, why: Why) -> Move:
    return Move(
        at=why.at,
        kind=entry.kind,
        part=entry.part,
        quantity=entry.quantity,
        source=entry.source,
        target=entry.target,
        serial=entry.serial,
        order_number=why.order,
        by=why.by,
        note=why.note,
    )
