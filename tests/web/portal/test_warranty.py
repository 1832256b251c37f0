"""The letter about the warranty: opened by its code alone, in plain words, in three languages (H-W1, H-W5)."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from customers.models import Brand, WarrantyPolicy
from dispatch.models import State
from tests.factories import DIAGNOSIS, NOW, do, in_days, make_order, make_outlet, order_in

pytestmark = pytest.mark.django_db
FOUND = {name: value for name, value in DIAGNOSIS.items() if name != "in_warranty"}
TOLD = {"brand": "maker", "purchased_on": "2026-03-05"}


@pytest.fixture
def place(db):
    place = make_outlet(phone="+886223456789")
    brand = Brand.objects.create(code="maker", name_en="Maker")
    WarrantyPolicy.objects.create(brand=brand, category=place.category, valid_from=date(2020, 1, 1), documents=["card"])
    return place


def letter(order, code="", **headers):
    code = code or order.decisions.last().code
    return Client().get(reverse("portal_warranty", args=[code]), headers=headers)


def test_h_w1_what_is_promised_and_what_to_have_ready(place):
    page = letter(make_order(place, **TOLD))
    text = page.content.decode()
    assert page.status_code == 200
    assert "Probably covered by the warranty" in text and "March 5, 2027" in text
    assert "Please have these ready together when the technician comes: Warranty card." in text
    assert "+886223456789" in text  # how to object
    assert (page["Cache-Control"], page["X-Robots-Tag"]) == ("private, no-store", "noindex")
    assert page["Referrer-Policy"] == "same-origin"  # "no-referrer" makes browsers post without an origin: refused


def test_h_w5_why_not_and_what_can_be_done_now(place):
    order, now = order_in(State.ON_SITE, place, **TOLD)
    found = FOUND | {"documents": ["card"], "exclusion": "mains_or_lightning"}
    order = do(order, "diagnose", place.technician.user, now, found)
    text = letter(order).content.decode()
    assert "Not covered by the warranty" in text
    assert "The damage came from lightning or from the power supply" in text
    assert "It can still be repaired for a fee" in text  # H-W6
    assert "Money back or another appliance: no" in text  # H-W7


def test_h_w7_each_clause_that_grants_or_denies(place):
    order, now = order_in(State.ON_SITE, place, **TOLD | {"purchased_on": in_days(-10)})
    order = do(order, "diagnose", place.technician.user, now, FOUND | {"documents": ["card"]})
    text = letter(order).content.decode()
    assert "Money back: no" in text and "A refund is for the first 7 days" in text
    assert "Another appliance: yes" in text and "Repair: free of charge" in text


def test_an_old_letter_tells_what_counts_now(place):
    order = make_order(place, **TOLD)
    old = order.decisions.last().code
    order = do(order, "override_warranty", place.manager, NOW, {"covered": "no", "reason": "grey import, SN 77"})
    text = letter(order, old).content.decode()
    assert "The after-sales manager decided that the warranty does not cover it." in text
    assert "SN 77" not in text  # what the office notes for itself


def test_nothing_private_is_in_it(place):
    order = make_order(place, **TOLD)
    text = letter(order).content.decode()
    for private in (order.customer.name, order.customer.phone, order.address.line, order.symptom):
        assert private not in text


@pytest.mark.parametrize("code", ["x", "0" * 24, "%00"])
def test_a_guess_opens_nothing(place, code):
    assert Client().get(f"/w/{code}/").status_code == 404


def test_it_is_only_read(place):
    order = make_order(place, **TOLD)
    assert Client().post(reverse("portal_warranty", args=[order.decisions.last().code])).status_code == 405


@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
def test_in_each_language(place, language):
    page = letter(make_order(place, **TOLD), **{"Accept-Language": language})
    assert page.status_code == 200
    assert "%(" not in page.content.decode()
