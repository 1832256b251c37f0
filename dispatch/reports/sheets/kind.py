"""One kind of thing to take along: its rows, its columns.

A column is written `name:path`, or `name` where both are the same. Amounts are integers of minor units (`_minor`), with
their currency beside them; times are UTC.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.apps import apps
from django.db.models import QuerySet

from technicians.models import Outlet


@dataclass(frozen=True)
class Kind:
    """A sheet. `way` leads from a row to its outlet ('' where all outlets share the rows); `at` is what a period means.

    `by` narrows to an outlet where no path does.
    """

    code: str
    name: Any
    model: str
    columns: tuple[str, ...]
    way: str = ""
    at: str = ""
    by: Callable[[QuerySet, Outlet], QuerySet] | None = None

    @property
    def head(self) -> list[str]:
        """The names of the columns."""
        return [column.partition(":")[0] for column in self.columns]

    @property
    def paths(self) -> list[str]:
        """Where each column comes from."""
        return [column.partition(":")[2] or column for column in self.columns]

    def rows(self, outlet: Outlet | None, first: date | None, last: date | None) -> QuerySet:
        """Return the rows as tuples, oldest first, of an outlet and of some days (UTC, both included)."""
        rows = apps.get_model(self.model)._default_manager.order_by("pk")
        if outlet is not None and self.by:
            rows = self.by(rows, outlet)
        elif outlet is not None and self.way:
            rows = rows.filter(**{self.way: outlet.pk})
        if self.at and first:
            rows = rows.filter(**{f"{self.at}__gte": datetime.combine(first, time.min, UTC)})
        if self.at and last:
            rows = rows.filter(**{f"{self.at}__lt": datetime.combine(last + timedelta(days=1), time.min, UTC)})
        return rows.values_list(*self.paths)


class Shelf(dict[str, Kind]):
    """Sheets by their codes, in the order they were put there."""

    def add(self, code: str, name: Any, model: str, columns: str, **more: Any) -> None:
        """Put a sheet on the shelf; columns stand in one string."""
        self[code] = Kind(code, name, model, tuple(columns.split()), **more)
