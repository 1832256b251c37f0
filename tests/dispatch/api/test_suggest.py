"""Suggestions by the API: who may ask, what comes, and that it can be placed."""

import pytest
from django.utils import timezone

from tests.dispatch.api.conftest import api, do
from tests.factories import around_the_clock, make_order, make_outlet

ROOT = "/api/v1/orders/"


@pytest.fixture
def order(place):
    return make_order(around_the_clock(place), timezone.now())


def test_the_office_is_offered_times_that_can_be_placed(place, order):
    client = api(place.dispatcher)
    said = client.get(f"{ROOT}{order.pk}/suggestions/?top=2").json()
    assert said["version"] == order.version and said["none"] == "" and said["notices"] == []
    assert len(said["offers"]) == 2
    first = said["offers"][0]
    assert first["reasons"] and first["window_from"] <= first["starts_at"] <= first["window_until"]
    data = {"technician": first["technician"]["id"], "starts_at": first["starts_at"], "minutes": first["minutes"]}
    assert do(client, order, "place", data).status_code == 200


@pytest.mark.parametrize("top", ["0", "21", "many", "%00"])
def test_a_number_that_is_none_is_refused(place, order, top):
    assert api(place.dispatcher).get(f"{ROOT}{order.pk}/suggestions/?top={top}").status_code in (400, 422)


def test_others_orders_are_not_there_and_technicians_are_told(place, order):
    assert api(make_outlet().dispatcher).get(f"{ROOT}{order.pk}/suggestions/").status_code == 404
    assert api(place.technician.user).get(f"{ROOT}{order.pk}/suggestions/").status_code == 404
    refused = api(place.clerk).get(f"{ROOT}{order.pk}/suggestions/")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")
    assert "Dispatcher" in refused.json()["detail"]


def test_in_the_askers_language(place, order):
    said = api(place.dispatcher, accept_language="zh-hant").get(f"{ROOT}{order.pk}/suggestions/").json()
    assert said["offers"]
