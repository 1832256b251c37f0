"""20,000 timers due in the same minute, two Celery workers: how long, how late, none twice.

The yardstick is PostgreSQL itself: the same claims and rows written by two raw-SQL clients, in the same batches.
"""

from __future__ import annotations

import threading
import time
from pathlib import Path
from types import SimpleNamespace

import common

TIMERS = 20_000
WITHIN = 60.0  # seconds
LATE = 5.0
WORKERS = 2
MINUTE = 60.0
# What falls due in a real afternoon: mostly callbacks, some departures and unanswered calls.
MIX = (
    ("consulting", "callback_advice", 8),
    ("follow_up", "callback_routine", 6),
    ("contacted", "re_estimate", 3),
    ("accepted", "retry_contact", 3),
)

CALLBACKS = """
INSERT INTO dispatch_callback (order_id, kind, role, due_at, state, attempts, outcome, created_at)
SELECT id, 'advice', 'agent', now(), 'waiting', 0, '', now() FROM dispatch_serviceorder
WHERE state IN ('consulting', 'follow_up')
"""
VISITS = """
INSERT INTO dispatch_visit
    (order_id, technician_id, sequence, status, starts_at, ends_at, at_risk, kit, consent, abort_reason)
SELECT id, technician_id, 1, 'agreed', now() + n * interval '1 hour', now() + n * interval '1 hour' + interval '30 min',
    false, '[]', '', ''
FROM (SELECT *, row_number() OVER () AS n FROM dispatch_serviceorder WHERE state = 'contacted') o
"""
DUE = """
INSERT INTO dispatch_timer (order_id, kind, cycle, due_at, wake_at, state, tries)
SELECT id, (%(kinds)s::jsonb) ->> state, %(cycle)s, at, at, 'pending', 0
FROM (
    SELECT id, state, now() + random() * %(over)s * interval '1 second' AS at FROM dispatch_serviceorder OFFSET 0
) o
"""
FIGURES = """
SELECT count(*), extract(epoch FROM max(fired_at) - min(due_at)),
    percentile_disc(array[0.5, 0.99, 1.0]) WITHIN GROUP (ORDER BY extract(epoch FROM fired_at - due_at)),
    count(*) FILTER (WHERE fired_at < due_at)
FROM dispatch_timer WHERE state = 'fired' AND cycle = %s
"""
LEFT = "SELECT 1 FROM dispatch_timer WHERE state = 'pending' AND cycle = %s LIMIT 1"
TWICE = """
SELECT count(*) FROM (
    SELECT 1 FROM dispatch_orderevent WHERE payload ->> 'timer' IS NOT NULL AND at > %s
    GROUP BY order_id, payload ->> 'timer' HAVING count(*) > 1
) twice
"""

RAW_CLAIM = """
WITH o AS (
    SELECT id FROM dispatch_serviceorder WHERE id IN (
        SELECT order_id FROM dispatch_timer WHERE state = 'pending' AND wake_at <= clock_timestamp()
        ORDER BY wake_at LIMIT %(look)s
    ) FOR NO KEY UPDATE SKIP LOCKED LIMIT %(batch)s
), t AS (
    UPDATE dispatch_timer SET state = 'fired', fired_at = clock_timestamp() FROM o
    WHERE order_id = o.id AND state = 'pending' AND wake_at <= clock_timestamp() RETURNING order_id
), e AS (
    INSERT INTO dispatch_orderevent (order_id, seq, action, at, role, from_state, to_state, reason, payload, hash)
    SELECT s.id, s.log_seq + 1, 'raw', now(), '', s.state, s.state, '', '{}', repeat('0', 64)
    FROM dispatch_serviceorder s JOIN t ON t.order_id = s.id
)
UPDATE dispatch_serviceorder s SET version = version + 1, log_seq = log_seq + 1, log_hash = repeat('0', 64)
FROM t WHERE s.id = t.order_id
"""


def main() -> None:
    """Print the figures."""
    with common.servers() as var:
        from tests.factories import make_outlet

        _seed(make_outlet())
        common.heading(f"{TIMERS:,} timers, {WORKERS} workers")
        at_once = _run(var, 1, over=0)
        _print("all due at once", at_once)
        common.line("  within a minute", f"{at_once.seconds:.1f} s", f"{WITHIN:.0f} s", at_once.seconds / WITHIN)
        spread = _run(var, 2, over=MINUTE)
        _print("due over one minute", spread)
        common.line("  each within 5 s of its time", f"{spread.worst:.2f} s", f"{LATE:.0f} s", spread.worst / LATE)
        raw = _raw()
        common.line("  raw SQL, two clients", f"{TIMERS / raw:,.0f}/s")
        common.line("  rate of raw SQL ÷ rate of the workers", f"{at_once.seconds / raw:.1f}")


def _seed(place: SimpleNamespace) -> None:
    parts = sum(part for *_, part in MIX)
    states = [state for state, _, part in MIX for _ in range(part)]
    common.seed_households(place, TIMERS // 4)
    common.seed_orders(place, TIMERS - TIMERS % parts, states)
    common.sql(CALLBACKS)
    common.sql(VISITS)
    common.sql("ANALYZE")


def _due(cycle: int, over: float) -> None:
    """Let one timer of every order fall due, at once or over so many seconds from now on."""
    import json

    kinds = json.dumps({state: kind for state, kind, _ in MIX})
    common.sql("UPDATE dispatch_timer SET state = 'cancelled' WHERE state = 'pending'")
    common.sql(DUE, {"kinds": kinds, "cycle": cycle * 1000, "over": over})


def _run(var: Path, cycle: int, over: float) -> SimpleNamespace:
    """Start workers and beat, let the timers fall due, wait until all have rung; return the figures."""
    workers = [common.worker(f"bench{n}", var / f"worker{n}.log") for n in range(WORKERS)]
    beat = common.beat(var / "beat.log")
    try:
        time.sleep(6)  # until they are up: it is the work that is measured
        since = common.sql("SELECT now()")[0][0]
        _due(cycle, over)
        until = time.monotonic() + over + 2 * WITHIN
        while common.sql(LEFT, [cycle * 1000]):
            if time.monotonic() > until:
                raise SystemExit(f"timers are left; see {var}")
            time.sleep(0.2)
        rang, seconds, (p50, p99, worst), early = common.sql(FIGURES, [cycle * 1000])[0]
        twice = common.sql(TWICE, [since])[0][0]
        late = {"p50": float(p50), "p99": float(p99), "worst": float(worst)}
        return SimpleNamespace(rang=rang, seconds=float(seconds), early=early, twice=twice, **late)
    finally:
        common.end(*workers, beat)


def _print(name: str, found: SimpleNamespace) -> None:
    common.line(name, f"{found.rang:,} rang", f"{TIMERS:,}")
    common.line("  first due to last rung", f"{found.seconds:.1f} s")
    common.line("  rate", f"{found.rang / found.seconds:,.0f}/s")
    common.line("  late: p50 / p99 / worst", f"{found.p50:.2f}/{found.p99:.2f}/{found.worst:.2f} s")
    common.line("  rang twice", str(found.twice), "0")
    common.line("  rang early", str(found.early), "0")


def _raw() -> float:
    """Return the seconds that two raw-SQL clients need for the same claims and rows."""
    import psycopg
    from django.db import connection

    from dispatch.lifecycle.sweep import BATCH, LOOK

    _due(3, 0)
    where = connection.settings_dict

    def client() -> None:
        with psycopg.connect(host=where["HOST"], user=where["USER"], dbname=where["NAME"], autocommit=True) as own:
            while own.execute(RAW_CLAIM, {"look": BATCH * LOOK, "batch": BATCH}).rowcount:
                pass

    clients = [threading.Thread(target=client) for _ in range(WORKERS)]
    begun = time.perf_counter()
    for each in clients:
        each.start()
    for each in clients:
        each.join()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
