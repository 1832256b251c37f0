"""Every screen of the app reads well: narrow, dark, large, in each language; nothing sideways, all in reach."""

import pytest

from dispatch.models import State
from tests import factories
from tests.browser.conftest import faults_of, runs_over, small_targets
from tests.browser.hand import make_lists
from tests.pricing import make_prices

pytestmark = pytest.mark.django_db(transaction=True)

WIDE, NARROW = {"width": 360, "height": 740}, {"width": 320, "height": 640}
PAGES = ("", "#/calls", "#/van", "#/me", "#/unsent")
# The steps that a visit leads through where it stands, and what is one tap away from them
STEPS = {
    State.ASSIGNED: ("accept", "act:decline"),
    State.ACCEPTED: ("call", "consult", "act:hand_back"),
    State.CONTACTED: ("kit", "depart", "delay", "retime", "act:sos"),
    State.EN_ROUTE: ("arrive", "delay"),
    State.ON_SITE: ("door", "knock", "different", "diagnose", "check", "else", "act:sos", "act:hear_out"),
    State.DIAGNOSED: ("quote", "repair", "part", "check", "charge", "act:pull_in", "act:wait_for_parts"),
    State.CHARGED: ("sign", "act:file_claim"),
    State.FOLLOW_UP: ("act:add_note",),
}
# Language, colours, window, size of letters
LOOKS = (
    ("en", "dark", NARROW, 200),
    ("zh-hans", "light", NARROW, 100),
    ("zh-hant", "light", NARROW, 100),
    ("en", "light", WIDE, 100),
)
SHOW = """async ([hash, large]) => {
    document.documentElement.style.fontSize = `${large}%`;
    document.getElementById("toasts").replaceChildren();
    if (location.hash !== hash) location.hash = hash;
}"""
DRAWN = """(page) => {
    const main = document.getElementById("main");
    return Boolean(document.querySelector(page ? ".g-screen .g-body > *" : "#main h1, #main .app-card")) && main.innerText.length > 2;
}"""  # noqa: E501


@pytest.fixture
def place(transactional_db):
    return factories.around_the_clock(factories.make_outlet())


@pytest.fixture
def orders(place):
    """An order in every state of a visit, with the longest words that people write."""
    told = {"name": "Wolfeschlegelsteinhausenbergerdorff 王小明", "address_line": "信義路五段 7 號 B 棟 32 樓之 1"}
    made = {state: factories.order_in(state, place, days, **told)[0] for days, state in enumerate(STEPS)}
    make_lists()
    make_prices(place)
    return made


def wrong_on(page, where: str) -> list[str]:
    """Return what is amiss on a screen."""
    found = [one for one in faults_of(page) if "obscured" not in one]  # scrolled, the thumb's button is past it
    found += [one for one in small_targets(page, 48) if "app-back" not in one]  # also reached by *Back*
    if (over := runs_over(page)) > 0:
        found.append(f"{over} px too wide")
    return [f"{where}: {one}" for one in found]


def show(page, hash_: str, large: int) -> None:
    """Lead to a page of the app and wait until it is drawn."""
    page.evaluate(SHOW, [hash_, large])
    for _turn in range(100):
        if page.evaluate(DRAWN, "/step/" in hash_):
            return
        page.wait_for_timeout(20)
    raise AssertionError(f"nothing on {hash_}: {page.locator('#main').inner_text()!r}")


@pytest.mark.parametrize(("language", "scheme", "window", "large"), LOOKS)
def test_every_screen(open_as, place, orders, language, scheme, window, large):
    user = place.technician.user
    user.language = language
    user.save()
    page = open_as(user, window, color_scheme=scheme, has_touch=True)
    page.goto("/field/app/")
    page.locator(".app-stop").first.wait_for()
    assert page.evaluate("document.documentElement.lang").lower().startswith(language)
    pages = [*PAGES, *(f"#/order/{order.pk}" for order in orders.values())]
    steps = [f"#/order/{orders[state].pk}/step/{step}" for state, some in STEPS.items() for step in some]
    wrong = []
    for one in [*pages, *steps]:
        show(page, one or "#/", large)
        wrong += wrong_on(page, one)
    assert "\n".join(wrong) == ""
    assert page.wrong == []
