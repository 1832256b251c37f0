"""A technician's phone: the app in a real Chromium, over a road that loses what a test wants lost."""

from __future__ import annotations

import base64
from contextlib import suppress
from datetime import timedelta
from types import SimpleNamespace

from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Error

from dispatch.models import ServiceOrder
from tests import factories, pictures
from tests.platform.road import WELL, Road

PHONE = {"width": 360, "height": 740}
# Written into the page's own database by the page's own means, as a screen does it.
ACT = """async ([order, verb, values, photos]) => {
    const bytes = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
    const blobs = (photos || []).map(([id, text]) => ({ id, blob: new Blob([bytes(text)], { type: "image/jpeg" }) }));
    return (await window.app.act(order, verb, values, { blobs })).key;
}"""


class Phone:
    """One browser with one person signed in, on its road."""

    def __init__(self, chromium, road: Road, user, **how):
        """Open the app and wait until it has read the day."""
        self.road, self.user = road, user
        self.context = chromium.new_context(base_url=road.url, viewport=PHONE, has_touch=True, **how)
        self.sign_in(user)
        self.wrong: list[str] = []
        self.page = self.open()

    def sign_in(self, user) -> None:
        """Give the browser a session."""
        client = Client()
        client.force_login(user)
        name = settings.SESSION_COOKIE_NAME
        self.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": self.road.url}])

    def open(self):
        """Open the app in a tab; returns its page once it knows its day."""
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        for _turn in range(20):
            try:
                page.goto("/field/app/")
                break
            except Error:  # the server was away: somebody loads it again
                page.wait_for_timeout(500)
        self.until("Boolean(window.app?.store.read)", page, 120)
        return page

    def until(self, so: str, page=None, seconds: int = 20) -> None:
        """Wait until an expression is true in the page; its policy forbids Playwright's own way of waiting."""
        page = page or self.page
        for _turn in range(seconds * 20):
            with suppress(Error):  # the page loads itself anew: a new shell has come
                if page.evaluate(so):
                    return
            page.wait_for_timeout(50)
        raise AssertionError(f"never: {so}; {page.locator('body').inner_text()[:300]!r}, {self.wrong}")

    def act(self, order, verb: str, values=None, photos: dict[str, bytes] | None = None, page=None) -> str:
        """Do something as a screen does it; returns its key once it is on the phone."""
        sent = [[name, base64.b64encode(content).decode()] for name, content in (photos or {}).items()]
        return (page or self.page).evaluate(ACT, [order.pk, verb, values or {}, sent])

    def all_sent(self, page=None, seconds: int = 60) -> None:
        """Wait until nothing waits any more; knocks at the server as somebody does who presses *Send now*."""
        page = page or self.page
        for _turn in range(seconds * 4):
            page.evaluate("window.app.sync.kick()")
            if page.evaluate("window.app.store.reload(false).then(() => window.app.store.waiting().length)") == 0:
                return
            page.wait_for_timeout(250)
        raise AssertionError(page.evaluate("JSON.stringify(window.app.store.acts)"))

    def close(self) -> None:
        """Put the phone away."""
        self.context.close()


def visit(order: ServiceOrder, place: SimpleNamespace) -> list[tuple]:
    """Return a whole visit as (verb, values, photos): from the first tap to the signature."""
    local = (timezone.now() + timedelta(hours=1)).astimezone(order.outlet.tz).strftime("%Y-%m-%dT%H:%M")
    signed = {"png": pictures.signature(), "strokes": [[[1, 2, 0, 0.5], [90, 80, 60, 0.7]]]}
    rated = {"signed_by": "王小明", "rating_repair": "5", "rating_manner": "5", "tools_back": ["tools"]}
    return [
        ("accept", {}, {}),
        ("contact", {"confirmed": list(factories.CONFIRMED), "starts_at": local}, {}),
        ("check_kit", {"items": factories.KIT["items"]}, {}),
        ("depart", {}, {}),
        ("arrive", {}, {}),
        ("knock", {"step": "note", "photos": ["photo:one", "photo:two"]}, {
            "one": pictures.jpeg("red"), "two": pictures.jpeg("blue"),
        }),
        ("diagnose", {"finding": "pump worn", "outcome": "repairable", "in_warranty": "true", "cause": "wear"}, {}),
        ("repair", {"measure": "pump changed", "tested": "on", "certain": "on"}, {}),
        ("charge", {}, {}),
        ("complete", rated | {"signature": signed}, {}),
    ]  # fmt: skip


def once_each(fault: str):
    """Return a judge that lets every address fail at its first try, and at no other."""
    seen: set[tuple[str, str]] = set()

    def judge(method: str, path: str, _count: int) -> str:
        if method != "POST" or (method, path) in seen:
            return WELL
        seen.add((method, path))
        return fault

    return judge


def done_on(order: ServiceOrder) -> list[str]:
    """Return what the technician did to an order, as the log has it."""
    return list(order.events.exclude(actor=None).order_by("seq").values_list("action", flat=True))
