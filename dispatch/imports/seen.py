"""Which orders a file has already named, kept on disk so that memory does not grow with the file."""

from __future__ import annotations

import sqlite3


class Seen:
    """Remembers each reference with the row it first stood in and a digest of its content."""

    def __init__(self) -> None:
        # An empty name is SQLite's private database in a temporary file; its cache is bounded.
        self._rows = sqlite3.connect("", isolation_level=None)
        self._rows.execute("PRAGMA cache_size=-2048")
        self._rows.execute("PRAGMA synchronous=OFF")
        self._rows.execute("CREATE TABLE seen (ref BLOB PRIMARY KEY, number INTEGER, digest BLOB) WITHOUT ROWID")
        self._rows.execute("BEGIN")

    def before(self, ref: str, number: int, digest: str) -> tuple[int, bool] | None:
        """Return (row, same content) of the first row with this reference, or None, and remember it then."""
        known = self._rows.execute("SELECT number, digest FROM seen WHERE ref = ?", [ref]).fetchone()
        if known:
            return known[0], known[1] == digest
        self._rows.execute("INSERT INTO seen VALUES (?, ?, ?)", [ref, number, digest])
        return None

    def close(self) -> None:
        """Let go of the temporary file."""
        self._rows.close()
