"""What tests of verbs say over and over."""

import pytest

from dispatch import actions
from dispatch.lifecycle import BadData, GuardsUnmet
from dispatch.lifecycle.verb import REGISTRY
from tests.factories import CONFIRMED, STARTS

CONTACT = {"confirmed": CONFIRMED, "starts_at": STARTS.isoformat()}


def lacks(order, name, by, now, raw=None) -> list[str]:
    """Return the codes of what stands in the way, all of them; fail when nothing does."""
    with pytest.raises(GuardsUnmet) as refusal:
        actions.perform(order.pk, name, by, now, raw)
    for lack in refusal.value.lacks:
        assert lack.rule.startswith("H-") and str(lack.message)
        assert lack.fix == "" or lack.fix in REGISTRY
    return [lack.code for lack in refusal.value.lacks]


def bad(order, name, by, now, raw) -> set[str]:
    """Return the fields that do not read; fail when all do."""
    with pytest.raises(BadData) as refusal:
        actions.perform(order.pk, name, by, now, raw)
    return set(refusal.value.context["errors"])


def step(order) -> tuple:
    """Return what is next: action, role, person."""
    return order.next_action, order.next_role, order.next_user
