"""The guided forms: the call, the bag, the closed door, the diagnosis, the bill, the goodbye."""

from datetime import timedelta

import pytest
from django.urls import reverse

from dispatch.models import OrderEvent, Outcome, Repair, State
from tests import factories
from tests.factories import TODAY, do, fresh
from tests.web.field.taps import KEY, page_of, post

pytestmark = pytest.mark.django_db


def contact_data(**more):
    return {"starts_at": f"{TODAY}T12:00", "minutes": "60", "confirmed": factories.CONFIRMED} | more


def test_call_form_shows_each_value_beside_its_tick(phone, brought):
    """H-C1."""
    page = phone.get(reverse("field_act", args=[brought(State.ACCEPTED).pk, "contact"]))
    items = {item.code: item for item in page.context["items"]}
    assert list(items) == ["time", "address", "model", "purchase_date", "symptom"]
    assert "仁愛路四段 1 號" in items["address"].value
    assert "XQG70" in items["model"].value
    assert items["symptom"].value == "漏水"
    assert f'value="{TODAY}T12:00"' in page.content.decode()  # 04:00 UTC as the outlet's clock shows it


def test_call_with_everything_confirmed(phone, brought):
    order = brought(State.ACCEPTED)
    assert post(phone, order, "contact", contact_data()).status_code == 302
    assert fresh(order).state == State.CONTACTED


def test_call_put_right_in_place(phone, brought):
    """H-C3: a correction made during the call is kept with what was there before."""
    order = brought(State.ACCEPTED)
    data = contact_data(
        **{"before-model_no": "XQG70", "model_no": "XQG80", "before-symptom": "漏水", "symptom": "漏水"}
    )
    assert post(phone, order, "contact", data).status_code == 302
    assert OrderEvent.objects.get(order=order, action="contact").payload["changes"] == {"model_no": ["XQG70", "XQG80"]}


def test_call_refused_keeps_what_was_typed(phone, brought):
    """H-C1: what is not confirmed is named, with its rule, and nothing typed is lost."""
    order = brought(State.ACCEPTED)
    answer = post(phone, order, "contact", contact_data(confirmed=["time"], spoke_to="his wife"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Not confirmed yet: Address." in page
    assert "H-C1" in page
    assert 'value="his wife"' in page
    assert {item.code for item in answer.context["items"] if item.ticked} == {"time"}


def test_gaps_are_asked_for_in_the_call(phone, brought):
    """H-I2: an order with gaps can be assigned but not pass the call."""
    order = brought(State.ACCEPTED, model_no="", wish="")
    page = phone.get(reverse("field_act", args=[order.pk, "contact"]))
    assert [row.name for row in page.context["missing"]] == ["wish"]
    assert [item.code for item in page.context["items"] if item.unfold] == ["model"]
    assert post(phone, order, "contact", contact_data()).status_code == 422
    filled = contact_data(**{"before-model_no": "", "model_no": "XQG70", "before-wish": "", "wish": "morning"})
    assert post(phone, order, "contact", filled | {"idempotency_key": KEY}).status_code == 302


def test_bag_marks_what_can_be_left(phone, place, brought):
    """H-D1."""
    order = brought(State.CONTACTED)
    do(order, "check_kit", place.technician.user, factories.NOW + timedelta(minutes=30), {"items": ["tools"]})
    page = phone.get(reverse("field_act", args=[order.pk, "check_kit"]))
    ticked = {
        option.value: (option.selected, item.mandatory)
        for _group, things in page.context["groups"]
        for option, item in things
    }
    assert ticked == {"pad-cloth": (False, True), "tools": (True, True), "umbrella": (False, False)}
    assert post(phone, order, "check_kit", {"items": ["pad-cloth", "tools"]}).status_code == 302
    assert sorted(fresh(order).visits.standing().get().kit) == ["pad-cloth", "tools"]


def test_guide_at_a_closed_door(phone, place, at, brought):
    """H-E2: each step one tap; no access only after the whole guide and five minutes."""
    order = brought(State.ON_SITE)
    url = reverse("field_act", args=[order.pk, "knock"])
    begun = at(factories.NOW + timedelta(hours=4))
    for number, step in enumerate(["bell", "knock", "phone", "neighbour", "downstairs", "note"]):
        at(begun + timedelta(seconds=40 * number))
        sent = {"step": step, "next": url, "idempotency_key": f"{KEY}{number}"}
        assert post(phone, order, "knock", sent).url == url
    guide = phone.get(url).context
    assert guide["guide"].first_at == begun + timedelta(seconds=40)
    assert [lack.code for lack in guide["guide"].lacks] == ["knock_time"]
    assert guide["no_access"].form is None
    at(begun + timedelta(minutes=6))
    page = phone.get(url)
    assert page.context["no_access"].form is not None
    assert post(phone, order, "no_access").status_code == 302
    assert fresh(order).state == State.ACCEPTED


@pytest.mark.parametrize(
    ("minutes", "words", "gift"), [(0, "On time", False), (8, "Late, under 15", False), (20, "or more", True)]
)
def test_what_to_say_at_the_door(phone, place, at, brought, minutes, words, gift):
    """H-E4: the class of lateness, true words, and the gift."""
    order = brought(State.EN_ROUTE)
    moment = at(factories.STARTS + timedelta(minutes=minutes))
    do(order, "arrive", place.technician.user, moment)
    page = page_of(phone, order)
    assert words in page.content.decode()
    assert page.context["door"].gift is gift
    assert place.technician.permit_code in page.content.decode()  # H-E3


def test_something_different_leads_to_its_next_step(phone, place, brought):
    """H-E5: a doubt about us → the manager, or another time."""
    order = brought(State.ON_SITE)
    assert post(phone, order, "note_exception", {"exception": "doubts_us"}).status_code == 302
    door = page_of(phone, order).context["door"]
    assert [step.name for step in door.steps] == ["escalate", "reschedule"]


def test_diagnosis_in_major_units_and_outcomes_as_rows(phone, brought):
    """H-F2: the quote is typed as money is written."""
    order = brought(State.ON_SITE)
    page = phone.get(reverse("field_act", args=[order.pk, "diagnose"]))
    outcome = next(row for row in page.context["act"].rows if row.name == "outcome")
    assert outcome.kind == "radios"
    assert len(outcome.options) == len(Outcome)
    sent = {"finding": "pump", "outcome": "repairable", "quoted": "1,200.50", "quote_accepted": "on"}
    sent |= {"in_warranty": "false"}
    assert post(phone, order, "diagnose", sent).status_code == 302
    assert Repair.objects.get(order=order).quoted == 120050


def test_bill_says_the_quote(phone, place, brought):
    """H-G3: charged by the quote, never above it."""
    order = brought(State.ON_SITE)
    tech, now = place.technician.user, factories.NOW + timedelta(hours=4)
    diagnosis = factories.DIAGNOSIS | {"in_warranty": False, "quoted": 120000, "quote_accepted": True}
    do(order, "diagnose", tech, now, diagnosis)
    do(order, "repair", tech, now, factories.REPAIR)
    page = phone.get(reverse("field_act", args=[order.pk, "charge"])).content.decode()
    assert "NT$1,200" in page
    assert post(phone, order, "charge", {"amount": "1300", "method": "cash"}).status_code == 422
    assert post(phone, order, "charge", {"amount": "1200", "method": "cash", "idempotency_key": KEY}).status_code == 302


def test_tools_are_counted_back(phone, brought):
    """H-F12."""
    order = brought(State.CHARGED)
    page = phone.get(reverse("field_act", args=[order.pk, "complete"]))
    tools = next(row for row in page.context["act"].rows if row.name == "tools_back")
    assert [option.value for option in tools.options] == ["tools"]
    assert post(phone, order, "complete", {"signed_by": "王小明"}).status_code == 422
    sent = {"signed_by": "王小明", "tools_back": "tools", "rating_repair": "5", "idempotency_key": KEY}
    assert post(phone, order, "complete", sent).status_code == 302


def names(phone, order, verb):
    return [row.name for row in phone.get(reverse("field_act", args=[order.pk, verb])).context["act"].rows]


def test_with_nothing_quoted_nothing_is_asked_about_money(phone, place, brought):
    """H-F2, H-G1."""
    order = brought(State.ON_SITE)
    diagnosed = {"finding": "pump", "outcome": "repairable", "in_warranty": "on", "quoted": ""}
    assert post(phone, order, "diagnose", diagnosed).status_code == 302
    assert "quote_accepted" not in names(phone, order, "repair")
    do(order, "repair", place.technician.user, factories.NOW + timedelta(hours=4), factories.REPAIR)
    assert names(phone, order, "charge") == []
    assert post(phone, order, "charge").status_code == 302


def test_with_a_quote_somebody_says_how_it_was_paid(phone, place, brought):
    """H-F2, H-G1."""
    order = brought(State.ON_SITE)
    tech, now = place.technician.user, factories.NOW + timedelta(hours=4)
    do(order, "diagnose", tech, now, factories.DIAGNOSIS | {"in_warranty": False, "quoted": 120000})
    assert "quote_accepted" in names(phone, order, "repair")
    do(order, "repair", tech, now, factories.REPAIR | {"quote_accepted": True})
    page = phone.get(reverse("field_act", args=[order.pk, "charge"]))
    method = next(row for row in page.context["act"].rows if row.name == "method")
    assert method.required and not any(option.selected for option in method.options)


def test_the_day_a_part_comes_is_not_the_hour_of_the_visit(phone, place, brought):
    """H-F3: both are called expected_at; the visit's is past by now."""
    order = brought(State.ON_SITE)
    now = factories.NOW + timedelta(hours=4)
    do(order, "diagnose", place.technician.user, now, factories.DIAGNOSIS | {"outcome": "part_missing"})
    page = phone.get(reverse("field_act", args=[order.pk, "wait_for_parts"]))
    assert {row.name: row.value for row in page.context["act"].rows}["expected_at"] == ""


def test_fetching_the_part_now_leads_on_like_any_act(phone, place, brought):
    """H-F3: the form's own 'stay' is not the page's wish to be told and not left."""
    order = brought(State.ON_SITE)
    now = factories.NOW + timedelta(hours=4)
    do(order, "diagnose", place.technician.user, now, factories.DIAGNOSIS | {"outcome": "part_missing"})
    answer = post(phone, order, "wait_for_parts", {"parts": "pump", "stay": "on"}, headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == reverse("field_order", args=[order.pk])
