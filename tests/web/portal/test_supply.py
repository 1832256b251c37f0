"""Answering what was asked about a request, by link: the review goes on with it (H-I1)."""

import pytest
from django.urls import reverse

from dispatch.models import Link, OrderPhoto, State
from tests import pictures
from tests.factories import NOW, fresh, order_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(place):
    order, _now = order_in(State.NEEDS_INFO, place)
    return order


def address(order) -> str:
    return reverse("portal_supply", args=[Link.objects.of(order, NOW).code])


def test_h_i1_the_question_is_read_and_answered(order, client):
    follow = reverse("portal_order", args=[Link.objects.of(order, NOW).code])
    assert address(order) in client.get(follow).content.decode()
    assert "which model?" in client.get(address(order)).content.decode()
    told = {"answer": "XQB-70, it stands on the balcony", "serial": "NEW-1", "photos": [pictures.upload()]}
    assert client.post(address(order), told)["Location"] == follow
    order = fresh(order)
    assert (order.state, order.appliance.serial) == (State.REQUESTED, "NEW-1")
    event = order.events.get(action="supply_info")
    assert event.payload["answer"].startswith("XQB-70") and event.actor is None
    assert OrderPhoto.objects.get(order=order).event_seq == event.seq


@pytest.mark.parametrize("told", [{}, {"answer": "  ", "serial": ""}])
def test_nothing_is_no_answer(order, client, told):
    answer = client.post(address(order), told)
    assert answer.status_code == 422 and "Write an answer" in answer.content.decode()
    assert fresh(order).state == State.NEEDS_INFO


def test_h_i1_what_is_no_picture_or_no_day_keeps_the_rest(order, client):
    wrong = pictures.upload(b"MZ no photo", "virus.exe", "application/octet-stream")
    answer = client.post(address(order), {"answer": "here it is", "photos": [pictures.upload(), wrong]})
    assert answer.status_code == 422 and "here it is" in answer.content.decode()
    kept = answer.context["sent"]
    assert len(kept) == 1 and fresh(order).state == State.NEEDS_INFO
    answer = client.post(address(order), {"answer": "here it is", "photos": kept, "purchased_on": "2999-01-01"})
    assert answer.status_code in (400, 422) and "lies in the future" in answer.content.decode()
    assert client.post(address(order), {"answer": "here it is", "photos": kept}).status_code == 302
    assert order.photos.get(event_seq__isnull=False).pk == int(kept[0])


def test_sent_twice_the_second_changes_nothing(order, client):
    assert client.post(address(order), {"answer": "once"}).status_code == 302
    answer = client.post(address(order), {"answer": "twice"})
    assert answer.status_code == 409 and "Your answer has arrived" in answer.content.decode()
    assert order.events.filter(action="supply_info").count() == 1


def test_another_orders_photo_is_not_taken(place, order, client):
    theirs, _now = order_in(State.NEEDS_INFO, place, phone="0922 000 111")
    wrong = pictures.upload(b"no", "x.jpg")
    answer = client.post(address(theirs), {"answer": "a", "photos": [pictures.upload(), wrong]})
    number = answer.context["sent"][0]
    answer = client.post(address(order), {"answer": "mine", "photos": [number]})
    assert answer.status_code in (400, 422) and fresh(order).state == State.NEEDS_INFO


def test_h_i1_a_forged_link_opens_nothing(order, client):
    assert client.post(reverse("portal_supply", args=["forged-code"]), {"answer": "x"}).status_code == 404
    assert fresh(order).state == State.NEEDS_INFO
