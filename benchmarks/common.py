"""What the benchmarks share: servers of their own, rows by the hundred thousand, one way to print a figure."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # a benchmark is run as a file: python benchmarks/timers.py


def line(name: str, value: str, limit: str = "", ratio: float | None = None) -> None:
    """Print one figure: what it is, what was measured, what it may be, and measured ÷ allowed."""
    print(f"{name:<52} {value:>16} {limit:>14} {'' if ratio is None else f'{ratio:.2f}':>6}", flush=True)


def heading(title: str) -> None:
    """Print the head of a table of figures."""
    print(f"\n{title} (load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores)")
    line("", "measured", "limit", None)


@contextlib.contextmanager
def servers() -> Iterator[Path]:
    """Run a PostgreSQL and a Redis of our own on fresh, migrated data, and set up Django to use them.

    Yields their folder; stops them and removes it at the end. Must come before anything imports settings.
    """
    var = Path(tempfile.mkdtemp(prefix="doorstep-bench-", dir="/tmp"))
    var.chmod(0o755)
    os.environ["DOORSTEP_VAR"] = str(var)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from config.embedded.services import Services

    services = Services(var)
    try:
        services.start()
        os.environ.update(services.urls())
        migrate()
        import django

        django.setup()
        yield var
    finally:
        services.remove()
        shutil.rmtree(var, ignore_errors=True)


def migrate() -> None:
    """Make the tables, as the role that owns them."""
    env = os.environ | {"DOORSTEP_AS_OWNER": "1"}
    command = [sys.executable, "manage.py", "migrate", "-v0"]
    subprocess.run(command, cwd=ROOT, env=env, check=True, stdin=subprocess.DEVNULL)


def start(*command: str, log: Path, **env: str) -> subprocess.Popen:
    """Start one of our processes (`python …`), with its output in `log`."""
    with log.open("ab") as output:
        return subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, env=os.environ | env, stdout=output, stderr=output,
            stdin=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip


def worker(name: str, log: Path, concurrency: int = 1) -> subprocess.Popen:
    """Start a Celery worker as the product runs it."""
    how = ["-n", f"{name}@%h", "-c", str(concurrency), "-l", "WARNING", "--without-gossip", "--without-mingle"]
    return start("-m", "celery", "-A", "config", "worker", *how, log=log)


def beat(log: Path) -> subprocess.Popen:
    """Start Celery beat."""
    schedule = str(log.with_suffix(".schedule"))
    return start("-m", "celery", "-A", "config", "beat", "-l", "WARNING", "-s", schedule, log=log)


def end(*processes: subprocess.Popen) -> None:
    """Ask processes to end, and make sure."""
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def timed(work, repeat: int = 1) -> list[float]:
    """Return how long each of `repeat` calls took, in seconds, in order of size."""
    took = []
    for _ in range(repeat):
        begun = time.perf_counter()
        work()
        took.append(time.perf_counter() - begun)
    return sorted(took)


def percentile(values: list[float], part: float) -> float:
    """Return the value below which `part` (0 to 1) of the sorted values lie."""
    return values[min(len(values) - 1, int(len(values) * part))]


HOUSEHOLDS = """
WITH c AS (
    INSERT INTO customers_customer (name, phone, phone_alt, email, language, note, created_at)
    SELECT '王小明 ' || n, '+8869' || lpad(n::text, 8, '0'), '', '', '', '', now()
    FROM (SELECT coalesce(max(id), 0) + generate_series(1, %(count)s) AS n FROM customers_customer) numbers
    RETURNING id
), a AS (
    INSERT INTO customers_address (customer_id, line, district, city, latitude, longitude, access_note)
    SELECT id, '仁愛路 ' || id || ' 號', '大安區', '台北市', 25 + (id %% 1000) / 1e4, 121.5 + (id %% 997) / 1e4, ''
    FROM c
)
INSERT INTO customers_appliance (customer_id, category_id, model_no, serial, purchased_on, note)
SELECT id, %(category)s, 'XQG70', '', '2025-03-05', '' FROM c
"""

ORDERS = """
WITH h AS MATERIALIZED (
    SELECT row_number() OVER (ORDER BY a.id) AS n, a.customer_id, a.id AS address_id, m.id AS appliance_id
    FROM customers_address a JOIN customers_appliance m USING (customer_id)
), o AS (
    SELECT n, %(opened)s::timestamptz + n * interval '1 second' AS at,
        (%(states)s::text[])[1 + n %% cardinality(%(states)s::text[])] AS state
    FROM generate_series(1, %(count)s) n
)
INSERT INTO dispatch_serviceorder (state, channel, service_kind, priority, symptom, wish, in_warranty, note,
    external_ref, opened_at, state_since, finished_at, escalation, no_answers, returns, next_action, next_role,
    next_user_id, next_due_at, version, log_seq, log_hash, customer_id, address_id, appliance_id, outlet_id,
    technician_id, help_level, outcome_step)
SELECT o.state, 'call', 'on_site', 1 + o.n %% 4, '漏水', '', true, '', '', o.at, o.at,
    CASE WHEN %(finished)s THEN o.at + interval '1 day' END, '', 0, 0,
    CASE WHEN %(finished)s THEN '' ELSE 'assign' END,
    CASE WHEN %(finished)s THEN '' ELSE (%(roles)s::text[])[1 + o.n %% cardinality(%(roles)s::text[])] END,
    NULL, CASE WHEN NOT %(finished)s THEN o.at + interval '30 minutes' END, 1, 0, '',
    h.customer_id, h.address_id, h.appliance_id,
    (%(outlets)s::bigint[])[1 + o.n %% cardinality(%(outlets)s::bigint[])],
    CASE WHEN o.state NOT IN ('ready', 'requested', 'needs_info') THEN %(technician)s END, '', ''
FROM o JOIN h ON h.n = 1 + o.n %% (SELECT max(n) FROM h)
"""


def seed_households(place: SimpleNamespace, count: int, database: str = "") -> None:
    """Write customers, each with an address and an appliance; into Django's database, or another."""
    _bulk(HOUSEHOLDS, {"count": count, "category": place.category.pk}, database)


def seed_orders(place: SimpleNamespace, count: int, states: list[str], database: str = "", **how) -> int:
    """Write `count` orders spread over `states`, by one statement; return how many.

    `how`: opened (ISO time of the first, the others a second apart), finished, outlets (ids), roles (of H-N1).
    """
    how = {
        "opened": "2026-01-01T00:00Z",
        "finished": False,
        "outlets": [place.outlet.pk],
        "roles": ["dispatcher", "clerk", "agent", "manager"],
    } | how
    return _bulk(ORDERS, how | {"count": count, "states": states, "technician": place.technician.pk}, database)


def _bulk(statement: str, values: dict, database: str) -> int:
    """Run an INSERT of very many rows, whose foreign keys are right by construction and not looked up one by one."""
    with superuser(database) as own:
        own.execute("SET session_replication_role = replica")
        return own.execute(statement, values).rowcount


def superuser(database: str = ""):
    """Return a connection to our PostgreSQL that may do anything, in autocommit; to Django's database, or another."""
    import psycopg
    from django.db import connection

    where = connection.settings_dict
    return psycopg.connect(host=where["HOST"], user="postgres", dbname=database or where["NAME"], autocommit=True)


def sql(statement: str, values=None) -> list[tuple]:
    """Run a statement on Django's connection and return its rows, if it has any."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []
