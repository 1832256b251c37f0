"""Whom a message did not reach, in Chromium: called, settled, gone from the list; readable on phone and desk."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from dispatch.models import Notice, NoticeEvent, NoticeState, OrderEvent, State
from technicians.models import User
from tests import factories
from tests.browser.conftest import DESK, PHONE, faults_of, runs_over


@pytest.fixture(autouse=True)
def _plain_static_files(settings):
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture
def place(transactional_db):
    return factories.make_outlet()


@pytest.fixture
def failed(place):
    """Two notices that did not arrive."""
    now = timezone.now()
    for phone in ("0912 345 678", "0955 444 333"):
        order, _now = factories.order_in(State.NEEDS_INFO, place, phone=phone)
        Notice.objects.filter(order=order, event=NoticeEvent.NEEDS_INFO).update(
            state=NoticeState.FAILED, channel="sms", to=order.customer.phone, call_due_at=now + timedelta(minutes=5)
        )
    return Notice.objects.to_call()


def test_h_c1_an_agent_calls_whom_a_message_did_not_reach(place, failed, open_as):
    first, second = failed
    page = open_as(place.agent)
    page.goto(reverse("agent_home"))
    expect(page.get_by_role("heading", name="Could not be told: please call 2")).to_be_visible()
    page.locator(f"#told-{first.pk}").click()
    expect(page.locator(f"#untold-{first.pk}")).to_have_count(0)
    expect(page.locator(f"#untold-{second.pk}")).to_be_visible()
    page.locator(f"#resend-{second.pk}").click()
    expect(page.get_by_role("heading", name="Could not be told")).to_have_count(0)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.call_outcome, first.called_by, second.state) == ("told", place.agent, NoticeState.QUEUED)
    assert OrderEvent.objects.filter(order=first.order_id, action="add_note", actor=place.agent).count() == 1
    assert page.wrong == []


@pytest.mark.parametrize(
    ("language", "viewport", "scheme"),
    [("en", PHONE, "light"), ("zh-hans", DESK, "dark"), ("zh-hant", PHONE, "dark")],
)
def test_the_list_and_the_card_fit_and_read_well(place, failed, open_as, language, viewport, scheme):
    User.objects.filter(pk=place.agent.pk).update(language=language)
    page = open_as(place.agent, viewport, color_scheme=scheme)
    for address in (reverse("agent_home"), reverse("order", args=[failed[0].order_id])):
        page.goto(address)
        expect(page.locator("#untold-title, #told-title").first).to_be_visible()
        assert faults_of(page) == []
        assert runs_over(page) <= 0
