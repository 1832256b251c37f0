"""Open boards are told that a plan has got on; they fetch what they want to know."""

from __future__ import annotations

from dispatch import live
from dispatch.models import Plan


def told(plan: Plan) -> None:
    """Announce that a plan changed. Without Redis the pages find out by asking."""
    live.tell_of("plan", plan.pk, plan.outlet_id)
