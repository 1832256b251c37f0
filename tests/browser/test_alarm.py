"""The alarm under a real thumb, and the checklist of one tap (H-F10, H-E1)."""

import pytest
from django.urls import reverse

from dispatch.models import Check, Incident, State
from technicians.models import Checklist, ChecklistItem, CheckStep
from tests import factories
from tests.browser.conftest import DESK, PHONE, faults_of, runs_over, small_targets

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def place(transactional_db):
    return factories.make_outlet(phone="+886223456789")


def test_h_f10_a_tap_raises_no_alarm_a_held_press_does_and_the_desk_turns_red(open_as, place):
    order, _moment = factories.order_in(State.ON_SITE, place)
    phone = open_as(place.technician.user, PHONE)
    phone.goto(reverse("field_order", args=[order.pk]))
    assert runs_over(phone) <= 0
    button = phone.locator("a[data-hold]")
    button.click()
    assert button.inner_text() == "Press and hold" and not Incident.objects.exists()
    box = button.bounding_box()
    phone.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    phone.mouse.down()
    phone.get_by_role("heading", name="The centre knows").wait_for()
    phone.mouse.up()
    assert Incident.objects.get().order == order
    assert faults_of(phone) == [] and small_targets(phone, 44) == [] and runs_over(phone) <= 0
    desk = open_as(place.dispatcher, DESK)
    desk.goto(reverse("queue"))
    desk.locator(".alarm").get_by_text("Take over").click()
    desk.wait_for_url(f"**{reverse('order', args=[order.pk])}")
    desk.locator(".alarm").wait_for()
    assert faults_of(desk) == []


def test_h_e1_the_checklist_is_one_tap(open_as, place):
    made = Checklist.objects.create(step=CheckStep.APPEARANCE, valid_from="2020-01-01")
    for code in ("uniform", "permit"):
        ChecklistItem.objects.create(checklist=made, code=code, name_en=code.title())
    order, _moment = factories.order_in(State.ON_SITE, place)
    phone = open_as(place.technician.user, PHONE)
    phone.goto(reverse("field_act", args=[order.pk, "check_off"]))
    assert faults_of(phone) == [] and small_targets(phone, 44) == [] and runs_over(phone) <= 0
    with phone.expect_navigation():
        phone.get_by_role("button", name="All in order").tap()
    assert Check.objects.get().answers == {"uniform": True, "permit": True}
    assert phone.locator(".thumb .button").inner_text() == "Diagnose"
