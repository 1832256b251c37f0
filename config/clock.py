"""A clock that runs fast, for the simulation alone: all its processes are given the same beginning and speed."""

from __future__ import annotations

from datetime import UTC, datetime

from django.utils import timezone


def hurry(speed: float, since: str) -> None:
    """Let `timezone.now` run `speed` times as fast from the real moment `since` (ISO 8601) on. Called by the settings.

    What asks the operating system (cookies, Redis, back-off) goes on at its own pace.
    """
    begun = datetime.fromisoformat(since)
    timezone.now = lambda: begun + (datetime.now(UTC) - begun) * speed
