"""Parts under many hands: the last ten pieces by fifty processes; what fixed it, among many orders (H-A3, H-A1).

Each taker is a process of its own with a connection of its own; all of them begin at the same moment.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from multiprocessing import get_context

import common

TAKERS, PIECES = 50, 10
ORDERS, FIX_LIMIT_MS = 100_000, 50
TAKE_LIMIT_MS = 20


def take(urls: dict, store: int, part: int, ready, got) -> None:
    """Wait until all are ready, then try to take one piece, and say whether there was one; a process's work."""
    import os

    os.environ.update(urls)
    import django

    django.setup()
    from django.db import connection

    from technicians import stock
    from technicians.models import Part, Warehouse

    warehouse, wanted = Warehouse.objects.get(pk=store), Part.objects.get(pk=part)
    ready.wait(300)
    try:
        stock.take(warehouse, wanted, 1, stock.Why(datetime.now(UTC)))
        got.put(True)
    except stock.NotEnough:
        got.put(False)
    finally:
        connection.close()


def main() -> int:
    """Print the figures; return the exit status."""
    with common.servers():
        from tests.factories import make_outlet
        from tests.stocking import make_part, make_store, put

        place = make_outlet()
        store, part = make_store(place.outlet), make_part("DP-31")
        put(store, part, PIECES)
        failed = last_ten(store, part)
        failed |= one_take(store, part)
        failed |= fixes(place)
    return int(failed)


def last_ten(store, part) -> bool:
    """Let fifty processes take the last ten pieces; exactly ten may succeed."""
    import os

    from technicians import stock

    urls = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "DOORSTEP_VAR")}
    common.heading(f"{TAKERS} processes, the last {PIECES} pieces")
    context = get_context("spawn")
    ready, got = context.Barrier(TAKERS), context.Queue()
    takers = [context.Process(target=take, args=(urls, store.pk, part.pk, ready, got)) for _ in range(TAKERS)]
    for taker in takers:
        taker.start()
    took = [got.get(timeout=300) for _taker in takers]
    for taker in takers:
        taker.join()
    left = list(store.balances.values_list("on_hand", flat=True))
    common.line("got one", f"{took.count(True)}", f"{PIECES}")
    common.line("left, differences to the ledger", f"{left[0]}, {len(stock.differences())}", "0, 0")
    return took.count(True) != PIECES or left != [0] or bool(stock.differences())


def one_take(store, part) -> bool:
    """One use of a part, ledger and balance."""
    from technicians import stock

    why = stock.Why(datetime.now(UTC))
    stock.receive(store, [(part, 5_000)], why)
    took = common.timed(lambda: stock.take(store, part, 1, why), 500)
    slow = common.percentile(took, 0.95) * 1e3
    common.heading("Taking one piece")
    common.line("95th percentile", f"{slow:.1f} ms", f"{TAKE_LIMIT_MS} ms", slow / TAKE_LIMIT_MS)
    return slow > TAKE_LIMIT_MS


def fixes(place) -> bool:
    """What fixed a fault on a model, among very many closed orders."""
    from dispatch.models import Fault
    from dispatch.reports.fixes import what_fixed

    common.seed_households(place, 20_000)
    common.seed_orders(place, ORDERS, ["closed"], finished=True)
    fault = Fault.objects.create(code="leak", name_en="Leaks", category=place.category)
    common.sql("UPDATE customers_appliance SET model_no = 'M' || (id % 60)")
    common.sql("UPDATE dispatch_serviceorder SET satisfied = true")
    common.sql("UPDATE dispatch_serviceorder SET fault_id = %s WHERE id %% 3 = 0", [fault.pk])
    common.sql(
        "INSERT INTO dispatch_repair (order_id, fault_id, outcome, finding, cause, measure, parts, quoted, "
        "quote_accepted, certain, signed_by, unsigned_reason) SELECT id, fault_id, 'repairable', '', '', "
        "'measure ' || (id % 7), '', 0, false, true, '', '' FROM dispatch_serviceorder"
    )
    common.sql(
        "INSERT INTO dispatch_partuse (order_id, part_id, quantity, serial_in, serial_out, covered, old, at) "
        "SELECT id, (SELECT min(id) FROM technicians_part), 1, '', '', false, 'none', now() FROM dispatch_serviceorder"
    )
    with common.superuser() as own:
        own.execute("ANALYZE")
    common.heading(f"What fixed it, {ORDERS:,} closed orders")
    failed = False
    for name, asked in {"by the fault": (fault, "M3"), "by the words": (None, "M3", "漏水")}.items():
        found = what_fixed(*asked)
        slow = common.percentile(common.timed(lambda asked=asked: what_fixed(*asked), 20), 0.5) * 1e3
        counted = found.parts[0].count if found.parts else 0
        common.line(f"{name}, {counted} orders", f"{slow:.1f} ms", f"{FIX_LIMIT_MS} ms", slow / FIX_LIMIT_MS)
        failed |= slow > FIX_LIMIT_MS or not counted
    return failed


if __name__ == "__main__":
    sys.exit(main())
