"""Whatever goes wrong under /api/ is a problem document (RFC 9457), and never a traceback."""

import json
import logging

import pytest
from django.db import OperationalError
from rest_framework.test import APIClient

from dispatch.api import orders
from tests.dispatch.api.conftest import api, do
from tests.factories import make_order


def problem(answer, status, code):
    """Assert that an answer is a problem document of that status and code, and return it."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    said = answer.json()
    assert said["status"] == status and said["code"] == code
    assert said["type"] == f"urn:doorstep:problem:{code}" and said["title"]
    return said


@pytest.mark.parametrize(
    "url", ["/api/", "/api/v2/", "/api/v1/none/", "/api/v1/orders", "/api/v1/orders/x/", "/api/%00"]
)
def test_unknown_addresses(place, url):
    said = problem(api(place.dispatcher).get(url), 404, "not_found")
    assert said["instance"].startswith("/api/")
    strict = APIClient(enforce_csrf_checks=True)
    assert strict.post(url, {}, format="json").status_code in (401, 404)


def test_numbers_without_end(place):
    for url in (f"/api/v1/orders/{10**30}/", f"/api/v1/visits/{10**300}/", f"/api/v1/orders/{'9' * 5000}/"):
        problem(api(place.dispatcher).get(url), 404, "not_found")
    problem(do(api(place.dispatcher), 10**40, "add_note", {"note": "x"}), 404, "not_found")


def test_methods(place):
    order = make_order(place)
    client = api(place.dispatcher)
    for method, url in (("delete", f"/api/v1/orders/{order.pk}/"), ("put", "/api/v1/orders/"), ("post", "/api/v1/me/")):
        problem(getattr(client, method)(url, {}), 405, "method_not_allowed")
    answer = client.get(f"/api/v1/orders/{order.pk}/cancel/")
    problem(answer, 405, "method_not_allowed")
    assert answer["Allow"] == "POST"
    problem(client.options("/api/v1/orders/"), 405, "method_not_allowed")


def test_not_signed_in_or_no_longer_here(place):
    for client in (api(), api(HTTP_X="1"), APIClient(headers={"Authorization": "Token nonsense"})):
        answer = client.get("/api/v1/orders/")
        problem(answer, 401, "unauthenticated")
        assert answer["WWW-Authenticate"] == "Token"
    client = api(place.clerk)
    place.clerk.is_active = False
    place.clerk.save()
    problem(client.get("/api/v1/orders/"), 401, "unauthenticated")
    for odd in ("Token a b", "Token", "Token \x00", "Token é", f"Token {'9' * 5000}"):
        problem(APIClient(headers={"Authorization": odd}).get("/api/v1/me/"), 401, "unauthenticated")


def test_media_types(place):
    order = make_order(place)
    url = f"/api/v1/orders/{order.pk}/add_note/"
    for sent in (
        "application/x-www-form-urlencoded",
        "text/plain",
        "application/xml",
        "nonsense",
        "multipart/form-data",
    ):
        problem(api(place.dispatcher).post(url, b"note=x", content_type=sent), 415, "unsupported_media_type")


def test_whatever_language_of_answers_is_wished_it_is_json(place):
    for wished in ("text/html", "application/xml", "nonsense"):
        answer = api(place.dispatcher).get("/api/v1/me/", HTTP_ACCEPT=wished)
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")


UNREADABLE = [
    b"{", b"[]", b"[1, 2]", b'"text"', b"7", b"null", b"true", b"NaN", b'{"note": NaN}', b'{"note": Infinity}',
    b'{"note": "\\u0000"}', b'{"\\u0000": 1}', b'{"note": "\\ud800"}', b'{"note": "\xff"}', b'{"note": "a\x00b"}',
    b'{"a": {"b": "x\\u0000"}}', b'{"note": 1e400}', b"[" * 100_000, b'{"a":' * 500 + b"1" + b"}" * 500,
    b'{"a":' * 100_000, b"\xef\xbb\xbf{}", b"\x00", '{"note": "x"}'.encode("utf-16"),
]  # fmt: skip


@pytest.mark.parametrize("body", UNREADABLE, ids=lambda body: body[:20].decode("latin-1").replace("\x00", "0"))
def test_bodies_that_do_not_read(place, body):
    order = make_order(place)
    url = f"/api/v1/orders/{order.pk}/add_note/"
    problem(api(place.dispatcher).post(url, body, content_type="application/json"), 400, "unreadable")


def test_huge_bodies(place, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10_000
    order = make_order(place)
    body = json.dumps({"note": "x" * 20_000})
    url = f"/api/v1/orders/{order.pk}/add_note/"
    problem(api(place.dispatcher).post(url, body, content_type="application/json"), 413, "too_large")


def test_bad_data_names_the_fields(place):
    order = make_order(place)
    said = problem(do(api(place.dispatcher), order, "assign", {"technician": "x", "minutes": 4}), 400, "bad_data")
    assert set(said["errors"]) == {"technician", "minutes"} and said["rule"] == "H-A4"


UNREADABLE_QUERIES = [
    *("state=none", "limit=0", "limit=x", "cursor=x", "cursor=%FF", "cursor=WyJ4Il0", "cursor=W251bGxd"),
    *("q=%00", "%00=1", "technician=x", "priority=9", "open=maybe"),
]


@pytest.mark.parametrize("query", UNREADABLE_QUERIES)
def test_parameters_that_do_not_read(place, query):
    answer = api(place.dispatcher).get(f"/api/v1/orders/?{query}")
    assert answer.status_code == 400 and answer["Content-Type"] == "application/problem+json"


def test_sessions_need_their_token(place):
    """Pages sign in by session; what did not come from a page of ours is refused (CSRF)."""
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(place.dispatcher)
    order = make_order(place)
    assert client.get("/api/v1/me/").status_code == 200
    problem(do(client, order, "add_note", {"note": "x"}), 403, "csrf")


def test_another_role_is_told_whose_it_is(place):
    order = make_order(place)
    said = problem(do(api(place.clerk), order, "cancel", {"reason": "x"}), 403, "not_allowed")
    assert "Dispatcher" in said["detail"]
    problem(api(place.technician.user).post("/api/v1/orders/", {}), 403, "not_allowed")


def test_what_nobody_foresaw_is_an_id_here_and_in_the_log(place, monkeypatch, caplog):
    def broken(*args):
        raise RuntimeError("secret inside")

    monkeypatch.setattr(orders, "order_whole", broken)
    with caplog.at_level(logging.ERROR):
        answer = api(place.dispatcher).get("/api/v1/orders/1/")
    said = problem(answer, 500, "unexpected")
    assert said["id"] in caplog.text and "secret inside" in caplog.text
    assert b"secret" not in answer.content and b"Traceback" not in answer.content


def test_a_database_that_is_away_says_when_to_come_back(place, monkeypatch):
    def away(*args):
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(orders, "order_whole", away)
    answer = api(place.dispatcher).get("/api/v1/orders/1/")
    problem(answer, 503, "unavailable")
    assert answer["Retry-After"] == "5"


def test_a_host_we_are_not(place):
    answer = api(place.dispatcher).get("/api/v1/me/", HTTP_HOST="evil.example")
    problem(answer, 400, "unreadable")


def test_refusals_speak_the_readers_language(place):
    order = make_order(place)
    place.clerk.language = "zh-hant"
    place.clerk.save()
    answer = do(api(place.clerk), order, "cancel", {"reason": "x"})
    assert answer["Content-Language"] == "zh-hant"
    answer = do(api(place.clerk), order, "cancel", {"reason": "x"}, HTTP_ACCEPT_LANGUAGE="zh-hans")
    assert answer["Content-Language"] == "zh-hans"
    assert do(api(place.dispatcher), order, "assign", {})["Content-Language"] == "en"
