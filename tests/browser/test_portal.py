"""The customer's pages in Chromium: every one of them readable, in reach and whole, and one order from asking to
judging it on two screens.
"""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from dispatch.models import Link, Notice, NoticeEvent, ServiceOrder, State
from tests import factories, pictures
from tests.browser.conftest import DESK, PHONE, faults_of, runs_over, small_targets
from tests.pricing import make_prices

pytestmark = pytest.mark.django_db(transaction=True)
STATES = (
    State.REQUESTED, State.NEEDS_INFO, State.REJECTED, State.READY, State.CONTACTED, State.EN_ROUTE, State.ON_SITE,
    State.DIAGNOSED, State.IN_WORKSHOP, State.AWAITING_PARTS, State.CHARGED, State.FOLLOW_UP, State.CLOSED,
    State.CANCELLED,
)  # fmt: skip
BESIDE = {
    State.NEEDS_INFO: ("portal_supply", "portal_correct"),
    State.READY: ("portal_time", "portal_correct"),
    State.FOLLOW_UP: ("portal_rate", "portal_broken"),
}


@pytest.fixture
def place(transactional_db):
    place = factories.make_outlet(phone="+886223456789")
    make_prices(place)
    return factories.around_the_clock(place)


@pytest.fixture
def customer(chromium, live_server, wired):
    """Return a function (viewport, **how) → a page of somebody who is nobody here; what went wrong is in `wrong`."""
    contexts = []

    def open_page(viewport=PHONE, **how):
        how = {"has_touch": viewport == PHONE, "locale": "en-GB"} | how
        contexts.append(chromium.new_context(base_url=live_server.url, viewport=viewport, **how))
        page = contexts[-1].new_page()
        page.wrong = []
        page.on("pageerror", lambda error: page.wrong.append(str(error)))
        return page

    yield open_page
    for context in contexts:
        context.close()


def let_in(page, phone: str) -> None:
    """Come through the door with the code that was sent."""
    page.locator("[name=to]").fill(phone)
    page.locator("main button[type=submit]").click()
    page.locator("[name=code]").wait_for()
    sent = Notice.objects.filter(event=NoticeEvent.CODE).order_by("-pk").first()
    page.locator("[name=code]").fill(sent.facts["code"])
    page.locator("main button[type=submit]").click()


def wrong_on(page, where: str) -> list[str]:
    """Return what is amiss on a page."""
    found = faults_of(page) + [one for one in small_targets(page, 24) if "checkbox" not in one]
    found += [f"{runs_over(page)} px too wide"] if runs_over(page) > 0 else []
    return [f"{where}: {one}" for one in found]


@pytest.mark.parametrize(
    ("language", "scheme", "viewport"),
    [("en-GB", "light", PHONE), ("zh-CN", "dark", {"width": 320, "height": 640}), ("zh-TW", "light", DESK)],
)
def test_every_page_of_an_order_reads_well(transactional_db, customer, language, scheme, viewport):
    page, wrong = customer(viewport, locale=language, color_scheme=scheme), []
    for number, state in enumerate(STATES):
        place = factories.make_outlet(phone="+886223456789")  # nobody is in two places at once
        order, now = factories.order_in(state, place, phone=f"0912 345 6{number:02d}")
        link = Link.objects.of(order, now)
        for name in ("portal_order", *BESIDE.get(state, ())):
            page.goto(reverse(name, args=[link.code]))
            expect(page.locator("main h1")).to_be_visible()
            wrong += wrong_on(page, f"{name} {state}")
    page.goto(reverse("portal_order", args=["nobody"]))
    wrong += wrong_on(page, "gone")
    assert wrong == []
    assert page.wrong == []


@pytest.mark.parametrize(
    ("language", "scheme", "viewport"),
    [("en-GB", "dark", PHONE), ("zh-CN", "light", DESK), ("zh-TW", "light", {"width": 320, "height": 640})],
)
def test_h_i1_every_step_of_asking_reads_well(place, customer, language, scheme, viewport, tmp_path):
    known = factories.make_order(place)
    (tmp_path / "plate.jpg").write_bytes(pictures.jpeg())
    (tmp_path / "bill.pdf").write_bytes(b"%PDF-1.4")
    page, wrong = customer(viewport, locale=language, color_scheme=scheme), []
    page.goto(reverse("portal_request"))
    wrong += wrong_on(page, "door")
    let_in(page, "0912 345 678")
    step = page.locator("main form")
    page.locator("#a-new").check()
    expect(page.locator("[name=serial]")).to_be_visible()
    page.locator("[name=category]").select_option(index=1)
    page.locator("[name=nameplate]").set_input_files(tmp_path / "plate.jpg")
    page.locator("[name=proof]").set_input_files(tmp_path / "bill.pdf")
    page.locator("button.primary").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    wrong += wrong_on(page, "appliance")
    page.locator(f"[name=appliance][value='{known.appliance_id}']").check()
    expect(page.locator("[name=serial]")).to_be_hidden()
    for name in ("fault", "place", "time", "send"):
        page.locator("button.primary").click()
        page.wait_for_url(f"**/service/{name}/")
        expect(step).to_be_visible()
        wrong += wrong_on(page, name)
        if name == "fault":
            page.locator("[name=symptom]").fill("drips")
    for name in ("portal_mine", "portal_privacy", "portal_about"):
        page.goto(reverse(name))
        wrong += wrong_on(page, name)
    assert wrong == []
    assert page.wrong == []


def test_h_i1_from_asking_to_being_asked_how_it_was(place, customer, open_as):
    """Two screens: the customer's phone and the agent's desk; what one does, the other reads."""
    phone, desk = customer(), open_as(place.agent)
    phone.goto(reverse("portal_request"))
    let_in(phone, "0933 444 555")
    phone.locator("[name=category]").select_option(index=1)
    phone.locator("button.primary").click()
    phone.locator("[name=symptom]").fill("does not heat")
    phone.locator("button.primary").click()
    for name, words in {"address_line": "Zhongshan Road 9", "city": "Taipei", "name": "Wu"}.items():
        phone.locator(f"[name={name}]").fill(words)
    phone.locator("button.primary").click()
    phone.locator("[name=windows]").first.check()
    phone.locator("button.primary").click()
    expect(phone.get_by_role("heading", name="What it may cost")).to_be_visible()
    phone.locator("button.primary").click()
    expect(phone.get_by_role("heading", name="We have your request")).to_be_visible()
    order = ServiceOrder.objects.get()

    desk.goto(reverse("reviews"))
    card = desk.locator("article", has_text="does not heat")
    card.get_by_text("Ask the customer for more").first.click()
    desk.locator("dialog [name=reason]").fill("a photo of the nameplate")
    desk.locator("dialog button[type=submit]").last.click()
    expect(card.get_by_text("We asked: a photo of the nameplate")).to_be_visible()

    phone.reload()
    phone.get_by_role("link", name="Answer the question").click()
    phone.locator("[name=photos]").set_input_files(
        {"name": "plate.jpg", "mimeType": "image/jpeg", "buffer": pictures.jpeg()}
    )
    phone.locator("button.primary").click()
    expect(phone.get_by_role("heading", name="We have your request")).to_be_visible()

    desk.reload()
    expect(card.locator(".gallery img")).to_be_visible()
    card.get_by_text("Approve the request").first.click()
    expect(card).to_have_count(0)

    now = timezone.now()
    order = factories.fresh(order)
    data = {"technician": place.technician.pk, "starts_at": (now + timedelta(days=1)).isoformat(), "consent": "Wu"}
    factories.do(order, "assign", place.dispatcher, now, data)
    phone.reload()
    expect(phone.locator(".big-time")).to_be_visible()
    assert phone.wrong == [] and desk.wrong == []
