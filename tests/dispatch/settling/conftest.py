import pytest

from tests.factories import make_outlet


@pytest.fixture
def place(db):
    return make_outlet()
