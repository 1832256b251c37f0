"""The manager's page and the admin in Chromium: readable in both themes, wide and narrow."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from dispatch.models import State
from tests import factories
from tests.browser.conftest import DESK, PHONE, faults_of, runs_over

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def place(transactional_db):
    """An outlet with an angry customer, an overdue order and a finished visit."""
    place = factories.make_outlet()
    angry, moment = factories.order_in(State.ACCEPTED, place)
    factories.do(angry, "escalate", place.dispatcher, moment, {"escalation": "angry", "reason": "loud"})
    factories.order_in(State.FOLLOW_UP, place, phone="0912 345 001")
    factories.make_order(place, timezone.now() - timedelta(hours=2), phone="0912 345 002")
    return place


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_manager_reads_today_anywhere(open_as, place, viewport):
    page = open_as(place.manager, viewport)
    for url in (reverse("today"), reverse("behind", args=["overdue"])):
        page.goto(url)
        assert faults_of(page) == []
        assert runs_over(page) <= 0
    assert page.wrong == []


def test_a_figure_leads_to_its_orders(open_as, place):
    page = open_as(place.manager, DESK)
    page.goto(reverse("today"))
    card = page.locator("a.figure", has_text="Overdue").first
    count = int(card.locator(".figure-value").inner_text())
    assert count >= 1
    with page.expect_navigation():
        card.click()
    assert page.locator("main").inner_text().count("late") >= count


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_admin_wears_the_products_colours(open_as, place, theme):
    """The admin's own palette is gone, in the theme chosen on the other pages."""
    page = open_as(place.admin, DESK)
    page.add_init_script(f"localStorage.setItem('theme', '{theme}')")
    page.goto(reverse("today"))
    ours = page.evaluate("getComputedStyle(document.querySelector('.top')).backgroundColor")
    page.goto(reverse("admin:technicians_technician_changelist"))
    assert page.evaluate("getComputedStyle(document.querySelector('#header')).backgroundColor") == ours
    contrast = [fault for fault in faults_of(page) if fault.startswith("color-contrast")]
    assert contrast == []
    assert page.wrong == []
