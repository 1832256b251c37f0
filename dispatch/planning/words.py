"""What was found for an order, in plain words for people, in the active language."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dispatch.planning.suggest import TIGHT, Suggestion

LITTLE = 60  # seconds of travel that are none


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
    return ngettext("Has fixed this fault %(n)d time", "Has fixed this fault %(n)d times", times) % {"n": times}


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
