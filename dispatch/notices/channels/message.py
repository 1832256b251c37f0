"""What a channel is given, and how it says that it failed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Message:
    """One message to one address. `key` is the same each time it is tried, for providers that know a repeat by it."""

    key: str
    to: str
    subject: str
    body: str
    event: str
    staff_url: str = ""


class ChannelError(Exception):
    """It was not sent. `final`: nor would it be another time. `again_after`: seconds the provider asked for."""

    def __init__(self, why: str, *, final: bool = False, again_after: float | None = None):
        """Keep what is told to those who look after it; never the message nor the address."""
        super().__init__(why)
        self.final = final
        self.again_after = again_after
