"""Taking up rows to send, and writing down what came of them: compare and swap, so that nobody else's is overwritten.

A claimed row is `sending` until `next_try_at`; whoever claimed it and died leaves it to the next one after that.
`tries` is counted with the claim and is its token: what came of a try is only written while the row is in that try.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Any

from django.db import Error, connection

from dispatch.models import Notice, NoticeState

LEASE = timedelta(minutes=3)  # longer than a batch may take, whatever hangs
LOCK = 0x4E07_1CE5  # the advisory lock of whoever sends

CLAIM = """
UPDATE dispatch_notice n SET state = 'sending', tries = tries + 1, next_try_at = %s
FROM (
    SELECT id FROM dispatch_notice
    WHERE state IN ('queued', 'held', 'sending') AND next_try_at <= %s
    ORDER BY next_try_at LIMIT %s FOR UPDATE SKIP LOCKED
) d
WHERE n.id = d.id RETURNING n.id
"""
FIELDS = (
    "state", "tries", "next_try_at", "not_before", "last_error", "provider_ref", "sent_at", "delivered_at",
    "call_due_at", "channel", "to", "language", "subject", "body", "facts",
)  # fmt: skip
ADDRESSED = ("channel", "to", "language", "subject", "body")
ADDRESS = "UPDATE dispatch_notice SET " + ", ".join(f'"{name}" = %s' for name in ADDRESSED)
ADDRESS += " WHERE id = %s AND state = 'sending' AND tries = %s"
SETTLE = "UPDATE dispatch_notice SET " + ", ".join(f'"{name}" = %s' for name in FIELDS) + " WHERE id = %s"


@contextmanager
def one_of(senders: int, lock: int = LOCK):
    """Yield whether this process may send: at most `senders` do at once, and a slow provider keeps no worker busy else.

    A lock of the connection: it goes with the process, however that ends.
    """
    with connection.cursor() as cursor:
        slot = next((n for n in range(senders) if _lock(cursor, lock + n)), None)
        try:
            yield slot is not None
        finally:
            if slot is not None:
                with suppress(Error):  # the connection is gone, and the lock with it
                    cursor.execute("SELECT pg_advisory_unlock(%s)", [lock + slot])


def _lock(cursor, number: int) -> bool:
    cursor.execute("SELECT pg_try_advisory_lock(%s)", [number])
    return cursor.fetchone()[0]


def claim(now: datetime, most: int) -> list[int]:
    """Take up to `most` rows that are due; return their ids. Two senders never get the same one."""
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [now + LEASE, now, most])
        return [pk for (pk,) in cursor.fetchall()]


def address(rows: list[Notice]) -> None:
    """Write down to whom, by what way and in what words rows in a try go, before they go.

    A provider's report may be here before its answer is, and has to find the row.
    """
    with connection.cursor() as cursor:
        cursor.executemany(ADDRESS, [[*(_plain(row, name) for name in ADDRESSED), row.pk, row.tries] for row in rows])


def settle(rows: list[tuple[Notice, int]]) -> list[Notice]:
    """Write down what came of tries, given as (row, token); return the rows that were still in that try.

    A row that a delivery report, or the next sender, has moved on meanwhile is left alone. In a transaction.
    """
    locked = Notice.objects.select_for_update().filter(pk__in=[row.pk for row, _ in rows], state=NoticeState.SENDING)
    found = dict(locked.order_by("pk").values_list("pk", "tries"))
    mine = [row for row, token in rows if found.get(row.pk) == token]
    with connection.cursor() as cursor:
        cursor.executemany(SETTLE, [[*(_plain(row, name) for name in FIELDS), row.pk] for row in mine])
    return mine


def _plain(row: Notice, name: str) -> Any:
    return Notice._meta.get_field(name).get_db_prep_save(getattr(row, name), connection)
