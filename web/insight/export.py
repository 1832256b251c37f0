"""What the page of trends shows, as a sheet. What customers or others wrote never runs as a formula in it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl import Workbook
from openpyxl.styles import Font

from dispatch.reports.sheets.cells import safe
from web.insight.panels import Table
from web.insight.saying import plain

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


Tables = Iterable[tuple[str, list[list[Any]]]]  # title, rows with their head


def sheet_of(form: str, tables: Tables, name: str) -> HttpResponse:
    """Return tables as a file: "csv", one below the other, or "xlsx", a sheet for each. Http404 for another form."""
    if form == "csv":
        return _file(_csv(tables), "text/csv; charset=utf-8", f"{name}.csv")
    if form == "xlsx":
        return _file(_xlsx(tables), XLSX, f"{name}.xlsx")
    raise Http404


def _csv(tables: Tables) -> bytes:
    """In UTF-8 with a mark that spreadsheets look for."""
    text = io.StringIO()
    writer = csv.writer(text)
    for title, rows in tables:
        writer.writerow([safe(title)])
        writer.writerows([safe(one) for one in row] for row in rows)
        writer.writerow([])
    return ("\ufeff" + text.getvalue()).encode()


def _xlsx(tables: Tables) -> bytes:
    book = Workbook()
    book.remove(book.active)
    taken: set[str] = set()
    for title, rows in tables:
        sheet = book.create_sheet(_sheet_name(title, taken))
        for row in rows:
            sheet.append([safe(one) for one in row])
        for one in sheet[1]:
            one.font = Font(bold=True)
        sheet.column_dimensions["A"].width = 32
        sheet.freeze_panes = "B2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def tables_of(page: dict) -> Iterator[tuple[str, list[list[Any]]]]:
    """Yield (title, rows with their head) of everything that is seen."""
    asked = page["asked"]
    head = [_("Figure"), _("Value"), _("Unit"), _("Numerator"), _("Denominator"), _("Before"), _("Definition")]
    rows = [[_("Days"), page["stretch"]], [_("Compared with"), page["before"]]]
    rows += [[_("Outlet"), asked.outlet or _("All outlets")], [_("Brand"), asked.brand or _("All brands")], head]
    yield _("Figures"), rows + [_figure(card) for card in page["cards"]]
    for table in (*page["tables"], page["technicians"], *page["why"], page["parts"]):
        yield str(table.title), [["", *table.head], *(_row(table, *row) for row in table.rows)]
    waves = [[one["model"], one["fault"], one["count"], one["expected"]] for one in page["waves"]["rows"]]
    yield _("Waves of faults"), [[_("Model"), _("Fault"), _("Orders"), pgettext("a number", "Expected")], *waves]


def _figure(card: Any) -> list[Any]:
    units = {"share": "%", "span": "h", "count": ""}
    figure, now, before = card.figure, card.now, card.before
    values = [plain(figure, now.value), units[figure.unit], now.over, now.under or None, plain(figure, before.value)]
    return [figure.name, *values, figure.definition]


def _row(table: Table, name: Any, cells: list) -> list[Any]:
    return [name, *(cell.plain for cell in cells)]


def _sheet_name(title: str, taken: set[str]) -> str:
    """Return a name a workbook takes: at most 31 signs, none of a few, each once."""
    name = "".join(" " if sign in "[]:*?/\\" else sign for sign in title)[:28] or "1"
    while name in taken:
        name += "'" if len(name) > 28 else "."
    taken.add(name)
    return name


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(
        content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
