"""A day's orders are read together: the same facts as one by one, and hardly more statements for one order more."""

from contextlib import nullcontext
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from customers.reading import kept, reading, remembered, tell
from dispatch.models import OPEN, ServiceOrder, State, Visit
from tests import factories
from web.field.app import ahead, facts

FIELD_STATES = [state for state in OPEN if state not in (State.REQUESTED, State.NEEDS_INFO, State.READY)]
FOR_ONE_MORE = 6  # statements: what was answered and what fixed it before, prices of its parts


def orders_in(place, states):
    """Bring one order after the other to its state; the appointments move out of each other's way."""
    found = []
    for day, state in enumerate(states, 1):
        order, _moment = factories.order_in(state, place)
        times = ("starts_at", "ends_at", "window_ends_at", "expected_at")
        Visit.objects.filter(order=order).update(**{name: F(name) - timedelta(days=day) for name in times})
        found.append(order.pk)
    return found


def test_read_together_they_are_what_they_are_alone(place, monkeypatch):
    pks, user, now = orders_in(place, FIELD_STATES), place.technician.user, factories.NOW + timedelta(hours=2)
    with monkeypatch.context() as patch:
        patch.setattr(facts, "reading", nullcontext)
        alone = {pk: facts.one(user, pk, now) for pk in pks}
    with reading():
        rows = ServiceOrder.objects.with_rows().in_bulk(pks)
        ahead.read(list(rows.values()), now)
        together = {pk: facts.order_facts(rows[pk], user, now) for pk in pks}
    for pk in pks:
        for name, value in alone[pk].items():
            assert together[pk][name] == value, (alone[pk]["state"], name)


@pytest.mark.parametrize("state", [State.ASSIGNED, State.DIAGNOSED, State.FOLLOW_UP])
def test_one_order_more_costs_few_statements(phone, place, at, state):
    def statements():
        with CaptureQueriesContext(connection) as seen:
            answer = phone.get(reverse("field_app_bundle"))
        return len(seen), len(answer.json()["orders"])

    at(factories.NOW + timedelta(hours=5))
    first = orders_in(place, [state])
    few, one = statements()
    Visit.objects.filter(order__in=first).update(
        **{name: F(name) - timedelta(days=7) for name in ("starts_at", "ends_at", "window_ends_at", "expected_at")}
    )
    orders_in(place, [state] * 3)
    many, four = statements()
    assert (one, four) == (1, 4)
    assert many - few <= 3 * FOR_ONE_MORE


def test_nothing_is_remembered_after_the_reading():
    asked = []

    @remembered(lambda number: number)
    def double(number):
        asked.append(number)
        return 2 * number

    with reading():
        tell(double, 5, 11)
        assert [double(4), double(4), double(5)] == [8, 8, 11]
        with reading():  # one in another is the same one
            assert kept("here", lambda: "first") == "first"
        assert kept("here", lambda: "second") == "first"
    assert (double(4), double(5), kept("here", lambda: "third")) == (8, 10, "third")
    assert asked == [4, 4, 5]
