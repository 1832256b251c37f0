"""What every test may count on: real servers, and a database that tests can clear, what only grows too."""

import time
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.core.management.commands import flush
from django.db import OperationalError, connection
from django.db.backends.postgresql.operations import DatabaseOperations
from django.utils import translation

from config import embedded
from config.embedded.services import Services
from config.prepare import compile_messages
from tests import tables
from tests.chromium import chromium

__all__ = ["chromium"]

# Pages are tested in all three languages as they are in the sources, whether or not anything ran before.
compile_messages(Path(__file__).resolve().parents[1] / "locale")

# Files that take a minute or more each, and those that mostly wait: begun first, they are not what is left at the end.
FIRST = ("tests/chaos/", "tests/browser/", "tests/test_admin", "tests/dispatch/lifecycle/", "tests/dispatch/api/")

# Made once with the tables, and the same for every test: emptied, they would be made anew after each.
KEPT = ("django_content_type", "auth_permission")
GUARDS = "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgenabled = 'A' AND NOT tgisinternal"
STILL_AT_WORK = """SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
    AND pid <> pg_backend_pid() AND state <> 'idle' AND backend_type = 'client backend'"""
_execute_flush = DatabaseOperations.execute_sql_flush


def _flush_what_is_filled(self, style, tables, **options):
    """Empty the tables a test has filled; the guards of the log and the books (H-N2, H-R4) step aside for that alone.

    A few rows in ten tables are deleted in a tenth of the time in which a hundred tables are truncated.
    """
    quote = self.quote_name
    wanted = [table for table in tables if table not in KEPT]
    looks = " UNION ALL ".join(f"SELECT '{one}' WHERE EXISTS (SELECT 1 FROM {quote(one)})" for one in wanted)
    with self.connection.cursor() as cursor:
        cursor.execute(looks)
        filled = [table for (table,) in cursor.fetchall()]
        cursor.execute(GUARDS)
        guards = [(quote(table), quote(name)) for table, name in cursor.fetchall() if table in filled]
    return [
        "SET LOCAL session_replication_role = replica",  # foreign keys are not asked row by row
        *(f"ALTER TABLE {table} DISABLE TRIGGER {name}" for table, name in guards),
        *(f"DELETE FROM {quote(table)}" for table in filled),
        *(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}" for table, name in guards),
    ]


DatabaseOperations.sql_flush = _flush_what_is_filled
flush.emit_post_migrate_signal = lambda *_args, **_how: None  # what it would make is kept


def _flush_when_quiet(self, statements):
    """Clear tables once the live server has answered what a page asked for as it was closed.

    A request still being answered reads tables in another order than they are locked here: a deadlock,
    and PostgreSQL may pick the flush as the one to end. So wait (seconds), and try again if it did.
    """
    until = time.monotonic() + 10
    while time.monotonic() < until and _others_at_work(self.connection):
        time.sleep(0.02)
    for attempt in range(5):
        try:
            return _execute_flush(self, statements)
        except OperationalError as failed:
            if attempt == 4 or not isinstance(failed.__cause__, psycopg.errors.DeadlockDetected):
                raise


def _others_at_work(connection) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(STILL_AT_WORK)
        return bool(cursor.fetchone()[0])


DatabaseOperations.execute_sql_flush = _flush_when_quiet


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """Let the test's database begin as a copy of the one with the tables."""
    connection.settings_dict["TEST"]["TEMPLATE"] = tables.wait(embedded.VAR)


@pytest.fixture(autouse=True)
def _each_in_the_language_of_the_settings():
    """A page asked for in Chinese leaves its thread speaking Chinese; the next test does not."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(scope="session")
def services() -> Services:
    """Return the servers of this run: `services.urls()` leads another process to them."""
    return Services(embedded.VAR, hasty=True)


@pytest.fixture
def own_services(tmp_path):
    """Return servers of one test's own, to be killed at will; started by the test, removed after it."""
    found = Services(tmp_path / "var", hasty=True)
    yield found
    found.remove()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Put the long files first; the order within a file stays."""
    place = {name: number for number, name in enumerate(FIRST)}
    items.sort(key=lambda item: next((place[name] for name in FIRST if name in item.path.as_posix()), len(FIRST)))
