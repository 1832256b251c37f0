"""What customers asked for by themselves, as the reviewer reads and decides it (H-I1)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from customers.pictures import keep
from dispatch.models import OrderPhoto, PhotoKind, State
from tests import pictures
from tests.factories import NOW, fresh, make_outlet, order_in
from tests.factories import make_order as make

pytestmark = pytest.mark.django_db


def test_h_i1_everything_that_decides_is_on_one_page(place, at_desk):
    earlier = make(place)
    order, _now = order_in(State.REQUESTED, place)
    assert order.appliance_id == earlier.appliance_id
    photo = keep(pictures.upload(), NOW)
    row = OrderPhoto.objects.create(order=order, photo=photo, kind=PhotoKind.SYMPTOM, at=NOW, event_seq=1)
    page = at_desk(place.agent).get(reverse("reviews")).content.decode()
    for told in (order.number, order.symptom, order.address.full, order.customer.phone, earlier.number):
        assert str(told) in page
    assert reverse("photo", args=[order.pk, row.pk]) in page
    for verb in ("approve", "ask_customer", "reject"):
        assert reverse("order_act", args=[order.pk, verb]) in page


def test_h_i1_approved_it_is_an_order_and_gone_from_the_page(place, at_desk):
    order, _now = order_in(State.REQUESTED, place)
    client = at_desk(place.agent)
    answer = client.post(reverse("order_act", args=[order.pk, "approve"]), {"version": order.version})
    assert answer.status_code in (200, 204, 302) and fresh(order).state == State.READY
    assert f"review-{order.pk}" not in client.get(reverse("reviews")).content.decode()


def test_what_was_asked_stands_there_until_the_answer_comes(place, at_desk):
    order, _now = order_in(State.NEEDS_INFO, place)
    page = at_desk(place.agent).get(reverse("reviews")).content.decode()
    assert order.number in page and "which model?" in page


def test_another_outlets_requests_are_not_there(place, at_desk):
    theirs, _now = order_in(State.REQUESTED, make_outlet())
    mine, _now = order_in(State.REQUESTED, place, phone="0922 333 444")
    page = at_desk(place.dispatcher).get(reverse("reviews")).content.decode()
    assert mine.number in page and theirs.number not in page


def test_many_requests_take_pages_and_a_bounded_number_of_queries(place, at_desk):
    client = at_desk(place.agent)
    for number in range(14):
        order_in(State.REQUESTED, place, phone=f"0922 333 4{number:02d}")
    with CaptureQueriesContext(connection) as asked:
        first = client.get(reverse("reviews"))
    assert len(first.context["rows"]) == 12 and len(asked) < 12 * 8
    assert len(client.get(reverse("reviews"), {"page": 2}).context["rows"]) == 2
    assert client.get(reverse("reviews"), {"page": "x"}).status_code == 200


def test_nothing_waits(place, at_desk):
    assert "No request waits" in at_desk(place.agent).get(reverse("reviews")).content.decode()
