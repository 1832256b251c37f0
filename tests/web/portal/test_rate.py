"""Rating and “still broken” on the customer's own phone: the address is the key (H-H1, H-H2, H-R2)."""

import json

import pytest
from django.urls import reverse

from dispatch.models import Link, State
from tests import pictures
from tests.factories import NOW, fresh, order_in

pytestmark = pytest.mark.django_db
STROKES = [[[1, 2, 0, 0.5], [90, 80, 60, 0.7]]]


def address(order, name="portal_rate", **how):
    return reverse(name, args=[Link.objects.of(order, NOW).code], **how)


def test_h_h1_rated_with_strokes_of_the_signature(place, client):
    order, _now = order_in(State.FOLLOW_UP, place)
    signed = {"signature": pictures.signature(), "signature__strokes": json.dumps(STROKES)}
    answer = client.post(address(order), {"rating_repair": "5", "rating_manner": "4", "remarks": "好"} | signed)
    assert answer.status_code == 302
    record = order.repairs.get()
    assert (record.rating_repair, record.rating_manner, record.remarks, record.rated_how) == (5, 4, "好", "link")
    assert order.photos.get(kind="signature").strokes == STROKES
    page = client.get(address(order) + "?said").content.decode()
    assert "Thank you" in page and "Change my answer" in page


def test_an_empty_form_is_answered_with_what_to_do_and_nothing_is_lost(place, client):
    order, _now = order_in(State.FOLLOW_UP, place)
    answer = client.post(address(order), {"remarks": " "})
    assert answer.status_code == 422 and "Choose a number from 1 to 5" in answer.content.decode()
    answer = client.post(address(order), {"rating_repair": "9", "remarks": "typed before"})
    assert answer.status_code in (400, 422) and "typed before" in answer.content.decode()
    assert order.repairs.get().rating_repair != 9


@pytest.mark.parametrize("state", [State.READY, State.ON_SITE, State.CANCELLED])
def test_there_is_nothing_to_rate_before_it_is_done(place, client, state):
    order, _now = order_in(state, place)
    assert "nothing to rate yet" in client.get(address(order)).content.decode()
    answer = client.post(address(order), {"rating_repair": "5"})
    assert answer.status_code == 409 and "Please call us" in answer.content.decode()


def test_h_r2_still_broken_twice_is_one_visit_again(place, client):
    order, _now = order_in(State.FOLLOW_UP, place)
    for _press in range(2):
        assert client.post(address(order, "portal_broken"), {"reason": "leaks"}).status_code == 302
    order = fresh(order)
    assert (order.state, order.returns) == (State.READY, 1)
    assert "goes before others" in client.get(address(order, "portal_broken") + "?said").content.decode()
    assert "already looking after it" in client.get(address(order, "portal_broken")).content.decode()


@pytest.mark.parametrize("name", ["portal_rate", "portal_broken"])
def test_a_code_that_opens_nothing_says_nothing(place, client, name):
    order, now = order_in(State.FOLLOW_UP, place)
    url = address(order, name)
    Link.objects.update(revoked_at=now)
    for wrong in (url, reverse(name, args=["x" * 24])):
        answer = client.get(wrong)
        assert answer.status_code == 404 and order.customer.name not in answer.content.decode()
        assert client.post(wrong, {"rating_repair": "5", "reason": "x"}).status_code == 404


def test_nobody_else_learns_of_it(place, client):
    order, _now = order_in(State.FOLLOW_UP, place)
    answer = client.get(address(order))
    assert "no-store" in answer["Cache-Control"] and answer["X-Robots-Tag"] == "noindex"
    assert order.customer.phone not in answer.content.decode()
