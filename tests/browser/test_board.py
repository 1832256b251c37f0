"""The board in Chromium: what it draws, finds and keeps in its address; what others do; languages, dark, WCAG."""

import random
import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from technicians.models import Absence, Shift, Technician
from tests import factories
from tests.browser.board import bar, open_board, placed, row, tomorrow
from tests.browser.conftest import PHONE, faults_of, runs_over
from tests.factories import do, fresh, make_order, make_technician
from tests.platform.streams import wait_for

STORE = """() => {
    const { store } = document.querySelector("#board").app;
    const sorted = (map) => [...map.values()].sort((a, b) => a.id - b.id).map(({ pending, ...rest }) => rest);
    return JSON.stringify([sorted(store.orders), sorted(store.technicians)]);
}"""


@pytest.fixture(autouse=True)
def _plain_static_files(settings):
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture
def place(transactional_db):
    return factories.make_outlet()


@pytest.fixture
def board(place, open_as):
    """Return a function (user, viewport, **how) → tomorrow's board in a browser of that person's."""
    return lambda user=None, *view, **how: open_board(open_as(user or place.dispatcher, *view, **how), place)


def test_a_bar_says_everything_in_words_and_is_found(place, board):
    order = placed(place, place.technician, "10:00", "contacted")
    other = placed(place, place.other, "14:00", name="林小姐", phone="0922 333 444", district="中山區")
    page = board()
    expect(row(page, place.technician).locator(".bar")).to_have_count(1)
    expect(bar(page, order)).to_have_class(re.compile("visit-agreed"))
    expect(bar(page, other)).to_have_class(re.compile("visit-proposed"))
    for words in (order.number, "王小明", "10:00–11:00", "agreed", "大安區"):
        expect(bar(page, order)).to_have_attribute("aria-label", re.compile(re.escape(words)))
    page.locator("#tools-q").fill("林小姐")
    expect(bar(page, order)).to_have_class(re.compile("dim"))
    expect(bar(page, other)).not_to_have_class(re.compile("dim"))
    assert page.wrong == []


def test_filters_stand_in_the_address_and_are_read_from_it(place, board):
    order = placed(place, place.technician, "10:00")
    page = board()
    page.locator("#tools-q").fill(order.number)
    page.locator("#tools-group").select_option("area")
    page.locator("#tools-days").select_option("7")
    expect(page).to_have_url(re.compile(r"days=7"))
    page.reload()
    expect(page.locator("#board[data-ready=yes]")).to_be_visible()
    assert page.locator("#tools-q").input_value() == order.number
    assert page.locator("#tools-days").input_value() == "7"
    heading = page.locator(".group-row button").first
    expect(heading).to_have_attribute("aria-expanded", "true")
    heading.click()
    expect(row(page, place.technician)).to_have_count(0)
    heading.click()
    expect(bar(page, order)).to_be_visible()


def test_the_day_is_changed_by_button_and_key_and_today_comes_back(place, board):
    order = placed(place, place.technician, "10:00")
    page = board()
    page.locator("body").press("]")
    expect(bar(page, order)).to_have_count(0)
    page.get_by_role("button", name="The day before").click()
    expect(bar(page, order)).to_be_visible()
    page.locator("body").press("t")
    expect(page.locator(".board-now")).to_be_visible()
    expect(bar(page, order)).to_have_count(0)


def held_back(page):
    """Open a board whose first module does not come; return a function that lets it come."""
    held = []
    page.route("**/board/board.js", lambda route: held.append(route))
    page.goto("/console/board/", wait_until="commit")

    def go():
        while not held:
            page.wait_for_timeout(50)
        held[0].continue_()

    return go


def test_a_press_before_the_board_is_there_is_not_lost(place, open_as):
    page = open_as(place.dispatcher)
    go = held_back(page)
    today = page.locator("#tools-day").input_value()
    after = page.locator("[data-board=after]")
    after.click()
    expect(after).to_have_attribute("aria-busy", "true")
    after.click()  # impatient: meant once
    go()
    day = f"{datetime.fromisoformat(today) + timedelta(days=1):%Y-%m-%d}"
    expect(page.locator("#tools-day")).to_have_value(day)
    expect(page).to_have_url(re.compile(f"day={day}"))
    expect(page.locator("#board[data-ready=yes]")).to_be_attached()
    assert page.wrong == []


def test_of_several_early_presses_the_last_is_meant(place, open_as):
    page = open_as(place.dispatcher)
    go = held_back(page)
    page.locator("#plan-open").click()
    page.locator("[data-open-keys]").click()
    expect(page.locator("#board-tools [aria-busy=true]")).to_have_count(1)
    go()
    expect(page.locator("#board-keys")).to_be_visible()
    expect(page.locator("#board-tools [aria-busy=true]")).to_have_count(0)


def test_arrows_walk_from_bar_to_bar_and_enter_opens(place, board):
    first, second = placed(place, place.technician, "10:00"), placed(place, place.technician, "14:00")
    below = placed(place, place.other, "14:00")
    page = board()
    bar(page, first).focus()
    page.keyboard.press("ArrowRight")
    expect(bar(page, second)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(bar(page, below)).to_be_focused()
    assert page.locator('#board .bar[tabindex="0"]').count() == 1
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Home")
    expect(bar(page, first)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(f'[data-order-panel="{first.pk}"]')).to_be_visible()


def test_visits_that_overlap_stack_and_the_row_grows(place, board):
    placed(place, place.technician, "10:00")
    page = board()
    low = row(page, place.technician).bounding_box()["height"]
    placed(place, place.technician, "10:30")
    expect(row(page, place.technician).locator(".bar")).to_have_count(2)
    wait_for(lambda: row(page, place.technician).bounding_box()["height"] > low)
    tops = [one.bounding_box()["y"] for one in row(page, place.technician).locator(".bar").all()]
    assert abs(tops[0] - tops[1]) > 20


def test_absence_and_no_shift_are_seen(place, board):
    at = tomorrow(place, "09:00")
    Absence.objects.create(technician=place.technician, starts_at=at, ends_at=at + timedelta(hours=9), reason="sick")
    Shift.objects.filter(technician=place.other).delete()
    page = board()
    expect(row(page, place.technician).locator(".away")).to_have_text("Sick")
    expect(row(page, place.other)).to_have_class(re.compile("off"))
    expect(row(page, place.other).locator(".row-sign")).to_be_visible()


def test_an_empty_board_says_why_and_what_to_do(place, board):
    page = board()
    expect(page.get_by_text("No order yet")).to_be_visible()
    Shift.objects.all().delete()
    page.reload()
    expect(page.get_by_text("Nobody works on this day")).to_be_visible()
    Technician.objects.update(active=False)
    page.reload()
    expect(page.get_by_text("No technician works at this outlet")).to_be_visible()


def test_what_somebody_else_does_is_here_at_once_and_nothing_jumps(place, board):
    order = placed(place, place.technician, "10:00")
    page = board()
    expect(page.locator("#board-live")).to_have_attribute("data-state", "live")
    bar(page, order).focus()
    page.evaluate("id => { document.querySelector(`.bar[data-order='${id}']`).same = true; }", order.pk)
    raw = {"technician": place.technician.pk, "starts_at": tomorrow(place, "15:00").isoformat(), "minutes": 60}
    do(order, "place", place.manager, timezone.now(), raw)
    expect(bar(page, order)).to_have_attribute("aria-label", re.compile("15:00–16:00"))
    expect(bar(page, order)).to_be_focused()
    assert page.evaluate("id => document.querySelector(`.bar[data-order='${id}']`).same", order.pk)


def random_act(place, people, orders, chance: random.Random) -> None:
    """Let somebody do something to an order by its address; what the rules refuse is refused."""
    order = fresh(chance.choice(orders))
    verb = chance.choice(["place", "place", "place", "withdraw", "pin", "cancel"])
    data = {"version": order.version, "reason": "busy"}
    if verb == "place":
        at = tomorrow(place, f"{chance.randrange(8, 19):02}:{chance.choice(['00', '30'])}")
        data |= {"technician": chance.choice(people).pk, "starts_at": at.isoformat(), "minutes": 30}
    client = Client()
    client.force_login(place.dispatcher)
    client.post(reverse("board_do", args=[order.pk, verb]), data, content_type="application/json")


def test_a_stale_board_and_its_events_equal_a_fresh_one(place, board):
    chance = random.Random(4)
    people = [place.technician, place.other, make_technician(place.outlet, place.skill)]
    orders = [make_order(place, timezone.now()).pk for _each in range(8)]
    stale = board()
    expect(stale.locator("#board-live")).to_have_attribute("data-state", "live")
    for turn in range(40):
        random_act(place, people, orders, chance)
        if turn % 13 == 5:
            orders.append(make_order(place, timezone.now()).pk)
        if turn == 20:
            stale.context.set_offline(True)
        if turn == 30:
            stale.context.set_offline(False)
    fresh_one = board()  # looked at anew each time: the clock makes visits late meanwhile
    wait_for(lambda: stale.evaluate(STORE) == fresh_one.evaluate(STORE), 60)
    assert len(set(re.findall(r'"starts":\d+', fresh_one.evaluate(STORE)))) > 2  # there was something to compare


@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
def test_every_language_in_light_and_dark_is_readable_and_fits(place, board, language):
    placed(place, place.technician, "10:00", "contacted", priority=1)
    placed(place, place.other, "10:00", latitude=None, longitude=None)
    place.dispatcher.language = language
    place.dispatcher.save()
    page = board()
    assert faults_of(page) == []
    assert runs_over(page) <= 0


def test_a_phone_scrolls_sideways_under_names_that_stay(place, board):
    order = placed(place, place.technician, "10:00")
    page = board(None, PHONE)
    expect(bar(page, order)).to_be_attached()
    assert runs_over(page) <= 0
    head = row(page, place.technician).locator(".row-head")
    before = head.bounding_box()["x"]
    page.locator(".board-scroll").evaluate("one => { one.scrollLeft += 300; }")
    assert abs(head.bounding_box()["x"] - before) < 1
