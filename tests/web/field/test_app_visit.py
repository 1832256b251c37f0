"""What the guided visit on the phone asks the server for beside the acts: the customer's page of a quote as a code."""

import pytest
from django.test import Client
from django.urls import reverse

from dispatch.models import PartUse
from technicians.models import Part
from tests import factories, pricing

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return factories.make_outlet()


def phone_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_h_f2_the_code_of_a_quote_is_there_while_it_may_be_answered(place):
    pricing.make_prices(place)
    order, now = pricing.out_of_warranty(place)
    phone, url = phone_of(place.technician.user), reverse("field_app_quote_code", args=[order.pk])
    assert phone.get(url).status_code == 404
    factories.do(order, "quote", place.technician.user, now, {})
    answer = phone.get(url, headers={"Accept": "image/svg+xml,image/*,*/*;q=0.8"})
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml")
    assert answer.content.startswith(b"<?xml") and answer["Cache-Control"] == "no-store"


def test_the_code_is_nobody_elses(place):
    pricing.make_prices(place)
    order, _now = pricing.quoted(place)
    url = reverse("field_app_quote_code", args=[order.pk])
    assert phone_of(place.other.user).get(url).status_code == 404
    assert phone_of(place.dispatcher).get(url).status_code == 403
    assert Client().get(url).status_code == 401


def test_h_f7_the_phone_knows_the_parts_that_went_in(place):
    pricing.make_prices(place)
    order, now = pricing.out_of_warranty(place)
    PartUse.objects.create(order=order, part=Part.objects.get(code="P-100"), serial_in="S-1", at=now)
    found = phone_of(place.technician.user).get(reverse("field_app_bundle")).json()["orders"][0]
    assert found["used"] == [{"code": "P-100", "name": "Drain pump", "quantity": 1, "serial_in": "S-1"}]
