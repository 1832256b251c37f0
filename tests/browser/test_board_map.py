"""The map over the board, who is away, and the day on paper, in Chromium: by mouse and by keys."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from dispatch.actions.absences import Asked, record_absence
from dispatch.actions.positions import record_position
from dispatch.models import Visit
from technicians.models import Absence, Position
from tests import factories
from tests.browser.conftest import DESK, PHONE, faults_of, runs_over, small_targets
from tests.factories import NOW, TODAY, do, fresh, make_order, order_in

BOARD = f"/console/board/?day={TODAY}"
HOUR = timedelta(hours=1)
HERE = (25.0375, 121.5505)
TILES = {"attribution": "© the surveyors", "link": "", "max_zoom": 18, "crs": "gcj02", "subdomains": "abc"}


@pytest.fixture(autouse=True)
def _plain_static_files(settings):
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture
def place(transactional_db):
    return factories.make_outlet()


@pytest.fixture
def at(open_as):
    """Return a function (user, path, viewport) → the board, read and drawn."""

    def go(user, path=BOARD, viewport=DESK, **how):
        page = open_as(user, viewport, **how)
        page.set_default_timeout(15_000)
        page.goto(path)
        page.locator("#board[data-ready=yes]").wait_for()
        return page

    return go


def mapped(page):
    """Open the map with its key, and wait until it is drawn."""
    page.keyboard.press("v")
    page.locator(".map-canvas").wait_for(state="attached")
    return page


ELSEWHERE = {"phone": "0922 333 444", "address_line": "中山北路二段 9 號", "name": "林小姐"}


def section(page, title):
    return page.locator(".map-list summary", has_text=title)


def test_a_key_opens_the_map_and_both_sides_choose_the_same(place, at):
    order, _now = order_in("contacted", place)
    page = mapped(at(place.dispatcher))
    expect(page.locator("#map-open")).to_have_attribute("aria-expanded", "true")
    page.locator(f'.map-list [data-kind="technician"][data-id="{place.technician.pk}"]').click()
    page.locator(f'.map-list [data-kind="order"][data-id="{order.pk}"]').click()
    page.wait_for_url(f"**order={order.pk}*")
    expect(page.locator(f'.bar[data-order="{order.pk}"]')).to_have_class(re.compile(r"\bchosen\b"))
    expect(page.locator(f'.row[data-technician="{place.technician.pk}"]')).to_have_class(re.compile(r"\bis-chosen\b"))
    page.locator("#board-map-title").focus()
    page.keyboard.press("Escape")
    expect(page.locator("#board-map")).to_be_hidden()
    expect(page.locator("#map-open")).to_be_focused()


def test_an_order_chosen_on_the_board_is_the_one_chosen_in_the_list(place, at):
    order, _now = order_in("contacted", place)
    page = at(place.dispatcher)
    page.locator(f'.bar[data-order="{order.pk}"]').click()
    mapped(page)
    line = page.locator(f'.map-list [data-kind="order"][data-id="{order.pk}"]')
    expect(line).to_have_attribute("aria-current", "true")
    expect(line).to_contain_text("12:00")


def test_a_mark_on_the_map_is_the_order(place, at):
    order = make_order(place)  # the only place there is: the map has it in its middle
    page = mapped(at(place.dispatcher))
    box = page.locator(".map-canvas-box").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_url(f"**order={order.pk}*")


def test_a_place_is_set_by_a_click_and_taken_back(place, at):  # H-C3
    make_order(place)
    lost = make_order(place, latitude=None, longitude=None, **ELSEWHERE)
    page = mapped(at(place.dispatcher))
    expect(section(page, "Place not known (1)")).to_be_visible()
    page.get_by_role("button", name="Set the place").click()
    box = page.locator(".map-canvas-box").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2 + 40, box["y"] + box["height"] / 2)
    expect(page.locator("#board-toasts")).to_contain_text("place kept")
    kept = fresh(lost).address
    assert abs(kept.latitude - HERE[0]) < 0.001 and HERE[1] < kept.longitude < HERE[1] + 0.01
    expect(section(page, "Place not known")).to_have_count(0)
    page.locator("#board-toasts").get_by_role("button", name="Undo").click()
    expect(section(page, "Place not known (1)")).to_be_visible()
    assert fresh(lost).address.latitude is None


def test_an_order_leads_to_the_map_to_set_its_place(place, at):  # H-C3
    make_order(place)
    lost = make_order(place, latitude=None, longitude=None, **ELSEWHERE)
    page = at(place.dispatcher, f"{BOARD}&order={lost.pk}")
    page.locator("#panel-place").click()
    expect(page.locator("[data-part=placing]")).to_contain_text(lost.number)
    box = page.locator(".map-canvas-box").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator("#board-toasts")).to_contain_text("place kept")
    expect(page.locator("#panel-order")).not_to_contain_text("not on the map")
    assert fresh(lost).address.latitude is not None


def test_a_place_is_set_by_keys_and_kept_in_world_coordinates(place, at, settings):  # H-C3
    settings.MAP_TILES = TILES | {"url": "/static/shared/mark.svg?{z}/{x}/{y}"}
    make_order(place)
    lost = make_order(place, latitude=0, longitude=0, **ELSEWHERE)
    page = mapped(at(place.dispatcher))
    expect(page.locator("#board-map-box")).to_have_class("map has-tiles")
    expect(page.locator(".map-thanks")).to_have_text("© the surveyors")
    expect(page.locator(".map-missing")).to_contain_text("0, 0")
    page.get_by_role("button", name="Set the place").press("Enter")
    expect(page.locator(".leaflet-container")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#board-toasts")).to_contain_text("place kept")
    kept = fresh(lost).address
    assert abs(kept.latitude - HERE[0]) < 0.0002 and abs(kept.longitude - HERE[1]) < 0.0002


def test_without_its_background_the_map_says_so_and_goes_on(place, at, settings):
    settings.MAP_TILES = TILES | {"url": "/no-such-tiles/{z}/{x}/{y}.png"}
    make_order(place)
    page = mapped(at(place.dispatcher))
    expect(page.locator(".map-note")).to_contain_text("does not come through")
    expect(page.locator(".leaflet-tile")).to_have_count(0)
    expect(page.locator(".map-thanks")).to_be_empty()
    settings.MAP_TILES = None


def test_the_age_of_a_position_is_said(place, at):
    at_once = timezone.now() - timedelta(minutes=12)
    Position.objects.create(technician=place.technician, at=at_once, latitude=25.04, longitude=121.55)
    page = mapped(at(place.dispatcher, "/console/board/"))
    line = page.locator(f'.map-list [data-id="{place.technician.pk}"]')
    expect(line).to_contain_text("12 min ago")
    expect(page.locator(f'.map-list [data-id="{place.other.pk}"]')).to_contain_text("not seen today")


def test_where_somebody_is_moves_on_every_open_map(place, at):
    page = mapped(at(place.dispatcher, "/console/board/"))
    line = page.locator(f'.map-list [data-id="{place.technician.pk}"]')
    expect(line).to_contain_text("not seen today")
    expect(page.locator("#board-live")).to_have_attribute("data-state", "live")
    record_position(place.technician.user, timezone.now(), {"latitude": 25.04, "longitude": 121.55})
    expect(line).to_contain_text("now")


def test_what_one_records_is_on_the_others_board(place, at):
    page = at(place.manager, "/console/board/")
    expect(page.locator("#board-live")).to_have_attribute("data-state", "live")
    now = timezone.now()
    away = {"starts_at": now, "ends_at": now + HOUR, "reason": "held_up"}
    record_absence(Asked(place.dispatcher, now), place.technician.pk, away)
    row = page.locator(f'.row[data-technician="{place.technician.pk}"]')
    expect(row.locator(".away")).to_have_text("Held up on the road")
    expect(page.locator(f'.row[data-technician="{place.other.pk}"] .away')).to_have_count(0)


def soon(place):
    """An agreed visit of the technician's that is still ahead, within today's view; they work round the clock."""
    order, _now = order_in("contacted", place)
    place.technician.shifts.update(starts="00:00", ends="23:59")
    now = timezone.now()
    Visit.objects.filter(order=order).update(starts_at=now + HOUR / 60, ends_at=now + HOUR / 2)
    return order


def test_somebody_is_sick_and_the_day_is_planned_again(place, at):  # H-A4, H-F9
    order = soon(place)
    page = at(place.dispatcher, "/console/board/")
    page.locator(f'.row[data-technician="{place.technician.pk}"] .row-name').focus()
    page.keyboard.press("a")
    dialog = page.locator("#board-away")
    expect(dialog.locator("[data-put=name]")).to_have_text(place.technician.name)
    expect(dialog.locator("[data-part=struck]")).to_contain_text(order.number)
    dialog.get_by_role("button", name="Record").dblclick()
    expect(dialog.locator("[data-part=done-words]")).to_contain_text("is away")
    absence = Absence.objects.get()
    assert (absence.technician, absence.reason, absence.recorded_by) == (place.technician, "sick", place.dispatcher)
    expect(page.locator(f'.row[data-technician="{place.technician.pk}"] .away')).to_contain_text("Sick")
    dialog.get_by_role("button", name="Plan again").click()
    expect(page.locator("#board-plan")).to_be_visible()


def test_a_second_absence_over_the_first_is_refused_and_the_first_is_ended(place, at):
    place.technician.shifts.update(starts="00:00", ends="23:59")
    now = timezone.now()
    Absence.objects.create(technician=place.technician, starts_at=now - HOUR, ends_at=now + HOUR, reason="leave")
    page = at(place.dispatcher, "/console/board/")
    page.locator(f'.row[data-technician="{place.technician.pk}"] .row-name').focus()
    page.keyboard.press("a")
    dialog = page.locator("#board-away")
    expect(dialog.locator("[data-part=lacks]")).to_contain_text("already")
    dialog.get_by_role("button", name="Back at work").click()
    expect(page.locator("#board-toasts")).to_contain_text("back at work")
    assert not Absence.objects.filter(ends_at__gt=timezone.now()).exists()


def test_the_menu_of_a_row_goes_by_keys(place, at):
    page = at(place.dispatcher)
    name = page.locator(f'.row[data-technician="{place.technician.pk}"] .row-name')
    name.press("Enter")
    menu = page.locator("#board-row-menu")
    expect(menu.get_by_role("menuitem", name="Show on the map")).to_be_focused()  # no phone number: nothing to call
    page.keyboard.press("End")
    page.keyboard.press("ArrowUp")
    sheet = menu.get_by_role("menuitem", name="Route sheet")
    expect(sheet).to_be_focused()
    expect(sheet).to_have_attribute("href", f"/console/board/sheet/{place.technician.pk}/?day={TODAY}")
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(name).to_be_focused()


def test_who_may_only_look_is_told_so(place, at):
    page = at(place.agent)
    page.locator(".row .row-name").first.focus()
    page.keyboard.press("a")
    expect(page.locator("#board-toasts")).to_contain_text("Only dispatchers")
    expect(page.locator("#board-away")).to_be_hidden()


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_map_dialog_and_papers_are_readable_by_all(viewport, place, at, open_as):
    order_in("contacted", place)
    make_order(place, **ELSEWHERE | {"latitude": None, "longitude": None, "name": "歐陽" * 12})
    do(make_order(place), "assign", place.dispatcher, NOW, {"technician": place.other.pk})
    page = mapped(at(place.dispatcher, viewport=viewport))
    page.locator(f'.map-list [data-id="{place.technician.pk}"]').click()
    wrong = [("map", fault) for fault in faults_of(page)]
    wrong += [("map", target) for target in small_targets(page, 24)]
    page.keyboard.press("a")
    expect(page.locator("#board-away")).to_be_visible()
    wrong += [("away", fault) for fault in faults_of(page)]
    wrong += [("board", "runs over")] if runs_over(page) else []
    paper = open_as(place.dispatcher, viewport)
    for path in ("print/", f"sheet/{place.technician.pk}/", "sheets/"):
        paper.goto(f"/console/board/{path}?day={TODAY}&outlet={place.outlet.code}")
        wrong += [(path, fault) for fault in faults_of(paper)]
        wrong += [(path, "runs over")] if runs_over(paper) else []
    assert wrong + paper.wrong == []
