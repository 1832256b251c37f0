"""Parts by the API: what is listed, to whom, and the way of a part through an order."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dispatch.actions import store
from dispatch.models import PartUse, Requisition, State
from tests.dispatch.api.conftest import api, do
from tests.factories import NOW, make_outlet, order_in
from tests.stocking import make_centre, make_model, make_part, make_store, make_van, put

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/"


@pytest.fixture
def pump(place):
    part = make_part("DP-31", name_en="Drain pump")
    put(make_store(place.outlet), part, 3)
    put(make_van(place.technician), part, 1)
    return part


def rows(user, name, **params) -> list[dict]:
    response = api(user).get(f"{ROOT}{name}/", params)
    assert response.status_code == 200, response.content
    return response.json()["results"]


def test_parts_by_number_name_and_model(place, pump):
    make_part("DS-1", name_en="Door seal", fits=(make_model("WF-1"),))
    assert [row["code"] for row in rows(place.clerk, "parts", search="dp 31")] == ["DP-31"]
    assert [row["code"] for row in rows(place.clerk, "parts", search="SEAL")] == ["DS-1"]
    assert [row["code"] for row in rows(place.clerk, "parts", model="xqg70")] == ["DP-31"]
    assert rows(place.clerk, "parts", model="wf-1")[1]["fits"] == ["WF-1"]


def test_balances_and_warehouses_of_mine(place, pump):
    elsewhere = make_outlet()
    put(make_store(elsewhere.outlet), pump, 9)
    put(make_centre(), pump, 7)
    tech = place.technician.user
    assert sorted(row["on_hand"] for row in rows(place.clerk, "balances", part="DP-31")) == [1, 3, 7]
    assert sorted(row["on_hand"] for row in rows(place.other.user, "balances", part="DP-31")) == [3, 7]
    mine = {row["code"]: row["mine"] for row in rows(tech, "warehouses")}
    assert mine == {"centre": False, make_store(place.outlet).code: False, make_van(place.technician).code: True}
    assert rows(place.clerk, "balances", short="true") == []


def test_the_ledger(place, pump):
    lines = rows(place.clerk, "moves", part="DP-31", kind="received")
    assert [line["quantity"] for line in lines] == [1, 3]
    assert lines[0]["source"] is None and lines[0]["target"] == make_van(place.technician).code
    assert rows(make_outlet().clerk, "moves") == []


def test_a_parts_way_through_an_order(place, pump):
    client, clerk = api(place.technician.user), api(place.clerk)
    order, _now = order_in(State.DIAGNOSED, place)
    assert do(client, order, "reserve_part", {"part": "dp31", "quantity": 1}).status_code == 200
    assert do(client, order, "request_part", {"part": "Drain pump"}).status_code == 200
    assert do(client, order, "use_part", {"part": "DP-31", "serial_in": "n-1"}, key="once").status_code == 200
    assert do(client, order, "use_part", {"part": "DP-31", "serial_in": "n-1"}, key="once").status_code == 200
    again = do(client, order, "use_part", {"part": "DP-31", "serial_in": "N-1"})
    assert (again.status_code, again.json()["lacks"][0]["rule"]) == (422, "H-F7")
    whole = client.get(f"{ROOT}orders/{order.pk}/parts/").json()
    assert [use["serial_in"] for use in whole["uses"]] == ["N-1"]
    assert [one["state"] for one in whole["requisitions"]] == ["asked"]
    assert whole["reservations"] == []
    assert [row["order"] for row in rows(place.clerk, "requisitions", open="true")] == [order.pk]
    one = Requisition.objects.get()
    assert do(clerk, order, "part_came", {"requisition": one.pk}).status_code == 200
    assert rows(place.clerk, "requisitions", open="true") == []
    assert api(place.other.user).get(f"{ROOT}orders/{order.pk}/parts/").status_code == 404


def test_h_w4_old_parts_back_to_the_depot(place, pump):
    order, _now = order_in(State.DIAGNOSED, place)
    do(api(place.technician.user), order, "use_part", {"part": "DP-31"})
    use = PartUse.objects.get()
    assert [row["id"] for row in rows(place.technician.user, "old-parts")] == [use.pk]
    assert rows(place.other.user, "old-parts") == []
    assert api(place.technician.user).post(f"{ROOT}old-parts/", {"uses": [use.pk]}).status_code == 403
    for raw in ({}, {"uses": []}, {"uses": ["x"]}, {"uses": [0]}):
        assert api(place.clerk).post(f"{ROOT}old-parts/", raw).status_code == 400
    assert api(place.clerk).post(f"{ROOT}old-parts/", {"uses": [use.pk]}).json() == {"returned": 1}
    assert api(place.clerk).post(f"{ROOT}old-parts/", {"uses": [use.pk]}).json() == {"returned": 0}


def test_nobody_looks_in_without_signing_in(pump):
    for name in ("parts", "warehouses", "balances", "moves", "requisitions", "old-parts"):
        assert api().get(f"{ROOT}{name}/").status_code == 401


@pytest.mark.parametrize("name", ["balances", "moves", "requisitions", "parts"])
def test_lists_cost_the_same_for_one_and_for_many(place, pump, name):
    client, counts = api(place.clerk), []
    for many in (1, 5):
        for _ in range(many):
            part = make_part(fits=(make_model("WF-1"),))
            put(make_van(place.technician), part, 2)
            store.ask(place.clerk, NOW, make_store(place.outlet), part, 1)
        with CaptureQueriesContext(connection) as seen:
            client.get(f"{ROOT}{name}/")
        counts.append(len(seen))
    assert counts[0] == counts[1]
