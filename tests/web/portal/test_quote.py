"""The quote on the customer's own phone: read, accepted once, declined, out of date (H-F2, H-G1, H-G3)."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dispatch.actions.links import take_back
from dispatch.models import Consent, PhotoKind, QuoteStatus
from tests.factories import REPAIR, do, make_outlet
from tests.pictures import signature
from tests.pricing import make_prices, out_of_warranty

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(db):
    place = make_outlet(phone="+886223456789")
    make_prices(place)
    return place


@pytest.fixture
def sent(place, monkeypatch):
    """Return an order with a quote that was just sent, and its address; the clock stands still."""
    order, now = out_of_warranty(place)
    order = do(order, "quote", place.technician.user, now, {"parts": ["P-100 x 2"]})
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(minutes=1))
    return order, reverse("portal_quote", args=[order.quotes.get().code])


def test_lines_total_table_and_phone_are_shown_without_signing_in(sent):
    """H-G1: the fee table and what it comes to, before any work."""
    _order, url = sent
    page = Client().get(url)
    text = page.content.decode()
    assert page.status_code == 200
    assert "NT$3,550" in text and "2 × NT$1,200" in text and "P-100" in text
    assert "Fee table: Table, version 1" in text and "+886223456789" in text
    assert (page["Cache-Control"], page["X-Robots-Tag"]) == ("private, no-store", "noindex")
    assert page["Referrer-Policy"] == "same-origin"  # "no-referrer" makes browsers post without an origin: refused


def test_nothing_private_is_in_it(sent):
    order, url = sent
    text = Client().get(url).content.decode()
    for private in (order.customer.name, order.customer.phone, order.address.line, order.symptom):
        assert private not in text


def test_h_f2_accepted_with_a_name_and_a_signature(sent, place):
    order, url = sent
    customer = Client()
    answer = customer.post(url, {"answer": "yes", "name": "王小明", "signature": signature()})
    assert (answer.status_code, answer["Location"]) == (302, url)
    consent = Consent.objects.get()
    assert (consent.how, consent.name, consent.accepted, consent.by) == ("link", "王小明", True, None)
    assert order.photos.get(kind=PhotoKind.SIGNATURE).photo == consent.signature
    text = customer.get(url).content.decode()
    assert "Accepted by 王••" in text and 'name="answer"' not in text
    assert do(order, "repair", place.technician.user, timezone.now(), REPAIR).repairs.get().worked_at


def test_pressed_twice_it_is_accepted_once(sent):
    _order, url = sent
    for _time in range(2):
        assert Client().post(url, {"answer": "yes", "name": "王小明"}).status_code == 302
    assert Consent.objects.count() == 1


def test_no_name_is_no_consent(sent):
    order, url = sent
    page = Client().post(url, {"answer": "yes", "name": " "})
    assert page.status_code == 400
    assert "aria-invalid" in page.content.decode()
    assert not Consent.objects.exists() and order.quotes.get().status == QuoteStatus.OFFERED


def test_declined_with_or_without_a_reason(sent):
    order, url = sent
    assert Client().post(url, {"answer": "no", "reason": ""}).status_code == 302
    consent = Consent.objects.get()
    assert (consent.accepted, consent.how, consent.reason) == (False, "link", "")
    assert order.quotes.get().status == QuoteStatus.REFUSED
    assert "You declined this quote" in Client().get(url).content.decode()
    late = Client().post(url, {"answer": "yes", "name": "王"})
    assert late.status_code == 422 and Consent.objects.count() == 1


def test_h_f2_an_older_quote_leads_to_the_newer_one(sent, place):
    order, url = sent
    order = do(order, "quote", place.technician.user, timezone.now(), {})
    newer = reverse("portal_quote", args=[order.quotes.get(number=2).code])
    text = Client().get(url).content.decode()
    assert "there is a newer quote" in text and newer in text and "NT$3,550" not in text
    refused = Client().post(url, {"answer": "yes", "name": "王"})
    assert refused.status_code == 422 and "That was quote 1" in refused.content.decode()
    assert not Consent.objects.exists()


def test_h_f2_expired_it_can_be_neither_read_nor_accepted(sent, monkeypatch):
    order, url = sent
    late = order.quotes.get().valid_until + timedelta(seconds=1)
    monkeypatch.setattr(timezone, "now", lambda: late)
    text = Client().get(url).content.decode()
    assert "has expired" in text and "NT$3,550" not in text and 'name="answer"' not in text
    assert Client().post(url, {"answer": "yes", "name": "王"}).status_code == 422
    assert not Consent.objects.exists()


def test_when_the_order_went_on_nothing_can_be_answered_here(sent, place):
    order, url = sent
    do(order, "cancel", place.dispatcher, timezone.now(), {"reason": "bought a new one"})
    text = Client().get(url).content.decode()
    assert 'name="answer"' not in text and "cannot be answered here just now" in text
    assert Client().post(url, {"answer": "yes", "name": "王"}).status_code == 409
    assert not Consent.objects.exists()


@pytest.mark.parametrize("code", ["x", "0" * 24])
def test_a_guess_opens_nothing(place, code):
    assert Client().get(f"/q/{code}/").status_code == 404
    assert Client().post(f"/q/{code}/", {"answer": "yes", "name": "x"}).status_code == 404


def test_another_page_cannot_send_it(sent):
    _order, url = sent
    careful = Client(enforce_csrf_checks=True)
    assert careful.post(url, {"answer": "yes", "name": "王"}).status_code == 403
    assert not Consent.objects.exists()


def test_taking_the_link_back_moves_the_quote_too(sent, place):
    """Whoever had the link could answer the quote: its old address opens nothing."""
    order, url = sent
    take_back(order.pk, place.agent, timezone.now())
    assert Client().get(url).status_code == 404
    assert Client().get(reverse("portal_quote", args=[order.quotes.get().code])).status_code == 200


@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
def test_in_each_language(sent, language):
    page = Client().get(sent[1], headers={"Accept-Language": language})
    assert page.status_code == 200 and "%(" not in page.content.decode()


def test_the_quote_is_a_paper_too(sent):
    order, _address = sent
    page = Client().get(reverse("portal_quote_pdf", args=[order.quotes.get().code]))
    assert page.status_code == 200 and page["Content-Type"] == "application/pdf"
    assert page.content.startswith(b"%PDF") and f"{order.number}-1.pdf" in page["Content-Disposition"]
    assert Client().get(reverse("portal_quote_pdf", args=["nobody-has-this-code"])).status_code == 404
