"""Left and right of the board in Chromium: queue, order, notes, suggestions, keys; nothing is lost under the hand."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from dispatch.models import Incident, OrderEvent, State, VisitStatus
from dispatch.planning.suggesting import Answer, Offer
from tests import factories
from tests.browser.conftest import DESK, faults_of, runs_over
from tests.factories import do, fresh, make_order, order_in
from web.console.board import suggesting

BOARD = "/console/board/"
expect.set_options(timeout=20_000)


@pytest.fixture(autouse=True)
def _plain_static_files(settings):
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture
def place(transactional_db):
    return factories.make_outlet()


def silent(route):
    """Answer for the streams, which another server serves: without them the board asks every few seconds."""
    route.fulfill(status=200, content_type="text/event-stream", body="event: lost\ndata: {}\n\n")


@pytest.fixture
def at(open_as):
    """Return a function (user, query) → the board opened there, its queue read."""
    pages = []

    def go(user, query="", viewport=DESK, **how):
        page = open_as(user, viewport, **how)
        page.set_default_timeout(20_000)
        page.route("**/live/?*", silent)
        page.goto(BOARD + query)
        expect(page.locator("#board-queue-list")).to_be_attached()
        expect(page.locator("#board")).to_have_attribute("data-ready", "yes")
        pages.append(page)
        return page

    yield go
    for page in pages:  # nothing is asked of the server any more when the tables are cleared
        page.goto("about:blank")
        page.wait_for_timeout(250)


def row(page, order):
    return page.locator(f"#queue-open-{order.pk}")


def panel(page, order):
    return page.locator(f'[data-order-panel="{order.pk}"]')


def count(page, sign):
    return page.locator(f'[data-sign="{sign}"] [data-count]')


def in_danger(place):
    """Return an order whose technician has raised an alarm."""
    order, now = order_in(State.ON_SITE, place)
    return do(order, "sos", place.technician.user, now, {"what": "the door is locked"})


def test_the_queue_counts_what_it_shows_and_keeps_focus_and_folds(place, at):
    orders = [make_order(place, timezone.now()) for _each in range(3)]
    page = at(place.dispatcher)
    expect(count(page, "unassigned")).to_have_text("3")
    expect(page).to_have_title("(3) Board · Doorstep")
    page.locator("#sign-unassigned").click()
    expect(row(page, orders[0])).to_be_hidden()
    page.locator("#sign-unassigned").click()
    row(page, orders[1]).focus()
    do(orders[0], "cancel", place.manager, timezone.now(), {"reason": "not needed"})  # somebody else
    make_order(place, timezone.now())
    page.evaluate("document.dispatchEvent(new CustomEvent('acted', {detail: {}}))")
    expect(row(page, orders[0])).to_have_count(0)
    expect(row(page, orders[1])).to_be_focused()
    expect(count(page, "unassigned")).to_have_text("3")
    assert page.locator('[data-sign="unassigned"] .desk-row').count() == 3
    assert page.wrong == []


def test_what_somebody_else_does_is_in_the_queue_by_itself(place, at):
    page = at(place.dispatcher)
    expect(page.locator("#board-queue-count")).to_have_text("0")
    expect(page.locator("#board-queue-rows")).to_contain_text("Nothing has to be decided")
    order = make_order(place, timezone.now())
    expect(row(page, order)).to_be_visible()


def test_one_kind_alone_is_kept_in_the_address(place, at):
    make_order(place, timezone.now())
    other = do(order_in("assigned", place)[0], "decline", place.technician.user, timezone.now(), {"reason": "too far"})
    page = at(place.dispatcher)
    page.select_option("#board-need", "returned")
    expect(page.locator(".desk-row")).to_have_count(1)
    expect(row(page, other)).to_contain_text("too far")
    page.reload()
    expect(page.locator(".desk-row")).to_have_count(1)
    assert "need=returned" in page.url


def test_h_f10_an_alarm_rings_until_somebody_takes_over_and_nothing_hides_it(place, at):
    page = at(place.dispatcher, "?need=unassigned")
    page.evaluate("window.rung = 0; document.addEventListener('rang', () => { window.rung += 1; })")
    page.locator("#board-queue-title").click()  # browsers allow sound after the first press
    order = in_danger(place)
    expect(row(page, order)).to_be_visible()
    page.wait_for_function("window.rung > 0")
    expect(page.locator('link[rel="icon"]')).to_have_attribute("href", re.compile("^data:image"))
    page.locator(".alarm").get_by_text("Take over").click()  # the banner of every page: here it opens beside the board
    expect(panel(page, order)).to_be_visible()
    page.locator(f"#queue-way-{order.pk}").click()
    page.locator("#act-body").get_by_label("Who calls the technician").fill("Lin")
    page.locator("#act-body button[type=submit]").click()
    expect(page.locator(f"#queue-way-{order.pk}")).to_have_text("Alarm settled")
    assert Incident.objects.get().taken_by == place.dispatcher
    rung = page.evaluate("window.rung")
    page.wait_for_timeout(5_500)  # it would have rung again by now
    assert page.evaluate("window.rung") == rung
    assert BOARD in page.url
    assert page.wrong == []


def test_the_sound_can_be_switched_off_and_stays_off(place, at):
    page = at(place.dispatcher)
    page.locator("#board-mute").click()
    page.reload()
    page.evaluate("window.rung = 0; document.addEventListener('rang', () => { window.rung += 1; })")
    page.locator("#board-queue-title").click()
    in_danger(place)
    expect(page.locator(".sign-sos")).to_be_visible()
    expect(page.locator("#board-mute")).to_have_attribute("aria-label", "Sound of the alarm: off")
    assert page.evaluate("window.rung") == 0


def test_the_order_opens_beside_the_board_and_closes_with_escape(place, at):
    order = make_order(place, timezone.now())
    page = at(place.dispatcher)
    row(page, order).click()
    expect(panel(page, order)).to_be_visible()
    expect(page.locator("#panel-tel")).to_have_attribute("href", "tel:+886912345678")
    assert f"order={order.pk}" in page.url
    page.keyboard.press("Escape")
    expect(panel(page, order)).to_have_count(0)
    expect(row(page, order)).to_be_focused()
    assert "order=" not in page.url
    page.goto(f"{BOARD}?order={order.pk}")
    expect(panel(page, order)).to_be_visible()
    assert page.wrong == []


def test_an_act_is_done_without_leaving_the_board(place, at):
    order = make_order(place, timezone.now())
    page = at(place.dispatcher, f"?order={order.pk}")
    page.locator("#more-acts").click()
    page.locator(".act-menu").get_by_role("button", name="Call in the manager").click()
    page.locator("#act-body").get_by_label("Angry customer").check()
    page.locator("#act-body").get_by_label("Reason").fill("waited three days")
    page.locator("#act-body button[type=submit]").click()
    expect(page.locator("#panel-order header")).to_contain_text("Angry customer")
    expect(page.locator('[data-sign="escalated"]')).to_be_visible()
    assert BOARD in page.url and page.wrong == []
    page.locator("#panel-tab-history").click()
    expect(page.locator("#panel-pane-history")).to_contain_text("waited three days")


def test_a_note_is_sent_by_enter_and_kept_when_it_is_not_taken(place, at):
    order = make_order(place, timezone.now())
    page = at(place.dispatcher, f"?order={order.pk}")
    text = page.locator("#panel-note-text")
    expect(text).to_be_visible()
    page.context.set_offline(True)
    text.fill("Gate code 12")
    text.press("Shift+Enter")
    text.press_sequentially("ring twice")
    text.press("Enter")
    expect(page.locator("#panel-note-said")).to_contain_text("Nothing you typed is lost")
    expect(text).to_have_value("Gate code 12\nring twice")
    page.context.set_offline(False)
    page.locator("#panel-note").get_by_role("button", name="Send").click()
    expect(page.locator("#panel-pane-notes")).to_contain_text("ring twice")
    expect(text).to_have_value("")
    assert OrderEvent.objects.filter(order=order, action="add_note").count() == 1


def test_a_half_written_note_outlives_what_others_do_and_a_look_elsewhere(place, at):
    order, other = make_order(place, timezone.now()), make_order(place, timezone.now())
    page = at(place.dispatcher, f"?order={order.pk}")
    text = page.locator("#panel-note-text")
    text.fill("half a")
    do(order, "add_note", place.agent, timezone.now(), {"note": "from the agent"})
    page.locator("#panel-tab-notes").click()
    expect(page.locator("#panel-pane-notes")).to_contain_text("from the agent")
    expect(text).to_have_value("half a")
    row(page, other).click()
    expect(panel(page, other)).to_be_visible()
    expect(text).to_have_value("")
    row(page, order).click()
    expect(panel(page, order)).to_be_visible()
    expect(text).to_have_value("half a")


@pytest.fixture
def offers(place, monkeypatch):
    """Let there be one offer: tomorrow at ten, with the outlet's second technician."""
    here = timezone.now().astimezone(place.outlet.tz) + timedelta(days=1)
    starts = here.replace(hour=10, minute=0, second=0, microsecond=0)
    offer = Offer(
        technician=place.other,
        day=starts.date(),
        starts_at=starts,
        ends_at=starts + timedelta(hours=1),
        window_from=starts,
        window_until=starts + timedelta(minutes=45),
        minutes=60,
        extra_seconds=540,
        reasons=["9 min more on the way"],
    )
    monkeypatch.setattr(suggesting, "answer", lambda order, now: Answer([offer]))
    return offer


def test_a_suggestion_is_taken_with_one_press(place, at, offers):  # H-A4
    order = make_order(place, timezone.now())
    page = at(place.dispatcher)
    page.locator(f"#queue-way-{order.pk}").click()
    take = page.locator("[data-take]")
    expect(take).to_be_focused()
    take.press("Enter")
    expect(page.locator("#panel-order header")).to_contain_text(place.other.name)
    visit = fresh(order).visits.standing().get()
    assert (visit.technician, visit.starts_at, visit.status) == (place.other, offers.starts_at, VisitStatus.PROPOSED)
    assert page.wrong == []


def test_a_press_before_every_part_is_read_is_not_lost(place, at, offers, open_as):
    order = make_order(place, timezone.now())
    page = open_as(place.dispatcher)
    page.route("**/live/?*", silent)
    held = []
    page.route("**/board/suggest.js", lambda route: held.append(route))
    page.goto(BOARD)
    page.locator(f"#queue-way-{order.pk}").click()
    expect(page.locator(f"#queue-open-{order.pk}")).to_have_attribute("aria-current", "true")
    while not held:
        page.wait_for_timeout(100)
    held[0].continue_()
    expect(page.locator("[data-take]")).to_be_focused()


def test_h_c2_a_window_is_offered_on_the_phone_and_who_agreed_is_written_down(place, at, offers):
    order = make_order(place, timezone.now())
    page = at(place.dispatcher, f"?order={order.pk}")
    expect(panel(page, order)).to_be_visible()
    page.keyboard.press("s")
    page.locator("[data-offer]").click()
    expect(page.locator(".desk-sentence")).to_have_text("Tomorrow between 10:00 and 10:45")
    expect(page.locator("#say-1")).to_contain_text(order.customer.phone)
    page.locator("#consent-1").fill("Mrs. Chen")
    page.get_by_role("button", name="They agreed").click()
    expect(page.locator("#panel-order header")).to_contain_text("Agreed")
    visit = fresh(order).visits.standing().get()
    assert (visit.status, visit.consent, visit.latest_arrival) == (VisitStatus.AGREED, "Mrs. Chen", offers.window_until)
    page.get_by_role("button", name="Show it").click()  # it is on another day's board
    expect(page.locator(f'#board .bar[data-order="{order.pk}"]')).to_be_visible()
    expect(page).to_have_url(re.compile(f"day={offers.day}"))


def test_somebody_was_quicker_than_the_suggestion(place, at, offers):
    order = make_order(place, timezone.now())
    page = at(place.dispatcher, f"?order={order.pk}")
    page.locator("#suggest-ask").click()
    expect(page.locator("[data-take]")).to_be_visible()
    page.locator(".desk-offer").evaluate("node => { node.dataset.version = 1; }")
    do(order, "correct", place.agent, timezone.now(), {"wish": "evening"})
    page.locator("[data-take]").click()
    expect(page.locator("#board-toasts")).to_contain_text("was not moved")
    assert fresh(order).state == State.READY


def test_keys_walk_the_queue_and_mean_nothing_while_somebody_types(place, at):
    first = make_order(place, timezone.now() - timedelta(minutes=9))
    second = make_order(place, timezone.now())
    page = at(place.dispatcher)
    page.keyboard.press("j")
    expect(row(page, first)).to_be_focused()
    expect(panel(page, first)).to_be_visible()
    page.keyboard.press("j")
    expect(row(page, second)).to_be_focused()
    expect(panel(page, second)).to_be_visible()
    page.keyboard.press("k")
    expect(row(page, first)).to_be_focused()
    page.keyboard.press("?")
    expect(page.locator("#board-keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#board-keys")).to_be_hidden()
    expect(panel(page, first)).to_be_visible()
    page.keyboard.press("n")
    page.keyboard.type("jk?o")
    expect(page.locator("#panel-note-text")).to_have_value("jk?o")
    expect(page.locator("#board-keys")).to_be_hidden()


def test_the_desk_is_open_to_all(place, at):
    in_danger(place)
    order = do(make_order(place, timezone.now()), "add_note", place.agent, timezone.now(), {"note": "bring a ladder"})
    page = at(place.dispatcher, f"?order={order.pk}")
    expect(panel(page, order)).to_be_visible()
    for tab in ("order", "work", "earlier", "history", "notes"):
        page.locator(f"#panel-tab-{tab}").click()
        assert faults_of(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert faults_of(page) == []


@pytest.mark.parametrize("width", [1024, 768, 360])
def test_the_order_can_be_read_and_closed_on_smaller_screens(width, place, at):
    order = make_order(place, timezone.now())
    page = at(place.dispatcher, f"?order={order.pk}", {"width": width, "height": 800})
    expect(panel(page, order)).to_be_visible()
    assert runs_over(page) <= 0
    page.locator("#panel-close").click()
    expect(panel(page, order)).to_have_count(0)


def test_the_queue_is_a_drawer_where_there_is_no_room(place, at):
    order = make_order(place, timezone.now())
    page = at(place.dispatcher, "", {"width": 768, "height": 900})
    expect(row(page, order)).to_be_hidden()
    drawer = page.locator("[data-drawer=queue]")
    expect(drawer).to_contain_text("1")
    drawer.click()
    row(page, order).click()
    expect(page.locator("#panel-title")).to_be_focused()
    expect(row(page, order)).to_be_hidden()
    page.keyboard.press("Escape")
    expect(drawer).to_be_focused()
    drawer.press("Enter")
    expect(row(page, order)).to_be_visible()
    page.keyboard.press("Escape")
    expect(row(page, order)).to_be_hidden()
    assert page.wrong == []


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant"])
def test_the_desk_speaks_chinese(language, place, at, settings):
    order = make_order(place, timezone.now())
    place.dispatcher.language = language
    place.dispatcher.save()
    page = at(place.dispatcher, f"?order={order.pk}")
    expect(panel(page, order)).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", {"zh-hans": "zh-Hans", "zh-hant": "zh-Hant-TW"}[language])
    assert runs_over(page) <= 0 and page.wrong == []
