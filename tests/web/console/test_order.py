"""The order's page: what comes next, the buttons, and the history in words."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import translation

from dispatch.lifecycle import REGISTRY, Act, act_on
from dispatch.models import Fault, State
from tests import factories
from tests.factories import NOW, do, fresh, make_order, order_in
from web.shared.story import story


def page(client, order, **more):
    return client.get(reverse("order", args=[order.pk]), **more)


@pytest.mark.parametrize("state", State.values)
def test_every_state_has_its_page(state, place, at_desk, clock):
    order, now = order_in(state, place)
    clock(now)
    for user in (place.dispatcher, place.agent, place.clerk, place.manager):
        answer = page(at_desk(user), order)
        text = answer.content.decode()
        assert answer.status_code == 200 and order.get_state_display() in text
        if order.is_open:
            assert order.get_next_action_display() in text


def test_the_buttons_are_those_open_to_me(place, at_desk):
    order = make_order(place)
    office = page(at_desk(place.dispatcher), order).context
    assert office["primary"].verb.name == "assign"
    assert {"cancel", "correct", "add_note"} <= {button.verb.name for button in office["others"]}
    clerk = page(at_desk(place.clerk), order).context
    clerk_may = {button.verb.name for button in clerk["others"]}
    assert clerk["primary"] is None and {"correct", "record_evidence", "add_note"} <= clerk_may


def test_a_verb_without_words_is_one_press(place, at_desk):
    order, _now = order_in("requested", place)
    primary = page(at_desk(place.agent), order).context["primary"]
    assert primary.verb.name == "approve" and primary.form is not None
    answer = at_desk(place.agent).post(primary.url, {"idempotency_key": primary.form.key})
    assert answer.status_code == 302 and fresh(order).state == "ready"


def test_gaps_are_said_with_the_button_that_fills_them(place, at_desk):  # H-I2
    order = make_order(place, model_no="", wish="")
    answer = page(at_desk(place.dispatcher), order)
    assert [str(gap) for gap in answer.context["gaps"]] == ["model", "what the customer wants"]
    assert reverse("order_act", args=[order.pk, "correct"]) in answer.content.decode()


def test_what_still_stands_in_the_way_is_said_beside_the_button(place, at_desk):
    order, _now = order_in("accepted", place, model_no="")
    assert "Missing: model." in page(at_desk(place.dispatcher), order).content.decode()


def test_a_look_again_costs_nothing_when_nothing_changed(place, at_desk):
    order = make_order(place)
    part = {"headers": {"HX-Request": "true", "HX-Target": "order-part"}}
    client = at_desk(place.dispatcher)
    url = reverse("order", args=[order.pk])
    stamp = page(client, order).context["stamp"]
    assert client.get(url, {"stamp": stamp}, **part).status_code == 204
    do(order, "add_note", place.clerk, NOW, {"note": "gate code 12"})
    again = client.get(url, {"stamp": stamp}, **part)
    assert "gate code 12" in again.content.decode() and "<html" not in again.content.decode()


def told(order):
    """Return (title, actor, sentences) of each line of the history, newest first."""
    found = []
    for line in story(fresh(order)):
        moved = [" → ".join(line.moved)] if line.moved else []
        found.append((line.title, line.actor, [*moved, line.note, *line.notes]))
    return found


def test_the_history_says_who_did_what_newest_first(place, db):  # H-N2
    order, _now = order_in("assigned", place)
    assert [(title, actor) for title, actor, _n in told(order)] == [
        ("Assign", str(place.dispatcher)),
        ("Order opened", str(place.dispatcher)),
    ]
    assert f"Technician: {place.technician.name}" in told(order)[0][2]
    assert "Ready → Assigned" in told(order)[0][2]


def test_a_correction_is_told_before_and_after(place):  # H-I3
    order = do(make_order(place), "correct", place.clerk, NOW, {"model_no": "XQG90", "priority": 1, "wish": ""})
    notes = told(order)[0][2]
    assert "Model: XQG70 → XQG90" in notes and "Priority: Normal → Urgent" in notes
    assert "What the customer wants: 上午 → nothing" in notes


def test_lateness_knocking_and_the_kit_are_told(place):  # H-E4, H-E2, H-D1
    order, now = order_in("contacted", place)
    tech = place.technician.user
    order = do(order, "check_kit", tech, now, {"items": ["pad-cloth"]})
    assert "Missing: Tool set" in told(order)[0][2]
    order = do(order, "check_kit", tech, now, factories.KIT)
    order = do(order, "depart", tech, now + timedelta(hours=3), None)
    order = do(order, "arrive", tech, now + timedelta(hours=4), None)
    assert "Late, 15 minutes or more" in told(order)[0][2] and "A small gift goes with the apology" in told(order)[0][2]
    order = do(order, "knock", tech, now + timedelta(hours=4), {"step": "bell"})
    assert "What you did: Rang the bell" in told(order)[0][2]


def test_the_clock_is_called_by_our_name_and_a_wrong_phone_clock_is_said(place, at_desk):
    order, now = order_in("contacted", place)
    with transaction.atomic():
        act_on(Act(REGISTRY["re_estimate"], order, None, now))
    assert told(order)[0][1] == "Doorstep"
    do(order, "add_note", place.clerk, now, {"note": "x"}, device_at=now - timedelta(hours=2))
    assert story(fresh(order))[0].device_at == now - timedelta(hours=2)
    do(order, "add_note", place.clerk, now, {"note": "x"}, device_at=now - timedelta(minutes=2))
    assert story(fresh(order))[0].device_at is None


def test_money_and_callbacks_are_told(place):
    order, now = order_in("on_site", place)
    tech = place.technician.user
    costly = factories.DIAGNOSIS | {"in_warranty": False, "quoted": 120000, "quote_accepted": True}
    order = do(order, "diagnose", tech, now, costly)
    assert "Quote: NT$1,200" in told(order)[0][2]
    order, _now = order_in("follow_up", factories.make_outlet())
    assert any(note.startswith("Call promised for") for note in told(order)[0][2])


def test_a_fault_is_told_by_its_name_and_lists_by_the_signs_of_the_language(place):
    Fault.objects.create(code="leak", name_en="Leak", name_zh_hans="漏水", name_zh_hant="漏水", category=place.category)
    order, now = order_in("on_site", place)
    order = do(order, "diagnose", place.technician.user, now, factories.DIAGNOSIS | {"fault": "leak"})
    assert "Fault: Leak" in told(order)[0][2]
    with translation.override("zh-hant"):
        assert "故障：漏水" in told(order)[0][2]
        assert any("地址、型號" in note for _title, _actor, notes in told(order) for note in notes)


def test_our_own_reason_for_giving_up_a_visit_is_told_to_each_in_their_language(place, at_desk):  # H-A2
    order, now = order_in("contacted", place)
    with translation.override("zh-hans"):
        order = do(order, "consult", place.technician.user, now, {"advice": "open the tap", "customer_agrees": True})
    english = page(at_desk(place.dispatcher), order, headers={"Accept-Language": "en"})
    assert "Settled by phone" in english.content.decode()
    place.dispatcher.language = "zh-hant"
    place.dispatcher.save()
    assert "已電話解決" in page(at_desk(place.dispatcher), order).content.decode()


@pytest.mark.parametrize("state", State.values)
def test_no_code_is_left_in_the_history(state, place):
    order, _now = order_in(state, place)
    for title, _actor, notes in told(order):
        assert "_" not in title + " ".join(notes)


def test_the_page_costs_the_same_however_long_the_history(place, at_desk, django_assert_max_num_queries):
    order, now = order_in("closed", place)
    client = at_desk(place.dispatcher)
    for number in range(30):
        do(order, "add_note", place.clerk, now, {"note": f"note {number}"})
    with django_assert_max_num_queries(35):
        page(client, order)


def test_while_a_customer_is_to_be_won_back_that_is_the_one_large_button(place, at_desk):  # H-C6
    order, now = order_in("accepted", place)
    calm = page(at_desk(place.manager), order).context
    assert "settle_escalation" not in {button.verb.name for button in calm["others"]}
    do(order, "escalate", place.dispatcher, now, {"escalation": "angry", "reason": "third call"})
    assert page(at_desk(place.manager), order).context["primary"].verb.name == "settle_escalation"
    office = page(at_desk(place.dispatcher), order).context
    assert office["primary"] is None and "contact" in {button.verb.name for button in office["others"]}


def test_undo_is_offered_to_who_has_something_to_undo(place, at_desk):  # H-N2
    order = make_order(place)
    assert "undo_place" not in page(at_desk(place.dispatcher), order).content.decode()
    raw = {"technician": place.technician.pk, "starts_at": (NOW + timedelta(hours=2)).isoformat()}
    do(order, "place", place.dispatcher, NOW, raw)
    assert "undo_place" in page(at_desk(place.dispatcher), order).content.decode()
    assert "undo_place" not in page(at_desk(place.manager), order).content.decode()
