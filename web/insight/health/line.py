"""A line of the health page, and the way in which a check that fails itself becomes one."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.utils.translation import gettext_lazy as _

log = logging.getLogger(__name__)

OK, LOOK, BROKEN = "ok", "look", "broken"
WORDS = {OK: _("ok"), LOOK: _("look at it"), BROKEN: _("broken")}
ORDER = {BROKEN: 0, LOOK: 1, OK: 2}
QUERY_MS = 2_000  # that one question to the database may take


@dataclass(frozen=True)
class Line:
    """One thing that was looked at: how it is, in words, and what to do about it ('' when nothing)."""

    code: str
    name: Any
    status: str
    said: Any
    do: Any = ""
    url: str = ""

    @property
    def word(self) -> Any:
        """How it is, in a word."""
        return WORDS[self.status]


def worst(*found: tuple[bool, str]) -> str:
    """Return the worst status whose condition holds; ok when none does."""
    return min((status for holds, status in found if holds), key=ORDER.get, default=OK)


def asked(code: str, name: Any, check: Callable[[datetime], Line], now: datetime) -> Line:
    """Return a check's line. A database that is slow or refuses is told in its line, and holds up no other."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {QUERY_MS:d}")
            return check(now)
    except DatabaseError as failed:
        log.warning("health: %s: %s", code, failed)
        return Line(code, name, BROKEN, _("The database did not answer in time."), _("See the log of the web process."))


def ago(moment: datetime, now: datetime) -> timedelta:
    """Return how long ago, never less than nothing."""
    return max(now - moment, timedelta(0))


def statuses(lines: list[Line]) -> Iterator[tuple[str, int]]:
    """Yield each status with how many lines have it."""
    for status in ORDER:
        yield status, sum(line.status == status for line in lines)
