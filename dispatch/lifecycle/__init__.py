"""The one way an order changes: `act`. See `dispatch.lifecycle.act`."""

from dispatch.lifecycle.act import Act, Outcome, act, act_on, open_order
from dispatch.lifecycle.refusal import (
    BadData,
    Busy,
    GuardsUnmet,
    KeyReused,
    Lack,
    NotAllowed,
    NotFound,
    Refusal,
    Stale,
    WrongState,
)
from dispatch.lifecycle.verb import REGISTRY, Verb, verb

__all__ = [
    "REGISTRY",
    "Act",
    "BadData",
    "Busy",
    "GuardsUnmet",
    "KeyReused",
    "Lack",
    "NotAllowed",
    "NotFound",
    "Outcome",
    "Refusal",
    "Stale",
    "Verb",
    "WrongState",
    "act",
    "act_on",
    "open_order",
    "verb",
]
