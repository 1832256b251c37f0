"""Tokens for programs: given for name and password, and not to who guesses."""

from datetime import timedelta

import pytest
from django.core.cache import cache

from technicians.models import ApiToken
from tests.dispatch.api.conftest import api
from tests.factories import COMPLETE, TODAY

URL = "/api/v1/token/"


@pytest.fixture(autouse=True)
def _no_tries_yet():
    cache.clear()


def test_name_and_password_give_a_token_that_works(place):
    answer = api().post(URL, {"username": place.clerk.username, "password": "doorstep"})
    assert answer.status_code == 200
    token = answer.json()["token"]
    kept = ApiToken.objects.get()
    assert kept.user == place.clerk and token not in (kept.digest, kept.token_key)  # only a digest is kept
    me = api().get("/api/v1/me/", HTTP_AUTHORIZATION=f"Token {token}")
    assert me.json()["username"] == place.clerk.username
    again = api().post(URL, {"username": place.clerk.username, "password": "doorstep"})
    assert again.json()["token"] != token


def test_a_wrong_password_and_a_wrong_name_look_alike(place):
    wrong = api().post(URL, {"username": place.clerk.username, "password": "x"})
    nobody = api().post(URL, {"username": "nobody", "password": "x"})
    assert wrong.status_code == nobody.status_code == 401
    assert wrong.json() == nobody.json()


def test_who_no_longer_works_here_gets_none(place):
    place.clerk.is_active = False
    place.clerk.save()
    assert api().post(URL, {"username": place.clerk.username, "password": "doorstep"}).status_code == 401


def test_after_some_failures_even_the_right_password_waits(place, settings):
    for _ in range(settings.AXES_FAILURE_LIMIT):
        answer = api().post(URL, {"username": place.clerk.username, "password": "x"})
    assert answer.status_code in (401, 429)
    locked = api().post(URL, {"username": place.clerk.username, "password": "doorstep"})
    assert (locked.status_code, locked["Content-Type"]) == (429, "application/problem+json")
    assert locked.json()["code"] == "locked_out" and int(locked["Retry-After"]) > 0
    other = api().post(URL, {"username": place.agent.username, "password": "doorstep"})
    assert other.status_code == 200


def test_one_address_may_not_try_without_end(place):
    codes = [api().post(URL, {"username": f"n{i}"}).status_code for i in range(21)]
    assert codes[:20] == [400] * 20 and codes[20] == 429
    # What the sender says of their own address is not believed.
    answer = api(X_FORWARDED_FOR="10.1.2.3").post(URL, {"username": "x"})
    assert answer.status_code == 429 and int(answer["Retry-After"]) > 0


@pytest.mark.parametrize(
    "body", [{}, {"username": 1}, {"username": [], "password": {}}, {"username": "x" * 200, "password": "x"}]
)
def test_what_does_not_read(place, body):
    assert api().post(URL, body).status_code == 400


def test_a_token_is_for_what_was_asked_and_says_what_it_lacks(place):
    asked = {"username": place.dispatcher.username, "password": "doorstep", "scopes": ["read"], "name": "ERP"}
    made = api().post(URL, asked).json()
    assert (made["name"], made["scopes"]) == ("ERP", ["read"])
    reads = api(AUTHORIZATION=f"Token {made['token']}")
    assert reads.get("/api/v1/orders/").status_code == 200
    refused = reads.post("/api/v1/orders/", COMPLETE)
    assert (refused.status_code, refused.json()["code"], refused.json()["scope"]) == (403, "scope", "act")
    assert "“act”" in refused.json()["detail"]
    plans = reads.post("/api/v1/plans/", {"outlet": place.outlet.code, "day": TODAY})
    assert plans.json()["scope"] == "plan"
    assert api(place.dispatcher, how={"scopes": ["act"]}).get("/api/v1/orders/").json()["scope"] == "read"


@pytest.mark.parametrize("more", [{"scopes": []}, {"scopes": ["all"]}, {"days": 0}, {"days": 400}, {"name": "x" * 81}])
def test_a_token_for_nothing_or_for_ever_is_refused(place, more):
    asked = {"username": place.clerk.username, "password": "doorstep"} | more
    assert api().post(URL, asked).status_code == 400 and not ApiToken.objects.exists()


def test_an_expired_one_opens_nothing(place):
    assert api(place.clerk, how={"expiry": timedelta(seconds=-1)}).get("/api/v1/me/").status_code == 401


def test_my_tokens_are_listed_without_their_secret_and_taken_back_by_me_alone(place):
    mine, others = api(place.clerk, how={"name": "till"}), api(place.agent)
    (row,) = mine.get("/api/v1/tokens/").json()
    assert row["name"] == "till" and "token" not in row and "digest" not in row
    revoke = f"/api/v1/tokens/{row['key']}/revoke/"
    assert others.post(revoke).status_code == 404
    assert mine.post(revoke).status_code == 204
    assert mine.get("/api/v1/me/").status_code == 401
