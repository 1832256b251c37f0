"""A refusal of the trade as the panel that a person reads: why not, who was quicker, and what to do now."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from dispatch.lifecycle import GuardsUnmet, Lack, Refusal, WrongState
from web.shared.refusals import WHY, taught


@dataclass(frozen=True)
class Panel:
    """What shared/refusal.html draws: a title ('' for its own) and lines as `taught` makes them."""

    title: str
    lines: list[dict]
    status: int = 422


def of_lacks(lacks: Iterable[Lack], link: Callable[[str], str], target: str) -> list[dict]:
    """Return a line for each lack. `link(verb)` is the address of a verb's form, '' where it is not open to them."""
    return [line | {"fix_target": target} for line in taught(lacks, link)]


def of_refusal(refusal: Refusal, link: Callable[[str], str], reload_url: str, target: str) -> Panel:
    """Return the panel that says a refusal; for an order that moved on, with a link to it as it is now."""
    if isinstance(refusal, GuardsUnmet):
        return Panel(refusal.title, of_lacks(refusal.lacks, link, target), refusal.status)
    line = {"missing": refusal.detail, "why": WHY.get(refusal.rule, "")}
    if isinstance(refusal, WrongState):
        line = {
            "missing": refusal.detail,
            "why": _who_has_it(refusal),
            "fix_url": reload_url,
            "fix_label": _("Show the order as it is now"),
        }
    return Panel(refusal.title, [line], refusal.status)


def _who_has_it(refusal: WrongState) -> str:
    who = refusal.context.get("technician")
    return _("It is with %(technician)s.") % {"technician": who} if who else ""
