"""What the board reads only when it is first wanted: nothing pressed meanwhile is lost, and a failure is said."""

import pytest
from playwright.sync_api import expect

from tests import factories
from tests.browser.board import bar, open_board, placed, stands

OPENED = ("panel", "suggest", "plan", "plan_drawer", "map", "map_layer", "absences", "move_dialog", "nudge", "consent")


@pytest.fixture(autouse=True)
def _plain_static_files(settings):
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture
def place(transactional_db):
    return factories.make_outlet()


@pytest.fixture
def ready(open_as, place):
    """Return a function (page) → tomorrow's board, with everything that it reads by itself."""
    return lambda page=None: open_board(page or open_as(place.dispatcher), place)


def held_back(page, address):
    """Let what is asked for at an address wait; return a function that lets it go."""
    held = []
    page.route(address, lambda route: held.append(route))  # Playwright marks what it calls

    def go():
        for route in held:
            route.continue_()
        page.unroute(address)

    return go


def test_nothing_is_read_that_nobody_has_opened(ready, open_as, place):
    page, read = open_as(place.dispatcher), []
    page.on("requestfinished", lambda one: read.append(one.url.split("?")[0].rsplit("/", 1)[-1]))
    ready(page)
    page.locator("#board-queue-list").wait_for()
    assert {"board.js", "drag.js"} <= set(read)
    assert not {f"{name}.js" for name in OPENED} & set(read)


@pytest.mark.parametrize("what", ["**/board/map.js", "**/part/map/"])
def test_a_press_before_a_part_is_there_is_not_lost(ready, what):
    page = ready()
    go = held_back(page, what)
    button = page.locator("#map-open")
    button.click()
    expect(page.locator("#board-coming")).to_be_visible()
    expect(button).to_have_attribute("aria-busy", "true")
    button.click()  # impatient: meant once
    go()
    expect(page.locator("#board-map-box")).to_be_visible()
    expect(page.locator("#board-coming")).to_be_hidden()
    expect(button).not_to_have_attribute("aria-busy", "true")
    button.click()
    expect(page.locator("#board-map-box")).to_be_hidden()


@pytest.mark.parametrize("what", ["**/plan_drawer.js", "**/part/plan/", "**/plans*.css"])
def test_a_part_that_cannot_be_read_says_so_and_is_read_by_the_next_press(ready, what):
    page = ready()
    page.route(what, lambda route: route.abort())
    page.keyboard.press("g")
    expect(page.locator("#board-unfound")).to_be_visible()
    expect(page.locator("#board-coming")).to_be_hidden()
    page.unroute(what)
    page.keyboard.press("g")
    expect(page.locator("#board-plan")).to_be_visible()
    expect(page.locator("#board-unfound")).to_be_hidden()


def test_the_order_chosen_last_while_the_panel_is_read_is_the_one_that_opens(ready, place):
    orders = [placed(place, place.technician, at) for at in ("10:00", "13:00")]
    page = ready()
    go = held_back(page, "**/board/panel.js")
    for order in orders:
        bar(page, order).click()
    expect(page.locator("body.panel-open")).to_be_visible()
    go()
    expect(page.locator("#board-order")).to_contain_text(orders[1].number)


def test_keys_pressed_while_moving_by_keys_is_read_are_done_in_their_turn(ready, place):
    order = placed(place, place.technician, "10:00")
    page = ready()
    go = held_back(page, "**/nudge.js")
    bar(page, order).focus()
    for key in ("Alt+ArrowRight", "Alt+ArrowRight", "Enter"):
        page.keyboard.press(key)
    go()
    expect(page.locator(".hands-note")).to_be_visible()
    assert stands(order) == (place.technician, "10:10", 60)


def test_the_sheet_of_keys_opens_by_its_button_and_by_its_key(ready):
    page = ready()
    sheet = page.locator("#board-keys")
    page.locator("[data-open-keys]").click()
    expect(sheet).to_be_visible()
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    page.keyboard.press("?")
    expect(sheet).to_be_visible()
