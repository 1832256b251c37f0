"""Import an order file from the command line."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any, Self

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone, translation
from tqdm import tqdm

from dispatch.imports.errors import UnreadableFile
from dispatch.imports.reader import Table, open_table
from dispatch.imports.rejects import Rejects
from dispatch.imports.run import import_table, may_import
from dispatch.imports.sorting import Sorted
from technicians.models import Outlet, User

SOME_REFUSED = 3


class Command(BaseCommand):
    """`manage.py import_orders FILE.csv|.xlsx`. Exit status: 0 all in, 1 nothing could be read, 3 some rows refused."""

    help = (
        "Imports an order file (.csv or .xlsx, header in English or Chinese). Good rows become orders, refused rows "
        "are written back with the reason in a new column. Importing the same file again changes nothing. "
        "Exit status 0: everything went in; 3: some rows were refused; 1: the file could not be read."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("file", type=Path, help="the order file")
        parser.add_argument("--outlet", help="code of the outlet the orders belong to; needed when there are several")
        parser.add_argument("--dry-run", action="store_true", help="only say what would happen")
        parser.add_argument("--rejects", type=Path, help="where refused rows go; beside the file if left out")
        parser.add_argument("--by", help="user name of who imports; written into each order's history")
        parser.add_argument("--language", help="language of the reasons: en, zh-hans or zh-hant")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        """Import the file; CommandError tells what to do when that can't be."""
        language = options["language"]
        with translation.override(language) if language else nullcontext():
            outlet = _outlet(options["outlet"])
            by = _user(options["by"], outlet)
            try:
                table = open_table(file)
                self._import(table, outlet, by, options)
            except UnreadableFile as error:
                raise CommandError(f"{file.name}: {error}") from error

    def _import(self, table: Table, outlet: Outlet, by: User | None, options: dict[str, Any]) -> None:
        trial, file = options["dry_run"], table.path
        path = options["rejects"] or file.with_name(f"{file.stem}.rejects{file.suffix}")
        self.stdout.write(_described(table))
        try:
            with Rejects(path, table) as rejects, _bar(table) as bar:
                tally = import_table(
                    table, outlet, by, timezone.now(), source=file.name, trial=trial, rejects=rejects, seen=bar.seen
                )
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}. Name another place with --rejects.") from error
        for sentence in tally.words(trial):
            self.stdout.write(sentence)
        if tally.refused:
            self.stdout.write(f"→ {path}")
            sys.exit(SOME_REFUSED)


class _bar:
    """A progress bar in the unit the file is measured in; silent where nobody watches."""

    def __init__(self, table: Table) -> None:
        in_bytes = table.kind == "csv"
        self._bar = tqdm(
            total=table.total or None, unit="B" if in_bytes else "rows", unit_scale=in_bytes, disable=None, leave=False
        )

    def seen(self, row: Sorted) -> None:
        """Move the bar to where this row ends."""
        if row.row.done > self._bar.n:
            self._bar.update(row.row.done - self._bar.n)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._bar.close()


def _described(table: Table) -> str:
    """Say how the file was read, so that a wrong guess shows."""
    how = f"{table.encoding}, “{table.delimiter}”" if table.kind == "csv" else table.sheet
    unused = f"; not used: {', '.join(table.columns.unused)}" if table.columns.unused else ""
    known = ", ".join(table.columns.header[index] for index in table.columns.at.values())
    return f"{table.path.name} ({how}), header in row {table.header_row}: {known}{unused}"


def _outlet(code: str | None) -> Outlet:
    """Return the outlet by code, or the only one there is."""
    outlets = list(Outlet.objects.order_by("code"))
    if not outlets:
        raise CommandError("There is no outlet yet. Make one in the admin under Outlets.")
    if code is None and len(outlets) == 1:
        return outlets[0]
    chosen = next((outlet for outlet in outlets if outlet.code == code), None)
    if chosen is None:
        raise CommandError(f"Name the outlet with --outlet, one of: {', '.join(outlet.code for outlet in outlets)}.")
    return chosen


def _user(name: str | None, outlet: Outlet) -> User | None:
    if name is None:
        return None
    user = User.objects.filter(username=name).first()
    if user is None or not may_import(user, outlet):
        raise CommandError(f"{name} may not import orders into {outlet.code}.")
    return user
