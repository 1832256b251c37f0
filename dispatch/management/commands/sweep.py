"""`manage.py sweep`: ring due timers without a broker, once or for ever."""

from __future__ import annotations

import logging
import signal
import time

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, connection
from django.utils.translation import gettext as _

from dispatch import actions
from dispatch.reports import pulse

log = logging.getLogger(__name__)

TICK = 0.5  # seconds between two looks
LONGEST_BACK_OFF = 2.0  # seconds, while PostgreSQL is away


class Command(BaseCommand):
    """Insurance beside Celery: as long as PostgreSQL lives, timers ring. Any number may run at once."""

    help = "Ring the timers that are due. Needs PostgreSQL only; may run beside Celery's workers."
    requires_system_checks = ()  # they load every page; nothing here needs one
    stopping = False

    def add_arguments(self, parser) -> None:
        """Add --forever and --tick."""
        parser.add_argument("--forever", action="store_true", help="go on until SIGTERM or Ctrl-C")
        parser.add_argument("--tick", type=float, default=TICK, help="seconds between two looks (default: %(default)s)")

    def handle(self, *args, **options) -> None:
        """Sweep once and say how many rang, or go on for ever."""
        if not options["forever"]:
            taken = actions.drain_timers(float("inf"))
            self.stdout.write(_("%(count)s timers rang.") % {"count": taken})
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.stop)
        self.go_on(options["tick"])

    def stop(self, *_args) -> None:
        """Finish the batch at hand, then end."""
        self.stopping = True

    def go_on(self, tick: float) -> None:
        """Sweep, sleep, sweep; wait for PostgreSQL when it goes away."""
        away = 0.0
        while not self.stopping:
            try:
                taken = actions.sweep_timers()
                pulse.beat("sweeper")
            except (OperationalError, InterfaceError) as error:
                if not away:
                    log.warning("PostgreSQL is away: %s", error)
                connection.close()
                away = min(LONGEST_BACK_OFF, away * 2 or 0.1)
                time.sleep(away)
                continue
            except Exception:
                # Whatever it is, callbacks must not stop for it: a fresh connection, and on.
                log.exception("a sweep failed")
                connection.close()
                taken = 0
            if away:
                log.warning("PostgreSQL is back")
                away = 0.0
            if not taken:
                time.sleep(tick)
        connection.close()
