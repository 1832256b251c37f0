"""`manage.py backup_done`: whatever makes the backup says so, and the health page knows."""

from __future__ import annotations

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from dispatch.models import Deed, write_down


class Command(BaseCommand):
    """Writes one line into the audit; nothing is copied here."""

    help = "Say that a backup has just been made. Call it after the backup, when that succeeded."
    requires_system_checks = ()

    def add_arguments(self, parser) -> None:
        """Add --note."""
        parser.add_argument("--note", default="", help="where it lies, or its name")

    def handle(self, *args, **options) -> None:
        """Write it down."""
        write_down(Deed.BACKUP, timezone.now(), note=options["note"][:200])
        self.stdout.write(_("Written down."))
