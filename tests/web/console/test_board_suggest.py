"""Suggestions in the panel: what is said on the phone is what is written down."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from dispatch.planning.suggesting import Answer, Offer
from tests import factories
from tests.factories import NOW, STARTS, do, make_order, order_in
from web.console.board import suggesting
from web.console.board.suggesting import said_of


@pytest.fixture(autouse=True)
def _at(clock):
    clock(NOW)


def url(order):
    return f"/console/board/orders/{order.pk}/suggest/"


def offer(place, starts=STARTS, window=45, **how):
    told = {
        "technician": place.technician,
        "day": starts.date(),
        "starts_at": starts,
        "ends_at": starts + timedelta(minutes=60),
        "window_from": starts,
        "window_until": starts + timedelta(minutes=window),
        "minutes": 60,
        "extra_seconds": 540,
    }
    return Offer(**(told | how))


@pytest.fixture
def found(monkeypatch):
    """Let the engine answer with these offers."""

    def answers(*offers, none="", notices=()):
        monkeypatch.setattr(suggesting, "answer", lambda order, now: Answer(list(offers), none, list(notices)))

    return answers


@pytest.mark.parametrize(
    ("days", "window", "sentence"),
    [
        (0, 45, "Today between 12:00 and 12:45"),
        (0, 240, "Today between 12:00 and 13:00"),  # nobody waits at home for four hours
        (0, 5, "Today at 12:00"),
        (1, 60, "Tomorrow between 12:00 and 13:00"),
        (2, 60, "Wednesday between 12:00 and 13:00"),
        (9, 60, f"Wednesday {NOW + timedelta(days=9):%B %-d} between 12:00 and 13:00"),
    ],
)
def test_the_sentence_for_the_phone(days, window, sentence, place):
    with timezone.override(place.outlet.tz):
        said = said_of(offer(place, STARTS + timedelta(days=days), window), NOW)
    assert said.sentence == sentence


def test_the_sentence_is_in_the_readers_language(place):
    with timezone.override(place.outlet.tz), translation.override("zh-hant"):
        said = said_of(offer(place, STARTS + timedelta(days=2)), NOW)
    assert "Wednesday" not in said.sentence


def test_what_is_said_is_what_is_written_down(place, at_desk, found):
    found(offer(place, reasons=["9 min more on the way"], costs=["Order 000007 would have 5 min to spare"]))
    order, client = make_order(place), at_desk(place.dispatcher)
    answer = client.get(url(order))
    for said in ("9 min more on the way", "000007 would have 5 min", "tel:+886912345678", place.technician.name):
        assert said in answer.text
    (said,) = answer.context["said"]
    until = timezone.datetime.fromtimestamp(said.until, tz=NOW.tzinfo)
    raw = {
        "technician": place.technician.pk,
        "starts_at": timezone.datetime.fromtimestamp(said.starts, tz=NOW.tzinfo).isoformat(),
        "minutes": 60,
        "window_ends_at": until.isoformat(),
        "consent": "王小明",
    }
    placed = do(order, "place", place.dispatcher, NOW, raw)
    visit = placed.visits.standing().get()
    assert (visit.starts_at, visit.latest_arrival, visit.consent) == (STARTS, until, "王小明")


def test_nothing_found_says_why_and_what_to_do(place, at_desk, found):
    found(none="Nobody here is trained for it.")
    text = at_desk(place.dispatcher).get(url(make_order(place))).text
    assert "Nobody here is trained for it." in text
    found()
    assert "Choose a time yourself" in at_desk(place.dispatcher).get(url(make_order(place))).text


def test_an_address_that_is_nowhere_on_the_map_can_be_put_right_from_there(place, at_desk, found):
    found(none="The address is not on the map.")
    order = make_order(place, latitude=None, longitude=None)
    assert f"/console/orders/{order.pk}/correct/?stay=1" in at_desk(place.dispatcher).get(url(order)).text


def test_what_must_be_said_beside_the_offers_is_said(place, at_desk, found):
    found(offer(place), notices=["The map server does not answer: times are estimates."])
    assert "times are estimates" in at_desk(place.dispatcher).get(url(make_order(place))).text


def test_orders_of_other_outlets_are_not_there(place, at_desk):
    assert at_desk(place.dispatcher).get(url(make_order(factories.make_outlet()))).status_code == 404


@pytest.mark.parametrize("state", ["ready", "assigned", "contacted"])
def test_the_engine_is_asked_for_an_order_in_each_state_that_can_be_placed(state, place, at_desk):
    order = order_in(state, place)[0]
    answer = at_desk(place.dispatcher).get(url(order))
    assert answer.status_code == 200
    assert ("desk-offers" in answer.text) == bool(answer.context["said"])


def test_what_is_suggested_can_be_placed(place, at_desk):  # H-A4
    order = make_order(place)
    offers = at_desk(place.dispatcher).get(url(order)).context["said"]
    assert 1 <= len(offers) <= 5
    for said in offers:
        raw = {
            "technician": said.offer.technician.pk,
            "starts_at": said.offer.starts_at.isoformat(),
            "minutes": said.offer.minutes,
            "consent": "王小明",
        }
        placed = do(order, "place", place.dispatcher, NOW, raw)
        assert placed.technician == said.offer.technician
        order = do(placed, "undo_place", place.dispatcher, NOW)
