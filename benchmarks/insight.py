"""The manager's page of trends over a year of a million orders: how fast it opens, how long a count of it all takes.

A number of orders may be given: python benchmarks/insight.py 100000
"""

from __future__ import annotations

import os
import sys
import time

import a_year
import common

ORDERS = 1_000_000
OPENS_IN, COUNTED_IN = 1.0, 60.0  # seconds
PAGES = ("year", "quarter", "month", "today")
REPEAT = 5


def main(count: int = ORDERS) -> None:
    """Print the figures."""
    # Pages name their style sheets without collecting them first.
    os.environ.setdefault("STATICFILES_STORAGE", "django.contrib.staticfiles.storage.StaticFilesStorage")
    with common.servers():
        from django.utils import timezone

        world = a_year.masters()
        begun = time.perf_counter()
        a_year.write(world, count, timezone.now(), lambda words: print(f"  {words}", flush=True))
        print(f"  written in {time.perf_counter() - begun:.0f} s")
        common.heading(f"{count:,} orders in a year, {a_year.OUTLETS} outlets, {len(world.technicians)} technicians")
        _count()
        _open(world)
        _follow(world)


def _count() -> None:
    from dispatch.reports.kpi import counting

    took = common.timed(counting.recount)[0]
    common.line("recount of everything", f"{took:.1f} s", f"{COUNTED_IN:.0f} s", took / COUNTED_IN)
    with common.superuser() as own:
        own.execute("VACUUM (ANALYZE) dispatch_kpiday")
        own.execute("VACUUM (ANALYZE) dispatch_kpimonth")
    rows = common.sql("SELECT count(*), pg_total_relation_size('dispatch_kpiday') FROM dispatch_kpiday")[0]
    common.line("rows by day", f"{rows[0]:,}, {rows[1] / 1e6:.0f} MB")


def _open(world) -> None:
    from django.test import Client
    from django.urls import reverse

    browser = Client()
    browser.force_login(world.admin)
    took = common.timed(lambda: _get(browser, reverse("trends"), period="today"))
    common.line("page of trends, the first of a process, today", f"{took[-1]:.2f} s")
    for period in PAGES:
        took = common.timed(lambda period=period: _get(browser, reverse("trends"), period=period), REPEAT)
        common.line(f"page of trends, all outlets, {period}", f"{took[-1]:.2f} s", f"{OPENS_IN:.0f} s", took[-1])
    for figure in ("first-fix", "finish"):
        url = reverse("trend_orders", args=[figure])
        took = common.timed(lambda url=url: _get(browser, url, period="year", side="missed"), REPEAT)
        common.line(f"orders behind {figure} of a year", f"{took[-1]:.2f} s")
    took = common.timed(lambda: _get(browser, reverse("trends_export", args=["xlsx"]), period="year"), REPEAT)
    common.line("the same as a workbook", f"{took[-1]:.2f} s")


def _get(browser, url: str, **wanted: str) -> None:
    answer = browser.get(url, wanted, headers={"host": "localhost"})
    if answer.status_code != 200:
        raise SystemExit(f"{url}: {answer.status_code}")


def _follow(world) -> None:
    """A minute's work of the follower: 200 orders of the last days changed."""
    from dispatch.models import KpiStale, ServiceOrder
    from dispatch.reports.kpi import counting

    changed = ServiceOrder.objects.order_by("-pk").values_list("pk", flat=True)[:200]
    KpiStale.objects.bulk_create(KpiStale(order_id=pk) for pk in changed)
    begun = time.perf_counter()
    days = counting.catch_up()
    common.line(f"200 orders changed: {days} days counted again", f"{time.perf_counter() - begun:.1f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ORDERS)
