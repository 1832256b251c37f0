"""An outlet that customers can ring, its pages without the build of static files."""

from __future__ import annotations

import pytest

from tests.factories import make_outlet


@pytest.fixture(autouse=True)
def _plain_static_files(settings):
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture
def place(db):
    """An outlet with a phone number of its own."""
    return make_outlet(phone="+886223456789")
