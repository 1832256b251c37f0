"""Write rows of the example that are not there yet, many at a time. What is there stays as somebody made it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models

NAMES = ("name_en", "name_zh_hans", "name_zh_hant")


def add(model: type[models.Model], rows: Iterable[dict[str, Any]], key: str = "code") -> dict[Any, models.Model]:
    """Write the missing ones of `rows`; return every row of the table by `key`."""
    model.objects.bulk_create((model(**row) for row in rows), ignore_conflicts=True)
    return {getattr(row, key): row for row in model.objects.all()}


def link(many: Any, owner: str, other: str, pairs: Iterable[tuple[int, int]]) -> None:
    """Write the missing pairs (owner id, other id) of a many-to-many field's own table."""
    through = many.through
    through.objects.bulk_create(
        (through(**{f"{owner}_id": one, f"{other}_id": two}) for one, two in pairs), ignore_conflicts=True
    )


def named(row: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return the code and the names of a row, and what else is given."""
    return {name: row[name] for name in ("code", *NAMES)} | more


def pick(row: dict[str, Any], *names: str) -> dict[str, Any]:
    """Return some columns of a row."""
    return {name: row[name] for name in names}
