"""The technician's phone in Chromium: one order through all its steps by taps, at 360 px."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from dispatch.models import OrderEvent, State
from tests import factories
from tests.browser.conftest import PHONE, faults_of, runs_over, small_targets

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def place(transactional_db):
    return factories.make_outlet()


def thumb(page):
    """Return the one button under the thumb."""
    button = page.locator(".thumb .button")
    assert button.count() == 1
    return button


def send(page):
    """Tap the form's own button and wait for the next page."""
    with page.expect_navigation():
        page.locator(".act-page form .button.primary").tap()


def looks_right(page):
    """Nothing for axe, nothing wider than the phone, everything large enough for a thumb."""
    assert faults_of(page) == []
    assert runs_over(page) <= 0
    assert small_targets(page, 44) == []


def do_the_work(page):
    """From the diagnosis to the bill, a screen each."""
    thumb(page).tap()
    page.wait_for_url("**/diagnose/")
    looks_right(page)
    page.get_by_label("What you found").fill("pump worn")
    page.get_by_text("Can be repaired here").tap()
    page.locator("label", has=page.locator("input[name=in_warranty][value=true]")).tap()
    page.locator("textarea[name=cause]").fill("wear")
    send(page)
    assert thumb(page).inner_text() == "Repaired"
    thumb(page).tap()
    page.wait_for_url("**/repair/")
    looks_right(page)
    page.get_by_label("What you did").fill("pump changed")
    page.get_by_text("Test run passed").tap()
    page.get_by_text("Sure that it holds").tap()
    send(page)
    assert thumb(page).inner_text() == "Charge"
    thumb(page).tap()
    page.wait_for_url("**/charge/")
    looks_right(page)
    send(page)


def test_one_order_from_accept_to_complete_by_taps(open_as, place, assigned):
    page = open_as(place.technician.user, PHONE)
    page.goto(reverse("day"))
    looks_right(page)
    with page.expect_navigation():
        thumb(page).tap()  # Accept
    looks_right(page)
    assert thumb(page).inner_text() == "Call the customer"
    thumb(page).tap()
    page.wait_for_url("**/contact/")
    looks_right(page)
    for tick in page.locator(".tick input").all():
        tick.check()
    send(page)
    assert thumb(page).inner_text() == "Check the bag"
    thumb(page).tap()
    page.wait_for_url("**/check_kit/")
    looks_right(page)
    for tick in page.locator(".choice.big input").all():
        tick.check()
    send(page)
    for verb in ("Depart", "Arrive"):
        looks_right(page)
        assert thumb(page).inner_text() == verb
        with page.expect_navigation():
            thumb(page).tap()
    looks_right(page)
    assert place.technician.permit_code in page.locator(".permit").inner_text()
    do_the_work(page)
    assert thumb(page).inner_text() == "Complete the visit"
    thumb(page).tap()
    page.wait_for_url("**/complete/")
    looks_right(page)
    page.locator("input[name=rating_repair][value='5']").check()
    page.get_by_label("Signed by").fill("王小明")
    page.get_by_text("Tool set").tap()
    send(page)
    looks_right(page)
    order = factories.fresh(assigned)
    assert order.state == State.FOLLOW_UP
    by_phone = OrderEvent.objects.filter(order=order, actor=place.technician.user)
    assert [event.action for event in by_phone] == [
        "accept", "contact", "check_kit", "depart", "arrive", "diagnose", "repair", "charge", "complete",
    ]  # fmt: skip
    assert all(event.device_at for event in by_phone)
    assert page.wrong == []


def test_narrowest_phone_and_a_refusal_that_teaches(open_as, place, assigned):
    """At 320 px; what is not confirmed is said in place, and nothing typed is lost."""
    factories.do(assigned, "accept", place.technician.user, timezone.now())
    page = open_as(place.technician.user, {"width": 320, "height": 640}, has_touch=True)
    for url in (reverse("day"), reverse("field_callbacks"), reverse("field_order", args=[assigned.pk])):
        page.goto(url)
        assert runs_over(page) <= 0
    page.goto(reverse("field_act", args=[assigned.pk, "contact"]))
    page.locator(".tick input").first.check()
    page.get_by_label("Spoke to").fill("his wife")
    page.locator(".act-page form .button.primary").tap()
    refusal = page.locator(".refusal")
    refusal.wait_for()
    assert "Not confirmed yet: Address." in refusal.inner_text()
    assert page.get_by_label("Spoke to").input_value() == "his wife"
    assert runs_over(page) <= 0
    assert faults_of(page) == []


def test_guide_counts_from_what_is_recorded(open_as, place):
    """H-E2: the clocks go on over a reload, and each step is one tap."""
    order, _moment = factories.order_in(State.ON_SITE, place)
    order.visits.update(arrived_at=timezone.now() - timedelta(minutes=1))
    page = open_as(place.technician.user, PHONE)
    page.goto(reverse("field_act", args=[order.pk, "knock"]))
    looks_right(page)
    assert page.locator(".clock").first.inner_text() == "–"
    with page.expect_navigation():
        page.get_by_role("button", name="Knocked, twice three light knocks").tap()
    page.wait_for_function("document.querySelector('.clock').textContent.match(/^0:\\d\\d$/)")
    assert page.locator(".guide .done").count() == 1
    assert page.wrong == []


def test_position_is_sent_only_when_asked_for_and_agreed(open_as, place, assigned):
    """H-E3: with consent the position goes along; before it nothing is sent."""
    where = {"latitude": 25.0375, "longitude": 121.5505, "accuracy": 9}
    page = open_as(place.technician.user, PHONE, geolocation=where, permissions=["geolocation"])
    page.goto(reverse("day"))
    with page.expect_navigation():
        thumb(page).tap()
    assert OrderEvent.objects.get(action="accept").latitude is None
    page.goto(reverse("day"))
    page.get_by_role("button", name="Send my position with what I record").tap()
    page.get_by_role("button", name="Stop sending my position").wait_for()
    page.goto(reverse("field_act", args=[assigned.pk, "add_note"]))
    page.locator("body[data-position=known]").wait_for()
    page.get_by_label("Note").fill("ring twice")
    send(page)
    event = OrderEvent.objects.get(action="add_note")
    assert (event.latitude, event.longitude, event.accuracy) == (25.0375, 121.5505, 9)
