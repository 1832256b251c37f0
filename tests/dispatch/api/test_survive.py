"""What a phone, a program or somebody ill-meaning may send. Nothing is a 500."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from dispatch.actions import deactivate
from dispatch.actions.corrections import PLACES
from dispatch.lifecycle import REGISTRY
from dispatch.models import OrderEvent, State
from tests.dispatch.api.conftest import api, do
from tests.factories import COMPLETE, CONFIRMED, NOW, fresh, make_order, make_technician, order_in
from tests.factories import do as step

CLOCKS = [
    ("2026-11-29T20:00:00+08:00", datetime(2026, 11, 29, 12, 0, tzinfo=UTC)),
    ("1970-01-01T00:00:00Z", datetime(1970, 1, 1, tzinfo=UTC)),
    ("2038-01-19T03:14:08-05:00", datetime(2038, 1, 19, 8, 14, 8, tzinfo=UTC)),
    ("0001-01-01T00:00:00+14:00", datetime(1, 1, 2, tzinfo=UTC)),
    ("9999-12-31T23:59:59-12:00", datetime(9999, 12, 30, tzinfo=UTC)),
]


@pytest.mark.parametrize(("sent", "kept"), CLOCKS)
def test_a_phone_whose_clock_is_wrong_loses_nothing(place, sent, kept):
    """H-N2: what the phone said is kept; the server's clock counts."""
    order = make_order(place)
    before = datetime.now(UTC)
    answer = do(api(place.dispatcher), order, "add_note", {"note": "x", "device_at": sent})
    assert answer.status_code == 200
    event = OrderEvent.objects.get(order=order, action="add_note")
    assert event.device_at == kept
    assert before - timedelta(seconds=1) <= event.at <= datetime.now(UTC)
    listed = api(place.dispatcher).get(f"/api/v1/orders/{order.pk}/events/")
    assert listed.json()["results"][-1]["device_at"].startswith(f"{kept:%Y-%m-%dT}".zfill(11))


@pytest.mark.parametrize(
    "sent", ["yesterday", "", 1700000000, True, [], {}, "2026-13-01T00:00:00Z", "2026-11-29T20:00:00"]
)
def test_what_is_no_time_is_refused(place, sent):
    answer = do(api(place.dispatcher), make_order(place), "add_note", {"note": "x", "device_at": sent})
    assert answer.status_code == 400 and list(answer.json()["errors"]) == ["device_at"]


def test_a_position_is_kept_with_the_event(place):
    order = make_order(place)
    here = {"latitude": 25.03, "longitude": 121.5, "accuracy": 12}
    assert do(api(place.clerk), order, "add_note", {"note": "x", "position": here}).status_code == 200
    listed = api(place.clerk).get(f"/api/v1/orders/{order.pk}/events/").json()["results"]
    assert listed[-1]["position"] == here
    assert do(api(place.clerk), order, "add_note", {"note": "x", "position": None}).status_code == 200


NOWHERE = [
    *(1, "x", [], {}, {"latitude": 1}),
    {"latitude": 91, "longitude": 0},
    {"latitude": "25", "longitude": 121},
    {"latitude": True, "longitude": 0},
    {"latitude": 10**30, "longitude": 1},
    {"latitude": 1, "longitude": 1, "accuracy": -1},
]


@pytest.mark.parametrize("sent", NOWHERE)
def test_what_is_no_position_is_refused(place, sent):
    answer = do(api(place.dispatcher), make_order(place), "add_note", {"note": "x", "position": sent})
    assert answer.status_code == 400 and list(answer.json()["errors"]) == ["position"]


@pytest.mark.parametrize("sent", ["1", 0, -1, 1.5, True, []])
def test_what_is_no_version_is_refused(place, sent):
    answer = do(api(place.dispatcher), make_order(place), "add_note", {"note": "x", "version": sent})
    assert answer.status_code == 400 and list(answer.json()["errors"]) == ["version"]


ODD = [None, True, 10**30, 1e300, "\u202e\ufffd", "9" * 5000, [[]], {"a": 1},
       "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "NaN"]  # fmt: skip


def valid(field, place):
    """Return a value that reads, for a field that is required."""
    kinds = {"datetime": "2026-11-30T04:00:00Z", "id": place.other.pk, "boolean": True, "integer": 1, "list": []}
    if field["choices"]:
        values = [choice["value"] for choice in field["choices"]]
        return values if field["type"] == "choices" else values[0]
    return kinds.get(field["type"], "x")


def test_odd_values_in_every_field_of_every_action(place):
    """Each field of each action that is open in some state, given each odd value: never a 500."""
    seen, told = set(), set()
    for state in State:
        place.technician = make_technician(place.outlet, place.skill)
        order, _now = order_in(state, place)
        for user in (place.admin, place.technician.user):
            found = api(user).get(f"/api/v1/orders/{order.pk}/actions/").json().get("actions", [])
            for one in found:
                if one["action"] not in seen:
                    seen.add(one["action"])
                    try_fields(api(user), order, one, place, told)
                    told |= PLACES.keys() & {field["name"] for field in one["fields"]}
    assert seen == {verb.name for verb in REGISTRY.values() if not verb.by_clock}


def try_fields(client, order, one, place, told):
    """Corrections are read alike by several actions: once is enough (`told`)."""
    whole = {field["name"]: valid(field, place) for field in one["fields"] if field["required"]}
    for field in one["fields"]:
        for value in () if field["name"] in told else ODD:
            before = transaction.savepoint()
            answer = do(client, order, one["action"], whole | {field["name"]: value})
            transaction.savepoint_rollback(before)
            assert answer.status_code in (200, 400, 422), (one["action"], field["name"], value, answer.content)


@pytest.mark.parametrize("name", ["outlet", "phone", "category", "fault", "wish_from", "purchased_on", "latitude",
                                  "priority", "needs_review", "external_ref", "symptom", "channel"])  # fmt: skip
def test_odd_values_in_a_new_order(place, name):
    for value in ODD:
        answer = api(place.admin).post("/api/v1/orders/", COMPLETE | {name: value}, format="json")
        assert answer.status_code in (201, 400), (value, answer.content)


@pytest.mark.parametrize("starts", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:00Z", "2099-12-31T23:59:00+14:00"])
def test_appointments_far_out(place, starts):
    order, _now = order_in(State.ACCEPTED, place)
    body = {"confirmed": CONFIRMED, "starts_at": starts, "overtime": True}
    assert do(api(place.technician.user), order, "contact", body).status_code in (200, 400, 422)


def test_a_technician_deactivated_in_the_middle(place):
    """H-N1: their token no longer works, and the order has a new owner at once."""
    order, now = order_in(State.CONTACTED, place)
    client = api(place.technician.user)
    place.technician.user.is_active = False
    place.technician.user.save()
    deactivate(place.technician, now)
    assert do(client, order, "depart", {}).status_code == 401
    waiting = api(place.dispatcher).get("/api/v1/queue/").json()
    assert [(row["id"], row["next"]["action"]) for row in waiting["results"]] == [(order.pk, "reassign")]
    handed = do(api(place.dispatcher), order, "transfer", {"technician": place.other.pk, "reason": "left"})
    assert handed.status_code == 200
    back = do(api(place.dispatcher), order, "transfer", {"technician": place.technician.pk, "reason": "x"})
    assert back.status_code == 400


def test_a_customer_with_two_orders_at_once(place):
    first, second = make_order(place), make_order(place, symptom="不轉")
    assert first.customer_id == second.customer_id
    for order, technician in ((first, place.technician), (second, place.other)):
        assert do(api(place.dispatcher), order, "assign", {"technician": technician.pk}).status_code == 200
    corrected = do(api(place.other.user), second, "correct", {"phone": "0922 000 111"})
    assert corrected.status_code == 200
    seen = api(place.technician.user).get(f"/api/v1/orders/{first.pk}/").json()
    assert seen["customer"]["phone"] == "+886922000111" and seen["state"] == "assigned"
    step(first, "cancel", place.dispatcher, NOW, {"reason": "x"})
    assert fresh(second).state == State.ASSIGNED


def test_becoming_another_customer_that_exists_is_bad_data(place):
    make_order(place, name="陳大文", phone="0922 333 444")
    order = make_order(place)
    answer = do(api(place.dispatcher), order, "correct", {"name": "陳大文", "phone": "0922 333 444"})
    assert answer.status_code == 400


def test_the_same_reference_twice_is_bad_data(place):
    body = COMPLETE | {"external_ref": "A-1"}
    codes = [api(place.dispatcher).post("/api/v1/orders/", body, format="json").status_code for _ in range(2)]
    assert codes == [201, 400]
