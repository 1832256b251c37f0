"""The callback queue: the right calls for the right person, one click for what was said."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dispatch.actions import settling
from dispatch.models import Callback, CallbackKind
from tests.factories import DIAGNOSIS, NOW, SIGNED, do, fresh, order_in
from tests.web.console.conftest import HTMX
from web.console.calling import SCRIPT, WHY

URL = "/console/callbacks/"
LATER = NOW + timedelta(days=2)


@pytest.fixture
def advised(place):
    return order_in("consulting", place)[0]


def press(client, order, verb, **more):
    form = {"callback": order.callbacks.get().pk, "note": "", "stay": "1", "idempotency_key": str(uuid4())} | more
    return client.post(reverse("order_act", args=[order.pk, verb]), form, **HTMX)


def unsure(place):
    """Return an order whose technician tested nothing and is not sure: two callbacks are owed (H-F11, H-R1)."""
    order, now = order_in("on_site", place)
    tech = place.technician.user
    steps = [
        ("diagnose", DIAGNOSIS),
        ("repair", {"measure": "pump changed", "tested": False, "certain": False}),
        ("charge", {}),
        ("complete", SIGNED),
    ]
    for name, raw in steps:
        now += timedelta(minutes=5)
        order = do(order, name, tech, now, raw)
    return order


def test_due_first_with_what_to_say(place, advised, at_desk, clock):  # H-A2
    clock(LATER)
    answer = at_desk(place.agent).get(URL)
    page = answer.content.decode()
    assert [call.order.pk for call in answer.context["due"]] == [advised.pk]
    assert 'href="tel:+886912345678"' in page and "open the tap" in page and "H-A2" in page
    assert answer.context["counters"]["late"] == 1


def test_not_due_yet_stands_below(place, advised, at_desk, clock):
    clock(NOW + timedelta(minutes=30))
    context = at_desk(place.agent).get(URL).context
    assert not context["due"] and [call.order.pk for call in context["upcoming"]] == [advised.pk]


@pytest.mark.parametrize("kind", CallbackKind.values)
def test_every_kind_of_call_has_its_reason_and_its_words(kind):
    assert WHY[kind][1].startswith("H-") and "%(outlet)s" in str(SCRIPT[kind])


def test_satisfied_closes_the_order_without_leaving_the_page(place, advised, at_desk, clock):  # H-R1
    clock(LATER)
    client = at_desk(place.agent)
    answer = press(client, advised, "callback_satisfied", note="works well")
    assert answer.status_code == 204 and "acted" in answer["HX-Trigger"]
    assert fresh(advised).state == "closed"
    assert advised.callbacks.get().log.get().note == "works well"
    context = client.get(URL).context
    assert not context["due"] and context["counters"]["done"] == 1


def test_not_satisfied_is_visited_again(place, advised, at_desk, clock):  # H-R2, H-A2
    clock(LATER)
    press(at_desk(place.agent), advised, "callback_unhappy", note="still leaks")
    assert fresh(advised).state == "ready"


def test_no_answer_keeps_the_promise_open(place, advised, at_desk, clock):  # H-R1
    clock(LATER)
    client = at_desk(place.agent)
    press(client, advised, "callback_no_answer", note="rang out")
    callback = advised.callbacks.get()
    assert (callback.state, callback.attempts) == (Callback.WAITING, 1)
    assert "rang out" in client.get(URL).content.decode()


def test_the_same_press_twice_is_one_attempt(place, advised, at_desk, clock):  # H-N3
    clock(LATER)
    client, key = at_desk(place.agent), str(uuid4())
    for _press in range(2):
        assert press(client, advised, "callback_no_answer", idempotency_key=key).status_code == 204
    assert advised.callbacks.get().log.count() == 1


def test_before_its_time_only_when_the_customer_called(place, advised, at_desk, clock):
    clock(NOW + timedelta(minutes=30))
    client = at_desk(place.agent)
    early = press(client, advised, "callback_satisfied", note="she says it works")
    assert early.status_code == 422 and early["HX-Retarget"] == "#act-body"
    assert "she says it works" in early.content.decode()
    assert press(client, advised, "callback_satisfied", customer_called="on").status_code == 204


def test_the_technicians_call_is_not_the_agents(place, at_desk, clock):  # H-R1
    order = unsure(place)
    clock(LATER)
    agent = at_desk(place.agent).get(URL).context["due"]
    office = at_desk(place.dispatcher).get(URL).context["due"]
    assert [call.callback.kind for call in agent] == ["untested"]
    assert {call.callback.kind for call in office} == {"untested", "uncertain"}
    uncertain = order.callbacks.get(kind="uncertain")
    form = {"callback": uncertain.pk, "stay": "1"}
    answer = at_desk(place.agent).post(reverse("order_act", args=[order.pk, "callback_satisfied"]), form, **HTMX)
    assert answer.status_code == 422 and "This call is for: Technician." in answer.content.decode()


def test_a_look_again_costs_nothing_when_nothing_changed(place, advised, at_desk, clock):
    clock(LATER)
    part = {"headers": {"HX-Request": "true", "HX-Target": "calls-part"}}
    client = at_desk(place.agent)
    stamp = client.get(URL, **part).context["stamp"]
    assert client.get(URL, {"stamp": stamp}, **part).status_code == 204
    press(client, advised, "callback_no_answer")
    assert client.get(URL, {"stamp": stamp}, **part).status_code == 200


def queries(client):
    with CaptureQueriesContext(connection) as found:
        assert client.get(URL).status_code == 200
    return len(found)


def test_more_calls_cost_no_more_questions(place, advised, at_desk, clock):
    clock(LATER)
    client = at_desk(place.agent)
    one = queries(client)
    for number in range(4):
        order_in("consulting", place, name=f"n{number}")
    assert queries(client) == one <= 16


def test_no_call_says_why(place, at_desk):
    assert "No call is due" in at_desk(place.agent).get(URL).content.decode()


def test_the_agents_start_shows_calls_and_reviews(place, advised, at_desk, clock):
    review, _now = order_in("requested", place, model_no="")
    clock(LATER)
    answer = at_desk(place.agent).get("/console/agent/")
    page = answer.content.decode()
    assert [call.order.pk for call in answer.context["due"]] == [advised.pk]
    assert review.number in page and "Approve the request" in page and "Missing:" in page
    part = {"headers": {"HX-Request": "true", "HX-Target": "calls-part"}}
    assert "<html" not in at_desk(place.agent).get("/console/agent/", **part).content.decode()


def test_the_clerks_start_shows_gaps_records_and_what_waits(place, at_desk, clock):  # H-I2, H-H1
    gap, _n = order_in("ready", place, model_no="", name="gap")
    whole, _n = order_in("ready", place, name="whole")
    parts, _n = order_in("awaiting_parts", place, name="parts")
    clock(LATER)
    context = at_desk(place.clerk).get("/console/clerk/").context
    assert [order.pk for order in context["gaps"].orders] == [gap.pk]
    assert [order.pk for order in context["parts"].orders] == [parts.pk]
    assert context["workshop"].count == 0 and whole.pk not in {order.pk for order in context["gaps"].orders}


def test_a_request_is_reviewed_without_leaving_the_page(place, at_desk):  # H-I1
    review, _now = order_in("requested", place)
    client = at_desk(place.agent)
    button = client.get("/console/agent/").context["reviews"].orders[0].buttons[0]
    assert (button.verb.name, button.form.hidden["stay"]) == ("approve", 1)
    answer = client.post(button.form.url, button.form.hidden | {"idempotency_key": button.form.key}, **HTMX)
    assert answer.status_code == 204 and fresh(review).state == "ready"
    assert client.get("/console/agent/").context["reviews"].count == 0


def test_h_r4_a_call_to_make_sure_says_what_the_record_left_open(place, at_desk, clock):  # H-R4
    order, now = order_in("charged", place)
    said = {"rating_repair": 5, "rating_manner": 5, "unsigned_reason": "in a hurry", "tools_back": ["tools"]}
    order = do(order, "complete", place.technician.user, now, said)
    assert settling.make_sure(order, settling.signs_of(order, now), now)
    clock(now + timedelta(days=1))
    page = at_desk(place.agent).get(URL)
    [call] = page.context["due"]
    assert call.rule == "H-R4" and "Satisfied, but not signed" in call.why and "pump changed" in call.done
    history = at_desk(place.agent).get(reverse("order", args=[order.pk])).content.decode()
    assert "To be asked: Satisfied, but not signed" in history
