"""Our own people's groups: WeCom, DingTalk, Feishu and whatever else Apprise speaks. The address is a secret."""

from __future__ import annotations

import apprise

from dispatch.notices.channels.message import ChannelError, Message

# What would act on the machine it runs on
NOT_OURS = frozenset({"syslog", "dbus", "kde", "qt", "glib", "gnome", "macosx", "windows"})


def is_address(url: str) -> bool:
    """True for one address that Apprise can send to, and that is not this machine's own desk."""
    scheme = url.partition("://")[0].strip().lower()
    return bool(scheme) and scheme not in NOT_OURS and apprise.Apprise.instantiate(url) is not None


def send(message: Message) -> str:
    """Tell one group."""
    if not is_address(message.staff_url):
        raise ChannelError("staff channel: not an address", final=True)
    group = apprise.Apprise()
    group.add(message.staff_url)
    if not group.notify(body=message.body, title=message.subject):
        raise ChannelError("staff channel: not taken")
    return ""
