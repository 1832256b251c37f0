"""Go through a file once and say of every row what becomes of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from django.utils.translation import gettext_lazy as _

from dispatch.imports.errors import BadValue, RowRefused
from dispatch.imports.reader import Table
from dispatch.imports.rows import Context, Draft, is_order, parse, sample_order
from dispatch.imports.seen import Seen
from dispatch.imports.shape import Row

SAMPLE = 500  # rows that show how the file writes its days


@dataclass(frozen=True)
class Sorted:
    """One row and what becomes of it: a draft, a refusal, a repetition (neither), or no order at all."""

    row: Row
    draft: Draft | None = None
    refusal: RowRefused | None = None
    is_order: bool = True


def sort(table: Table, context: Context) -> Iterator[Sorted]:
    """Yield every row that holds anything, in constant memory.

    The same row again is a repetition and changes nothing; the same order number over other content is refused.
    Raises UnreadableFile where the file breaks off.
    """
    habit = sample_order(list(islice(table.rows(), SAMPLE)), table.columns)
    context = replace(context, day_order=context.day_order or habit)
    seen = Seen()
    try:
        for row in table.rows():
            yield _judge(row, table, context, seen)
    finally:
        seen.close()


def _judge(row: Row, table: Table, context: Context, seen: Seen) -> Sorted:
    if not is_order(row, table.columns):
        return Sorted(row, is_order=False)
    try:
        draft = parse(row, table.columns, context)
    except RowRefused as refusal:
        return Sorted(row, refusal=refusal)
    before = seen.before(draft.external_ref, row.number, draft.digest)
    if before is None:
        return Sorted(row, draft)
    first, same = before
    if same:
        return Sorted(row)
    reason = BadValue(
        _("%(column)s: “%(ref)s” already stands in row %(row)s with other content. Give this order its own number."),
        column=table.columns.label("order_no"),
        ref=draft.external_ref,
        row=first,
    )
    return Sorted(row, refusal=RowRefused([reason]))
