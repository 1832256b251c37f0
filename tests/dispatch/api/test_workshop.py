"""Workshop and loaners for programs: by stage, by slip, what is free for an order (H-F4, H-A6)."""

import pytest

from dispatch.models import State
from tests.dispatch.actions.test_loaners import unit
from tests.dispatch.api.conftest import api, do
from tests.factories import do as act
from tests.factories import make_order, make_outlet, make_technician, order_in, through_workshop


def get(client, url, **params):
    answer = client.get(f"/api/v1/{url}/", params)
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def test_jobs_by_stage_by_slip_and_by_order(place):
    order, now = order_in(State.IN_WORKSHOP, place)
    client = api(place.clerk)
    (job,) = get(client, "workshop")
    assert (job["order"], job["stage"], job["next"]) == (order.pk, "collected", "receive")
    assert job["customer"]["name"] == "王小明" and job["signed_by"] == "王小明"
    order = through_workshop(order, place.clerk, now, "bench_repair")
    assert get(client, "workshop", stage="collected") == []
    (job,) = get(client, "workshop", stage="repaired")
    assert job["next"] == "bench_test" and job["shelf"] == "A3"
    assert [row["id"] for row in get(client, "workshop", code=job["code"].lower())] == [job["id"]]
    assert [row["id"] for row in get(client, "workshop", order=order.pk)] == [job["id"]]
    assert get(client, "workshop", code="ZZZZZZZZ") == [] and get(client, "workshop", late=True) == []


def test_what_went_back_is_found_by_its_slip_alone(place):
    order, now = order_in(State.IN_WORKSHOP, place)
    code = order.job.code
    act(order, "cancel", place.dispatcher, now, {"reason": "bought a new one", "given_back": True})
    client = api(place.clerk)
    assert get(client, "workshop") == []
    assert [row["stage"] for row in get(client, "workshop", code=code)] == ["returned"]
    assert len(get(client, "workshop", stage="returned")) == 1


def test_each_sees_their_own_workshop(place):
    order, now = order_in(State.IN_WORKSHOP, place)
    bench = make_technician(place.outlet)
    assert get(api(bench.user), "workshop") == [] and get(api(make_outlet().clerk), "workshop") == []
    assert len(get(api(place.technician.user), "workshop")) == 1
    assert api(bench.user).get(f"/api/v1/orders/{order.pk}/").status_code == 404
    act(order, "receive", place.clerk, now, {"shelf": "A3", "bench": bench.pk})
    assert len(get(api(bench.user), "workshop")) == 1
    assert api(bench.user).get(f"/api/v1/orders/{order.pk}/").status_code == 200
    for more in ("actions/", "events/"):
        assert api(bench.user).get(f"/api/v1/orders/{order.pk}/{more}").status_code == 200


def test_units_free_ones_and_those_that_suit_an_order(place):
    order, other = make_order(place), make_order(place, phone="0912 000 999")
    free, lent, broken = unit(place), unit(place), unit(place, condition="damaged")
    client = api(place.clerk)
    assert do(client, other, "reserve_loaner", {"loaner": lent.code}).status_code == 200
    rows = {row["code"]: row for row in get(client, "loaners")}
    assert {code: row["free"] for code, row in rows.items()} == {free.code: True, lent.code: False, broken.code: False}
    assert rows[lent.code]["loan"]["order"] == other.pk and rows[free.code]["loan"] is None
    assert [row["code"] for row in get(client, "loaners", free=True)] == [free.code]
    assert [row["code"] for row in get(client, "loaners", order=order.pk)] == [free.code]
    assert get(client, "loaners", category="tv") == []
    assert client.get("/api/v1/loaners/", {"order": 10**9}).status_code == 400


def test_h_f4_lent_twice_is_a_problem_in_words(place):  # H-F4
    order, other, one = make_order(place), make_order(place, phone="0912 000 998"), unit(place)
    client = api(place.clerk)
    assert do(client, order, "reserve_loaner", {"loaner": one.code}).status_code == 200
    answer = do(client, other, "reserve_loaner", {"loaner": one.code})
    assert answer.status_code == 422 and order.number in answer.json()["detail"]


@pytest.mark.parametrize("raw", [{"loaner": "nope"}, {"loaner": None}, {}, {"loaner": 7}])
def test_a_unit_there_is_none_of_is_refused(place, raw):
    answer = do(api(place.clerk), make_order(place), "reserve_loaner", raw)
    assert answer.status_code == 400 and "loaner" in answer.json()["errors"]
