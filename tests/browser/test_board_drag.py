"""Hands on the board in Chromium: mouse, finger and keys; undo; what is refused, and what two do at once."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests import factories
from tests.browser.board import bar, card, drag, lift, note, open_board, placed, row, spot, stands
from tests.factories import fresh, make_order, make_technician

PENDING = re.compile("pending")


@pytest.fixture(autouse=True)
def _plain_static_files(settings):
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture
def place(transactional_db):
    return factories.make_outlet()


@pytest.fixture
def board(place, open_as):
    """Return a function (user, **how) → tomorrow's board in a browser of that person's."""
    return lambda user=None, **how: open_board(open_as(user or place.dispatcher, **how), place)


def test_a_bar_is_dragged_to_another_technician_and_time_and_undone(place, board):  # H-A4, H-N2
    order = placed(place, place.technician, "10:00")
    page = board()
    drag(page, bar(page, order), place.other, "14:30")
    expect(note(page)).to_contain_text(place.other.name)
    assert stands(order) == (place.other, "14:30", 60)
    expect(row(page, place.other).locator(f'.bar[data-order="{order.pk}"]')).to_be_visible()
    page.keyboard.press("Control+z")
    expect(note(page)).to_contain_text("Undone")
    assert stands(order) == (place.technician, "10:00", 60)
    expect(row(page, place.technician).locator(f'.bar[data-order="{order.pk}"]')).to_be_visible()
    assert page.wrong == []


def test_from_the_queue_onto_the_board_and_back(place, board):  # H-A4
    order = make_order(place, timezone.now())
    page = board()
    drag(page, card(page, order), place.technician, "09:00")
    expect(bar(page, order)).to_be_visible()
    expect(note(page)).to_contain_text("09:00")
    assert stands(order) == (place.technician, "09:00", 60)
    lift(page, bar(page, order))
    box = page.locator("#board-queue").bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 200, steps=5)
    expect(page.locator(".hands-tip")).to_have_text("Back to the queue")
    page.mouse.up()
    expect(note(page)).to_contain_text("back in the queue")
    expect(bar(page, order)).to_have_count(0)
    assert (fresh(order).state, stands(order)) == ("ready", None)
    page.keyboard.press("Control+z")
    expect(note(page)).to_contain_text("Undone")
    assert stands(order) == (place.technician, "09:00", 60)
    page.keyboard.press("Control+z")
    expect(note(page)).to_contain_text("Undone")
    expect(note(page)).to_contain_text("back in the queue")
    assert (fresh(order).state, stands(order)) == ("ready", None)


def test_several_steps_are_undone_and_then_there_is_nothing_left(place, board):  # H-N2
    order = placed(place, place.technician, "10:00")
    page = board()
    drag(page, bar(page, order), place.other, "14:00")
    expect(note(page)).to_contain_text("14:00")
    drag(page, bar(page, order), place.other, "16:00")
    expect(note(page)).to_contain_text("16:00")
    note(page).get_by_role("button", name="Undo").click()
    expect(note(page)).to_contain_text("14:00")
    page.keyboard.press("Control+z")
    expect(note(page)).to_contain_text("10:00")
    assert stands(order) == (place.technician, "10:00", 60)
    page.keyboard.press("Control+z")
    expect(note(page)).to_contain_text("There is nothing to undo.")


def test_the_end_is_dragged(place, board):
    order = placed(place, place.technician, "10:00")
    page = board()
    box = bar(page, order).bounding_box()
    page.mouse.move(box["x"] + box["width"] - 3, box["y"] + box["height"] / 2)
    page.mouse.down()
    x, y = spot(page, place.technician, "11:40")
    page.mouse.move(x, y, steps=6)
    expect(page.locator(".hands-tip")).to_contain_text("100 min")
    page.mouse.up()
    expect(note(page)).to_contain_text("10:00–11:40")
    assert stands(order) == (place.technician, "10:00", 100)


def test_while_dragging_every_row_says_where_it_could_go(place, board):  # H-C3, H-A4
    order, green = placed(place, place.technician, "10:00"), make_technician(place.outlet)
    busy = placed(place, place.other, "13:00", "contacted")
    page = board()
    drag(page, bar(page, order), place.other, "13:10", drop=False)
    expect(page.locator(".hands-tip .hard")).to_contain_text(f"Overlaps order {busy.number}")
    expect(row(page, place.other).locator(".light.fits").first).to_be_visible()
    expect(row(page, green)).to_have_class("row never")
    x, y = spot(page, green, "13:00")
    page.mouse.move(x, y, steps=3)
    expect(page.locator(".hands-tip .hard")).to_contain_text(f"{green.name} is not trained for: Washing")
    page.keyboard.press("Escape")
    expect(page.locator(".hands-ghost, .light")).to_have_count(0)
    page.mouse.up()
    expect(note(page)).to_have_count(0)
    assert stands(order) == (place.technician, "10:00", 60)


PLACES = """async ([order, technician]) => {
  const { Judge } = await import("/static/console/board/feasible.js");
  const { store } = document.getElementById("board").app;
  return new Judge(store, store.orders.get(order), 0).places(technician);
}"""


def test_where_something_stands_that_is_only_proposed_it_is_tight(place, board):
    order, beside = placed(place, place.technician, "10:00"), placed(place, place.other, "13:00")
    page = board()
    page.wait_for_function(f"document.getElementById('board').app.store.orders.has({order.pk})")
    places = page.evaluate(PLACES, [order.pk, place.other.pk])
    day = page.evaluate(f"document.getElementById('board').app.store.orders.get({beside.pk})")
    kinds = {kind for since, until, kind in places if since < day["ends"] and day["starts"] < until}
    assert kinds == {"tight"} and "fits" in {kind for *_when, kind in places}


def test_a_drop_that_can_not_be_goes_back_with_the_reason(place, board):  # H-C3
    order, green = placed(place, place.technician, "10:00"), make_technician(place.outlet)
    page = board()
    drag(page, bar(page, order), green, "13:00")
    expect(note(page)).to_contain_text("is not trained for: Washing")
    expect(page.locator(".hands-said")).to_contain_text("is not trained for")
    expect(row(page, place.technician).locator(f'.bar[data-order="{order.pk}"]')).to_be_visible()
    assert stands(order) == (place.technician, "10:00", 60)
    note(page).get_by_role("button", name="Another time or technician").click()
    expect(page.locator("#hands-move")).to_be_visible()
    expect(page.locator("#hands-time")).to_have_value("13:00")


def test_a_promise_is_moved_once_somebody_agreed(place, board):  # H-C2
    order = placed(place, place.technician, "10:00", "contacted")
    page = board()
    drag(page, bar(page, order), place.technician, "15:00")
    ask = page.locator("#hands-ask")
    expect(ask).to_contain_text("promised another time")
    expect(ask.get_by_role("link")).to_have_text(order.customer.phone)
    expect(bar(page, order)).to_have_class(PENDING)
    ask.get_by_role("button", name="Leave it where it was").click()
    expect(bar(page, order)).not_to_have_class(PENDING)
    assert stands(order) == (place.technician, "10:00", 60)
    drag(page, bar(page, order), place.technician, "15:00")
    page.get_by_label("Who agreed?").fill("Mrs Wang")
    page.keyboard.press("Enter")
    expect(note(page)).to_contain_text("15:00")
    assert stands(order) == (place.technician, "15:00", 60)
    assert order.visits.standing().get().consent == "Mrs Wang"


def test_outside_the_shift_asks_whether_the_technician_agreed(place, board):  # H-A4
    order = placed(place, place.technician, "10:00")
    page = board()
    drag(page, bar(page, order), place.technician, "19:30")
    ask = page.locator("#hands-ask")
    expect(ask).to_contain_text("does not work then")
    ask.get_by_label("Outside the shift").check()
    ask.get_by_role("button", name="Move it").click()
    expect(note(page)).to_contain_text("19:30")
    assert stands(order) == (place.technician, "19:30", 60)
