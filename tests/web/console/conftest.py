"""A place of work, and people signed in to it."""

import pytest
from django.test import Client
from django.utils import timezone

from tests import factories


@pytest.fixture(autouse=True)
def _plain_static_files(settings):
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture
def place(db):
    return factories.make_outlet()


@pytest.fixture
def at_desk():
    """Return a client signed in as a user; its requests come from htmx when asked with `**HTMX`."""

    def sign_in(user) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def clock(monkeypatch):
    """Stand at a moment: clock(NOW). Pages say and judge times by it."""

    def stand_at(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)
        return moment

    return stand_at


HTMX = {"headers": {"HX-Request": "true"}}
