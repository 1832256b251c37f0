"""An outlet whose customers can be told, and a provider of text messages on a port of its own."""

from __future__ import annotations

import pytest

from tests.dispatch.notices.provider import Provider, providing
from tests.factories import make_outlet


@pytest.fixture
def place(db):
    """An outlet with its people, in a transaction that is rolled back."""
    return make_outlet(phone="+886223456789")


@pytest.fixture
def real_place(transactional_db):
    """The same with real commits."""
    return make_outlet(phone="+886223456789")


@pytest.fixture
def provider(settings):
    """A provider of text messages that answers as it is told; ours is set to it."""
    with providing() as server:
        use(settings, server)
        yield server


def use(settings, server: Provider) -> None:
    """Let text messages go to `server`."""
    settings.NOTICE_SMS = settings.NOTICE_SMS | {"url": server.url, "token": "Bearer t0p", "timeout": 1.0}
    ways = {"sms": "dispatch.notices.channels.sms.send", "staff": "dispatch.notices.channels.console.send"}
    settings.NOTICE_CHANNELS = settings.NOTICE_CHANNELS | ways


@pytest.fixture
def mails(settings, mailoutbox):
    """What was sent by e-mail."""
    settings.NOTICE_CHANNELS = settings.NOTICE_CHANNELS | {"email": "dispatch.notices.channels.mail.send"}
    return mailoutbox
