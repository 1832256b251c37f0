"""Help, claims and the alarm on the desk, and the colleague's answer on the phone (H-A5, H-F8, H-F10, H-W7)."""

import pytest
from django.urls import reverse

from dispatch.models import State
from tests.factories import do, fresh, make_outlet, make_technician, order_in
from tests.web.console.conftest import HTMX

ASK = {"level": "colleague", "question": "Which fuse for E47?"}


def asked(place):
    order, now = order_in(State.ON_SITE, place)
    return do(order, "ask_help", place.technician.user, now, ASK | {"technician": place.other.pk}), now


def test_h_a5_a_colleague_finds_the_question_and_answers_it_on_the_phone(place, at_desk):
    order, _now = asked(place)
    phone, number = at_desk(place.other.user), order.help.get().pk
    page = phone.get(reverse("help")).content.decode()
    assert "Which fuse for E47?" in page and reverse("help_answer", args=[number]) in page
    assert 'class="field"' in page.replace('class="field "', 'class="field"')
    address = reverse("help_answer", args=[number])
    assert phone.post(address, {"answer": " "}).status_code == 400
    answer = phone.post(address, {"answer": "T2.5A, slow"}, follow=True)
    assert "T2.5A, slow" in answer.content.decode() and "is told" in answer.content.decode()
    assert fresh(order).help_due_at is None
    again = phone.post(address, {"answer": "another"})
    assert again.status_code == 400 and order.help.get().answer == "T2.5A, slow"


def test_answers_are_searched_by_everybody(place, at_desk):
    order, now = asked(place)
    do(order, "answer_help", place.dispatcher, now, {"answer": "T2.5A, slow"})
    for user in (place.agent, place.clerk, place.manager, place.technician.user):
        assert "T2.5A" in at_desk(user).get(reverse("help"), {"q": "fuse"}).content.decode()
        assert "Nothing like this" in at_desk(user).get(reverse("help"), {"q": "compressor"}).content.decode()


def test_who_was_not_asked_does_not_find_the_question(place, at_desk):
    order, _now = asked(place)
    third = make_technician(place.outlet, place.skill).user
    address = reverse("help_answer", args=[order.help.get().pk])
    assert "Nobody waits for you" in at_desk(third).get(reverse("help")).content.decode()
    for stranger in (third, place.clerk, make_outlet().dispatcher):
        assert at_desk(stranger).get(address).status_code == 404
    assert at_desk(place.agent).get(address).status_code == 403


def test_the_desk_answers_from_the_orders_page(place, at_desk):
    order, _now = asked(place)
    form = at_desk(place.dispatcher).get(reverse("order_act", args=[order.pk, "answer_help"]), **HTMX)
    assert "Which fuse for E47?" in form.content.decode()
    page = at_desk(place.dispatcher).get(reverse("order", args=[order.pk])).content.decode()
    assert "Asked for help" in page


@pytest.fixture
def claimed(place):
    order, now = order_in(State.FOLLOW_UP, place)
    raw = {"kind": "refund", "what": "stopped again", "asked": 1_250_000}
    return do(order, "file_claim", place.agent, now, raw)


def test_h_w7_the_manager_sees_the_clause_beside_the_claim_and_refuses_with_it(place, at_desk, claimed):
    desk = at_desk(place.manager)
    page = desk.get(reverse("claims")).content.decode()
    assert "The rule does not grant it." in page and "NT$12,500" in page
    address = reverse("order_act", args=[claimed.pk, "decide_claim"])
    form = desk.get(address, **HTMX).content.decode()
    assert "The rule does not grant it." in form and 'value="no" checked' in form
    assert "new_serial" not in form
    assert desk.post(address, {"grant": "yes", "granted": "12500"}, **HTMX).status_code == 422
    assert desk.post(address, {"grant": "no", "granted": "0"}).status_code == 302
    page = desk.get(reverse("claims")).content.decode()
    assert "No claim waits for you" in page and "Refused" in page


def test_only_the_manager_opens_the_claims(place, at_desk, claimed):
    assert at_desk(place.dispatcher).get(reverse("claims")).status_code == 403
    assert "No claim waits for you" in at_desk(make_outlet().manager).get(reverse("claims")).content.decode()


def test_h_f10_the_whole_desk_sees_the_alarm_until_it_is_settled(place, at_desk):
    order, now = order_in(State.ON_SITE, place)
    do(order, "sos", place.technician.user, now, position={"latitude": 25.03, "longitude": 121.55, "accuracy": 9.0})
    for user in (place.dispatcher, place.clerk, place.agent, place.manager):
        banner = at_desk(user).get(reverse("alarms"), **HTMX).content.decode()
        assert place.technician.name in banner and "25.03" in banner and "Take over" in banner
    assert "alarm" not in at_desk(make_outlet().dispatcher).get(reverse("alarms"), **HTMX).content.decode()
    desk = at_desk(place.dispatcher)
    assert 'id="alarms"' in desk.get(reverse("queue")).content.decode()
    assert desk.get(reverse("order", args=[order.pk])).context["primary"].verb.name == "take_over"
    do(order, "take_over", place.dispatcher, now, {"caller": "Ms Lin"})
    assert desk.get(reverse("order", args=[order.pk])).context["primary"].verb.name == "settle_sos"
    do(order, "settle_sos", place.dispatcher, now, {"outcome": "safe", "safe": True})
    assert "alarm" not in desk.get(reverse("alarms"), **HTMX).content.decode()


def test_h_f10_the_technicians_page_is_calm_and_asks_for_nothing(place, at_desk):
    place.outlet.phone = "+886223456789"
    place.outlet.save()
    order, _now = order_in(State.ON_SITE, place)
    phone = at_desk(place.technician.user)
    assert 'data-hold="1200"' in phone.get(reverse("field_order", args=[order.pk])).content.decode()
    assert phone.post(reverse("field_act", args=[order.pk, "sos"]), {}).status_code == 302
    page = phone.get(reverse("field_order", args=[order.pk])).content.decode()
    assert "tel:+886223456789" in page and "The centre knows" in page and "<textarea" not in page
    assert phone.get(reverse("alarms")).status_code == 403
