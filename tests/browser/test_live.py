"""The live wire in a real Chromium: one stream for all tabs, and nothing lost or double through any break."""

import itertools

import pytest
from django.conf import settings as django_settings
from django.urls import reverse

from config.embedded.services import Services
from dispatch import live
from tests import factories
from tests.browser.conftest import lead_to
from tests.platform.streams import free_port, served, wait_for

pytestmark = pytest.mark.django_db(transaction=True)
FOLLOW = """async (after) => {
    const { follow } = await import("/static/shared/live.js");
    window.heard = { orders: [], others: [], states: [], resets: 0, calls: 0 };
    window.tab = follow({
        ...(after === undefined ? {} : { after }),
        onChange: (changes) => {
            heard.calls += 1;
            heard.orders.push(...changes.filter((one) => "order" in one).map((one) => one.order));
            heard.others.push(...changes.filter((one) => "kind" in one).map((one) => `${one.kind} ${one.id}`));
        },
        onReset: () => { heard.resets += 1; },
        onState: (state) => heard.states.push(state),
    });
}"""


@pytest.fixture(autouse=True)
def _not_silent(monkeypatch):
    """What failed in another test keeps nobody silent in this one."""
    monkeypatch.setattr(live, "_dead_until", 0.0)


@pytest.fixture
def place(transactional_db):
    return factories.make_outlet()


@pytest.fixture
def browser_of(open_as, place):
    """A function → another tab of one browser, signed in as the outlet's dispatcher, that follows the wire."""
    first = open_as(place.dispatcher)
    count_streams(first)

    def open_tab(after=None, page=first, waits=True):
        page.goto(reverse("help"))
        page.evaluate(FOLLOW, after) if after is not None else page.evaluate(f"({FOLLOW})()")
        if waits:
            until(page, "tab.state === 'live'")
        return page

    def another(after=None, waits=True, clock=False):
        page = first.context.new_page()
        if clock:
            page.clock.install()
        count_streams(page)
        return open_tab(after, page, waits)

    open_tab.another = another
    return open_tab


def count_streams(page) -> None:
    page.streams = []
    page.on("request", lambda request: page.streams.append(request.url) if "/live/?ticket=" in request.url else None)


def until(page, condition: str) -> None:
    """Wait for something in a page; Playwright's own way is an eval, which the content security policy forbids."""
    wait_for(lambda: page.evaluate(condition))


def heard(page, count: int) -> list[int]:
    """Return the orders a tab heard of, once there are so many."""
    until(page, f"heard.orders.length >= {count}")
    return page.evaluate("heard.orders")


def leading(page) -> bool:
    return page.evaluate("tab.leading")


def test_a_change_reaches_the_page_and_only_its_outlet(browser_of, place):
    page = browser_of()
    live.tell_all([(1, 1, place.outlet.pk), (2, 1, place.outlet.pk + 1), (3, 1, place.outlet.pk)])
    live.tell_of("technician", 5, place.outlet.pk)
    live.tell_of("plan", 6, place.outlet.pk + 1)
    assert heard(page, 2) == [1, 3]
    until(page, "heard.others.length")
    assert page.evaluate("heard.others") == ["technician 5"]
    assert page.evaluate("[heard.states, heard.resets]") == [["connecting", "live"], 0]


def test_many_changes_come_in_few_calls(browser_of, place):
    page = browser_of()
    for number in range(300):
        live.tell(number, 1, place.outlet.pk)
    assert heard(page, 300) == list(range(300))
    assert page.evaluate("heard.calls") < 100


def test_two_tabs_share_one_stream(browser_of, place):
    one = browser_of()
    two = browser_of.another()
    assert [leading(one), leading(two)] == [True, False]
    live.tell(1, 1, place.outlet.pk)
    assert heard(one, 1) == heard(two, 1) == [1]
    assert [len(one.streams), len(two.streams)] == [1, 0]


def test_when_the_leading_tab_closes_the_other_goes_on_without_loss(browser_of, place):
    one, two = browser_of(), browser_of.another()
    numbers = itertools.count()
    for _ in range(20):
        live.tell(next(numbers), 1, place.outlet.pk)
    heard(two, 1)
    one.close()
    for _ in range(20):
        live.tell(next(numbers), 1, place.outlet.pk)
    until(two, "tab.leading")
    for _ in range(20):
        live.tell(next(numbers), 1, place.outlet.pk)
    assert heard(two, 60) == list(range(60))
    assert two.evaluate("[heard.resets, heard.states.includes('lost')]") == [0, False]


def test_a_tab_that_joins_hears_what_happened_since_its_data(browser_of, place):
    live.tell(1, 1, place.outlet.pk)
    one = browser_of(live.last())
    at = live.last()
    live.tell_all([(2, 1, place.outlet.pk), (3, 1, place.outlet.pk)])
    heard(one, 2)
    two = browser_of.another(at)
    assert heard(two, 2) == [2, 3]
    old = browser_of.another("1-1")  # nobody has that any more
    until(old, "heard.resets === 1")
    assert [page.evaluate("heard.resets") for page in (one, two)] == [0, 0]


def test_a_page_that_does_not_know_where_its_data_stand_fetches_anew(browser_of, place):
    page = browser_of("")
    until(page, "heard.resets === 1")
    live.tell(1, 1, place.outlet.pk)
    assert heard(page, 1) == [1]


def test_without_locks_every_tab_has_its_own_stream(browser_of, open_as, place):
    pages = [open_as(place.dispatcher) for _ in range(2)]
    for page in pages:
        count_streams(page)
        page.add_init_script("Object.defineProperty(navigator, 'locks', { value: undefined })")
        browser_of(page=page)
    live.tell(1, 1, place.outlet.pk)
    assert [heard(page, 1) for page in pages] == [[1], [1]]
    assert [len(page.streams) for page in pages] == [1, 1]


def test_a_leading_tab_that_says_nothing_is_replaced(browser_of, place):
    one = browser_of()
    two = browser_of.another(clock=True)
    two.bring_to_front()
    two.clock.fast_forward(36_000)  # for this tab, nothing was heard for so long
    until(two, "tab.leading")
    until(one, "!tab.leading")
    live.tell(1, 1, place.outlet.pk)
    assert heard(one, 1) == heard(two, 1) == [1]
    until(two, "tab.state === 'live'")
    assert [page.evaluate("heard.resets") for page in (one, two)] == [0, 0]


def test_a_server_that_restarts_loses_nothing_and_doubles_nothing(browser_of, place, settings):
    port = free_port()
    lead_to(settings, port)
    with served("config.live:app", port, REDIS_URL=django_settings.REDIS_URL):
        one, two = browser_of(), browser_of.another()
        live.tell(1, 1, place.outlet.pk)
        heard(two, 1)
    live.tell_all([(2, 1, place.outlet.pk), (3, 1, place.outlet.pk)])
    until(one, "tab.state === 'lost'")
    until(two, "tab.state === 'lost'")
    with served("config.live:app", port, REDIS_URL=django_settings.REDIS_URL):
        until(one, "tab.state === 'live'")
        until(two, "tab.state === 'live'")
        live.tell(4, 1, place.outlet.pk)
        assert heard(one, 4) == heard(two, 4) == [1, 2, 3, 4]
        assert one.evaluate("heard.resets") == two.evaluate("heard.resets") == 0
        assert one.evaluate("heard.states.at(-1)") == "live"


def test_redis_that_restarts_means_a_fresh_look(browser_of, place, settings, tmp_path):
    redis = Services(tmp_path / "var", with_postgres=False, hasty=True)
    redis.start()
    usual, settings.REDIS_URL = settings.REDIS_URL, redis.urls()["REDIS_URL"]
    live.wire.cache_clear()
    port = free_port()
    lead_to(settings, port)
    try:
        with served("config.live:app", port, REDIS_URL=settings.REDIS_URL):
            one, two = browser_of(), browser_of.another()
            redis.stop()
            for page in (one, two):
                until(page, "tab.state === 'lost'")
            redis.start()
            for page in (one, two):
                until(page, "tab.state === 'live' && heard.resets >= 1")
            wait_for(lambda: live.last())
            live.tell(1, 1, place.outlet.pk)
            assert heard(one, 1) == heard(two, 1) == [1]
    finally:
        settings.REDIS_URL = usual  # first: the pages still ask for tickets, which would keep the other
        live.wire.cache_clear()
        redis.remove()


def test_who_is_signed_out_is_told_that_the_wire_is_lost(browser_of, place):
    page = browser_of()
    page.evaluate("tab.stop()")
    page.context.clear_cookies()
    page.evaluate(f"({FOLLOW})()")
    until(page, "tab.state === 'lost'")


def test_a_page_that_was_away_looks_again_when_the_network_is_back(browser_of, place):
    page = browser_of()
    live.tell(1, 1, place.outlet.pk)
    heard(page, 1)
    page.context.set_offline(True)
    live.tell(2, 1, place.outlet.pk)
    page.context.set_offline(False)
    live.tell(3, 1, place.outlet.pk)
    assert heard(page, 3) == [1, 2, 3]
