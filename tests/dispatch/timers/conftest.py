"""A database with real commits, and a place in it."""

from __future__ import annotations

import pytest
from django.db import connection

from dispatch.models import OrderEvent
from tests.factories import make_outlet


@pytest.fixture
def place(db):
    """An outlet with its people, in a transaction that is rolled back."""
    return make_outlet()


@pytest.fixture
def real_place(django_db_setup, django_db_blocker):
    """The same with real commits, for what runs on several connections; every row is gone afterwards."""
    with django_db_blocker.unblock():
        connection.ensure_connection()
        try:
            yield make_outlet()
        finally:
            wipe()
            connection.close()


def wipe() -> None:
    """Empty our tables. The log refuses that to everyone (H-N2), so its guard is off for a moment."""
    log = OrderEvent._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {log} DISABLE TRIGGER event_log_no_truncate")
        cursor.execute("TRUNCATE technicians_outlet, customers_customer, customers_category CASCADE")
        cursor.execute(f"ALTER TABLE {log} ENABLE ALWAYS TRIGGER event_log_no_truncate")
