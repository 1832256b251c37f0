"""The customer rates and signs on their own phone, by the code on the technician's (H-H1, H-R4)."""

from urllib.parse import urlparse

import pytest
from django.conf import settings

from dispatch.models import State
from tests import factories
from tests.browser.conftest import faults_of, runs_over
from tests.browser.phone import PHONE
from tests.factories import fresh, order_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def place(transactional_db):
    return factories.around_the_clock(factories.make_outlet(phone="+886223456789"))


def write_on(page, pad) -> None:
    """Draw something with a finger."""
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 60, steps=6)
    page.mouse.up()


def test_h_r4_scanned_rated_and_signed_on_their_own_phone(open_as, chromium, live_server, place):
    order, _now = order_in(State.CHARGED, place)
    mine = open_as(place.technician.user, PHONE)
    mine.goto("/field/app/")
    mine.locator(".app-stop").first.wait_for()
    mine.goto(f"/field/app/#/order/{order.pk}/step/next")
    mine.locator("[data-step='sign'][data-screen='tools']").wait_for()
    mine.locator(".g-go").tap()
    mine.get_by_text("On their own phone", exact=True).tap()
    code = mine.locator("svg.g-qr")
    assert code.bounding_box()["width"] >= 200 and runs_over(mine) <= 0
    address = urlparse(code.get_attribute("aria-label"))
    assert f"{address.scheme}://{address.netloc}" == settings.PUBLIC_URL.rstrip("/")

    theirs = chromium.new_context(base_url=live_server.url, viewport=PHONE, has_touch=True).new_page()
    theirs.goto(address.path)
    assert faults_of(theirs) == [] and runs_over(theirs) <= 0
    theirs.get_by_role("radio", name="5").first.check()
    theirs.get_by_label("Your name").fill("王小明")
    write_on(theirs, theirs.locator("canvas"))
    theirs.get_by_role("button", name="Send").tap()
    theirs.get_by_role("status").get_by_text("Thank you").wait_for()
    record = fresh(order).repairs.get()
    assert (record.rating_repair, record.signed_by, record.rated_how) == (5, "王小明", "link")
    assert order.photos.get(kind="signature").strokes

    mine.get_by_text("Rated and signed on the customer's own phone").wait_for()
    mine.locator(".g-go").tap()
    mine.locator("[data-step='sign']").wait_for(state="detached")
    mine.locator("[data-unsent='0']").wait_for()
    assert fresh(order).state == State.FOLLOW_UP and fresh(order).repairs.get().rated_how == "link"
    theirs.context.close()
