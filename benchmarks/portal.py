"""The customer's page of an order in Chromium at 400 kbit/s, 400 ms and a quarter of the processor.

A customer sees it for the first time, in the lift: nothing is kept, every byte comes over the line. Whole: everything
the page asks for, as the server compresses it. LCP: the largest words are on the screen. The server: the page drawn for
an order with a long log, without the line.
"""

from __future__ import annotations

import os
import shutil
import statistics
import time
from datetime import timedelta

import common
from act import serve
from field import LCP, LINE, slow, told

WHOLE, PAINT, DRAWN = 40.0, 1.2, 0.1  # kB, s, s
ROUNDS = 5
PHONE = {"width": 360, "height": 740}


def main() -> int:
    """Print the figures; return 1 when one is not reached."""
    from playwright.sync_api import sync_playwright

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps a loop in this thread
    with common.servers() as var:
        pages = seed()
        from django.core.management import call_command

        call_command("collectstatic", interactive=False, verbosity=0)
        web, port = serve(var)
        try:
            with sync_playwright() as playwright:
                path = os.environ.get("CHROMIUM") or shutil.which("chromium")
                args = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
                browser = playwright.chromium.launch(executable_path=path, args=args)
                try:
                    return report(browser, pages, f"http://127.0.0.1:{port}")
                finally:
                    browser.close()
        finally:
            common.end(web)


def seed() -> dict[str, str]:
    """Write an order agreed for later today, one on the way, and one with all its papers; return their addresses."""
    from django.utils import timezone

    from dispatch.models import Link, State
    from tests.factories import around_the_clock, make_outlet, order_in

    found = {}
    for number, state in enumerate((State.CONTACTED, State.EN_ROUTE, State.CLOSED)):
        place = around_the_clock(make_outlet(phone="+886223456789"))
        order, _moment = order_in(state, place, phone=f"0912 345 00{number}")
        found[str(state)] = Link.objects.of(order, timezone.now() - timedelta(days=1)).get_absolute_url()
    found["door"] = "/my/door/"
    return found


def report(browser, pages: dict[str, str], base: str) -> int:
    """Measure and print."""
    common.heading("The customer's page at 400 kbit/s, 400 ms, a quarter of the processor")
    failed = []
    for name, url in pages.items():
        sizes, paints = [], []
        for _round in range(ROUNDS):
            context = browser.new_context(base_url=base, viewport=PHONE, has_touch=True, locale="zh-TW")
            page, asked = context.new_page(), []
            page.on("requestfinished", lambda one, into=asked: into.append(one))
            slow(context, page, LINE)
            page.goto(url)
            paints.append(page.evaluate(LCP) / 1000)
            page.wait_for_timeout(800)
            sizes.append(sum(one.sizes()["responseBodySize"] for one in asked) / 1000)
            context.close()
        failed.append(told(f"{name}: everything the page loads", statistics.median(sizes), WHOLE, "kB"))
        failed.append(told(f"{name}: LCP, nothing kept", statistics.median(paints), PAINT, "s"))
    failed.append(told("drawn by the server, 95th of 100", drawn(pages["closed"]), DRAWN, "s"))
    return int(any(failed))


def drawn(url: str) -> float:
    """Return the seconds the server takes for a page, without any line."""
    from django.test import Client

    client, took = Client(SERVER_NAME="localhost"), []
    for _time in range(40):
        begun = time.perf_counter()
        assert client.get(url).status_code == 200
        took.append(time.perf_counter() - begun)
    return common.percentile(sorted(took), 0.95)


if __name__ == "__main__":
    raise SystemExit(main())
