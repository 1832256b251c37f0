"""Lists cost the same number of queries for one row and for many; one action's is fixed."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dispatch.models import (
    Callback,
    CallbackAttempt,
    Loan,
    OrderEvent,
    ServiceOrder,
    State,
    Visit,
    WorkshopJob,
)
from technicians.models import Loaner
from tests.dispatch.api.conftest import api, do
from tests.factories import NOW, make_order, make_technician, order_in

# The first is who is asking.
BASELINE = {
    "orders": 3,
    "queue": 4,
    "visits": 2,
    "callbacks": 3,
    "customers": 5,
    "appliances": 2,
    "technicians": 5,
    "loaners": 3,
    "workshop": 2,
}


def fill(place, numbers):
    """Make one of everything for each number."""
    for index in numbers:
        order = make_order(place, name=f"n{index}", phone=f"09{index:08d}")
        starts = NOW + timedelta(days=index)
        visit = {"technician": place.technician, "starts_at": starts, "ends_at": starts + timedelta(hours=1)}
        Visit.objects.create(order=order, **visit)
        callback = Callback.objects.create(order=order, kind="advice", role="agent", due_at=starts, created_at=NOW)
        CallbackAttempt.objects.create(callback=callback, at=NOW, caller=place.agent, reached=False)
        make_technician(place.outlet, place.skill)
        unit = Loaner.objects.create(code=f"L{index}", outlet=place.outlet, category=place.category)
        Loan.objects.create(order=order, loaner=unit, reserved_at=NOW)
        WorkshopJob.objects.create(order=order, stage_since=NOW, taken_at=NOW)


def queries(client, url):
    with CaptureQueriesContext(connection) as seen:
        answer = client.get(url)
    assert answer.status_code == 200
    return len(seen), answer.json()["results"]


@pytest.mark.parametrize("name", BASELINE)
def test_lists(place, name):
    client, url = api(place.dispatcher), f"/api/v1/{name}/"
    fill(place, [0])
    one, few = queries(client, url)
    fill(place, range(1, 50))
    many, rows = queries(client, url)
    assert len(few) in (1, 3) and len(rows) == 50  # two technicians were there before
    assert one == many == BASELINE[name]


def test_the_timeline(place):
    order = make_order(place)
    client, url = api(place.dispatcher), f"/api/v1/orders/{order.pk}/events/"
    assert queries(client, url)[0] == 3
    for index in range(20):
        do(client, order, "add_note", {"note": str(index)})
    assert queries(client, url)[0] == 3


def test_one_order_whole(place):
    client = api(place.dispatcher)
    bare = make_order(place)
    full, _now = order_in(State.CLOSED, place)
    counts = []
    for order in (bare, full):
        with CaptureQueriesContext(connection) as seen:
            assert client.get(f"/api/v1/orders/{order.pk}/").status_code == 200
        counts.append(len(seen))
    assert counts[0] <= counts[1] == 9


def test_one_action(place):
    """All of lifecycle.act for `accept`, however many other orders and events there are."""
    client = api(place.technician.user)
    counts = []
    for number in range(2):
        order, _now = order_in(State.ASSIGNED, place) if number == 0 else (second(place), None)
        with CaptureQueriesContext(connection) as seen:
            assert do(client, order, "accept", {}, key=f"k{number}").status_code == 200
        counts.append(len([query for query in seen if "SAVEPOINT" not in query["sql"]]))
    assert OrderEvent.objects.count() > 10
    assert counts[0] == counts[1]
    assert counts[0] <= 12


def second(place):
    for _ in range(5):
        make_order(place)
    order = make_order(place)
    assert do(api(place.dispatcher), order, "assign", {"technician": place.technician.pk}).status_code == 200
    return ServiceOrder.objects.get(pk=order.pk)
