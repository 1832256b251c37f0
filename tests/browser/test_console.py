"""The desk in Chromium: sign in, assign, call back; nothing is lost under the hand."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from dispatch.models import Callback, OrderEvent
from tests import factories
from tests.browser.conftest import DESK, PHONE, faults_of, runs_over
from tests.factories import do, fresh, make_order, order_in


@pytest.fixture(autouse=True)
def _plain_static_files(settings):
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture
def place(transactional_db):
    return factories.make_outlet()


@pytest.fixture
def at(open_as):
    """Return a function (user, path, viewport) → a page opened there by somebody who is signed in."""

    def go(user, path, viewport=DESK, **how):
        page = open_as(user, viewport, **how)
        page.set_default_timeout(15_000)
        page.goto(path)
        return page

    return go


def url(order, verb=""):
    return reverse("order", args=[order.pk]) + (f"{verb}/" if verb else "")


def tomorrow_noon(place):
    here = timezone.now().astimezone(place.outlet.tz) + timedelta(days=1)
    return f"{here:%Y-%m-%d}T12:00"


def test_a_dispatcher_signs_in_and_assigns_from_the_queue(place, open_as):  # H-A4
    order = make_order(place, timezone.now())
    page = open_as(place.dispatcher)
    page.context.clear_cookies()
    page.goto("/console/")
    page.fill("#id_username", place.dispatcher.username)
    page.fill("#id_password", "wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.fill("#id_password", "doorstep")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Queue")).to_be_visible()
    page.click(f"#assign-{order.pk}")
    page.fill("#assign-starts_at", tomorrow_noon(place))
    page.locator("#assign-starts_at").dispatch_event("change")
    expect(page.locator("#candidates-title")).to_contain_text("12:00")
    page.get_by_role("button", name=f"Assign: {place.other.name}").click()
    expect(page.locator("#toasts")).to_contain_text(f"recorded for order {order.number}")
    expect(page.locator("#act-dialog")).to_be_hidden()
    expect(page.locator(f"#row-{order.pk}")).to_contain_text("Assigned")
    assert fresh(order).technician == place.other


def test_a_double_click_counts_once(place, at):  # H-N3
    order = make_order(place, timezone.now())
    page = at(place.dispatcher, url(order))
    page.click("#more-acts")
    page.get_by_role("button", name="Add a note").click()
    page.fill("#add-note-note", "gate code 12")
    page.locator("#act-body button[type=submit]").dblclick()
    expect(page.locator(".timeline")).to_contain_text("gate code 12")
    assert OrderEvent.objects.filter(order=order, action="add_note").count() == 1


def test_the_slower_of_two_dispatchers_sees_who_won_and_keeps_what_was_typed(place, at):
    order = make_order(place, timezone.now())
    rival = factories.make_user("dispatcher", place.outlet, first_name="Lin", last_name="Mei")
    mine, theirs = at(place.dispatcher, url(order)), at(rival, url(order))
    for page in (mine, theirs):
        page.get_by_role("button", name="Assign", exact=True).click()
        page.fill("#assign-starts_at", tomorrow_noon(place))
    theirs.get_by_role("button", name=f"Assign: {place.technician.name}").click()
    theirs.wait_for_url(f"**{url(order)}")
    expect(theirs.locator(".next-what")).to_have_text("Accept or decline")
    mine.get_by_role("button", name=f"Assign: {place.other.name}").click()
    expect(mine.locator(".refusal")).to_contain_text("Lin Mei")
    expect(mine.locator("#assign-starts_at")).to_have_value(tomorrow_noon(place))
    mine.get_by_role("link", name="Show the order as it is now").click()
    expect(mine.locator(".next-what")).to_have_text("Accept or decline")
    assert fresh(order).technician == place.technician


@pytest.fixture
def advised(place):
    """An order advised by phone yesterday: its callback is due now."""
    order, _now = order_in("consulting", place)
    Callback.objects.update(due_at=timezone.now() - timedelta(minutes=4))
    return order


def test_an_agent_answers_a_callback_without_leaving_the_page(place, at, advised):  # H-A2
    page = at(place.agent, "/console/callbacks/")
    callback = advised.callbacks.get()
    expect(page.locator(f"#call-{callback.pk} .when")).to_have_class("when late")
    page.fill(f"#note-{callback.pk}", "works well")
    page.locator(f"#yes-{callback.pk}").dblclick()
    expect(page.get_by_text("No call is due")).to_be_visible()
    expect(page.locator(".counters")).to_contain_text("1 calls made by you today")
    assert fresh(advised).state == "closed"
    assert callback.log.get().note == "works well"


def test_no_connection_keeps_the_note_and_the_next_press_does_it_once(place, at, advised):  # H-N3
    page = at(place.agent, "/console/callbacks/")
    callback = advised.callbacks.get()
    page.fill(f"#note-{callback.pk}", "rang out")
    page.context.set_offline(True)
    page.click(f"#none-{callback.pk}")
    expect(page.locator(f"#call-{callback.pk} .form-status")).not_to_be_empty()
    expect(page.locator(f"#note-{callback.pk}")).to_have_value("rang out")
    page.context.set_offline(False)
    page.click(f"#none-{callback.pk}")
    expect(page.locator(f"#call-{callback.pk}")).to_contain_text("not reached")
    assert callback.log.count() == 1


def test_a_search_keeps_the_focus_and_stands_in_the_address(place, at):
    make_order(place, timezone.now(), name="陳大文")
    make_order(place, timezone.now(), name="林小姐")
    page = at(place.dispatcher, "/console/")
    page.locator("#filter-q").press_sequentially("陳大")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("#filter-q")).to_be_focused()
    page.wait_for_url("**/console/?q=*")
    page.reload()
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("#filter-q")).to_have_value("陳大")


def test_a_refresh_brings_what_is_new_and_leaves_the_focus(place, at):
    order = make_order(place, timezone.now())
    page = at(place.dispatcher, "/console/")
    page.locator(f"#open-{order.pk}").focus()
    new = make_order(place, timezone.now(), name="new")
    page.evaluate("htmx.trigger('#queue-part', 'acted')")
    expect(page.locator(f"#row-{new.pk}")).to_be_visible()
    expect(page.locator(f"#open-{order.pk}")).to_be_focused()


def test_a_refresh_waits_while_words_are_selected(place, at):
    order = make_order(place, timezone.now())
    page = at(place.dispatcher, "/console/")
    new = make_order(place, timezone.now(), name="new")
    poll = "htmx.ajax('GET', '/console/', {source: '#queue-part', target: '#queue-part', swap: 'outerHTML'})"
    page.evaluate(f"getSelection().selectAllChildren(document.querySelector('#row-{order.pk}'))")
    page.evaluate(poll)
    assert page.evaluate("String(getSelection())") and page.locator(f"#row-{new.pk}").count() == 0
    page.evaluate("getSelection().removeAllRanges()")
    page.evaluate(poll)
    expect(page.locator(f"#row-{new.pk}")).to_be_visible()


def test_a_known_number_fills_the_form_and_keeps_what_was_typed(place, at):
    make_order(place, timezone.now())
    page = at(place.agent, "/console/new/")
    page.fill("#new-symptom", "does not spin")
    page.locator("#new-phone").press_sequentially("0912345678")
    page.locator("#known [data-fill]").click()
    expect(page.locator("#new-model_no")).to_have_value("XQG70")
    expect(page.locator("#new-symptom")).to_have_value("does not spin")
    page.get_by_role("button", name="Open an order").click()
    expect(page.locator("#messages")).to_contain_text("is open")


def test_the_space_bar_opens_a_form(place, at):
    order = make_order(place, timezone.now())
    page = at(place.dispatcher, url(order))
    page.get_by_role("button", name="Assign", exact=True).focus()
    page.keyboard.press("Space")
    expect(page.locator("#candidates")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#act-dialog")).to_be_hidden()


def test_a_gap_is_filled_from_the_refusal(place, at):  # H-I2
    order, _now = order_in("accepted", place, model_no="")
    page = at(place.dispatcher, url(order))
    page.get_by_role("button", name="Confirm with the customer").click()
    page.locator(".refusal").get_by_role("link", name="Correct").click()
    page.fill("#correct-model_no", "XQG90")
    page.locator("#act-body").get_by_role("button", name="Correct").click()
    expect(page.locator(".facts")).to_contain_text("XQG90")
    assert fresh(order).gaps() == []


def test_without_script_an_order_is_assigned(place, at):
    order = make_order(place, timezone.now())
    page = at(place.dispatcher, url(order, "assign"), java_script_enabled=False)
    page.get_by_role("button", name=f"Assign: {place.technician.name}").click()
    expect(page.locator("#messages")).to_contain_text("recorded")
    assert fresh(order).technician == place.technician


@pytest.fixture
def full(place, advised):
    """An outlet with something on every page: gaps, an overdue call, reviews, a bill, a late visit."""
    order_in("requested", place, model_no="")
    order_in("awaiting_parts", factories.make_outlet())
    long = {"name": "歐陽" * 12, "symptom": "leaks " * 30, "address_line": "x" * 90, "priority": 1, "model_no": ""}
    for _number in range(5):
        make_order(place, timezone.now(), **long)
    closed, now = order_in("closed", place, name="closed")
    do(closed, "add_note", place.clerk, now, {"note": "long " * 60})
    return closed


PAGES = [
    ("dispatcher", "/console/"),
    ("dispatcher", "/console/?q=nobody"),
    ("dispatcher", "/console/orders/{closed}/"),
    ("dispatcher", "/console/orders/{ready}/assign/"),
    ("dispatcher", "/console/orders/{ready}/correct/"),
    ("dispatcher", "/console/orders/{closed}/assign/"),
    ("agent", "/console/callbacks/"),
    ("agent", "/console/agent/"),
    ("agent", "/console/new/"),
    ("clerk", "/console/clerk/"),
]


@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
def test_every_page_is_readable_by_all_and_fits(viewport, place, at, full):
    ready = make_order(place, timezone.now())
    wrong, pages = [], {}
    for role, path in PAGES:
        path = path.format(closed=full.pk, ready=ready.pk)
        if role not in pages:
            pages[role] = at(getattr(place, role), "/console/", viewport)
        pages[role].goto(path)
        wrong += [(path, fault) for fault in faults_of(pages[role])]
        wrong += [(path, "runs over")] if runs_over(pages[role]) else []
    page = pages["dispatcher"]
    page.goto("/console/")
    page.click(f"#assign-{ready.pk}")
    expect(page.locator("#candidates")).to_be_visible()
    wrong += [("assign", fault) for fault in faults_of(page)]
    # A refused page is said by the browser's console too; that is not a fault of the page.
    wrong += [said for found in pages.values() for said in found.wrong if "409" not in said]
    assert wrong == []
