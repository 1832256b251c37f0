"""What can be wrong with a file, a row or a value; every message tells what to do."""

from __future__ import annotations

from collections.abc import Sequence


def shown(value: object, width: int = 60) -> str:
    """Return `value` as it is quoted in a reason: one line, at most `width` characters."""
    text = " ".join(str(value).split())
    return text if len(text) <= width else text[: width - 1] + "…"


class Told(Exception):
    """An error with a translatable message; it is put into words in the language active when it is shown."""

    def __init__(self, message, **params: object) -> None:
        super().__init__(message)
        self.message = message
        self.params = params

    def __str__(self) -> str:
        return str(self.message) % self.params if self.params else str(self.message)


class UnreadableFile(Told):
    """The file as a whole can't be read; nothing of it was taken."""


class BadValue(Told, ValueError):
    """One value can't be read. The message quotes it and says what would be right."""


class RowRefused(Told, ValueError):
    """A row can't become an order. `reasons` holds every reason, so that one correction is enough."""

    def __init__(self, reasons: Sequence[object]) -> None:
        super().__init__("")
        self.reasons = tuple(reasons)

    def __str__(self) -> str:
        return " ".join(str(reason) for reason in self.reasons)
