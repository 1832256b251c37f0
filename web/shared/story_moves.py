"""Moves on the board in words: where an order stood before, and what an undo put back (H-A4, H-N2)."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from dispatch.models import ServiceOrder, VisitStatus


def tellers(moment: Callable) -> dict[str, Callable]:
    """Return what is told of a move's payload, by its name; `moment` says a time of the payload."""

    def stood(before: dict, names) -> str:
        if before.get("technician") is None:
            return ""
        who = names.of("technician", before["technician"])
        if not before.get("starts_at"):
            return who
        firm = VisitStatus(before["status"]).label if before.get("status") in VisitStatus.values else ""
        said = _("%(who)s, %(when)s (%(firm)s)") if firm else _("%(who)s, %(when)s")
        return said % {"who": who, "when": moment(before["starts_at"]), "firm": firm}

    def before(said: dict, order: ServiceOrder, names) -> str:
        stands = stood(said, names)
        return _("Before: %s") % stands if stands else ""

    def undoes(seq: int, order: ServiceOrder, names) -> str:
        event = order.events.filter(seq=seq).first()
        stands = stood(event.payload.get("before", {}), names) if event else ""
        return _("Back to: %s") % stands if stands else _("Back to the queue")

    return {"before": before, "undoes": undoes}
