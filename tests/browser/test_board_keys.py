"""The board by finger and by key, what two do at once, and what happens when the connection goes (H-N2, H-N3)."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone, translation
from playwright.sync_api import expect

from dispatch.models import OrderEvent
from tests import factories
from tests.browser.board import bar, card, drag, lift, note, open_board, placed, row, spot, stands, tomorrow
from tests.browser.conftest import DESK, faults_of
from tests.factories import do, fresh, make_order

TABLET = {"width": 1024, "height": 768}


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


class Finger:
    """One finger on a page, by the browser's own protocol."""

    def __init__(self, page):
        """Take hold of the protocol."""
        self.cdp = page.context.new_cdp_session(page)

    def __call__(self, kind, *points):
        """Send a touch event: start, move or end."""
        touched = [{"x": x, "y": y} for x, y in points]
        self.cdp.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": touched})


def centre(what):
    box = what.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_finger_that_stays_drags_and_one_that_swipes_scrolls(place, board):
    order = placed(place, place.technician, "10:00")
    page = board(None, TABLET, has_touch=True)
    finger, (x, y) = Finger(page), centre(bar(page, order))
    finger("Start", (x, y))
    for step in range(1, 8):
        finger("Move", (x, y + 20 * step))
    assert page.locator(".hands-ghost").count() == 0
    finger("End")
    assert stands(order) == (place.technician, "10:00", 60)
    to_x, to_y = spot(page, place.other, "12:30")
    finger("Start", (x, y))
    expect(page.locator(".hands-ghost")).to_be_visible()
    for step in range(1, 9):
        finger("Move", (x + (to_x - x) * step / 8, y + (to_y - y) * step / 8))
    expect(page.locator(".hands-tip")).to_contain_text("12:00")
    finger("End")
    expect(note(page)).to_contain_text(place.other.name)
    assert stands(order) == (place.other, "12:00", 60)  # held by its middle
    assert page.wrong == []


def test_a_finger_takes_a_card_out_of_the_folded_queue(place, board):  # H-A4
    order = make_order(place, timezone.now())
    page = board(None, TABLET, has_touch=True)
    page.locator('[data-drawer="queue"]').click()
    finger, (x, y) = Finger(page), centre(card(page, order))
    finger("Start", (x, y))
    expect(page.locator(".hands-ghost")).to_be_visible()
    expect(card(page, order)).to_be_hidden()
    to_x, to_y = spot(page, place.technician, "13:00")
    for step in range(1, 9):
        finger("Move", (x + (to_x - x) * step / 8, y + (to_y - y) * step / 8))
    expect(page.locator(".hands-tip")).to_contain_text("13:00")
    finger("End")
    expect(note(page)).to_contain_text("13:00")
    assert stands(order) == (place.technician, "13:00", 60)


def test_by_keys_alone_a_visit_is_nudged_put_pinned_and_taken_off(place, board):  # H-A4
    order = placed(place, place.technician, "10:00")
    page = board()
    bar(page, order).focus()
    for key in ("Alt+ArrowRight", "Alt+Shift+ArrowRight", "Alt+ArrowDown"):
        page.keyboard.press(key)
    expect(row(page, place.other).locator(".ghost")).to_have_text("10:35–11:35")
    expect(page.locator("#hands-live")).to_contain_text(f"{place.other.name}, 10:35 to 11:35")
    page.keyboard.press("Escape")
    expect(page.locator("#board .ghost")).to_have_count(0)
    assert stands(order) == (place.technician, "10:00", 60)
    page.keyboard.press("Alt+ArrowLeft")
    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.press("Enter")
    expect(note(page)).to_contain_text("09:55")
    assert stands(order) == (place.other, "09:55", 60)
    expect(bar(page, order)).to_be_focused()
    page.keyboard.press("p")
    expect(note(page)).to_contain_text("is pinned")
    assert order.visits.standing().get().pinned
    page.keyboard.press("p")
    expect(note(page)).to_contain_text("no longer pinned")
    page.keyboard.press("Delete")
    expect(note(page)).to_contain_text("back in the queue")
    assert fresh(order).state == "ready"


def test_the_dialog_does_what_a_drag_does(place, board):  # H-A4
    order = make_order(place, timezone.now())
    page = board()
    card(page, order).focus()
    page.keyboard.press("m")
    expect(page.locator("#hands-technician")).to_be_focused()
    page.locator("#hands-technician").select_option(label=place.other.name)
    page.locator("#hands-time").fill("06:30")
    expect(page.locator("#hands-move [data-put=judged]")).to_contain_text("does not work then")
    page.locator("#hands-time").fill("16:30")
    page.locator("#hands-minutes").fill("45")
    expect(page.locator("#hands-move [data-put=judged]")).to_contain_text("Fits")
    page.locator("#hands-consent").fill("Mrs Wang")
    page.keyboard.press("Enter")
    expect(note(page)).to_contain_text("16:30")
    assert stands(order) == (place.other, "16:30", 45)
    assert order.visits.standing().get().consent == "Mrs Wang"
    expect(bar(page, order)).to_be_focused()


def test_to_another_day_by_dialog_and_back_by_one_key(place, board):
    order = placed(place, place.technician, "10:00")
    page = board()
    bar(page, order).focus()
    page.keyboard.press("m")
    later = tomorrow(place, "12:00") + timedelta(days=2)
    page.locator("#hands-date").fill(f"{later:%Y-%m-%d}")
    page.keyboard.press("Enter")
    expect(note(page)).to_contain_text("10:00")
    expect(bar(page, order)).to_have_count(0)
    assert order.visits.standing().get().starts_at.astimezone(place.outlet.tz).date() == later.date()
    page.keyboard.press("Control+z")
    expect(bar(page, order)).to_be_visible()
    assert order.visits.standing().get().starts_at == tomorrow(place, "10:00")


def test_what_was_accepted_is_handed_back_with_a_reason(place, board):
    order = placed(place, place.technician, "10:00", "accepted")
    page = board()
    bar(page, order).focus()
    page.keyboard.press("Delete")
    page.locator("#act-dialog textarea").fill("customer away")
    page.locator("#act-dialog button[type=submit]").click()
    expect(bar(page, order)).to_have_count(0)
    assert fresh(order).state == "ready"


def test_what_is_not_on_this_day_is_moved_by_its_form(place, board):
    order = make_order(place, timezone.now(), needs_review=True)
    page = board()
    lift(page, card(page, order))
    expect(note(page)).to_contain_text(f"Order {order.number} is not on this day’s board")
    page.mouse.up()
    card(page, order).focus()
    page.keyboard.press("m")
    expect(page.locator("#act-dialog")).to_contain_text("The order is “Requested” now")


def deaf(page):
    """Cut a board off from what others do."""
    page.route(re.compile(r"/board/(orders|data)/\?"), lambda route: route.abort())
    page.route("**/events/**", lambda route: route.abort())


def test_the_slower_of_two_hears_who_moved_it_and_where(place, board):  # H-N2
    order = placed(place, place.technician, "10:00")
    rival = factories.make_user("dispatcher", place.outlet, first_name="Lin", last_name="Mei")
    mine, theirs = board(), board(rival)
    deaf(mine)
    drag(theirs, bar(theirs, order), place.other, "15:00")
    expect(note(theirs)).to_contain_text("15:00")
    drag(mine, bar(mine, order), place.technician, "12:00")
    expect(note(mine)).to_contain_text("Lin Mei")
    expect(note(mine)).to_contain_text(f"Now: with {place.other.name}, 15:00")
    expect(row(mine, place.other).locator(f'.bar[data-order="{order.pk}"]')).to_be_visible()
    assert stands(order) == (place.other, "15:00", 60)
    assert OrderEvent.objects.filter(order=order, action="place").count() == 2


def test_what_another_takes_out_of_the_hand_is_let_go(place, board):  # H-N2
    order = placed(place, place.technician, "10:00")
    page = board()
    drag(page, bar(page, order), place.technician, "12:00", drop=False)
    do(order, "accept", place.technician.user, timezone.now())
    page.evaluate("document.dispatchEvent(new CustomEvent('acted', {detail: {}, bubbles: true}))")
    expect(page.locator(".hands-ghost")).to_have_count(0, timeout=20_000)
    expect(note(page)).to_contain_text("changed by somebody else")
    page.mouse.up()
    assert stands(order) == (place.technician, "10:00", 60)


def test_without_a_connection_it_goes_back_and_is_sent_once_afterwards(place, board):  # H-N3
    order = placed(place, place.technician, "10:00")
    page = board()
    page.context.set_offline(True)
    drag(page, bar(page, order), place.other, "15:00")
    expect(note(page)).to_contain_text("No connection")
    expect(row(page, place.technician).locator(f'.bar[data-order="{order.pk}"]')).to_be_visible()
    page.context.set_offline(False)
    note(page).get_by_role("button", name="Try again").click()
    expect(note(page)).to_contain_text("15:00")
    assert stands(order) == (place.other, "15:00", 60)


def test_an_answer_that_was_lost_is_not_done_twice(place, board):  # H-N3
    order = placed(place, place.technician, "10:00")
    page = board()
    lost = []

    def swallow(route):
        if lost:
            route.continue_()
        else:
            lost.append(route.fetch().status)  # done, but nobody hears of it
            route.abort()

    page.route(f"**/board/orders/{order.pk}/place/**", swallow)
    drag(page, bar(page, order), place.other, "15:00")
    expect(note(page)).to_contain_text("15:00")
    assert lost == [200] and stands(order) == (place.other, "15:00", 60)
    assert OrderEvent.objects.filter(order=order, action="place").count() == 2


def test_too_late_to_undo_says_why(place, board):  # H-N2
    order = placed(place, place.technician, "10:00")
    page = board()
    drag(page, bar(page, order), place.technician, "14:00")
    expect(note(page)).to_contain_text("14:00")
    do(order, "accept", place.technician.user, timezone.now())
    page.keyboard.press("Control+z")
    expect(note(page)).to_contain_text("Somebody has done something else with this order since")
    assert stands(order) == (place.technician, "14:00", 60)


def test_who_may_only_look_moves_nothing(place, board):
    order = placed(place, place.technician, "10:00")
    page = board(place.agent)
    lift(page, bar(page, order))
    expect(note(page)).to_contain_text("You may look at the board")
    page.mouse.up()
    bar(page, order).focus()
    page.keyboard.press("m")
    expect(page.locator("#hands-move")).to_be_hidden()
    assert stands(order) == (place.technician, "10:00", 60)


@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
def test_the_dialogs_are_sound_in_every_language_and_light(place, board, language):
    order = placed(place, place.technician, "10:00", "contacted")
    place.dispatcher.language = language
    place.dispatcher.save()
    page = board(None, DESK)
    bar(page, order).focus()
    page.keyboard.press("m")
    expect(page.locator("#hands-move")).to_be_visible()
    assert faults_of(page) == []
    page.locator("#hands-time").fill("15:00")
    page.keyboard.press("Enter")
    expect(page.locator("#hands-ask")).to_be_visible()
    assert faults_of(page) == []
    with translation.override(language):
        said = str(translation.gettext("The customer was promised another time. Call them, and say who agreed."))
    expect(page.locator("#hands-ask-lacks")).to_contain_text(said)
