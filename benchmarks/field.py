"""The technician's app in Chromium at 400 kbit/s, 400 ms and a quarter of the processor, and what it keeps and sends.

First load: every byte of a first visit, as the server compresses it. LCP cold: nothing kept; warm: the service worker
has the shell. Tap: from the press to the act on the disk and on the screen, without a signal. A day: 12 visits with 60
photos on the phone. 1,000 acts: queued, then sent on a good line to the product's own server.
"""

from __future__ import annotations

import os
import shutil
import statistics
import time
from datetime import timedelta

import common
from act import serve

LOAD, COLD, WARM, TAP, ROOM, SENT = 90.0, 1.5, 0.6, 100.0, 40.0, 60.0  # kB, s, s, ms, MB, s
LINE = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}  # bytes a second
GOOD = {"offline": False, "latency": 20, "downloadThroughput": 2_500_000, "uploadThroughput": 1_250_000}
GONE = {"offline": True, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0}
VISITS, PHOTOS, ACTS, TAPS = 12, 60, 1_000, 30
PHOTO = 400_000

LCP = """() => new Promise((done) => {
    let last = 0;
    new PerformanceObserver((list) => { for (const one of list.getEntries()) last = one.startTime; })
        .observe({ type: "largest-contentful-paint", buffered: true });
    setTimeout(() => done(last), 300);
})"""
TAPPED = """async (order) => {
    const begun = performance.now();
    await window.app.act(order, "add_note", { note: "x" });
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    return performance.now() - begun;
}"""
KEEP = """async ([orders, photos, size]) => {
    const { shrink } = await import("/static/field/app/camera.js");
    const before = (await navigator.storage.estimate()).usage;
    for (let at = 0; at < photos; at += 1) {
        const canvas = new OffscreenCanvas(1600, 1200), draw = canvas.getContext("2d");
        const noise = draw.createImageData(1600, 1200);
        for (let one = 0; one < noise.data.length; one += 1) noise.data[one] = one % 4 === 3 ? 255 : (one / 7) % 255 ^ (Math.random() * 90);
        draw.putImageData(noise, 0, 0);
        const blob = await shrink(await canvas.convertToBlob({ type: "image/jpeg", quality: 0.95 }));
        await window.app.act(orders[at % orders.length], "add_note", { note: "x", photos: [`photo:p${at}`] }, { blobs: [{ id: `p${at}`, blob }] });
    }
    return (await navigator.storage.estimate()).usage;
}"""  # noqa: E501


def main() -> int:
    """Print the figures; return 1 when one is not reached."""
    from playwright.sync_api import sync_playwright

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps a loop in this thread
    with common.servers() as var:
        place, orders = seed()
        from django.core.management import call_command

        call_command("collectstatic", interactive=False, verbosity=0)
        web, port = serve(var)
        try:
            with sync_playwright() as playwright:
                path = os.environ.get("CHROMIUM") or shutil.which("chromium")
                args = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
                browser = playwright.chromium.launch(executable_path=path, args=args)
                try:
                    return report(browser, place, orders, f"http://127.0.0.1:{port}")
                finally:
                    browser.close()
        finally:
            common.end(web)


def seed():
    """Write a technician with a day of visits; returns the outlet's people and the orders."""
    from django.utils import timezone

    from tests.factories import do, make_order, make_outlet

    place, now = make_outlet(), timezone.now()
    orders = []
    for number in range(VISITS):
        order = make_order(place, now)
        at = (now + timedelta(hours=1 + number)).isoformat()
        raw = {"technician": place.technician.pk, "starts_at": at, "overtime": True}
        orders.append(do(order, "assign", place.dispatcher, now, raw).pk)
    return place, orders


def report(browser, place, orders: list[int], base: str) -> int:
    """Measure and print."""
    common.heading("The technician's app at 400 kbit/s, 400 ms, a quarter of the processor")
    loads, colds, warms = [], [], []
    for _round in range(3):
        context = signed_in(browser, place, base)
        page, size = context.new_page(), []
        page.on("requestfinished", lambda one, into=size: "/live" in one.url or into.append(one))
        slow(context, page, LINE)
        page.goto("/field/app/")
        colds.append(page.evaluate(LCP) / 1000)
        until(page, "Boolean(window.app?.store.read)")
        loads.append(sum(one.sizes()["responseBodySize"] for one in size if worker_free(one)) / 1000)
        until(page, "navigator.serviceWorker.ready.then((it) => Boolean(it.active))", 60)
        page.wait_for_timeout(500)
        page.reload()
        warms.append(page.evaluate(LCP) / 1000)
        context.close()
    failed = [
        told("first load, everything but the day's data", statistics.median(loads), LOAD, "kB"),
        told("LCP, nothing kept", statistics.median(colds), COLD, "s"),
        told("LCP, the shell on the phone", statistics.median(warms), WARM, "s"),
    ]
    return int(any([*failed, *worked(browser, place, orders, base)]))


def worker_free(one) -> bool:
    """True for what the page itself asks for before it is of use; the worker's copies and the data come apart."""
    return "/bundle/" not in one.url and not one.url.endswith("sw.js")


def worked(browser, place, orders: list[int], base: str) -> list[bool]:
    """A day's work without a signal, and the sending of it."""
    context = signed_in(browser, place, base)
    page = context.new_page()
    page.goto("/field/app/")
    until(page, "Boolean(window.app?.store.read)")
    devtools = slow(context, page, GONE)
    taps = [page.evaluate(TAPPED, orders[0]) for _turn in range(TAPS)]
    failed = [told("from tap to done here, no signal, 95th of 100", common.percentile(sorted(taps), 0.95), TAP, "ms")]
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    used = page.evaluate(KEEP, [orders, PHOTOS, PHOTO]) / 1e6
    failed.append(told(f"a day of {VISITS} visits with {PHOTOS} photos on the phone", used, ROOM, "MB"))
    have = page.evaluate("window.app.store.reload(false).then(() => window.app.store.acts.length)")
    note = """async ([order, n]) => {
        for (let at = 0; at < n; at += 1) await window.app.act(order, "add_note", { note: "x" });
    }"""
    for number, order in enumerate(orders):
        share = (ACTS - have) // VISITS + (number < (ACTS - have) % VISITS)
        page.evaluate(note, [order, share])
    devtools.send("Network.emulateNetworkConditions", GOOD)
    begun = time.monotonic()
    page.evaluate("window.app.sync.kick()")
    all_sent = "window.app.store.reload(false).then(() => window.app.store.waiting().length === 0)"
    until(page, all_sent, 300, 500)  # each look reads all of them: seldom
    took = time.monotonic() - begun
    failed.append(told(f"{ACTS:,} queued acts, {PHOTOS} photos among them, sent on a good line", took, SENT, "s"))
    kept = common.sql("SELECT count(*) FROM dispatch_orderevent WHERE action = 'add_note'")[0][0]
    assert kept == ACTS, kept
    context.close()
    return failed


def signed_in(browser, place, base: str):
    """Return a browser with the technician signed in."""
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(place.technician.user)
    context = browser.new_context(base_url=base, viewport={"width": 360, "height": 740}, has_touch=True)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": base}])
    return context


def slow(context, page, line: dict):
    """Put a page on a line with a quarter of the processor; returns its devtools."""
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", line)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    return devtools


def until(page, so: str, seconds: float = 30, every: int = 20) -> None:
    """Wait until an expression is true, asked each `every` ms; the page's policy forbids Playwright's own way."""
    end = time.monotonic() + seconds
    while not page.evaluate(so):
        if time.monotonic() > end:
            raise SystemExit(f"never: {so}")
        page.wait_for_timeout(every)


def told(name: str, value: float, limit: float, unit: str) -> bool:
    """Print one figure; return True when it is over its limit."""
    common.line(name, f"{value:.2f} {unit}", f"{limit:g} {unit}", value / limit)
    return value > limit


if __name__ == "__main__":
    raise SystemExit(main())
