"""An act counts once, however often and however wildly it is sent (H-N3)."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from dispatch.models import Answer, OrderEvent, ServiceOrder, State
from tests.dispatch.api.conftest import api, do
from tests.factories import COMPLETE, make_order, make_outlet, order_in
from tests.factories import do as step


def events(order, action):
    return OrderEvent.objects.filter(order=order, action=action).count()


def at_once(number, work):
    """Run `work(i)` in as many threads at the same time; return what they returned."""

    def run(index):
        try:
            return work(index)
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(run, range(number)))


def test_a_repeat_is_answered_the_same_and_marked(place):
    order = make_order(place)
    client = api(place.dispatcher)
    first, again = (do(client, order, "add_note", {"note": "twice"}, key="k-1") for _ in range(2))
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    assert "Idempotency-Replayed" not in first and again["Idempotency-Replayed"] == "true"
    assert events(order, "add_note") == 1


def test_the_order_of_fields_does_not_matter(place):
    order = make_order(place)
    client = api(place.dispatcher)
    url, head = f"/api/v1/orders/{order.pk}/add_note/", {"HTTP_IDEMPOTENCY_KEY": "k"}
    bodies = ('{"note": "a", "device_at": null}', '{"device_at":null,"note":"a"}')
    answers = [client.post(url, body, content_type="application/json", **head) for body in bodies]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert events(order, "add_note") == 1


def test_without_a_key_it_counts_each_time(place):
    order = make_order(place)
    for _ in range(2):
        assert do(api(place.dispatcher), order, "add_note", {"note": "a"}).status_code == 200
    assert events(order, "add_note") == 2


def test_the_same_key_for_something_else_is_refused(place):
    order, other = make_order(place), make_order(place)
    client = api(place.dispatcher)
    assert do(client, order, "add_note", {"note": "a"}, key="k").status_code == 200
    for what in ((order, "add_note", {"note": "b"}), (other, "add_note", {"note": "a"}), (order, "cancel", {})):
        answer = do(client, *what, key="k")
        assert (answer.status_code, answer.json()["code"]) == (422, "key_reused")
    assert events(order, "add_note") == 1


def test_keys_of_two_people_do_not_meet(place):
    order = make_order(place)
    for user in (place.dispatcher, place.clerk):
        assert do(api(user), order, "add_note", {"note": user.role}, key="k").status_code == 200
    assert events(order, "add_note") == 2


def test_a_conflict_is_said_again_even_when_it_would_work_by_now(place):
    order, now = order_in(State.ACCEPTED, place)
    client = api(place.technician.user)
    first = do(client, order, "accept", {}, key="late")
    assert (first.status_code, first.json()["state"], first.json()["version"]) == (409, "accepted", order.version)
    step(order, "hand_back", place.technician.user, now, {"reason": "ill"})
    step(order, "assign", place.dispatcher, now, {"technician": place.technician.pk})
    again = do(client, order, "accept", {}, key="late")
    assert again.status_code == 409 and again["Idempotency-Replayed"] == "true"
    assert again.json() == first.json()
    assert do(client, order, "accept", {}, key="new").status_code == 200


def test_a_key_refused_for_something_missing_may_be_sent_again(place):
    """422 keeps nothing: once the lack is mended, the same key does it."""
    order, _now = order_in(State.CONTACTED, place)
    client = api(place.technician.user)
    refused = do(client, order, "depart", {}, key="go")
    assert refused.status_code == 422 and refused.json()["lacks"][0]["fix"] == "check_kit"
    assert not Answer.objects.filter(key="go").exists()
    assert do(client, order, "check_kit", {"items": ["pad-cloth", "tools"]}).status_code == 200
    done = do(client, order, "depart", {}, key="go")
    assert done.status_code == 200 and "Idempotency-Replayed" not in done


def test_bad_data_and_forbidden_keep_nothing_either(place):
    order = make_order(place)
    assert do(api(place.dispatcher), order, "add_note", {}, key="k").status_code == 400
    assert do(api(place.clerk), order, "cancel", {"reason": "x"}, key="k").status_code == 403
    assert not Answer.objects.filter(key="k").exists()


def test_opening_an_order_twice_opens_one(place):
    client, head = api(place.dispatcher), {"HTTP_IDEMPOTENCY_KEY": "new-1"}
    first, again = (client.post("/api/v1/orders/", COMPLETE, format="json", **head) for _ in range(2))
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json() and again["Idempotency-Replayed"] == "true"
    assert ServiceOrder.objects.count() == 1
    assert client.get(first["Location"]).json()["channel"] == "api"  # H-I4


@pytest.mark.parametrize("key", ["a b", "a\tb", "a\x01", "é", "x" * 81, " "])
def test_a_key_that_is_no_key_is_bad_data(place, key):
    order = make_order(place)
    answer = do(api(place.dispatcher), order, "add_note", {"note": "a"}, key=key)
    assert answer.status_code == 400 and "Idempotency-Key" in answer.json()["errors"]
    answer = api(place.dispatcher).post("/api/v1/orders/", COMPLETE, format="json", HTTP_IDEMPOTENCY_KEY=key)
    assert answer.status_code == 400
    assert events(order, "add_note") == 0


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_count_once():
    """H-N3: the same act sent 50 times at the same moment is one event, and 50 equal answers."""
    place = make_outlet()
    order, _now = order_in(State.ASSIGNED, place)
    client = api(place.technician.user)
    answers = at_once(50, lambda _index: do(client, order, "accept", {}, key="same"))
    assert [answer.status_code for answer in answers] == [200] * 50
    assert all(answer.json() == answers[0].json() for answer in answers)
    assert sum("Idempotency-Replayed" not in answer for answer in answers) == 1
    assert events(order, "accept") == 1
    assert ServiceOrder.objects.get(pk=order.pk).version == order.version + 1


@pytest.mark.django_db(transaction=True)
def test_two_dispatchers_assign_at_once_and_one_wins():
    """H-A4: one 200; the other hears 409 and who won."""
    place = make_outlet()
    order = make_order(place)
    rivals = [(place.dispatcher, place.technician), (place.manager, place.other)]

    def assign(index):
        user, technician = rivals[index]
        return do(api(user), order, "assign", {"technician": technician.pk})

    answers = at_once(2, assign)
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    lost = next(answer for answer in answers if answer.status_code == 409).json()
    winner, technician = rivals[0 if answers[0].status_code == 200 else 1]
    assert (lost["by"], lost["technician"]) == (str(winner), technician.name)
    assert (lost["code"], lost["state"], lost["last"]) == ("wrong_state", "assigned", "Assign")
    assert events(order, "assign") == 1


def test_a_stale_version_is_told(place):
    order = make_order(place)
    assert do(api(place.dispatcher), order, "add_note", {"note": "a", "version": order.version}).status_code == 200
    stale = do(api(place.clerk), order, "add_note", {"note": "b", "version": order.version})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale")
    assert stale.json()["by"] == str(place.dispatcher)
    now = stale.json()["version"]
    assert do(api(place.clerk), order, "add_note", {"note": "b", "version": now}).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_whoever_holds_the_order_too_long_is_not_waited_for():
    """Busy: 409 with Retry-After, nothing changed, and the key is free to be sent again."""
    place = make_outlet()
    order = make_order(place)
    client = api(place.dispatcher)
    held, let_go = threading.Event(), threading.Event()

    def hold(_index):
        with transaction.atomic():
            ServiceOrder.objects.select_for_update().get(pk=order.pk)
            held.set()
            let_go.wait(30)

    with ThreadPoolExecutor(1) as pool:
        holding = pool.submit(lambda: at_once(1, hold))
        assert held.wait(10)
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '100ms'")
        answer = do(client, order, "add_note", {"note": "x"}, key="k")
        let_go.set()
        holding.result()
    assert (answer.status_code, answer.json()["code"]) == (409, "busy")
    assert int(answer["Retry-After"]) > 0
    assert do(client, order, "add_note", {"note": "x"}, key="k").status_code == 200
    assert events(order, "add_note") == 1
