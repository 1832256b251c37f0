"""A plan on the board: asked for, seen as ghosts, compared, taken in part and whole, refused with reasons."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from dispatch.models import Plan, PlanMove, PlanState
from tests import factories
from tests.browser.conftest import DESK, faults_of, runs_over
from tests.dispatch.actions.planned import plan_of, standing
from tests.factories import NOW, TODAY, do, fresh, make_order

URL = f"/console/board/?day={TODAY}"


@pytest.fixture(autouse=True)
def _plain_static_files(settings):
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture
def place(transactional_db, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    return factories.make_outlet()


@pytest.fixture
def at_board(open_as):
    """Return a function (user, viewport) → the board's page with the plan's drawer open."""

    def go(user, viewport=DESK, **how):
        page = open_as(user, viewport, **how)
        page.set_default_timeout(15_000)
        page.goto(URL)
        page.locator("#board[data-ready=yes]").wait_for(state="attached")
        page.keyboard.press("g")
        expect(page.locator("#board-plan")).to_be_visible()
        return page

    return go


def gains(**figures):
    none = {"served": 0, "orders": 3, "urgent": 0, "urgent_orders": 0, "travel": 3_600, "changes": 0, "calls": 0}
    return none | figures


def ready(place, *options):
    plan = plan_of(place, *options)
    for option in plan.options.all():
        count = option.moves.count()
        option.figures = gains(served=count, changes=option.number, prize=100)
        option.save()
    Plan.objects.filter(pk=plan.pk).update(before=gains())
    return plan


def test_a_plan_is_seen_compared_and_taken_in_part_then_whole(place, at_board):
    first, second, third = (make_order(place) for _ in range(3))
    plan = ready(place, [(first, place.technician, 1), (second, place.technician, 3), (third, place.other, 1)])
    page = at_board(place.dispatcher)
    drawer = page.locator("#board-plan")
    expect(drawer).to_contain_text("3 more orders served")
    expect(page.locator(".ghost")).to_have_count(3)
    page.keyboard.press("c")  # as it is
    expect(page.locator(".ghost")).to_have_count(0)
    expect(drawer.get_by_role("button", name="As it is")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("c")
    expect(page.locator(".ghost")).to_have_count(3)
    drawer.get_by_label(re.compile(f"Take this visit: {third.number}")).uncheck()
    expect(page.locator(".ghost")).to_have_count(2)
    expect(drawer.locator(".plan-foot .primary")).to_have_text("Accept chosen (2)")  # not all, by mistake
    drawer.get_by_role("button", name="Accept chosen (2)").click()
    expect(page.locator("#board-toasts")).to_contain_text("Accepted: 2.")
    assert standing(fresh(first)) == (place.technician, 1) and standing(fresh(third)) is None
    expect(page.locator(f'#board .bar[data-order="{first.pk}"]')).to_be_visible()
    drawer.get_by_label(re.compile(f"Take this visit: {third.number}")).check()
    drawer.get_by_role("button", name="Accept all (1)").click()
    expect(drawer).to_contain_text("This plan was taken")
    assert standing(fresh(third)) == (place.other, 1)
    assert Plan.objects.get(pk=plan.pk).state == PlanState.SETTLED
    assert page.wrong == []


def test_what_a_plan_did_is_undone_with_one_key(place, at_board):
    first, second, third = (make_order(place) for _ in range(3))
    ready(place, [(first, place.technician, 1), (second, place.technician, 3), (third, place.other, 1)])
    page = at_board(place.dispatcher)
    page.get_by_role("button", name="Accept all (3)").click()
    expect(page.locator("#board-toasts")).to_contain_text("Accepted: 3.")
    later = {"technician": place.other.pk, "starts_at": (NOW + timedelta(hours=5)).isoformat()}
    do(fresh(second), "place", place.manager, NOW, later)  # somebody was at it meanwhile
    page.keyboard.press("Control+z")
    expect(page.locator("#board-toasts")).to_contain_text("Undone: 2.")
    expect(page.locator("#board-toasts")).to_contain_text(f"since: {second.number}")
    assert standing(fresh(first)) is None and standing(fresh(third)) is None
    assert standing(fresh(second)) == (place.other, 5)


def test_what_changed_meanwhile_is_shown_with_the_reason(place, at_board):
    first, second = make_order(place), make_order(place)
    ready(place, [(first, place.technician, 1), (second, place.technician, 3)])
    page = at_board(place.dispatcher)
    raw = {"technician": place.other.pk, "starts_at": (NOW + timedelta(hours=5)).isoformat()}
    do(first, "place", place.manager, NOW, raw)
    page.get_by_role("button", name="Accept all (2)").click()
    expect(page.locator("#board-toasts")).to_contain_text("Accepted: 1. Refused: 1.")
    expect(page.locator("#board-plan")).to_contain_text("The order has changed since you opened it")
    assert standing(fresh(first)) == (place.other, 5) and standing(fresh(second)) == (place.technician, 3)


def test_the_slider_goes_from_little_change_to_the_best_and_the_ghosts_follow(place, at_board):
    first, second = make_order(place), make_order(place)
    ready(place, [(first, place.technician, 1)], [(first, place.other, 2), (second, place.technician, 1)])
    page = at_board(place.dispatcher)
    expect(page.locator(".ghost")).to_have_count(1)
    slider = page.get_by_role("slider", name="How much may change")
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".ghost")).to_have_count(2)
    expect(page.locator(".ghost.new")).to_have_count(2)
    page.get_by_role("button", name="Accept all (2)").click()
    expect(page.locator("#board-plan")).to_contain_text("This plan was taken")
    assert standing(fresh(first)) == (place.other, 2)
    assert PlanMove.objects.filter(option__number=0, state="left").count() == 1


def test_it_can_be_asked_for_stopped_and_asked_for_again_with_a_reason(place, at_board):
    make_order(place)
    page = at_board(place.dispatcher)
    page.get_by_role("button", name="Plan this day").click()
    expect(page.locator("#board-plan progress")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("#board-plan")).to_contain_text("This plan was left")
    page.get_by_label("Somebody is sick").check()
    page.locator("#board-plan").get_by_label("In words").fill("Ms Lin")
    page.get_by_role("button", name="Plan again").click()
    expect(page.locator("#board-plan progress")).to_be_visible()
    plan = Plan.objects.get(state=PlanState.WAITING)
    assert plan.again and plan.why == "Somebody is sick: Ms Lin"
    assert page.wrong == []


def test_what_is_left_out_says_why_and_what_to_do(place, at_board):
    order = make_order(place, latitude=None, longitude=None)
    plan = ready(place, [(make_order(place), place.technician, 1)])
    plan.options.update(left={order.pk: "no_place"})
    page = at_board(place.dispatcher)
    out = page.locator(".plan-left")
    expect(out).to_contain_text("The address has no coordinates.")
    expect(out.get_by_role("button", name="Correct the address")).to_be_visible()


def test_who_only_looks_has_nothing_to_press(place, at_board):
    ready(place, [(make_order(place), place.technician, 1)])
    page = at_board(place.agent)
    expect(page.locator(".ghost")).to_have_count(1)
    expect(page.get_by_role("button", name=re.compile("Accept"))).to_have_count(0)
    expect(page.locator("#board-plan input[type=checkbox]:enabled")).to_have_count(0)


def test_its_drawer_is_for_everybody(place, at_board):
    first, second = make_order(place), make_order(place, latitude=None, longitude=None)
    plan = ready(place, [(first, place.technician, 1)], [(first, place.other, 2)])
    plan.options.update(left={second.pk: "no_place"})
    page = at_board(place.dispatcher)
    expect(page.locator(".ghost")).to_have_count(1)
    assert [fault for fault in faults_of(page) if "#board-panel" not in fault] == []  # that one has its own tests
    assert runs_over(page) == 0


def test_it_fits_a_small_window(place, at_board):
    ready(place, [(make_order(place), place.technician, 1)])
    page = at_board(place.dispatcher, {"width": 360, "height": 740})
    expect(page.get_by_role("button", name="Accept all (1)")).to_be_in_viewport()
    assert runs_over(page) == 0
    page.keyboard.press("Escape")
    expect(page.locator("#board-plan")).to_be_hidden()
