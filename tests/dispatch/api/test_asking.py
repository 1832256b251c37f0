"""Help, claims and alarms over the wire (H-A5, H-F8, H-F10)."""

import pytest

from dispatch.models import State
from tests.dispatch.api.conftest import api
from tests.factories import do, fresh, make_outlet, make_technician, order_in


@pytest.fixture
def asked(place):
    order, now = order_in(State.ON_SITE, place)
    raw = {"level": "colleague", "technician": place.other.pk, "question": "Which fuse?"}
    return do(order, "ask_help", place.technician.user, now, raw)


def test_h_a5_a_colleague_answers_once(place, asked):
    mine = api(place.other.user).get("/api/v1/help/").json()["results"]
    assert [(one["question"], one["mine"]) for one in mine] == [("Which fuse?", True)]
    address, key = f"/api/v1/help/{mine[0]['id']}/answer/", {"Idempotency-Key": "once"}
    for replayed in ("false", "true"):
        answer = api(place.other.user).post(address, {"answer": "slow"}, format="json", headers=key)
        assert answer.status_code == 200 and answer.json()["order"] == asked.pk, replayed
    assert fresh(asked).help_due_at is None
    found = api(place.clerk).get("/api/v1/help/", {"q": "fuse"}).json()["results"]
    assert [(one["answer"], one["mine"]) for one in found] == [("slow", False)]


def test_strangers_find_no_question(place, asked):
    third, number = make_technician(place.outlet, place.skill).user, asked.help.get().pk
    address = f"/api/v1/help/{number}/answer/"
    assert api(third).post(address, {"answer": "x"}, format="json").status_code == 403
    assert api(make_outlet().dispatcher).post(address, {"answer": "x"}, format="json").status_code == 404
    assert api(third).get("/api/v1/help/").json()["results"] == []
    assert api(place.dispatcher).post(address, {}, format="json").status_code == 400


def test_h_f8_claims_are_the_managers(place):
    order, now = order_in(State.FOLLOW_UP, place)
    do(order, "file_claim", place.agent, now, {"kind": "damage", "what": "scratch", "asked": 500})
    found = api(place.manager).get("/api/v1/claims/", {"open": "true"}).json()["results"]
    assert [(one["kind"], one["asked"], one["currency"]) for one in found] == [("damage", 500, "TWD")]
    assert api(place.manager).get("/api/v1/claims/", {"open": "false"}).json()["results"] == []
    assert api(place.dispatcher).get("/api/v1/claims/").status_code == 403
    assert api(make_outlet().manager).get("/api/v1/claims/").json()["results"] == []


def test_h_f10_an_alarm_is_raised_with_its_position_and_seen_by_the_outlet(place):
    order, _now = order_in(State.ON_SITE, place)
    where = {"position": {"latitude": 25.03, "longitude": 121.55, "accuracy": 8}}
    answer = api(place.technician.user).post(f"/api/v1/orders/{order.pk}/sos/", where, format="json")
    assert answer.json()["next"]["action"] == "take_over"
    for user in (place.clerk, place.technician.user):
        found = api(user).get("/api/v1/alarms/").json()["results"]
        assert [(one["order"], one["latitude"], one["taken_at"]) for one in found] == [(order.pk, 25.03, None)]
    for user in (place.other.user, make_outlet().dispatcher):
        assert api(user).get("/api/v1/alarms/").json()["results"] == []
