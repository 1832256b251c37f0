"""The audit as a sheet: what the page shows, all of it, written while it is read."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _

from dispatch.models import Deed, write_down
from dispatch.reports.audit import Wanted, stream
from dispatch.reports.sheets.cells import csv_lines
from dispatch.reports.sheets.writing import XLSX, Book
from web.insight.audit import Search, asked
from web.insight.audit_words import told

MOST_XLSX = 100_000  # rows of a workbook that somebody waits for; CSV has no end


def audit_export(request: HttpRequest, form: str) -> HttpResponse:
    """Send the audit as CSV or XLSX; each one is written down. 400 when the filters can't be taken."""
    if form not in ("csv", "xlsx"):
        raise Http404
    found = asked(request)
    if found.wrong or found.wanted is None:
        return render(request, "insight/audit.html", {"search": found, "now": found.now}, status=400)
    filters = {name: value for name, value in found.sent.items() if value and name != "customer"}
    write_down(Deed.AUDIT_TAKEN, found.now, found.user, form=form, filters=filters)
    name = f"doorstep-audit-{found.sent['from']}-{found.sent['to']}.{form}"
    if form == "csv":
        answer = StreamingHttpResponse(spoken(csv_lines(_rows(found.wanted))), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
    else:
        answer = FileResponse(_workbook(found), as_attachment=True, filename=name, content_type=XLSX)
    answer["Cache-Control"] = "no-store"
    return answer


def spoken(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Make each piece in the language that was asked for: they are made when the request's own time is over."""
    language = translation.get_language()

    def each() -> Iterator[bytes]:
        while True:
            with translation.override(language):
                piece = next(pieces, None)
            if piece is None:
                return
            yield piece

    return each()


def _workbook(found: Search) -> Any:
    """Return an open file that goes when it is closed."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    book = Book(file)
    book.sheet(_("Audit"), islice(_rows(found.wanted), MOST_XLSX + 1))
    book.close()
    file.seek(0)
    return file


def _rows(wanted: Wanted) -> Iterator[list[Any]]:
    yield [
        _("When"),
        _("Log"),
        _("What"),
        _("Who"),
        _("Role"),
        _("Order"),
        _("Number"),
        _("From"),
        _("To"),
        _("About"),
        _("Details"),
    ]
    for row in stream(wanted):
        one = told(row, None)
        moved = [getattr(state, "label", state) for state in one.moved] if one.moved else ["", ""]
        yield [one.at, one.log, one.verb, one.who, one.role, one.number, one.seq, *moved, one.about, one.details]
