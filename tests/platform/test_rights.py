"""The application's own role on the migrated tables: it writes rows; the event log it can only add to."""

import psycopg
import pytest
from django.db import connection
from psycopg import sql

from config import embedded
from config.grants import APPEND_ONLY, grant


@pytest.fixture
def application(transactional_db):
    """A connection to the test database as the application's role, after the step that follows migrations."""
    assert grant(embedded.APP_ROLE)
    settings = connection.get_connection_params() | {"user": embedded.APP_ROLE}
    known = {name: settings[name] for name in ("host", "user", "dbname") if settings.get(name)}
    with psycopg.connect(**known, autocommit=True) as found:
        yield found


@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}", "DROP TABLE {}"])
def test_the_event_log_is_closed_to_change(application, statement):
    """H-N2: what is written down stays as it was written."""
    for table in APPEND_ONLY:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute(sql.SQL(statement).format(sql.Identifier(table)))


def test_the_triggers_of_the_log_cannot_be_put_away(application):
    """H-N2: the guard below the rights is out of the application's reach too."""
    for table in APPEND_ONLY:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER ALL").format(sql.Identifier(table)))


def test_every_table_can_be_read_and_written_and_nothing_else_is_closed(application):
    tables = [row[0] for row in application.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
    assert set(APPEND_ONLY) < set(tables)
    for table in tables:
        rights = "SELECT, INSERT" if table in APPEND_ONLY else "SELECT, INSERT, UPDATE, DELETE"
        for right in rights.split(", "):
            held = application.execute("SELECT has_table_privilege(%s, %s)", [table, right]).fetchone()
            assert held == (True,), f"{right} on {table}"


def test_one_role_for_both_is_left_as_it_is(transactional_db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert grant(cursor.fetchone()[0]) is False
