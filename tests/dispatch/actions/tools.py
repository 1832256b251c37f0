"""What tests of verbs say over and over."""

import pytest

from dispatch import actions
from dispatch.lifecycle import BadData, GuardsUnmet
from dispatch.standard import RULES
from tests.factories import CONFIRMED, STARTS, fresh

CONTACT = {"confirmed": CONFIRMED, "starts_at": STARTS.isoformat()}


def lacks(order, name, by, now, raw=None) -> list[str]:
    """Return the codes of what stands in the way, all of them; fail when nothing does."""
    with pytest.raises(GuardsUnmet) as refusal:
        actions.perform(order.pk, name, by, now, raw)
    check_ways_out(refusal.value, fresh(order))
    return [lack.code for lack in refusal.value.lacks]


def check_ways_out(refusal: GuardsUnmet, order) -> None:
    """Each lack names a rule, says what is missing, and its way out is open in this state to somebody."""
    possible = {transition.name for transition in order.get_available_state_transitions()}
    assert refusal.lacks
    for lack in refusal.lacks:
        assert lack.rule in RULES and lack.code and str(lack.message)
        assert lack.fix in possible | {""}, f"{lack.code}: {lack.fix} is not possible when {order.state}"


def bad(order, name, by, now, raw) -> set[str]:
    """Return the fields that do not read; fail when all do."""
    with pytest.raises(BadData) as refusal:
        actions.perform(order.pk, name, by, now, raw)
    return set(refusal.value.context["errors"])


def step(order) -> tuple:
    """Return what is next: action, role, person."""
    return order.next_action, order.next_role, order.next_user
