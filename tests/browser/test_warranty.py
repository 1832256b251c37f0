"""The letter about the warranty, and the forms that ask about it, in Chromium (H-W1, H-W2)."""

from datetime import date

import pytest
from django.urls import reverse

from customers.models import Brand, WarrantyPolicy
from dispatch.models import State
from tests import factories
from tests.browser.conftest import DESK, PHONE, faults_of, runs_over, small_targets

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def place(transactional_db):
    place = factories.make_outlet(phone="+886223456789")
    maker = Brand.objects.create(code="maker", name_en="Maker")
    since = {"valid_from": date(2020, 1, 1), "documents": ["card", "invoice"]}
    WarrantyPolicy.objects.create(brand=maker, category=place.category, **since)
    return place


@pytest.fixture
def on_site(place):
    """An order about a machine within its warranty, at whose door the technician stands."""
    return factories.order_in(State.ON_SITE, place, brand="maker", purchased_on="2026-03-05")[0]


def test_h_w1_the_letter_reads_well_on_a_phone(place, on_site, chromium, live_server):
    context = chromium.new_context(viewport=PHONE)
    page = context.new_page()
    page.goto(live_server.url + reverse("portal_warranty", args=[on_site.decisions.last().code]))
    assert page.get_by_role("heading", name="Your warranty").is_visible()
    assert page.get_by_role("link", name="Call us: +886223456789").is_visible()
    assert faults_of(page) == []
    assert runs_over(page) <= 0
    context.close()


def test_h_w2_the_technician_ticks_what_is_shown_and_the_policy_decides(place, on_site, open_as):
    page = open_as(place.technician.user, PHONE)
    page.goto(reverse("field_act", args=[on_site.pk, "diagnose"]))
    assert faults_of(page) == [] and runs_over(page) <= 0 and small_targets(page, 44) == []
    page.get_by_label("What you found").fill("pump worn")
    page.get_by_text("Can be repaired here").tap()
    page.get_by_text("Warranty card", exact=True).tap()
    page.get_by_text("Invoice", exact=True).tap()
    with page.expect_navigation():
        page.locator(".act-page form .button.primary").tap()
    card = page.locator("section[aria-labelledby=warranty-title]")
    assert "Covered by the warranty" in card.inner_text()
    assert on_site.decisions.last().covered is True
    assert page.wrong == []


def test_h_w2_the_manager_decides_at_the_desk(place, on_site, open_as):
    page = open_as(place.manager, DESK)
    page.goto(reverse("order", args=[on_site.pk]))
    page.get_by_role("button", name="Decide about the warranty").first.click()
    page.get_by_text("not covered by the warranty", exact=True).click()
    page.get_by_label("Reason").fill("bought abroad")
    page.locator("dialog form button.primary").click()
    card = page.locator("section[aria-labelledby=warranty-title]")
    card.get_by_text("The after-sales manager decided").wait_for()
    assert "bought abroad" in card.inner_text()
    assert faults_of(page) == [] and page.wrong == []
