"""Acting from the board: JSON in, the order's new row out; refusals with their reasons and the row as it is now."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from dispatch.models import OrderEvent, Visit, VisitStatus
from tests import factories
from tests.factories import NOW, STARTS, TODAY, fresh, make_order, order_in

LATER = STARTS + timedelta(hours=2)


@pytest.fixture(autouse=True)
def _now(clock):
    clock(NOW + timedelta(minutes=20))


def post(client, order, verb, data=None, *, key="", language="", **more):
    """Send an act as the board does."""
    url = reverse("board_do", args=[order.pk, verb]) + f"?day={TODAY}&days=1"
    headers = {"Idempotency-Key": key or uuid4().hex} | ({"Accept-Language": language} if language else {})
    return client.post(url, data or {}, content_type="application/json", headers=headers | more)


def at(technician, starts_at=STARTS, **more):
    return {"technician": technician.pk, "starts_at": starts_at.isoformat(), "minutes": 60} | more


def row_of(answer, order):
    """Return the order's row of an answer as a dict."""
    rows = answer.json()["orders"]
    found = [dict(zip(rows["fields"], row, strict=True)) for row in rows["rows"]]
    return next(row for row in found if row["id"] == order.pk)


def test_a_placed_order_answers_with_its_new_row(place, at_desk):  # H-A4
    order = make_order(place)
    answer = post(at_desk(place.dispatcher), order, "place", at(place.technician, version=order.version))
    assert answer.status_code == 200, answer.content
    row = row_of(answer, order)
    assert (row["technician"], row["starts"], row["ends"]) == (place.technician.pk, 720, 780)  # 12:00 in Taipei
    assert row["version"] == answer.json()["answer"]["version"] == fresh(order).version


def test_withdrawn_pinned_and_undone(place, at_desk):  # H-A4, H-N2
    order, client = make_order(place), at_desk(place.dispatcher)
    post(client, order, "place", at(place.technician))
    assert row_of(post(client, order, "pin"), order)["pinned"]
    assert not row_of(post(client, order, "unpin"), order)["pinned"]
    assert row_of(post(client, order, "withdraw"), order)["technician"] == 0
    back = row_of(post(client, order, "undo_place"), order)
    assert (back["technician"], back["starts"]) == (place.technician.pk, 720)


def test_the_same_key_counts_once(place, at_desk):  # H-N3
    order, client, key = make_order(place), at_desk(place.dispatcher), uuid4().hex
    data = at(place.technician, version=order.version)
    first, again = (post(client, order, "place", data, key=key) for _turn in range(2))
    assert (first.status_code, again.status_code) == (200, 200)
    assert again["Idempotency-Replayed"] == "true" and again.json()["answer"] == first.json()["answer"]
    assert OrderEvent.objects.filter(order=order, action="place").count() == 1
    assert Visit.objects.filter(order=order).count() == 1


def test_a_key_is_for_one_act(place, at_desk):  # H-N3
    order, client, key = make_order(place), at_desk(place.dispatcher), uuid4().hex
    assert post(client, order, "place", at(place.technician), key=key).status_code == 200
    other = post(client, order, "place", at(place.other), key=key)
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")


def test_the_slower_of_two_is_told_who_won_and_where_it_is_now(place, at_desk):  # H-N2
    order = make_order(place)
    rival = factories.make_user("dispatcher", place.outlet, first_name="Lin", last_name="Mei")
    won = post(at_desk(rival), order, "place", at(place.other, LATER, version=order.version))
    lost = post(at_desk(place.dispatcher), order, "place", at(place.technician, version=order.version))
    assert (won.status_code, lost.status_code) == (200, 409)
    body = lost.json()
    assert (body["code"], body["by"]) == ("stale", "Lin Mei")
    row = row_of(lost, order)
    assert (row["technician"], row["starts"]) == (place.other.pk, 840)


def test_a_broken_promise_asks_for_consent_and_says_whom_to_call(place, at_desk):  # H-C2
    order, _moment = order_in("contacted", place)
    client = at_desk(place.dispatcher)
    refused = post(client, order, "place", at(place.technician, LATER, version=order.version))
    body = refused.json()
    assert (refused.status_code, [lack["code"] for lack in body["lacks"]]) == (422, ["consent"])
    assert body["customer"] == {"name": "王小明", "phone": order.customer.phone}
    agreed = at(place.technician, LATER, version=order.version, consent="Mrs Wang")
    assert row_of(post(client, order, "place", agreed), order)["status"] == VisitStatus.AGREED


def test_a_phone_number_is_only_told_where_a_call_is_due(place, at_desk):
    order, green = make_order(place), factories.make_technician(place.outlet)
    body = post(at_desk(place.dispatcher), order, "place", at(green)).json()
    assert [lack["code"] for lack in body["lacks"]] == ["skill"] and "customer" not in body
    assert body["lacks"][0]["fix_label"] == "Place on the board"


def test_refusals_speak_the_readers_language(place, at_desk):  # H-A4
    order = make_order(place)
    place.dispatcher.language = "zh-hant"
    place.dispatcher.save()
    night = STARTS + timedelta(hours=12)
    body = post(at_desk(place.dispatcher), order, "place", at(place.technician, night)).json()
    said = body["lacks"][0]["message"]
    assert body["lacks"][0]["code"] == "off_shift" and place.technician.name in said
    assert not said.isascii() and "does not work" not in said


def test_who_may_only_look_is_refused(place, at_desk):
    order = make_order(place)
    for user in (place.agent, place.clerk):
        answer = post(at_desk(user), order, "place", at(place.technician))
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    assert fresh(order).state == "ready"


def test_an_order_of_another_outlet_is_not_there(place, at_desk):
    theirs = factories.make_outlet()
    order = make_order(theirs)
    answer = post(at_desk(place.dispatcher), order, "place", at(place.technician))
    assert answer.status_code == 404 and answer.json()["gone"] == [order.pk]


def test_damaged_requests_are_told_apart(place, at_desk):
    order, client = make_order(place), at_desk(place.dispatcher)
    assert post(client, order, "place", at(place.technician, version="new")).json()["errors"] == {
        "version": ["The version is a whole number, as the order showed it."]
    }
    assert post(client, order, "place", {}, key="a b").status_code == 400
    assert post(client, order, "place", {"technician": 0}).json()["code"] == "bad_data"
    assert post(client, order, "sweep").json()["code"] == "unknown_action"
    url = reverse("board_do", args=[order.pk, "place"])
    assert client.post(url, "[", content_type="application/json").json()["code"] == "unreadable"
    assert client.get(url).status_code == 405


def test_a_post_without_the_sessions_token_is_refused(place):
    order = make_order(place)
    client = Client(enforce_csrf_checks=True)
    client.force_login(place.dispatcher)
    answer = post(client, order, "place", at(place.technician))
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf")
    assert fresh(order).state == "ready"


def test_who_has_signed_out_is_led_to_the_sign_in(place):
    answer = post(Client(), make_order(place), "pin")
    assert answer.status_code in (302, 401)
