"""The order beside the board: everything of it, acts that do not leave the board, notes as in a chat."""

import pytest

from dispatch.models import State
from tests import factories
from tests.factories import NOW, do, fresh, make_order, order_in


@pytest.fixture(autouse=True)
def _at(clock):
    clock(NOW)


def url(order, what="panel"):
    return f"/console/board/orders/{order.pk}/{what}/"


STATES = ["requested", "ready", "assigned", "contacted", "on_site", "diagnosed", "follow_up", "in_workshop", "closed"]


@pytest.mark.parametrize("state", STATES)
def test_an_order_is_shown_in_every_state(state, place, at_desk):
    order = order_in(state, place)[0]
    answer = at_desk(place.dispatcher).get(url(order))
    assert answer.status_code == 200
    for said in (order.number, order.get_state_display(), "tel:+886912345678", order.address.full):
        assert said in answer.text
    assert ('id="panel-suggest"' in answer.text) == (state in ("ready", "assigned", "contacted"))


def test_every_act_open_to_me_stays_on_the_board(place, at_desk):
    order = order_in("assigned", place)[0]
    answer = at_desk(place.dispatcher).get(url(order))
    offered = [answer.context["primary"], *answer.context["others"]]
    shown = [button for button in offered if button]
    assert {button.verb.name for button in shown} >= {"transfer", "cancel", "withdraw"}
    for button in shown:
        assert button.form.hidden["stay"] == 1 if button.form else button.url.endswith("?stay=1")


def test_who_may_only_look_is_offered_no_placing(place, at_desk):
    order = make_order(place)
    assert 'id="panel-suggest"' not in at_desk(place.agent).get(url(order)).text


def test_orders_of_other_outlets_are_not_there(place, at_desk):
    elsewhere = make_order(factories.make_outlet())
    client = at_desk(place.dispatcher)
    assert client.get(url(elsewhere)).status_code == 404
    assert client.post(url(elsewhere, "note"), {"note": "hello"}).status_code == 404


def test_nothing_is_sent_again_until_something_has_changed(place, at_desk):
    order, client = make_order(place), at_desk(place.dispatcher)
    again = {"stamp": client.get(url(order)).context["stamp"]}
    assert client.get(url(order), again).status_code == 204
    do(order, "add_note", place.agent, NOW, {"note": "bring a ladder"})
    assert client.get(url(order), again).status_code == 200


def test_a_note_is_written_once_and_says_who(place, at_desk):
    order, client = make_order(place), at_desk(place.agent)
    sent = {"note": "The bell is broken,\nknock.", "idempotency_key": "0123456789abcdef"}
    for _again in range(2):  # the connection broke: it is sent once more
        answer = client.post(url(order, "note"), sent)
        assert (answer.status_code, answer["HX-Trigger"]) == (204, f'{{"noted": {{"order": {order.pk}}}}}')
    assert order.events.filter(action="add_note").count() == 1
    (note,) = client.get(url(order)).context["notes"]
    assert (note.text, note.who, note.own) == ("The bell is broken,\nknock.", str(place.agent), True)
    (theirs,) = at_desk(place.dispatcher).get(url(order)).context["notes"]
    assert not theirs.own


@pytest.mark.parametrize("text", ["", "   ", "x" * 2001])
def test_a_note_that_is_refused_says_why_in_words(text, place, at_desk):
    answer = at_desk(place.dispatcher).post(url(make_order(place), "note"), {"note": text})
    assert answer.status_code == 400
    assert answer.json()["detail"]


def test_notes_are_in_the_order_they_were_written(place, at_desk):
    order = make_order(place)
    for text in ("first", "second", "third"):
        order = do(order, "add_note", place.dispatcher, NOW, {"note": text})
    shown = at_desk(place.dispatcher).get(url(order)).context["notes"]
    assert [note.text for note in shown] == ["first", "second", "third"]


def test_earlier_orders_of_the_appliance_and_of_the_customer_are_told_apart(place, at_desk):
    first = order_in("closed", place)[0]
    again = make_order(place)
    other = make_order(place, model_no="OTHER-1")
    if again.appliance_id != first.appliance_id:  # intake knows an appliance by its serial number
        type(again).objects.filter(pk=again.pk).update(appliance=first.appliance)
    answer = at_desk(place.dispatcher).get(url(again))
    assert [one.pk for one in answer.context["same_appliance"]] == [first.pk]
    assert [one.pk for one in answer.context["same_household"]] == [other.pk]
    assert "pump changed" in answer.text  # what was done then


def test_a_finished_order_says_so_and_can_be_read(place, at_desk):
    order = do(make_order(place), "cancel", place.dispatcher, NOW, {"reason": "not needed"})
    assert fresh(order).state == State.CANCELLED
    answer = at_desk(place.dispatcher).get(url(order))
    assert order.get_state_display() in answer.text
