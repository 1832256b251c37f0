"""Plans: asked for by a dispatcher, worked out by a worker, taken visit by visit or left (H-A4)."""

from dispatch.actions.plans.asking import UnknownPlan, ask_plan, bury, dismiss, find, send
from dispatch.actions.plans.saying import said
from dispatch.actions.plans.sharing import help_out, shared
from dispatch.actions.plans.storing import preview
from dispatch.actions.plans.taking import Taken, take
from dispatch.actions.plans.working import Unsound, figure_out, work_out

__all__ = [
    "Taken",
    "UnknownPlan",
    "Unsound",
    "ask_plan",
    "bury",
    "dismiss",
    "figure_out",
    "find",
    "help_out",
    "preview",
    "said",
    "send",
    "shared",
    "take",
    "work_out",
]
