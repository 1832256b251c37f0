"""What django-import-export needs to know of order files: one format, one resource, a preview of bounded size."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.fields import Field
from import_export.formats.base_formats import Format
from import_export.resources import Resource
from import_export.results import Result, RowResult

from dispatch.imports.columns import Columns
from dispatch.imports.errors import shown
from dispatch.imports.reader import Table, open_table
from dispatch.imports.rejects import Rejects
from dispatch.imports.run import Tally, import_table
from dispatch.imports.sorting import Sorted
from technicians.models import Outlet, User

REFUSED_SHOWN, GOOD_SHOWN = 200, 20  # rows on the preview page; all refused ones are in the file to download
TELLING = ("order_no", "customer", "phone", "address", "category", "symptom", "purchased")  # columns on that page


class Upload:
    """An uploaded file that can be read; it lives as long as this."""

    def __init__(self, content: bytes) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="doorstep-upload-")
        name = "orders.xlsx" if content.startswith(b"PK\x03\x04") else "orders.csv"
        path = Path(self._folder.name) / name
        path.write_bytes(content)
        self.table: Table = open_table(path)


class OrderFile(Format):
    """.csv and .xlsx alike: the content says which, and the reader finds encoding, delimiter and header."""

    def __init__(self, encoding: str | None = None) -> None:
        self.encoding = encoding  # the library's guess; not used

    def get_title(self) -> str:
        """Return what the page shows."""
        return "CSV, XLSX"

    def create_dataset(self, in_stream: bytes) -> Upload:
        """Return the upload. Raises UnreadableFile with what to do."""
        return Upload(in_stream)

    def can_import(self) -> bool:
        """It can."""
        return True


class OrderResult(Result):
    """A result that also carries the tally in words."""

    tally = Tally()


class OrderResource(Resource):
    """Orders of an uploaded file. The rows shown are bounded, the work is done by `import_table`."""

    @classmethod
    def get_display_name(cls) -> str:
        """Return the name of what is imported."""
        return _("Orders")

    def get_user_visible_fields(self) -> list[Field]:
        """Return the columns that are asked for on the page; more are understood."""
        return [
            Field(column_name=name)
            for name in (
                _("order no"),
                _("customer name"),
                _("phone"),
                _("address"),
                _("product"),
                _("model"),
                _("purchase date"),
                _("symptom"),
                _("what the customer wants"),
                _("preferred time"),
            )
        ]

    def import_data(
        self,
        dataset: Upload,
        dry_run: bool = False,
        *,
        outlet: Outlet,
        rejects: Path,
        user: User,
        file_name: str = "",
        **_kwargs: object,
    ) -> OrderResult:
        """Import, or on a dry run only look. Raises UnreadableFile where the file breaks off."""
        table = dataset.table
        result = OrderResult()
        shown_rows = _Shown(table.columns)
        result.diff_headers = [_("Row"), _("What happens"), *shown_rows.header]
        with Rejects(rejects, table) as refused:
            result.tally = import_table(
                table,
                outlet,
                user,
                timezone.now(),
                source=file_name,
                trial=dry_run,
                rejects=refused,
                seen=shown_rows.see,
            )
        result.rows = shown_rows.refused + shown_rows.good
        result.totals[RowResult.IMPORT_TYPE_NEW] = result.tally.opened
        result.totals[RowResult.IMPORT_TYPE_SKIP] = result.tally.rows - result.tally.opened
        result.total_rows = result.tally.rows
        return result


class _Shown:
    """Collects the rows of the preview: the first refused ones, then a few good ones."""

    def __init__(self, columns: Columns) -> None:
        self.at = [columns.at[name] for name in TELLING if name in columns.at]
        self.header = [columns.header[index] for index in self.at]
        self.refused: list[RowResult] = []
        self.good: list[RowResult] = []

    def see(self, row: Sorted) -> None:
        """Look at one row of the file."""
        if row.refusal and len(self.refused) < REFUSED_SHOWN:
            self.refused.append(self._result(row, RowResult.IMPORT_TYPE_SKIP, str(row.refusal)))
        elif row.draft and len(self.good) < GOOD_SHOWN:
            self.good.append(self._result(row, RowResult.IMPORT_TYPE_NEW, str(GOES_IN)))

    def _result(self, row: Sorted, kind: str, said: str) -> RowResult:
        found = row.row.cells
        cells = [shown(found[at]) if at < len(found) and found[at] is not None else "" for at in self.at]
        result = RowResult()
        result.import_type = kind
        result.diff = [str(row.row.number), said, *cells]
        return result


GOES_IN = gettext_lazy("Becomes an order, unless it is there already")
