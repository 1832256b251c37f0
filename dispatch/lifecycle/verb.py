"""Verbs of the trade: what a person can do to an order, declared beside what it does."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from technicians.models import Role

if TYPE_CHECKING:
    from dispatch.lifecycle.act import Act
    from dispatch.lifecycle.refusal import Lack

Guard = Callable[["Act"], "Iterable[Lack]"]
REGISTRY: dict[str, Verb] = {}
ON_ENTRY: dict[str, list[Callable[[Act], None]]] = {}  # state → what else is done when an order gets there

OFFICE = (Role.DISPATCHER, Role.MANAGER, Role.ADMIN)
CENTRE = (*OFFICE, Role.AGENT)
FIELD = (Role.TECHNICIAN,)
MANAGERS = (Role.MANAGER, Role.ADMIN)
EVERYONE = tuple(Role)
CLOCK = ()  # no person: Doorstep itself


@dataclass(frozen=True)
class Verb:
    """One action.

    `name` is also the name of the transition on the order. `needs` are guards on the order alone, so they
    can be told beforehand; `checks` also look at the data sent. `prepare` runs before the guards, on the
    locked order. `parse(raw, act)` returns clean data or raises BadData.
    """

    name: str
    rule: str
    label: Any
    roles: tuple[str, ...]
    effect: Callable[[Act], None]
    data: type | None = None
    parse: Callable[[Any, Act], dict] = field(default=lambda raw, act: {})
    needs: tuple[Guard, ...] = ()
    checks: tuple[Guard, ...] = ()
    prepare: Callable[[Act], None] | None = None
    tone: str = ""  # "primary" on the spine, "danger" where it ends something, "" else
    while_frozen: bool = False  # may the technician do it while the centre deals with their alarm (H-F10)

    @property
    def by_clock(self) -> bool:
        """True when no person can do this."""
        return not self.roles


def verb(name: str, rule: str, label, roles: tuple[str, ...], **how) -> Callable:
    """Register the decorated effect as the verb `name`; see `Verb` for `how`."""

    def register(effect: Callable[[Act], None]) -> Callable[[Act], None]:
        if name in REGISTRY:
            raise RuntimeError(f"two verbs named {name}")
        REGISTRY[name] = Verb(name, rule, label, roles, effect, **how)
        return effect

    return register


def on_entry(*states: str) -> Callable:
    """Register the decorated function to be called after the effect of any verb that leads to one of `states`."""

    def register(follow: Callable[[Act], None]) -> Callable[[Act], None]:
        for state in states:
            ON_ENTRY.setdefault(str(state), []).append(follow)
        return follow

    return register
