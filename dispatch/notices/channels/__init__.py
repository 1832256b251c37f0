"""Ways to reach people. Each is a function that takes a `Message` and returns the provider's number for it, or "".

What goes wrong is a `ChannelError`; any other exception counts as one that may pass. None of them reads the database:
they run side by side in threads.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.utils.module_loading import import_string

from dispatch.models import NoticeChannel
from dispatch.notices.channels.message import ChannelError, Message

__all__ = ["ChannelError", "Message", "sender"]

Sender = Callable[[Message], str]


def sender(channel: str) -> Sender:
    """Return what sends by `channel`: the settings say which (NOTICE_CHANNELS)."""
    return import_string(settings.NOTICE_CHANNELS[NoticeChannel(channel)])
