"""Write an order file of the example outlet: the same arguments make the same orders."""

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from dispatch.example import orders
from dispatch.example.data import OUTLETS


class Command(BaseCommand):
    """`manage.py example --day 2026-11-23 --orders 300 --seed 7 out.csv`."""

    help = "Writes an order file that looks like a real outlet's day, with the dirt that real files have."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("file", type=Path, help="where to write: .csv or .xlsx")
        parser.add_argument(
            "--day", type=date.fromisoformat, default=None, help="the day, as 2026-11-23; today if left out"
        )
        parser.add_argument("--orders", type=int, default=300, help="how many orders")
        parser.add_argument("--seed", type=int, default=7, help="another seed makes other orders")
        parser.add_argument("--outlet", choices=[place["code"] for place in OUTLETS], default="taipei")

    def handle(self, *args: Any, file: Path, day: date | None, **options: Any) -> None:
        """Write the file; CommandError for a name that is neither .csv nor .xlsx, or a folder that isn't there."""
        write = {".csv": orders.write_csv, ".xlsx": orders.write_xlsx}.get(file.suffix.lower())
        if write is None:
            raise CommandError(f"{file.name}: name the file .csv or .xlsx.")
        if not file.absolute().parent.is_dir():
            raise CommandError(f"{file.parent}: there is no such folder.")
        day = day or date.today()
        lines = orders.make_orders(day, options["orders"], options["seed"], options["outlet"])
        write(file, lines, day, options["outlet"])
        self.stdout.write(f"{file}: {sum(line is not None for line in lines)} rows for {day}")
