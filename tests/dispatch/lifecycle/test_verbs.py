"""Verbs and the machine say the same; all they say can be translated."""

import pytest
from django.utils.functional import Promise
from rest_framework import serializers

from dispatch.lifecycle import REGISTRY
from dispatch.lifecycle.verb import CLOCK
from dispatch.models import ServiceOrder, State, TimerKind
from dispatch.models.states import HELD, OPEN
from dispatch.standard import RULES


def transitions():
    return list(ServiceOrder._meta.get_field("state").get_all_transitions(ServiceOrder))


def test_each_verb_is_a_transition_and_each_transition_a_verb():
    assert {transition.name for transition in transitions()} == set(REGISTRY)


@pytest.mark.parametrize("verb", REGISTRY.values(), ids=lambda verb: verb.name)
def test_a_verb_names_its_rule_and_speaks_the_readers_language(verb):
    assert verb.rule in RULES
    assert isinstance(verb.label, Promise)
    assert verb.effect.__doc__
    assert verb.roles == CLOCK or verb.data is not None
    if verb.data:
        for name, field in verb.data().fields.items():
            assert isinstance(field.label, Promise), f"{verb.name}.{name}"


@pytest.mark.parametrize("verb", [v for v in REGISTRY.values() if v.data], ids=lambda verb: verb.name)
def test_no_field_takes_text_without_end(verb):
    for name, field in verb.data().fields.items():
        if isinstance(field, serializers.CharField):
            assert field.max_length, f"{verb.name}.{name}"


def test_from_every_open_state_an_order_can_end():
    """No state is a dead end: each open one leads, by people's verbs alone, to closed and to cancelled."""
    ways = {}
    for transition in transitions():
        if not REGISTRY[transition.name].by_clock:
            target = transition.target
            for to in ["closed", None] if not isinstance(target, str | None) else [target]:
                ways.setdefault(transition.source, set()).add(to or transition.source)
    for state in OPEN:
        reached, edge = {str(state)}, {str(state)}
        while edge:
            edge = set().union(*(ways.get(one, set()) for one in edge)) - reached
            reached |= edge
        assert {"closed", "cancelled"} <= reached, state


def test_whoever_holds_an_order_can_be_relieved_of_it():
    for state in HELD:
        order = ServiceOrder(state=state.value)
        assert {"transfer", "hand_back"} <= {t.name for t in order.get_available_state_transitions()}


def test_every_timer_wakes_a_verb_of_the_clock_in_every_state_it_lives_in():
    from dispatch.actions.clock import WAKES
    from dispatch.lifecycle.timers import ALIVE

    assert set(WAKES) == set(ALIVE) == set(TimerKind)
    for kind, states in ALIVE.items():
        assert REGISTRY[WAKES[kind]].by_clock
        for state in states:
            possible = {t.name for t in ServiceOrder(state=State(state).value).get_available_state_transitions()}
            assert WAKES[kind] in possible
