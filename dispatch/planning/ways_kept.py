"""Ways of a road server kept in Redis, by cell: one hash for each cell a way begins in, the oldest are forgotten."""

from __future__ import annotations

import struct
import time

import numpy as np

from dispatch import live

Cell = tuple[float, float]
ROWS = "ways:{}"  # provider → the rows there are, by when they were last written
ROW = "ways:{}:{}"
MOST_ROWS = 4_000
KEEP_SECONDS = 14 * 86_400  # roads change
PACKED = struct.Struct("<ii")


def _name(cell: Cell) -> str:
    return f"{cell[0]:.3f},{cell[1]:.3f}"


def read(provider: str, cells: list[Cell]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return seconds, metres and whether they are known, [from, to]. Raises RedisError."""
    names = [_name(cell) for cell in cells]
    n = len(cells)
    seconds, metres = np.zeros((n, n), dtype=np.int64), np.zeros((n, n), dtype=np.int64)
    have = np.eye(n, dtype=bool)
    pipe = live.wire().pipeline(transaction=False)
    for name in names:
        pipe.hmget(ROW.format(provider, name), names)
    for i, row in enumerate(pipe.execute()):
        for j, packed in enumerate(row):
            if packed is not None and len(packed) == PACKED.size:
                seconds[i, j], metres[i, j] = PACKED.unpack(packed)
                have[i, j] = True
    return seconds, metres, have


def write(provider: str, cells: list[Cell], seconds: np.ndarray, metres: np.ndarray) -> None:
    """Keep a table. Raises RedisError."""
    client = live.wire()
    names, rows = [_name(cell) for cell in cells], ROWS.format(provider)
    now = time.time()
    pipe = client.pipeline(transaction=False)
    for i, name in enumerate(names):
        row = {there: PACKED.pack(int(seconds[i, j]), int(metres[i, j])) for j, there in enumerate(names) if i != j}
        if row:
            key = ROW.format(provider, name)
            pipe.hset(key, mapping=row)
            pipe.expire(key, KEEP_SECONDS)
            pipe.zadd(rows, {name: now})
    pipe.execute()
    for old in client.zrange(rows, 0, -MOST_ROWS - 1):
        client.delete(ROW.format(provider, old if isinstance(old, str) else old.decode()))
        client.zrem(rows, old)
