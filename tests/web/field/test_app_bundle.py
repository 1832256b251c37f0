"""What a phone takes along: everything of the open visits, and only what it does not have yet."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from dispatch.models import OPEN, State
from tests import factories
from tests.factories import fresh
from web.field.app.bundle import have
from web.field.app.forms import OWN_SCREEN

FIELD_STATES = [state for state in OPEN if state not in (State.REQUESTED, State.NEEDS_INFO, State.READY)]


def bundle(phone, **asked):
    answer = phone.get(reverse("field_app_bundle"), asked)
    assert answer.status_code == 200
    return answer.json()


@pytest.mark.parametrize("state", FIELD_STATES)
def test_an_order_is_there_in_every_state_with_the_forms_still_to_come(phone, brought, state):
    order = brought(state)
    found = bundle(phone)
    facts = next(one for one in found["orders"] if one["id"] == order.pk)
    assert found["mine"] == [order.pk]
    assert (facts["state"], facts["version"]) == (state, order.version)
    assert set(facts["open"]) - set(OWN_SCREEN) <= set(facts["forms"])
    assert all(name in found["verbs"] for name in facts["forms"])


def test_from_the_first_step_on_the_whole_visit_is_there(phone, brought):
    brought(State.ASSIGNED)
    facts = bundle(phone)["orders"]
    spine = {"accept", "contact", "depart", "arrive", "diagnose", "repair", "charge", "complete"}
    assert spine <= set(facts[0]["forms"])
    assert {"pad-cloth", "tools"} <= {item["code"] for item in facts[0]["kit"]}


def test_what_the_phone_has_is_left_out(phone, brought):
    order = brought(State.ACCEPTED)
    known = bundle(phone, have=f"{order.pk}.{order.version}")
    assert (known["mine"], known["orders"]) == ([order.pk], [])
    older = bundle(phone, have=f"{order.pk}.{order.version - 1}")
    assert [one["id"] for one in older["orders"]] == [order.pk]


def test_an_order_of_somebody_else_is_not_in_it(place, brought):
    brought(State.ACCEPTED)
    other = Client()
    other.force_login(place.other.user)
    assert bundle(other)["mine"] == []


def test_what_the_centre_did_since_is_said(phone, brought, place):
    order = brought(State.CONTACTED)
    assert bundle(phone)["orders"][0]["changed"] is None
    factories.do(order, "add_note", place.dispatcher, factories.NOW, {"note": "mind the dog"})
    changed = bundle(phone)["orders"][0]["changed"]
    assert changed["who"] == str(place.dispatcher)
    assert "mind the dog" in json.dumps(changed, ensure_ascii=False)


def test_it_speaks_the_language_of_its_owner(phone, brought, place):
    brought(State.ACCEPTED)
    place.technician.user.language = "zh-hant"
    place.technician.user.save()
    found = bundle(phone)
    assert found["who"]["language"] == "zh-hant"
    assert found["verbs"]["depart"]["label"] != "Depart"


def test_queries_do_not_grow_with_what_the_phone_has(phone, place, at, django_assert_max_num_queries):
    orders = [factories.order_in(State.ASSIGNED, place)[0] for _turn in range(3)]
    known = ",".join(f"{order.pk}.{fresh(order).version}" for order in orders)
    with django_assert_max_num_queries(45):
        assert bundle(phone, have=known)["orders"] == []


@pytest.mark.parametrize("text", ["", "x", "1.", "1.2.3", ".5", "1.x,2.3", "9" * 40 + ".1", "１.２"])
def test_what_does_not_read_is_not_there(text):
    assert set(have(text)) <= {2}


def test_h_n3_it_says_which_acts_were_done_whose_answers_were_lost(phone, brought, place):
    order = brought(State.ASSIGNED)
    url = reverse("field_app_send", args=[order.pk, "accept"])
    body = json.dumps({"values": {}})
    assert phone.post(url, body, content_type="application/json", HTTP_IDEMPOTENCY_KEY="key-of-mine").status_code == 200
    assert phone.post(url, body, content_type="application/json", HTTP_IDEMPOTENCY_KEY="key-refused").status_code == 409
    found = bundle(phone, sent="key-of-mine,key-refused,never-came,x")
    assert found["applied"] == {"key-of-mine": found["orders"][0]["version"]} == {"key-of-mine": fresh(order).version}
    assert bundle(phone)["applied"] == {}
    other = Client()
    other.force_login(place.other.user)
    assert bundle(other, sent="key-of-mine")["applied"] == {}
