"""Remember what is asked twice while something large is only read: a day's orders ask for the same rows over and over.

Outside `reading` nothing is remembered, so that an act always sees what it has just written.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any

_held: ContextVar[dict[Hashable, Any] | None] = ContextVar("held", default=None)


@contextmanager
def reading() -> Iterator[None]:
    """Remember, until the end of the block, what `kept` and `remembered` read. Nothing may be written in it."""
    if _held.get() is not None:
        yield
        return
    token = _held.set({})
    try:
        yield
    finally:
        _held.reset(token)


def kept(key: Hashable, read: Callable[[], Any]) -> Any:
    """Return what `read` returns; within `reading`, what it returned the first time for this key."""
    held = _held.get()
    if held is None:
        return read()
    if key not in held:
        held[key] = read()
    return held[key]


def tell(function: Callable, key: Hashable, answer: Any) -> None:
    """Say ahead what a `remembered` function returns for a key: read for many at once. Only within `reading`."""
    held = _held.get()
    if held is not None:
        held[function.__wrapped__, key] = answer


def remembered(key: Callable[..., Hashable]) -> Callable[[Callable], Callable]:
    """Return a decorator for a function that reads: `key` of its arguments says when two calls ask for the same."""

    def wrap(function: Callable) -> Callable:
        @wraps(function)
        def ask(*args: Any, **named: Any) -> Any:
            if _held.get() is None:
                return function(*args, **named)
            return kept((function, key(*args, **named)), lambda: function(*args, **named))

        return ask

    return wrap


def of_order(order: Any, *_others: Any, **_more: Any) -> Hashable:
    """Return the key of a function whose answer hangs on the order alone."""
    return order.pk
