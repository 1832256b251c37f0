"""An outlet for tests about timers, with and without real commits."""

from __future__ import annotations

import pytest

from tests.factories import make_outlet


@pytest.fixture
def place(db):
    """An outlet with its people, in a transaction that is rolled back."""
    return make_outlet()


@pytest.fixture
def real_place(transactional_db):
    """The same with real commits, for what runs on several connections or in other processes."""
    return make_outlet()
