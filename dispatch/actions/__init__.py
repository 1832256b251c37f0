"""Verbs of the trade: one function per thing a person does. Faces call `perform`, `create_order`, `open_to`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from dispatch.actions import (  # noqa: F401
    alarm,
    arrive,
    assign,
    board,
    callbacks,
    checks,
    claims,
    clock,
    consent,
    contact,
    depart,
    finish,
    help,
    loaners,
    office,
    outcomes,
    parts,
    pay,
    quote,
    rating,
    requisitions,
    settling,
    slips,
    uses,
    waive,
    warranty,
    way_back,
    work,
    workshop,
)
from dispatch.actions.assign import deactivate
from dispatch.actions.clock import drain_timers, sweep_timers
from dispatch.actions.intake import create_order
from dispatch.lifecycle import REGISTRY, Act, Lack, NotFound, Outcome, Verb
from dispatch.lifecycle import act as _act
from dispatch.lifecycle.act import missing
from dispatch.models import ServiceOrder
from technicians.models import User

__all__ = ["Open", "UnknownAction", "create_order", "deactivate", "drain_timers", "open_to", "perform", "sweep_timers"]


class UnknownAction(NotFound):
    """There is no such verb for people."""

    code = "unknown_action"

    @property
    def title(self) -> str:
        return _("There is no such action")

    @property
    def detail(self) -> str:
        return _("“%(action)s” is not an action. Ask the order for the actions open to you.") % self.context


def perform(order_id: int, name: str, by: User, now: datetime, raw: Any = None, **how: Any) -> Outcome:
    """Let a person do `name` to an order; see `lifecycle.act` for `how` and what it raises.

    Raises UnknownAction for a name that is no verb, or only the clock's.
    """
    if name not in REGISTRY or REGISTRY[name].by_clock:
        raise UnknownAction("H-N2", {"action": name[:40]})
    return _act(order_id, name, by, now, raw, **how)


@dataclass(frozen=True)
class Open:
    """A verb open to somebody now, and what it still lacks as far as the order alone can tell."""

    verb: Verb
    lacks: list[Lack]


def open_to(order: ServiceOrder, user: User, now: datetime) -> list[Open]:
    """Return the verbs that `user` may do in the order's state, in the order of the trade."""
    verbs = [
        verb
        for transition in order.get_available_state_transitions()
        if (verb := REGISTRY.get(transition.name)) and user.role in verb.roles
    ]
    act_for = {verb.name: Act(verb, order, user, now) for verb in verbs}
    return [Open(verb, list(missing(act_for[verb.name]))) for verb in sorted(verbs, key=_in_trade_order)]


_ORDER = {name: number for number, name in enumerate(vars(ServiceOrder.__mro__[1]))}


def _in_trade_order(verb: Verb) -> tuple[bool, int]:
    """The spine first, then as the machine is written down."""
    return verb.tone != "primary", _ORDER.get(verb.name, 999)
