"""Plans by the API: asked for once, read whole, taken visit by visit, left; and only one's own."""

from datetime import timedelta

import pytest
from django.utils import timezone

from dispatch.models import Plan, PlanMove, PlanState
from tests.dispatch.actions.planned import plan_of
from tests.dispatch.api.conftest import api
from tests.factories import NOW, TODAY, fresh, in_days, make_order, make_outlet

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_nine(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def ask(user, at, **data):
    return api(user).post("/api/v1/plans/", {"outlet": at.code, "day": TODAY} | data, format="json")


def test_asking_makes_one_and_asking_again_shows_it(place):
    first = ask(place.dispatcher, place.outlet, why="sick", again=True)
    assert first.status_code == 201, first.json()
    said = first.json()
    assert (said["state"], said["day"], said["again"], said["why"]) == ("waiting", TODAY, True, "sick")
    second = ask(place.manager, place.outlet)
    assert second.status_code == 200 and second.json()["id"] == said["id"]


def test_what_does_not_read_is_said_by_field(place):
    for data, field in [
        ({"day": "tomorrow"}, "day"),
        ({"day": in_days(-1)}, "day"),
        ({"day": "9999-12-31"}, "day"),
        ({"seconds": 500}, "seconds"),
        ({"outlet": "nowhere"}, "outlet"),
        ({"outlet": "a\x01b"}, "outlet"),
    ]:
        refused = ask(place.dispatcher, place.outlet, **data)
        assert refused.status_code == 400 and list(refused.json()["errors"]) == [field], (data, refused.json())
    assert not Plan.objects.exists()


def test_who_may_not(place):
    assert ask(place.agent, place.outlet).status_code == 403
    assert ask(place.technician.user, place.outlet).status_code == 403
    assert ask(make_outlet().dispatcher, place.outlet).status_code == 404
    plan = plan_of(place, [(make_order(place), place.technician, 1)])
    for user in (place.technician.user, make_outlet().dispatcher):
        assert api(user).get(f"/api/v1/plans/{plan.pk}/").status_code == 404
        assert api(user).get("/api/v1/plans/").json()["results"] == []
    assert api(place.agent).get(f"/api/v1/plans/{plan.pk}/").status_code == 200


def test_it_is_read_whole_with_words(place):
    order, left = make_order(place), make_order(place, latitude=None, longitude=None)
    plan = plan_of(place, [(order, place.technician, 1)])
    plan.options.update(
        left={left.pk: "no_place"}, figures={"served": 3, "travel": 3_600, "prize": 5, "changes": 2, "calls": 1}
    )
    Plan.objects.update(before={"served": 1, "travel": 5_880, "prize": 2})
    said = api(place.dispatcher).get(f"/api/v1/plans/{plan.pk}/").json()
    assert said["recommended"] == 0 and said["over"] == ""
    (option,) = said["options"]
    assert option["gains"] == [
        "2 more orders served",
        "38 min less travel",
        "2 visits change technician",
        "1 customer to call again",
    ]
    (move,) = option["moves"]
    assert move["technician"] == {"id": place.technician.pk, "name": place.technician.name}
    assert (move["from_technician"], move["starts_at"]) == (None, f"{TODAY}T02:00:00Z")
    (out,) = option["left"]
    assert (out["number"], out["verb"], out["call"]) == (left.number, "correct", False)
    assert "coordinates" in out["reason"] and "address" in out["fix"]


def test_it_is_told_in_the_readers_language_in_a_fixed_number_of_queries(place, django_assert_max_num_queries):
    for count in (2, 12):
        plan = plan_of(place, [(make_order(place), place.technician, n) for n in range(count)])
        with django_assert_max_num_queries(14):
            answer = api(place.dispatcher).get(f"/api/v1/plans/{plan.pk}/", HTTP_ACCEPT_LANGUAGE="zh-hant")
        assert len(answer.json()["options"][0]["moves"]) == count


def test_taking_some_says_what_came_of_each(place):
    first, second, third = (make_order(place) for _ in range(3))
    plan = plan_of(place, [(first, place.technician, 1), (second, place.technician, 3), (third, place.other, 1)])
    PlanMove.objects.filter(order=second).update(version=99)
    client = api(place.dispatcher)
    came = client.post(f"/api/v1/plans/{plan.pk}/take/", {"option": 0, "orders": [first.pk, second.pk]}, format="json")
    assert came.status_code == 200, came.json()
    said = came.json()
    assert (said["taken"], said["again"], said["state"]) == ([first.pk], [], "ready")
    assert [(one["order"], one["refusal"]["code"]) for one in said["refused"]] == [(second.pk, "stale")]
    assert fresh(first).technician == place.technician and fresh(third).technician is None
    rest = client.post(f"/api/v1/plans/{plan.pk}/take/", {"option": 0}, format="json").json()
    assert (rest["taken"], rest["again"], rest["state"]) == ([third.pk], [first.pk], "settled")
    assert client.post(f"/api/v1/plans/{plan.pk}/take/", {"option": 9}, format="json").status_code == 404
    bad = client.post(f"/api/v1/plans/{plan.pk}/take/", {"option": 0, "orders": ["x"]}, format="json")
    assert bad.status_code == 400


def test_leaving_it_twice_is_leaving_it_and_then_it_is_over(place):
    plan = plan_of(place, [(make_order(place), place.technician, 1)])
    client = api(place.dispatcher)
    for _ in range(2):
        left = client.post(f"/api/v1/plans/{plan.pk}/dismiss/", {}, format="json")
        assert left.status_code == 200 and left.json()["state"] == PlanState.DISMISSED
    over = client.post(f"/api/v1/plans/{plan.pk}/take/", {"option": 0}, format="json")
    assert over.status_code == 409 and over.json()["code"] == "plan_over"


def test_the_list_is_narrowed_by_outlet_and_day(place):
    plan_of(place, [], state=PlanState.SETTLED)
    other = plan_of(place, [], day=NOW.date() + timedelta(days=1))
    client = api(place.dispatcher)
    found = client.get("/api/v1/plans/", {"outlet": place.outlet.code, "day": in_days(1)}).json()["results"]
    assert [one["id"] for one in found] == [other.pk] and "options" not in found[0]
    assert len(client.get("/api/v1/plans/").json()["results"]) == 2
    assert client.get("/api/v1/plans/", {"day": "x"}).status_code == 400
