"""Who sees what: nobody learns of what is not theirs, neither one by one nor in lists."""

import re

import pytest

from dispatch.api.urls import v1
from dispatch.models import Callback, Fault, State, Visit
from tests.dispatch.api.conftest import api, do
from tests.factories import make_outlet, make_user, order_in

STRANGERS = ["dispatcher", "clerk", "agent", "manager", "technician"]
EVERYWHERE = ["agent", "manager", "admin"]


@pytest.fixture
def scene(place):
    """Return an order in follow-up with everything on it, and another outlet with its people."""
    order, _now = order_in(State.FOLLOW_UP, place)
    elsewhere = make_outlet()
    return place, order, elsewhere


def addresses(order):
    visit, callback = Visit.objects.get(order=order), Callback.objects.get(order=order)
    return {
        "order": f"/api/v1/orders/{order.pk}/",
        "events": f"/api/v1/orders/{order.pk}/events/",
        "actions": f"/api/v1/orders/{order.pk}/actions/",
        "visit": f"/api/v1/visits/{visit.pk}/",
        "callback": f"/api/v1/callbacks/{callback.pk}/",
        "customer": f"/api/v1/customers/{order.customer_id}/",
        "appliance": f"/api/v1/appliances/{order.appliance_id}/",
    }


def person(place, role):
    return place.technician.user if role == "technician" else getattr(place, role)


def test_the_owner_of_the_task_sees_each(scene):
    place, order, _elsewhere = scene
    for role in [*STRANGERS, "admin"]:
        for name, url in addresses(order).items():
            assert api(person(place, role)).get(url).status_code == 200, (role, name)


@pytest.mark.parametrize("role", STRANGERS)
def test_another_outlet_finds_nothing(scene, role):
    _place, order, elsewhere = scene
    for name, url in addresses(order).items():
        answer = api(person(elsewhere, role)).get(url)
        assert answer.status_code == 404, name
        assert answer["Content-Type"] == "application/problem+json"


def test_another_technician_of_the_outlet_finds_nothing(scene):
    place, order, _elsewhere = scene
    for name, url in addresses(order).items():
        assert api(place.other.user).get(url).status_code == 404, name


@pytest.mark.parametrize("verb", ["add_note", "cancel", "callback_satisfied", "nonsense"])
def test_acting_on_what_is_not_mine_is_not_found(scene, verb):
    place, order, elsewhere = scene
    for user in (place.other.user, elsewhere.technician.user, elsewhere.dispatcher, elsewhere.manager):
        answer = do(api(user), order, verb, {"note": "x", "reason": "x"})
        assert answer.status_code == 404
        assert "open" not in answer.json()
    missing = do(api(place.dispatcher), 10**9, verb, {"note": "x", "reason": "x"})
    assert missing.status_code == 404


def test_what_is_not_mine_and_what_is_not_there_look_alike(scene):
    _place, order, elsewhere = scene
    client = api(elsewhere.dispatcher)
    other, none = client.get(f"/api/v1/orders/{order.pk}/").json(), client.get("/api/v1/orders/99999999/").json()
    assert {**other, "instance": ""} == {**none, "instance": ""}


LISTS = ["orders", "visits", "callbacks", "customers", "appliances"]


@pytest.mark.parametrize("name", LISTS)
def test_lists_show_only_what_is_theirs(scene, name):
    place, _order, elsewhere = scene
    order_in(State.FOLLOW_UP, elsewhere, name="陳大文", phone="0922 333 444")
    for role in STRANGERS:
        assert len(rows(person(place, role), name)) == 1, role
    assert rows(place.other.user, name) == []
    assert len(rows(place.admin, name)) == 2
    for role in ("agent", "manager"):
        assert len(rows(make_user(role), name)) == 2, f"{role} of the centre"


def test_technicians_are_seen_by_their_outlet(scene):
    place, _order, elsewhere = scene
    mine = {place.technician.pk, place.other.pk}
    for role in STRANGERS:
        assert {row["id"] for row in rows(person(place, role), "technicians")} == mine, role
        url = f"/api/v1/technicians/{elsewhere.technician.pk}/"
        assert api(person(place, role)).get(url).status_code == 404, role
    assert len(rows(place.admin, "technicians")) == 4


def test_filters_do_not_reach_further(scene):
    place, order, elsewhere = scene
    for query in (f"outlet={place.outlet.code}", f"q={order.number}", f"customer={order.customer_id}", "q=王小明"):
        assert rows(elsewhere.dispatcher, f"orders/?{query}") == []


def test_the_queue_holds_what_waits_for_me(place):
    ready, _now = order_in(State.READY, place)
    assigned, _now = order_in(State.ASSIGNED, place)
    called, _now = order_in(State.FOLLOW_UP, make_outlet())
    elsewhere = make_outlet()
    order_in(State.READY, elsewhere)
    assert [row["id"] for row in rows(place.dispatcher, "queue")] == [ready.pk]
    assert [row["id"] for row in rows(place.technician.user, "queue")] == [assigned.pk]
    assert rows(place.other.user, "queue") == []
    assert rows(place.agent, "queue") == []
    assert [row["id"] for row in rows(make_user("agent"), "queue")] == [called.pk]


def test_faults_are_for_everybody_who_is_signed_in(place):
    Fault.objects.create(code="leak", name_en="Leaks", category=place.category)
    assert [row["code"] for row in rows(place.technician.user, "faults")] == ["leak"]
    assert api(place.clerk).get("/api/v1/faults/leak/").json()["category"] == "washing_machine"
    assert api(place.clerk).get("/api/v1/faults/none/").status_code == 404
    assert api().get("/api/v1/faults/leak/").status_code == 401


def rows(user, name):
    url = f"/api/v1/{name}" if "?" in name else f"/api/v1/{name}/"
    answer = api(user).get(url)
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def test_no_address_answers_who_is_not_signed_in(place):
    """Every address of the API but the token's, the schema's and its page says 401."""
    client, number = api(), 0
    for pattern in v1:
        route = re.sub(r"<(\w+):\w+>", lambda found: "1" if found[1] == "int" else "x", str(pattern.pattern))
        if route == "token/":
            continue
        for method in ("get", "post"):
            assert getattr(client, method)(f"/api/v1/{route}").status_code == 401, route
        number += 1
    assert number > 50
