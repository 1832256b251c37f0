"""Pages in a real Chromium, from a real server. Without a Chromium these tests are skipped with one clear line."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.utils import timezone

from tests import factories
from tests.platform.streams import free_port, served

DARK = "matchMedia('(prefers-color-scheme: dark)').matches"
# No colour is looked at on its way from one to the other.
STILL = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("*, ::before, ::after { transition: none !important; }");
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}"""
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1440, "height": 900}


def pytest_collection_modifyitems(items):
    """Mark every test of this folder."""
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def live_port():
    """A process for the live streams, as the product has it; the pages' test server cannot hold a stream open."""
    port = free_port()
    with served("config.live:app", port, REDIS_URL=settings.REDIS_URL):
        yield port


def lead_to(settings, port: int) -> None:
    """Lead the pages to the live streams at a port: another origin, so the content security policy has to name it."""
    origin = f"http://127.0.0.1:{port}"
    settings.LIVE_URL = f"{origin}/live/"
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    allowed = directives | {"connect-src": [*directives["connect-src"], origin]}
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": allowed}


@pytest.fixture
def wired(settings, live_port):
    """Pages find the live streams."""
    lead_to(settings, live_port)


@pytest.fixture
def open_as(chromium, live_server, wired):
    """Return a function (user, viewport, **how) → a page signed in as `user`; what went wrong in it is in `page.wrong`.

    `how` goes to the browser's context: color_scheme, locale …
    """
    contexts = []

    def open_page(user, viewport=None, **how):
        how.setdefault("has_touch", viewport == PHONE)
        context = chromium.new_context(base_url=live_server.url, viewport=viewport or DESK, **how)
        contexts.append(context)
        client = Client()
        client.force_login(user)
        name = settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
        page = context.new_page()
        page.wrong = []
        page.on("pageerror", lambda error: page.wrong.append(str(error)))
        page.on("console", lambda said: page.wrong.append(said.text) if said.type == "error" else None)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def assigned(place):
    """An order given to the technician for tomorrow morning."""
    now = timezone.now()
    order = factories.make_order(place, now)
    starts = (now.astimezone(place.outlet.tz) + timedelta(days=1)).replace(hour=10, minute=0, second=0, microsecond=0)
    data = {"technician": place.technician.pk, "starts_at": starts.isoformat()}
    return factories.do(order, "assign", place.dispatcher, now, data)


def faults_of(page) -> list[str]:
    """Return what axe finds against WCAG 2.2 AA on a page, each with where; the colours in light and in dark."""
    options = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
    found = Axe().run(page, options=options).response["violations"]
    here, there = ("dark", "light") if page.evaluate(DARK) else ("light", "dark")
    page.evaluate(STILL)
    page.emulate_media(color_scheme=there)
    found += page.evaluate("axe.run({runOnly: {type: 'rule', values: ['color-contrast']}})")["violations"]
    page.emulate_media(color_scheme=here)
    page.evaluate("document.adoptedStyleSheets.pop()")
    return [f"{one['id']}: {node['target']} {node['failureSummary']}" for one in found for node in one["nodes"]]


def runs_over(page) -> int:
    """Return by how many pixels a page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def small_targets(page, least: int) -> list[str]:
    """Return the visible links, buttons and fields lower or narrower than `least` pixels; not links in prose."""
    return page.evaluate(
        """(least) => [...document.querySelectorAll("a, button, input:not([type=hidden]), select, textarea, summary")]
            .filter((one) => one.checkVisibility() && !one.closest(".skip, p.prose") && !one.matches(".skip"))
            .map((one) => [one, (one.closest("label") ?? one).getBoundingClientRect()])
            .filter(([, box]) => box.width && (box.height < least || box.width < least))
            .map(([one, box]) => `${one.outerHTML.slice(0, 99)} ${Math.round(box.width)}x${Math.round(box.height)}`)""",
        least,
    )
