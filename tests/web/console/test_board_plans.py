"""Plans on the board: what its drawer asks for and is told."""

import json

import pytest

from dispatch.models import Plan, PlanState
from tests.dispatch.actions.planned import plan_of
from tests.factories import NOW, TODAY, fresh, in_days, make_order, make_outlet

URL = "/console/board/plans/"


@pytest.fixture(autouse=True)
def _at_nine(clock):
    clock(NOW)


def post(client, url, data):
    return client.post(url, json.dumps(data), content_type="application/json")


def which(place, **more):
    return {"outlet": place.outlet.code, "day": TODAY} | more


def test_no_plan_yet_is_said_as_none(place, at_desk):
    assert at_desk(place.dispatcher).get(URL, which(place)).json() == {"plan": None}


def test_asking_shows_it_under_way_to_everybody_and_to_who_asks_second(place, at_desk):
    asked = post(at_desk(place.dispatcher), URL, which(place)).json()
    assert asked["made"] and asked["plan"]["state"] == "waiting" and "options" not in asked["plan"]
    second = post(at_desk(place.manager), URL, which(place)).json()
    assert not second["made"] and second["plan"]["id"] == asked["plan"]["id"]
    seen = at_desk(place.agent).get(URL, which(place)).json()["plan"]
    assert seen["id"] == asked["plan"]["id"]


def test_the_newest_is_shown_whole_once_it_is_ready(place, at_desk):
    plan_of(place, [], state=PlanState.SETTLED)
    plan = plan_of(place, [(make_order(place), place.technician, 1)])
    said = at_desk(place.dispatcher).get(URL, which(place)).json()["plan"]
    assert said["id"] == plan.pk and len(said["options"][0]["moves"]) == 1
    assert at_desk(place.dispatcher).get(f"{URL}{plan.pk}/").json()["plan"] == said


def test_taking_and_leaving_by_their_addresses(place, at_desk):
    first, second = make_order(place), make_order(place)
    plan = plan_of(place, [(first, place.technician, 1), (second, place.technician, 3)])
    client = at_desk(place.dispatcher)
    came = post(client, f"{URL}{plan.pk}/take/", {"option": 0, "orders": [first.pk]}).json()
    assert came["taken"] == [first.pk] and came["plan"]["state"] == "ready"
    assert {move["order"]: move["state"] for move in came["plan"]["options"][0]["moves"]} == {
        first.pk: "taken",
        second.pk: "open",
    }
    left = post(client, f"{URL}{plan.pk}/dismiss/", {}).json()
    assert left["plan"]["state"] == PlanState.SETTLED and "taken" in left["plan"]["over"]
    assert fresh(second).technician is None
    assert post(client, f"{URL}{plan.pk}/burn/", {}).status_code == 404


def test_what_is_refused_is_a_problem_with_words(place, at_desk):
    client = at_desk(place.dispatcher)
    past = post(client, URL, which(place, day=in_days(-1)))
    assert past.status_code == 400 and "over" in past.json()["errors"]["day"][0]
    plan = plan_of(place, [], state=PlanState.DISMISSED)
    over = post(client, f"{URL}{plan.pk}/take/", {"option": 0})
    assert over.status_code == 409 and over.json()["detail"]
    assert client.get(URL, {"outlet": "x", "day": "y"}).status_code == 400


def test_only_ones_own_outlet_and_only_who_may_act(place, at_desk):
    plan = plan_of(place, [(make_order(place), place.technician, 1)])
    stranger = at_desk(make_outlet().dispatcher)
    assert stranger.get(URL, which(place)).json() == {"plan": None}
    assert stranger.get(f"{URL}{plan.pk}/").status_code == 404
    assert post(stranger, URL, which(place)).status_code == 404
    assert post(at_desk(place.agent), URL, which(place)).status_code == 403
    assert post(at_desk(place.agent), f"{URL}{plan.pk}/take/", {"option": 0}).status_code == 403
    assert at_desk(place.technician.user).get(URL, which(place)).status_code == 403
    assert Plan.objects.get().state == PlanState.READY
