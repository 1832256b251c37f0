"""The checklist on the phone: it comes before its step, one tap does the ticks, a refusal keeps all (H-E1)."""

import pytest
from django.urls import reverse

from dispatch.models import Check, State
from technicians.models import CheckStep
from tests.dispatch.actions.test_checks import checklist
from tests.factories import fresh
from tests.pictures import upload
from tests.web.field.taps import page_of, post


@pytest.fixture
def door(place):
    checklist(CheckStep.APPEARANCE, ("uniform", "tick", {}))
    photo, volts = ("marks", "photo", {}), ("volts", "number", {"minimum": 200, "maximum": 240, "unit": "V"})
    checklist(CheckStep.ENTERING, ("shoes", "tick", {}), photo, volts)


def form(phone, order):
    return phone.get(reverse("field_act", args=[order.pk, "check_off"]))


def test_h_e1_the_checklist_is_the_large_button_until_it_is_done(phone, brought, door):
    order = brought(State.ON_SITE)
    assert page_of(phone, order).context["choice"].step.name == "check_off"
    page = form(phone, order)
    assert [part.title for part in page.context["parts"]] == ["Before the door", "Entering"]
    sent = {"all": "1", "item-2.volts": "221,5", "item-2.marks": upload()}
    assert post(phone, order, "check_off", sent).status_code == 302
    kept = {check.step: check.answers for check in Check.objects.all()}
    photo = fresh(order).photos.get()
    assert kept == {1: {"uniform": True}, 2: {"shoes": True, "volts": 221.5, "marks": photo.pk}}
    assert photo.kind == "checklist" and photo.event_seq == fresh(order).log_seq
    assert page_of(phone, order).context["choice"].step.name == "diagnose"


def test_what_was_typed_and_photographed_is_kept_when_refused(phone, brought, door):
    order = brought(State.ON_SITE)
    answer = post(phone, order, "check_off", {"item-1.uniform": "on", "item-2.volts": "low", "item-2.marks": upload()})
    page = answer.content.decode()
    assert answer.status_code == 400 and "write the measured value as a number" in page
    assert 'value="low"' in page and 'name="item-1.uniform" checked' in page
    assert f'name="item-2.marks" value="{fresh(order).photos.get().pk}" checked' in page
    assert not Check.objects.exists()


def test_what_is_no_photo_is_refused_in_words(phone, brought, door):
    order = brought(State.ON_SITE)
    answer = post(phone, order, "check_off", {"item-2.marks": upload(b"no picture", "a.jpg")})
    assert answer.status_code == 400 and "form-errors" in answer.content.decode()


def test_a_value_outside_its_limits_is_shown_beside_them(phone, brought, door):
    order = brought(State.ON_SITE)
    post(phone, order, "check_off", {"all": "1", "item-2.volts": "190"})
    page = form(phone, order).content.decode()
    assert "Outside the limits" in page and "200 to 240 V" in page


def test_h_d1_the_bag_is_shown_in_its_groups(phone, brought):
    page = phone.get(reverse("field_act", args=[brought(State.CONTACTED).pk, "check_kit"]))
    assert [str(title) for title, _things in page.context["groups"]] == ["Tools"]


def test_h_e5_what_is_different_is_done_by_one_tap(phone, brought):
    order = brought(State.ON_SITE)
    post(phone, order, "note_exception", {"exception": "doubts_us"})
    choice = page_of(phone, order).context["choice"]
    assert choice.step.name == "escalate" and choice.beside[0].name == "diagnose"
    assert post(phone, order, "escalate", choice.step.form.hidden).status_code == 302
    assert fresh(order).escalation == "doubt"


def test_h_e5_a_power_cut_leads_to_a_new_time_with_its_reason(phone, brought):
    order = brought(State.ON_SITE)
    post(phone, order, "note_exception", {"exception": "power_cut"})
    step = page_of(phone, order).context["choice"].step
    assert step.name == "reschedule" and "Power+cut" in step.url
    assert "Power cut" in phone.get(step.url).content.decode()
