"""The first page of the master data, health, audit, export in Chromium: wide and narrow, both themes, each language."""

import pytest
from django.urls import reverse

from dispatch.models import State
from dispatch.reports.sheets import making
from tests import factories
from tests.browser.conftest import DESK, PHONE, faults_of, runs_over, small_targets

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = ("admin:index", "health", "audit", "export")


@pytest.fixture
def place(transactional_db, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    place = factories.make_outlet()
    factories.order_in(State.FOLLOW_UP, place)
    return place


@pytest.mark.parametrize(
    ("viewport", "scheme", "language"),
    [(DESK, "light", "en"), (PHONE, "dark", "zh-hant"), (PHONE, "light", "zh-hans"), (DESK, "dark", "zh-hant")],
    ids=["desk", "phone-dark", "phone", "desk-dark"],
)
def test_each_page_reads_anywhere(open_as, place, viewport, scheme, language):
    place.manager.language = language
    place.manager.save()
    page = open_as(place.manager, viewport, color_scheme=scheme)
    for name in PAGES:
        page.goto(reverse(name))
        assert faults_of(page) == [], name
        assert runs_over(page) <= 0, name
        assert small_targets(page, 24) == [], name
    assert page.wrong == []


def test_from_the_first_page_to_the_orders_behind_a_figure(open_as, place):
    page = open_as(place.manager, DESK)
    page.goto(reverse("admin:index"))
    card = page.locator(".glance-card", has_text="Open orders")
    assert card.locator(".glance-value").inner_text() == "1"
    with page.expect_navigation():
        card.click()
    assert "1" in page.locator("main").inner_text() and page.wrong == []


def test_a_manager_finds_what_a_manager_may_change(open_as, place):
    """A manager of one outlet adds people, not price lists; the centre's administrator adds both."""
    page = open_as(place.manager, DESK)
    page.goto(reverse("admin:index"))
    groups = page.locator(".groups")
    assert groups.get_by_role("link", name="Add: People").count() == 1
    assert groups.get_by_role("link", name="Add: Price lists").count() == 0
    page = open_as(place.admin, DESK)
    page.goto(reverse("admin:index"))
    assert page.locator(".groups").get_by_role("link", name="Add: Price lists").count() == 1


def test_an_export_comes_while_one_waits(open_as, place):
    page = open_as(place.manager, DESK)
    page.goto(reverse("export"))
    page.get_by_role("button", name="Make the export").click()
    page.locator("#exports progress").wait_for()
    assert making.make_next() == 1
    link = page.locator("#exports").get_by_role("link", name="Download")
    link.wait_for()
    with page.expect_download() as taken:
        link.click()
    assert taken.value.suggested_filename.endswith(".zip") and page.wrong == []


def test_the_audit_tells_of_an_order_and_goes_on_by_pages(open_as, place):
    for number in range(6):
        factories.order_in(State.CLOSED, place, phone=f"0912 345 80{number}")
    page = open_as(place.manager, DESK)
    first, last = (factories.in_days(days) for days in (-30, 30))
    page.goto(f"{reverse('audit')}?from={first}&to={last}&log=orders")
    seen = page.locator(".audit tbody tr").count()
    page.get_by_role("link", name="Older").click()
    page.get_by_role("link", name="Newest").wait_for()
    assert seen == 50 and page.locator(".audit tbody tr").count() > 0
    page.locator(".audit tbody a").first.click()
    page.wait_for_url("**/console/**")
    assert page.wrong == []
