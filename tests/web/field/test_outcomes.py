"""The phone leads from the diagnosis to its own step, and through it (H-F3, H-F8, H-A5, H-E5)."""

import pytest
from django.urls import reverse
from django.utils.timezone import now as clock

from dispatch.models import StandardText, State
from tests.factories import DIAGNOSIS, do, fresh
from tests.pictures import signature, upload
from tests.web.field.taps import page_of, post

HTMX = {"headers": {"HX-Request": "true"}}


def large_button(page) -> str:
    """Return the address of the one large button."""
    html = page.content.decode()
    thumb = html[html.index('class="thumb"') :]
    return thumb


@pytest.mark.parametrize(
    ("outcome", "verb"),
    [
        ("nothing_wrong", "explain"),
        ("refused", "hear_out"),
        ("new_fault", "ask_help"),
        ("unsafe", "make_safe"),
        ("exchange", "file_claim"),
        ("pull_in", "pull_in"),
        ("part_missing", "wait_for_parts"),
    ],
)
def test_h_f3_after_the_diagnosis_the_form_of_its_outcome_is_there(phone, brought, outcome, verb):
    order = brought(State.ON_SITE)
    covered = {"in_warranty": "true", "outcome": outcome, "finding": "looked"}
    answer = post(phone, order, "diagnose", covered)
    address = reverse("field_act", args=[order.pk, verb])
    assert answer.status_code == 302 and answer["Location"] == address
    assert phone.get(address).status_code == 200
    assert address in large_button(page_of(phone, order))


def test_h_f3_the_standard_text_is_shown_in_the_customers_language(phone, brought, place):
    order = brought(State.ON_SITE)
    StandardText.objects.create(
        kind="nothing_wrong", category=place.category, text_en="It rocks a little.", text_zh_hant="會輕微晃動。"
    )
    order.customer.language = "zh-hant"
    order.customer.save()
    do(order, "diagnose", place.technician.user, clock(), DIAGNOSIS | {"outcome": "nothing_wrong"})
    page = phone.get(reverse("field_act", args=[order.pk, "explain"])).content.decode()
    assert '<blockquote class="told" lang="zh-hant">會輕微晃動。' in page
    assert post(phone, order, "explain", {"explained": "on"}).status_code == 302
    assert "charge" in large_button(page_of(phone, order))


def test_h_f8_the_clauses_stand_above_a_claim_and_the_kind_is_chosen(phone, brought, place):
    order = brought(State.ON_SITE)
    do(order, "diagnose", place.technician.user, clock(), DIAGNOSIS | {"outcome": "exchange"})
    page = phone.get(reverse("field_act", args=[order.pk, "file_claim"])).content.decode()
    assert "Promise nothing" in page and "No." in page and "pump worn" in page
    assert post(phone, order, "file_claim", {"kind": "exchange", "what": "again"}).status_code == 302
    assert fresh(order).claims.get().kind == "exchange"


def test_unsafe_with_photo_and_signature_from_the_phone(phone, brought, place):
    order = brought(State.ON_SITE)
    do(order, "diagnose", place.technician.user, clock(), DIAGNOSIS | {"outcome": "unsafe"})
    sent = {"done": ["unplugged", "label"], "told": "on", "signature": signature(), "then": "workshop"}
    answer = post(phone, order, "make_safe", sent | {"photos": [upload()]})
    assert answer["Location"] == reverse("field_act", args=[order.pk, "pull_in"])
    assert fresh(order).photos.count() == 2


def test_h_a5_what_was_answered_before_stands_above_the_question(phone, brought, place):
    order = brought(State.ON_SITE)
    tech, ask = place.technician.user, reverse("field_act", args=[order.pk, "ask_help"])
    post(phone, order, "ask_help", {"level": "centre", "question": "漏水 again?"})
    do(order, "answer_help", place.dispatcher, clock(), {"answer": "Tighten the clamp."})
    page = phone.get(ask).content.decode()
    assert "Asked before" in page and "Tighten the clamp." in page
    assert f'value="{tech.technician.pk}"' not in page and f'value="{place.other.pk}"' in page
    assert "Tighten the clamp." in page_of(phone, order).content.decode()
