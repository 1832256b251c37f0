"""The pictures of these pages, taken from a running Doorstep that holds the example.

    BASE=http://127.0.0.1:8000 python docs/screenshots.py [name …]

BASE is where Doorstep answers; CHROMIUM names the browser if it is not on the PATH. Nothing is changed there: pages and
forms are opened, nothing is sent. Needs requirements-dev.txt.
"""

from __future__ import annotations

import os
import shutil
import sys
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

BASE = os.environ.get("BASE", "http://127.0.0.1:8000").rstrip("/")
FOLDER = Path(__file__).resolve().parent / "screenshots"
PASSWORD = "doorstep"
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 360, "height": 740}
SHOTS: dict[str, Shot] = {}


class Shot:
    """One picture: who looks, on which screen, in which language and theme, and the way to the page."""

    def __init__(self, way: Callable[[Page], None], user: str, how: dict):
        self.way, self.user = way, user
        self.size = how.get("size", DESK)
        self.context = {
            "viewport": self.size,
            "locale": how.get("language", "en-GB"),
            "color_scheme": how.get("theme", "light"),
            "timezone_id": "Asia/Taipei",
            "reduced_motion": "reduce",
        }

    def take(self, browser: Browser, name: str) -> Path:
        """Walk there and take it; return the file."""
        context = browser.new_context(base_url=BASE, **self.context)
        page = context.new_page()
        page.goto("/")
        if self.user:
            page.locator("input[name=username]").fill(self.user)
            page.locator("input[name=password]").fill(PASSWORD)
            page.locator("main form button[type=submit]").first.click()
            page.wait_for_url(lambda url: "sign-in" not in url)
        self.way(page)
        page.wait_for_load_state("load")
        page.wait_for_timeout(1200)  # not until the network is idle: a live stream never is
        path = FOLDER / f"{name}.webp"
        # Playwright itself writes PNG and JPEG; WebP is half the size, and Chromium has it.
        taken = context.new_cdp_session(page).send("Page.captureScreenshot", {"format": "webp", "quality": 30})
        path.write_bytes(b64decode(taken["data"]))
        context.close()
        return path


def shot(name: str, user: str = "", **how) -> Callable:
    """Register the decorated way as the picture `name`."""

    def register(way: Callable[[Page], None]) -> Callable[[Page], None]:
        SHOTS[name] = Shot(way, user, how)
        return way

    return register


@shot("sign-in")
def sign_in(page: Page) -> None:
    """The door."""


@shot("board", "dispatcher")
@shot("board-dark", "dispatcher", theme="dark")
@shot("board-zh-hant", "dispatcher", language="zh-TW")
def board(page: Page) -> None:
    """Technicians and their day, what must be decided, and one order."""
    page.goto("/console/board/")
    page.locator("#board[data-ready=yes]").wait_for(timeout=60_000)
    page.locator(".bar.visit-agreed").first.click()
    page.locator("#board-order h2").first.wait_for()


@shot("plan", "dispatcher")
def plan(page: Page) -> None:
    """The plan's drawer, with what it proposes; nothing of it is accepted."""
    page.goto("/console/board/")
    page.locator("#board[data-ready=yes]").wait_for(timeout=60_000)
    page.locator("#plan-open").click()
    page.locator("[data-plan=ask], .plan-gains").first.wait_for()
    if page.locator("[data-plan=ask]").is_visible():
        page.locator("[data-plan=ask]").click()
    page.locator(".plan-gains").wait_for(timeout=120_000)


@shot("queue", "dispatcher")
@shot("queue-dark", "dispatcher", theme="dark")
@shot("queue-zh-hant", "dispatcher", language="zh-TW")
def queue(page: Page) -> None:
    """Every open order as a list."""
    page.goto("/console/")
    page.goto("/console/")


def an_order(page: Page, state: str) -> None:
    """Open the first order in a state."""
    page.goto(f"/console/?state={state}")
    page.locator("tbody a[href*='/console/orders/']").first.click()
    page.wait_for_url("**/console/orders/*/")


@shot("order", "dispatcher")
def order(page: Page) -> None:
    """One order, with what happened to it."""
    an_order(page, "contacted")


@shot("assign", "dispatcher")
def assign(page: Page) -> None:
    """Who can do it, best first."""
    an_order(page, "ready")
    page.get_by_role("link", name="Assign", exact=True).or_(
        page.get_by_role("button", name="Assign", exact=True)
    ).first.click()
    page.get_by_role("dialog").wait_for()


@shot("new-order", "agent")
def new_order(page: Page) -> None:
    """A call is written down."""
    page.goto("/console/new/")


@shot("callbacks", "agent")
def callbacks(page: Page) -> None:
    """Whom to call, why, and what to say."""
    page.goto("/console/callbacks/")


@shot("clerk", "clerk")
def clerk(page: Page) -> None:
    """Gaps, records, parts, workshop."""
    page.goto("/console/clerk/")


@shot("order-file", "dispatcher")
def order_file(page: Page) -> None:
    """Where an order file goes in."""
    page.goto("/admin/dispatch/serviceorder/import/")


@shot("day", "technician", size=PHONE)
@shot("day-zh-hans", "technician", size=PHONE, language="zh-CN")
def day(page: Page) -> None:
    """The day, with the next step under the thumb."""
    page.goto("/field/app/")
    page.locator("a.app-stop").first.wait_for()
    if page.locator(".app-ask, .app-card").get_by_role("button").count():
        page.locator(".app-ask, .app-card").get_by_role("button").last.click()  # no position, and no question about it


def my_order(page: Page) -> str:
    """Return the number of the technician's first order that is to be visited."""
    day(page)
    stops = page.locator("a.app-stop")
    wanted = stops.filter(has=page.locator(".state-accepted, .state-contacted:not(:has-text('Consulting'))"))
    return (wanted if wanted.count() else stops).first.get_attribute("data-order")


@shot("field-order", "technician", size=PHONE)
def field_order(page: Page) -> None:
    """One visit."""
    page.goto(f"/field/app/#/order/{my_order(page)}")


@shot("contact", "technician", size=PHONE)
def contact(page: Page) -> None:
    """The call to the customer, item by item."""
    page.goto(f"/field/app/#/order/{my_order(page)}/step/call")


@shot("today", "manager")
def today(page: Page) -> None:
    """What needs somebody, before the customer says so."""
    page.goto("/insight/")


@shot("trends", "manager")
def trends(page: Page) -> None:
    """Figures over a time, each with its orders."""
    page.goto("/insight/trends/?period=week")


@shot("health", "manager")
def health(page: Page) -> None:
    """Whether everything runs, and what to do."""
    page.goto("/insight/health/")


@shot("settle", "clerk")
def settle(page: Page) -> None:
    """The day's books, those that differ first."""
    page.goto("/console/settle/")


@shot("requests", "agent")
def requests(page: Page) -> None:
    """What customers asked for, with what they sent."""
    page.goto("/console/requests/")


@shot("customer", "agent", size=PHONE)
def customer(page: Page) -> None:
    """The customer's page of an order; its address is read off the desk."""
    an_order(page, "on_site")
    page.goto(page.url + "link/")
    address = page.locator("a.code").get_attribute("href")
    page.goto(address[address.index("/o/") :])


@shot("master-data", "manager")
def master_data(page: Page) -> None:
    """Everything that is decided once."""
    page.goto("/admin/")


@shot("api", "admin")
def api(page: Page) -> None:
    """The API, to be tried."""
    page.goto("/api/docs/")
    page.locator(".opblock").first.wait_for()


def main(names: list[str]) -> int:
    """Take all pictures, or those named; return the exit status."""
    FOLDER.mkdir(exist_ok=True)
    wanted = ("chromium", "chromium-browser", "google-chrome")
    chromium = os.environ.get("CHROMIUM") or next((path for name in wanted if (path := shutil.which(name))), None)
    failed = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name, one in SHOTS.items():
            if names and name not in names:
                continue
            try:
                path = one.take(browser, name)
            except Exception as error:
                failed += 1
                print(f"{name}: {error}")
            else:
                print(f"{path.name}: {path.stat().st_size // 1024} KB")
        browser.close()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
