"""What was told on the order's page, whom to call on the agent's; by other people's rows nobody gets anywhere."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dispatch.models import Notice, NoticeEvent, NoticeState, State
from tests.factories import make_order, make_outlet, order_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(db):
    return make_outlet()


@pytest.fixture
def failed(place):
    """A notice of a time that did not arrive, to be called about."""
    order, _now = order_in(State.CONTACTED, place)
    row = Notice.objects.get(order=order, event=NoticeEvent.APPOINTMENT)
    now = timezone.now()
    row.state, row.channel, row.to, row.sent_at = NoticeState.FAILED, "sms", "+886912345678", now
    row.call_due_at, row.last_error = now + timedelta(minutes=20), "text message: 400"
    row.save()
    return row


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_order_tells_what_was_told_without_the_whole_number(place, failed):
    page = signed_in(place.agent).get(reverse("order", args=[failed.order_id])).content.decode()
    card = page[page.index("told-title") : page.index("story-title")]
    assert "+8869•••••678" in card and "+886912345678" not in card
    assert "Not delivered" in card and "text message: 400" in card
    assert reverse("notice_again", args=[failed.pk]) in card


def test_the_page_is_fetched_anew_when_a_notice_has_moved_on(place, failed):
    client, address = signed_in(place.agent), reverse("order", args=[failed.order_id])
    stamp = client.get(address).context["stamp"]
    part = {"HX-Request": "true", "HX-Target": "order-part"}
    assert client.get(address, {"stamp": stamp}, headers=part).status_code == 204
    Notice.objects.filter(pk=failed.pk).update(state=NoticeState.SENT)
    assert client.get(address, {"stamp": stamp}, headers=part).status_code == 200


@pytest.mark.parametrize("page", ["agent_home", "callbacks"])
def test_h_c1_the_agent_reads_whom_to_call_and_what_to_say(place, failed, page):
    shown = signed_in(place.agent).get(reverse(page)).content.decode()
    assert "Could not be told: please call" in shown
    assert "we will visit you on" in shown
    assert "http" not in shown[shown.index('class="script"') :].split("</blockquote>")[0]


def test_told_by_phone_without_a_script_leads_back(place, failed):
    client = signed_in(place.agent)
    said = {"outcome": "told", "next": reverse("agent_home")}
    answer = client.post(reverse("notice_tell", args=[failed.pk]), said)
    assert (answer.status_code, answer.url) == (302, reverse("agent_home"))
    assert "Could not be told" not in client.get(reverse("agent_home")).content.decode()
    away = client.post(reverse("notice_tell", args=[failed.pk]), said | {"next": "https://elsewhere.example/"})
    assert away.url == reverse("order", args=[failed.order_id])


def test_words_that_are_none_change_nothing(place, failed):
    answer = signed_in(place.agent).post(reverse("notice_tell", args=[failed.pk]), {"outcome": "satisfied"})
    assert answer.status_code == 400
    failed.refresh_from_db()
    assert failed.called_at is None


@pytest.mark.parametrize("name", ["notice_tell", "notice_again"])
def test_another_outlet_a_technician_a_stranger_and_a_reading_get_nowhere(place, failed, name):
    address, said = reverse(name, args=[failed.pk]), {"outcome": "told"}
    other = make_outlet()
    assert signed_in(other.dispatcher).post(address, said).status_code == 404
    assert signed_in(place.technician.user).post(address, said).status_code == 403
    assert Client().post(address, said).status_code == 302
    assert signed_in(place.agent).get(address).status_code == 405
    assert signed_in(place.agent).post(reverse(name, args=[10**9]), said).status_code == 404
    failed.refresh_from_db()
    assert (failed.state, failed.called_at) == (NoticeState.FAILED, None)


def test_an_agent_of_one_outlet_is_not_told_of_anothers_customers(place, failed):
    other = make_outlet()
    make_order(other)
    assert "Could not be told" not in signed_in(other.agent).get(reverse("agent_home")).content.decode()
