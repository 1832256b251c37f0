"""manage.py stock --check: do the balances agree with the ledger, and the promises with the reservations?"""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError

from dispatch.reports.promised import unkept
from technicians import stock


class Command(BaseCommand):
    """Compare the books; exit with 1 when they differ."""

    help = "Compare balances with the ledger, and what is reserved with what is promised to orders."

    def add_arguments(self, parser) -> None:
        """--check is what it does; it is named so that nobody expects anything to be changed."""
        parser.add_argument("--check", action="store_true", help="compare and change nothing (the default)")

    def handle(self, *args, **options) -> None:
        """Print each difference."""
        found = stock.differences()
        for one in found:
            self.stdout.write(f"{one.warehouse} {one.part}: {one.on_hand} on hand, {one.moved} by the ledger")
        promises = unkept()
        for warehouse, part, reserved, promised in promises:
            self.stdout.write(f"{warehouse} {part}: {reserved} reserved, {promised} promised")
        if found or promises:
            raise CommandError(f"{len(found) + len(promises)} differences")
        self.stdout.write("The books agree.")
