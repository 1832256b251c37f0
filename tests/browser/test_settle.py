"""A day settled in Chromium by clerk and technician, one slip missing; the card on paper (H-R3, H-R4)."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from dispatch.actions import settling
from dispatch.models import Discrepancy, LineKind, OutletDay
from technicians.models import User
from tests.browser.conftest import DESK, PHONE, faults_of, runs_over, small_targets
from tests.dispatch.settling.helpers import CUTOFF, DAY, book_of, done_today, line_of
from tests.factories import make_outlet


@pytest.fixture(autouse=True)
def _plain_static_files(settings):
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture
def place(transactional_db):
    return make_outlet()


@pytest.fixture
def order(place):
    """An order paid in cash today, and the books of the cut-off."""
    order, _now = done_today(place)
    settling.settle_due(CUTOFF)
    return order


def address(place) -> str:
    return f"{reverse('settle')}?outlet={place.outlet.code}&day={DAY}"


def looked_at(page, viewport) -> None:
    """Accessible, no wider than the window, and nothing too small for a hand."""
    assert faults_of(page) == []
    assert runs_over(page) <= 0
    assert small_targets(page, 24) == []
    assert page.wrong == []


@pytest.mark.parametrize("viewport", [DESK, PHONE])
def test_h_r4_clerk_and_technician_settle_a_day_with_money_missing(place, order, open_as, viewport):  # H-R4
    cash = line_of(book_of(place), LineKind.CASH)
    clerk = open_as(place.clerk, viewport)
    clerk.goto(address(place))
    expect(clerk.get_by_text("2 lines are not counted yet")).to_be_visible()
    looked_at(clerk, viewport)
    clerk.get_by_role("link", name=place.technician.name).click()

    row = clerk.locator(f"#line-{cash.pk}")
    row.get_by_label("Counted").fill(f"{(cash.expected - 10_000) // 100}")
    card = clerk.locator(f"#line-{line_of(book_of(place), LineKind.CARD).pk}")
    card.get_by_label("Counted").select_option("1")
    clerk.get_by_role("button", name="Save the count").click()
    expect(row.get_by_text("−NT$100")).to_be_visible()
    clerk.get_by_role("button", name="Agree for the outlet").click()  # nobody answers for it yet
    expect(clerk.locator("section.refusal")).to_contain_text("say who answers for it")
    clerk.wrong.clear()  # the browser's own remark on a 422
    row.get_by_label("Answers for it").select_option(str(place.technician.user.pk))
    row.get_by_label("Why it differs").fill("gave change twice")
    looked_at(clerk, viewport)
    clerk.get_by_role("button", name="Save the count").click()
    clerk.get_by_role("button", name="Agree for the outlet").click()
    expect(clerk.get_by_text(f"For the outlet: {place.clerk}")).to_be_visible()

    phone = open_as(place.technician.user, PHONE)
    phone.goto(reverse("field_settle"))
    expect(phone.get_by_text("gave change twice")).to_be_visible()
    looked_at(phone, PHONE)
    phone.get_by_role("button", name="I agree to this").click()
    expect(phone.get_by_text("Closed")).to_be_visible()

    clerk.goto(address(place))
    expect(clerk.get_by_role("link", name="Report the day")).to_be_visible()
    case = Discrepancy.objects.get()
    assert (case.difference, case.reason) == (-10_000, "gave change twice")
    clerk.locator(f"#case-{case.pk}").click()
    expect(clerk.get_by_label("Written off")).to_have_count(0)  # a manager's to decide
    looked_at(clerk, viewport)
    clerk.get_by_label("Made good").check()
    clerk.get_by_label("What came of it").fill("brought the next morning")
    clerk.get_by_role("button", name="Settle it").click()
    expect(clerk.get_by_text("brought the next morning").first).to_be_visible()


def test_h_r3_the_day_is_reported_and_accepted(place, order, open_as):  # H-R3, H-R4
    book = book_of(place)
    typed = {line.pk: settling.Counted(line.expected) for line in book.lines.all()}
    book = settling.count(book.pk, place.clerk, CUTOFF, typed)
    settling.agree(book.pk, place.clerk, CUTOFF, book.version)
    settling.confirm(book.pk, place.technician.user, CUTOFF, book.version)
    clerk = open_as(place.clerk)
    clerk.goto(address(place))
    clerk.get_by_role("link", name="Report the day").click()
    looked_at(clerk, DESK)
    clerk.get_by_label("Note for the centre").fill("all in the bag")
    clerk.get_by_role("button", name="Report the day to the centre").click()
    expect(clerk.get_by_text("Waits for the centre")).to_be_visible()

    centre = open_as(place.manager)
    day = OutletDay.objects.get(outlet=place.outlet, day=DAY)
    centre.goto(reverse("settle_day", args=[day.pk]))
    for line in day.lines.all():
        field = centre.locator(f"#counted-{line.pk}")
        field.fill(f"{line.expected // 100}") if line.currency else field.select_option("1")
    centre.get_by_role("button", name="Save the count").click()
    looked_at(centre, DESK)
    centre.get_by_role("button", name="Accept the day").click()
    expect(centre.get_by_text(f"Accepted by {place.manager}")).to_be_visible()


@pytest.mark.parametrize(
    ("language", "viewport", "scheme"), [("en", PHONE, "dark"), ("zh-hans", DESK, "light"), ("zh-hant", PHONE, "light")]
)
def test_h_r3_the_card_and_the_books_fit_and_read_well(place, order, open_as, language, viewport, scheme):  # H-R3
    User.objects.filter(pk=place.clerk.pk).update(language=language)
    page = open_as(place.clerk, viewport, color_scheme=scheme)
    for url in (address(place), reverse("settle_book", args=[book_of(place).pk]), reverse("card", args=[order.pk])):
        page.goto(url)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        looked_at(page, viewport)
