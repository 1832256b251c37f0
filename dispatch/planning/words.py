"""What the engine found, in plain words for people, in the active language."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dispatch.planning.suggest import TIGHT, Suggestion

LITTLE = 60  # seconds of travel that are none

# What `load` has to say about a day. Those with a number have it in both forms.
NOTICES: dict[str, str | Callable[[int], str]] = {
    "no_place": lambda n: ngettext(
        "%(n)d order has no coordinates. Correct its address, then plan again.",
        "%(n)d orders have no coordinates. Correct their addresses, then plan again.", n,
    ),
    "bad_window": lambda n: ngettext(
        "%(n)d order can't be visited at the time it was promised or wished. Call the customer.",
        "%(n)d orders can't be visited at the time they were promised or wished. Call the customers.", n,
    ),
    "no_skill": lambda n: ngettext(
        "%(n)d order asks for a skill that nobody here has.", "%(n)d orders ask for skills that nobody here has.", n
    ),
    "guessed": lambda n: ngettext(
        "%(n)d agreed visit has no coordinates: half an hour is taken for the way there.",
        "%(n)d agreed visits have no coordinates: half an hour is taken for each way there.", n,
    ),
    "fetch": lambda n: ngettext(
        "For %(n)d order a part or loaner waits elsewhere and has to be fetched first.",
        "For %(n)d orders a part or loaner waits elsewhere and has to be fetched first.", n,
    ),
    "too_many": lambda n: ngettext(
        "More than %(n)d order waits: the most urgent are planned, the others another day.",
        "More than %(n)d orders wait: the most urgent are planned, the others another day.", n,
    ),
    "no_shift": gettext_lazy("No shift is set up for: %(names)s."),
    "nobody": gettext_lazy("Nobody works on this day any more."),
    "no_break": gettext_lazy("What was agreed leaves no room for a break: %(names)s."),
    "tight": gettext_lazy("The way there may take longer than the time before it: %(orders)s."),
    "late": gettext_lazy("Can't be reached in time by who has it: %(orders)s."),
    "away": gettext_lazy("The technician is away then: %(orders)s."),
    "travel_away": gettext_lazy("The road server does not answer. Travel times are estimated."),
    "travel_wrong": gettext_lazy("The road server's answers can't be right. Travel times are estimated."),
    "travel_large": gettext_lazy("There are too many places for the road server. Travel times are estimated."),
    "no_coordinates": gettext_lazy("The address has no coordinates: half an hour is taken for each way."),
}  # fmt: skip


def notice(code: str, facts: Mapping | None = None) -> str:
    """Return what has to be said about a day, from its code and facts; the code itself if nobody knows it."""
    said, facts = NOTICES.get(code, code), facts or {}
    return (said(facts.get("n", 0)) if callable(said) else str(said)) % facts


def minutes(seconds: int) -> str:
    """Return a length of time in whole minutes, rounded up; from two hours on in hours and minutes."""
    whole = -(-seconds // 60)
    if whole < 120:
        return _("%(minutes)d min") % {"minutes": whole}
    return _("%(hours)d h %(minutes)d min") % {"hours": whole // 60, "minutes": whole % 60}


def extra_travel(one: Suggestion, margin: int) -> str:
    """Return what it adds to the way; `margin`: of it, the seconds to be there before the time (H-D2)."""
    extra = one.extra - margin
    if extra < LITTLE:
        return _("On the way, no extra travel")
    return _("%(minutes)s extra travel") % {"minutes": minutes(extra)}


def done_before(times: int) -> str:
    """Return that somebody has fixed the fault before."""
    return ngettext("Has fixed this fault once", "Has fixed this fault %(n)d times", times) % {"n": times}


def in_the_van(parts: list[str]) -> str:
    """Return that what is needed is in the van."""
    return _("In the van: %(parts)s") % {"parts": str(_(", ")).join(parts)}


def later(number: str, seconds: int, left: int) -> str:
    """Return what a visit suffers that begins later."""
    facts = {"order": number, "minutes": minutes(seconds)}
    if left < TIGHT:
        return _("Order %(order)s would begin %(minutes)s later, at the very end of its window") % facts
    return _("Order %(order)s would begin %(minutes)s later, within its window") % facts


def elsewhere(what: str, where: str) -> str:
    """Return that something has to be fetched."""
    return _("To be fetched first: %(what)s (%(where)s)") % {"what": what, "where": where}
