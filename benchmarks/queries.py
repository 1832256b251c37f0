"""The board and 'what next' at 20,000 open orders, and with a million closed ones beside them.

The limit is on the ratio of the two: what is over must not slow down what is alive. Both databases answer the
very statements that the pages send, turn and turn about, so that what else the machine does hits both alike.
"""

from __future__ import annotations

import re
import statistics
import time

import common

OPEN, CLOSED = 20_000, 1_000_000
RATIO = 1.3
REPEAT = 150
OUTLETS = 20
STATES = ["ready", "assigned", "accepted", "contacted", "on_site", "consulting", "follow_up", "awaiting_parts"]
BIG = "doorstep_big"

SIZES = """
SELECT indexrelname, pg_relation_size(indexrelid) FROM pg_stat_user_indexes
WHERE starts_with(indexrelname, 'order_') AND relname = 'dispatch_serviceorder' ORDER BY 2 DESC
"""


def main() -> None:
    """Print the figures."""
    with common.servers():
        from tests.factories import make_outlet, make_user

        place = make_outlet()
        outlets = [place.outlet.pk, *(make_outlet().outlet.pk for _ in range(OUTLETS - 1))]
        people = {
            "dispatcher": place.dispatcher,
            "centre's manager": make_user("manager"),
            "technician": place.technician.user,
        }
        common.seed_households(place, OPEN // 4)
        common.seed_orders(place, OPEN, STATES, outlets=outlets, opened="2026-11-20T00:00Z")
        theirs = people["technician"].pk
        common.sql("UPDATE dispatch_serviceorder SET next_user_id = %s WHERE id %% 1000 = 0", [theirs])
        asked = {name: _statements(ask) for name, ask in _questions(people).items()}
        _copy()
        common.seed_households(place, CLOSED // 4, BIG)
        common.seed_orders(place, CLOSED, ["closed", "cancelled"], BIG, outlets=outlets, finished=True)
        with common.superuser() as alone, common.superuser(BIG) as beside:
            for each in (alone, beside):  # as in a database that autovacuum looks after
                each.execute("VACUUM (ANALYZE)")
            _print(asked, alone, beside)


def _copy() -> None:
    """Make a second database with the same rows."""
    from django.db import connection

    name = connection.settings_dict["NAME"]
    connection.close()
    with common.superuser("postgres") as own:
        own.execute(f"CREATE DATABASE {BIG} TEMPLATE {name}")


def _questions(people: dict) -> dict:
    """Return what is asked: a name → a function that reads it as the pages do."""
    from django.http import QueryDict
    from django.utils import timezone

    from dispatch.models import ServiceOrder
    from web.console.queue import Queue

    now = timezone.now()
    orders = ServiceOrder.objects
    found = {}
    for name, user in people.items():
        if name != "technician":
            found[f"board's first page, {name}"] = lambda user=user: Queue(user, QueryDict(), now).rows
            found[f"board's counts, {name}"] = lambda user=user: Queue(user, QueryDict(), now).needs
            found[f"board by state, {name}"] = lambda user=user: list(
                orders.for_user(user).unfinished().with_rows().order_by("state", "priority", "opened_at").page(0, 50)
            )
        found[f"what next and how many, {name}"] = lambda user=user: (
            list(orders.waiting_for(user).with_rows().page(0, 50)),
            orders.waiting_for(user).order_by().count(),
        )
    return found


def _statements(ask) -> list[str]:
    """Return the statements that a question is made of."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        ask()
    return [query["sql"] for query in asked.captured_queries]


def _took(connection, statements: list[str]) -> float:
    """Return the milliseconds until every row is here."""
    begun = time.perf_counter()
    for statement in statements:
        connection.execute(statement).fetchall()
    return (time.perf_counter() - begun) * 1000


def _ways(connection, statements: list[str]) -> str:
    """Return how PostgreSQL reaches the orders."""
    found = []
    for statement in statements:
        plan = "\n".join(row[0] for row in connection.execute(f"EXPLAIN {statement}").fetchall())
        found += re.findall(r"(?:using|Index Scan on) (order_\w+|dispatch_serviceorder\w+)", plan)
        found += ["EVERY ROW"] * len(re.findall(r"Seq Scan on dispatch_serviceorder", plan))
    return ", ".join(dict.fromkeys(found))


def _print(asked: dict, alone, beside) -> None:
    common.heading(f"{OPEN:,} open orders alone → beside {CLOSED:,} closed, lower quartile of {REPEAT}")
    worst = 0.0
    for name, statements in asked.items():
        for each in (alone, beside):  # the first ones fill the caches
            for _ in range(5):
                _took(each, statements)
        pairs = [(_took(alone, statements), _took(beside, statements)) for _ in range(REPEAT)]
        # The lower quartile: whatever else the machine does only ever adds.
        before, after = (statistics.quantiles(each, n=4)[0] for each in zip(*pairs, strict=True))
        worst = max(worst, after / before)
        common.line(name, f"{before:.2f} → {after:.2f} ms", f"{before * RATIO:.2f} ms", after / before)
        print(f"    by {_ways(beside, statements)}")
    common.line("worst of them", f"{worst:.2f} ×", f"{RATIO} ×", worst / RATIO)
    for name, size in beside.execute(SIZES).fetchall():
        common.line(f"  index {name}", f"{size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
