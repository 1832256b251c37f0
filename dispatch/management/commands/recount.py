"""Count the manager's figures anew from the log."""

import time
from typing import Any

from django.core.management.base import BaseCommand

from dispatch.reports.kpi import counting


class Command(BaseCommand):
    """`manage.py recount`: the roll-ups are thrown away and counted again; readers see the old until the end."""

    help = "Counts every figure of the manager's pages anew from the event log. Safe at any time."

    def handle(self, *args: Any, **options: Any) -> None:
        """Count, and say how long it took."""
        begun = time.perf_counter()
        days = counting.recount()
        self.stdout.write(f"{days} days counted in {time.perf_counter() - begun:.1f} s")
