"""The tables of every test's database, made once for a run and copied: making them takes longer than most files."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from config import embedded
from config.embedded import postgres
from config.embedded.place import Place

NAME = "doorstep_tables"
SECONDS = 300


def begin(var: Path) -> subprocess.Popen:
    """Begin to make the tables in a database of their own; the rest of the start goes on meanwhile."""
    owner = embedded.OWNER_ROLE
    with postgres.connect(Place.settle(var), "postgres") as connection:
        connection.execute(f"GRANT SET ON PARAMETER session_replication_role TO {owner}")  # see _flush_what_is_filled
        connection.execute(f"CREATE DATABASE {NAME} OWNER {owner}")
    at = embedded.owner_database_url(var).rpartition("/")[0] + f"/{NAME}"
    with (var / "tables.log").open("w") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.tables"], env=os.environ | {"DATABASE_URL": at}, stdout=log, stderr=log
        )


def wait(var: Path) -> str:
    """Return the name of the database to copy once it is whole. Raises RuntimeError with what went wrong."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        if (var / "tables.done").exists():
            if (var / "tables.done").read_text() != "0":
                raise RuntimeError(f"The tables could not be made:\n{(var / 'tables.log').read_text()}")
            return NAME
        time.sleep(0.1)
    raise RuntimeError(f"The tables were not made within {SECONDS} s:\n{(var / 'tables.log').read_text()}")


def main() -> None:
    """Migrate the database that the environment names, and leave a mark beside its servers."""
    import django
    from django.core.management import call_command
    from django.db import connections

    status = "1"
    try:
        django.setup()
        call_command("migrate", verbosity=0, run_syncdb=True)
        connections.close_all()  # nobody may be in it while it is copied
        status = "0"
    finally:
        draft = embedded.VAR / "tables.draft"
        draft.write_text(status)
        draft.rename(embedded.VAR / "tables.done")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    main()
