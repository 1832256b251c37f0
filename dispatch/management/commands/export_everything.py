"""`manage.py export_everything DIR`: everything that is kept, as sheets, all as of one moment.

Exit codes: 0 written, 1 the folder holds something already or can't be written, 2 wrong arguments.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from dispatch.models import Deed, write_down
from dispatch.reports.sheets.kinds import KINDS
from dispatch.reports.sheets.making import write_to
from dispatch.reports.sheets.writing import Book, Folder
from technicians.models import Outlet

WRONG = 2


class Command(BaseCommand):
    """Rows come from cursors on the server: memory stays flat however many there are."""

    help = "Write every kind of thing as a sheet into a folder. Holds names, phones and addresses: keep it safe."

    def add_arguments(self, parser) -> None:
        """Where to, what, of which outlet and days."""
        parser.add_argument("folder", nargs="?", help="a new or empty folder")
        parser.add_argument("--form", choices=["csv", "xlsx"], default="csv")
        parser.add_argument("--outlet", help="code of an outlet; all of them by default")
        parser.add_argument("--from", dest="first", help="first day in UTC, 2026-01-01")
        parser.add_argument("--to", dest="last", help="last day in UTC")
        parser.add_argument("--only", help=f"some sheets, by comma: {', '.join(KINDS)}")
        parser.add_argument("--columns", action="store_true", help="describe sheets and columns in Markdown, and end")

    def handle(self, *args, **options) -> None:
        """Write, and say how many rows each sheet has."""
        if options["columns"]:
            self.stdout.write(described(), ending="")
            return
        kinds, outlet = self._kinds(options["only"]), self._outlet(options["outlet"])
        first, last = (self._day(options[name]) for name in ("first", "last"))
        if first and last and last < first:
            raise CommandError("--from is after --to.", returncode=WRONG)
        place = self._place(options["folder"])
        try:
            place.mkdir(parents=True, exist_ok=True, mode=0o700)
            if options["form"] == "csv":
                counts = write_to(Folder(place), kinds, outlet, first, last)
            else:
                with (place / "doorstep.xlsx").open("wb") as file:
                    counts = write_to(Book(file), kinds, outlet, first, last)
        except OSError as failed:
            raise CommandError(f"The folder can't be written: {failed}", returncode=1) from None
        told = {"sheets": list(counts), "form": options["form"], "outlet": outlet.code if outlet else ""}
        write_down(Deed.EXPORT_MADE, timezone.now(), rows=counts, first=first, last=last, by="manage.py", **told)
        for code, count in counts.items():
            self.stdout.write(f"{count:>12} {code}")

    def _kinds(self, only: str | None) -> list:
        wanted = [code.strip() for code in only.split(",")] if only else list(KINDS)
        unknown = [code for code in wanted if code not in KINDS]
        if unknown:
            raise CommandError(
                f"There is no sheet {', '.join(unknown)}. There are: {', '.join(KINDS)}.", returncode=WRONG
            )
        return [KINDS[code] for code in wanted]

    def _outlet(self, code: str | None) -> Outlet | None:
        if not code:
            return None
        outlet = Outlet.objects.filter(code=code).first()
        if outlet is None:
            known = ", ".join(Outlet.objects.order_by("code").values_list("code", flat=True)[:50])
            raise CommandError(f"No outlet has the code {code}. There are: {known}.", returncode=WRONG)
        return outlet

    def _day(self, text: str | None) -> date | None:
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            raise CommandError(f"{text} is not a day. Write it as 2026-01-31.", returncode=WRONG) from None

    def _place(self, text: str | None) -> Path:
        if not text:
            raise CommandError("Name a folder.", returncode=WRONG)
        place = Path(text)
        if place.exists() and (not place.is_dir() or any(place.iterdir())):
            raise CommandError(f"{place} is not an empty folder. Nothing was written.", returncode=1)
        return place


def described() -> str:
    """Return sheets and columns in Markdown (docs/sheets.md)."""
    lines = [
        "# Sheets of an export",
        "",
        "Written by `manage.py export_everything --columns`. CSV in UTF-8 with a mark in front; times in UTC;",
        "yes and no as 1 and 0; `…_minor`: integers of minor units, with their `currency`; lists and details as JSON.",
        "Words that begin with `=`, `+`, `-` or `@` have a `'` in front, or a spreadsheet would calculate them: phones",
        "do too. Numbers of rows (`order`, `customer`, …) name rows of the other sheets.",
        "",
        "| Sheet | Days are those of | By outlet | Columns |",
        "|---|---|---|---|",
    ]
    for kind in KINDS.values():
        at = dict(zip(kind.paths, kind.head, strict=True)).get(kind.at, kind.at) or "– (whole)"
        by = "yes" if kind.way or kind.by else "shared"
        lines.append(f"| `{kind.code}` | {at} | {by} | {', '.join(kind.head)} |")
    return "\n".join(lines) + "\n"
