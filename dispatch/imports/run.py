"""Import a whole file: sort its rows, open orders in batches, write the refused ones back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.utils.translation import ngettext_lazy

from customers.models import Category
from dispatch.imports.intake import Masters, known_refs, take_in
from dispatch.imports.reader import Table
from dispatch.imports.rejects import Rejects
from dispatch.imports.rows import Context
from dispatch.imports.sorting import Sorted, sort
from dispatch.imports.words import category_words
from technicians.models import Outlet, Role, User

BATCH = 500  # rows a transaction
MAY_IMPORT = (Role.DISPATCHER, Role.CLERK, Role.MANAGER, Role.ADMIN)


@dataclass
class Tally:
    """What became of a file's rows."""

    opened: int = 0  # on a trial run: would be
    known: int = 0  # the outlet had them already
    repeated: int = 0  # the same row again in the file
    refused: int = 0
    skipped: int = 0  # total lines and the like
    mended: int = 0  # coordinates in the wrong order
    with_gaps: int = 0  # H-I2

    @property
    def rows(self) -> int:
        """How many rows held anything."""
        return self.opened + self.known + self.repeated + self.refused + self.skipped

    def words(self, trial: bool = False) -> list[str]:
        """Return the tally as sentences in the active language, leaving out what did not happen."""
        first = WORDS["would" if trial else "opened"]
        said = [first % self.opened] + [
            words % getattr(self, name)
            for name, words in WORDS.items()
            if name not in ("opened", "would") and getattr(self, name)
        ]
        return [str(sentence) for sentence in said]


WORDS = {
    "opened": ngettext_lazy("%d order went in.", "%d orders went in."),
    "would": ngettext_lazy("%d order would go in.", "%d orders would go in."),
    "with_gaps": ngettext_lazy("%d of them has gaps to fill.", "%d of them have gaps to fill."),
    "known": ngettext_lazy("%d was there already and stays as it is.", "%d were there already and stay as they are."),
    "repeated": ngettext_lazy("%d row repeats another row of the file.", "%d rows repeat another row of the file."),
    "mended": ngettext_lazy(
        "%d had latitude and longitude in the wrong order; put right.",
        "%d had latitude and longitude in the wrong order; put right.",
    ),
    "skipped": ngettext_lazy(
        "%d row is no order (a total, a repeated header).", "%d rows are no orders (totals, repeated headers)."
    ),
    "refused": ngettext_lazy("%d row was refused.", "%d rows were refused."),
}


def may_import(user: User, outlet: Outlet) -> bool:
    """True when `user` may import orders into `outlet`: the office, into its own outlet; the centre into any."""
    return user.is_active and user.role in MAY_IMPORT and (user.sees_everything or user.outlet_id == outlet.pk)


def context_of(outlet: Outlet, now: datetime) -> Context:
    """Return what values alone can't say: the outlet's region, zone, place, day, and the categories in use."""
    named = ((row.code, (row.name_en, row.name_zh_hans, row.name_zh_hant)) for row in Category.objects.all())
    return Context(outlet.region, outlet.tz, now.astimezone(outlet.tz).date(), outlet.place, category_words(named))


def import_table(
    table: Table,
    outlet: Outlet,
    by: User | None,
    now: datetime,
    *,
    source: str,
    trial: bool = False,
    rejects: Rejects | None = None,
    seen: Callable[[Sorted], None] = lambda row: None,
) -> Tally:
    """Take a file in, or only say what would become of it when `trial`. Memory does not grow with the file.

    `seen` is called with every row. Raises UnreadableFile where the file breaks off; what was written before stays,
    and a corrected file leaves it alone.
    """
    tally, masters = Tally(), Masters()
    for batch in _batches(_tallied(sort(table, context_of(outlet, now)), tally, rejects, seen)):
        drafts = [row.draft for row in batch if row.draft]
        known = known_refs(outlet, drafts)
        fresh = [draft for draft in drafts if draft.external_ref not in known]
        if not trial:
            opened = {order.external_ref for order in take_in(outlet, fresh, masters, by, now, source)}
            fresh = [draft for draft in fresh if draft.external_ref in opened]
        tally.opened += len(fresh)
        tally.known += len(drafts) - len(fresh)
        tally.with_gaps += sum(bool(draft.gaps()) for draft in fresh)
    return tally


def _tallied(
    rows: Iterable[Sorted], tally: Tally, rejects: Rejects | None, seen: Callable[[Sorted], None]
) -> Iterator[Sorted]:
    """Count the rows that need no database, hand on the others."""
    for row in rows:
        seen(row)
        if row.draft:
            tally.mended += bool(row.draft.mended)
            yield row
        elif row.refusal:
            tally.refused += 1
            if rejects:
                rejects.add(row.row.cells, row.refusal)
        elif row.is_order:
            tally.repeated += 1
        else:
            tally.skipped += 1


def _batches(rows: Iterator[Sorted]) -> Iterator[list[Sorted]]:
    while batch := list(islice(rows, BATCH)):
        yield batch
