"""Load the example, once."""

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from dispatch.demo.load import load_demo
from dispatch.demo.people import PASSWORD, Account
from dispatch.models import ServiceOrder


class Command(BaseCommand):
    """`manage.py demo`: an outlet's day with history, times relative to now."""

    help = "Loads the example outlet with two days of real history. Does nothing where there are orders already."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("--orders", type=int, default=250, help="how many orders the day brings")

    def handle(self, *args: Any, orders: int, **options: Any) -> None:
        """Load it, unless somebody lives here already."""
        if ServiceOrder.objects.exists():
            self.stdout.write("There are orders already: the example is left alone. `make demo-reset` starts over.")
            return
        settings.CALLBACK_DELAY_SECONDS = None  # yesterday's calls fell due as the policy says, whatever is tried today
        try:
            load_demo(timezone.now(), self._say, self._greet, orders=orders)
        except KeyboardInterrupt:
            sys.exit(130)  # whoever interrupted knows why

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def _greet(self, accounts: list[Account]) -> None:
        for account in accounts:
            self.stdout.write(f"  {account.username:<12} {PASSWORD:<10} {account.role:<12} {account.name}")
        self._say("The example begins to fill: two days of an outlet, told by its people. This takes half a minute.")
