"""Keep the roll-ups: count days again that something happened on, or everything; the same comes out of both.

A day is always counted whole, from the log and the rows its events wrote, so that doing it twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import connection, transaction

from dispatch.models import KpiDay, KpiMonth, KpiStale
from dispatch.reports.kpi.kind import MOST, Kind
from dispatch.reports.kpi.kinds import KINDS

LOCK = 6_201  # one counts at a time
AT_A_TIME = 20_000  # orders whose days are counted again in one go
TOO_MANY = 60_000  # from so many on, counting everything is less work
RUN = 7  # days counted by one look into the log
EAST, WEST = timedelta(hours=14), timedelta(hours=12)  # no zone is further from UTC

SIDE_BY_SIDE = 4  # kinds counted at a time when everything is
ROOM = "SET LOCAL work_mem = '192MB'"

COLUMNS = "(day, outlet_id, brand_id, kind, by, key, sums)"
INSERT = f"INSERT INTO dispatch_kpiday {COLUMNS} "
FACTS = """
SELECT g.day, g.outlet_id, g.brand_id, '{kind}', {by}, {key}, ARRAY[{sums}]::bigint[]
FROM (
    SELECT f.*, o.outlet_id, a.brand_id, (f.at AT TIME ZONE t.zone)::date AS day
    FROM ({facts}) f JOIN dispatch_serviceorder o ON o.id = f.order_id
    JOIN customers_appliance a ON a.id = o.appliance_id JOIN technicians_outlet t ON t.id = o.outlet_id
) g WHERE true {days}
GROUP BY GROUPING SETS ({sets}) HAVING {having}
"""
# Hours on duty on the days of a visit; a shift past midnight ends the day after.
SHIFTS = """
SELECT v.day, t.outlet_id, NULL::bigint, 'shifts',
    CASE WHEN grouping(t.id) = 0 THEN 'technician' ELSE '' END, coalesce(t.id::text, ''), ARRAY[sum(
        extract(epoch FROM s.ends - s.starts) + CASE WHEN s.ends <= s.starts THEN 86400 ELSE 0 END
        - CASE WHEN s.break_from IS NULL THEN 0 ELSE s.break_minutes * 60 END)]::bigint[]
FROM (SELECT DISTINCT day, key::bigint AS technician FROM dispatch_kpiday
    WHERE kind = 'visits' AND by = 'technician' {days}) v
JOIN technicians_technician t ON t.id = v.technician
JOIN technicians_shift s ON s.technician_id = t.id AND s.weekday = extract(isodow FROM v.day)
GROUP BY GROUPING SETS ((v.day, t.outlet_id), (v.day, t.outlet_id, t.id))
"""
MONTHS = f"""
INSERT INTO dispatch_kpimonth {COLUMNS}
SELECT date_trunc('month', day)::date, outlet_id, brand_id, kind, by, key,
    ARRAY[{", ".join(f"coalesce(sum(sums[{place}]), 0)" for place in range(1, MOST + 1))}]::bigint[]
FROM dispatch_kpiday WHERE true {{days}} GROUP BY 1, 2, 3, 4, 5, 6
"""
# The days with an event of an order that changed, or of another of the same appliance: it may have been a return.
STALE_DAYS = """
WITH gone AS (
    DELETE FROM dispatch_kpistale WHERE id IN (SELECT id FROM dispatch_kpistale ORDER BY id LIMIT %(most)s)
    RETURNING order_id
), touched AS (
    SELECT DISTINCT y.id, y.outlet_id FROM gone JOIN dispatch_serviceorder o ON o.id = gone.order_id
    JOIN dispatch_serviceorder y ON y.appliance_id = o.appliance_id
)
SELECT DISTINCT (e.at AT TIME ZONE t.zone)::date FROM touched
JOIN dispatch_orderevent e ON e.order_id = touched.id JOIN technicians_outlet t ON t.id = touched.outlet_id
"""
WITH_EVENTS = "SELECT array_agg(DISTINCT order_id) FROM dispatch_orderevent WHERE at >= %s AND at < %s"


def catch_up(most: int = AT_A_TIME) -> int:
    """Count again the days of orders to which something happened; return how many days (0 also when another counts).

    What commits meanwhile stays marked and is counted the next time.
    """
    alone = not connection.in_atomic_block
    with transaction.atomic():
        if not _one("SELECT pg_try_advisory_xact_lock(%s)", [LOCK]):
            return 0
        if KpiStale.objects.order_by()[: TOO_MANY + 1].count() > TOO_MANY:
            return _everything(side_by_side=alone)
        days = sorted(row[0] for row in _rows(STALE_DAYS, {"most": most}))
        _days(days)
        return len(days)


def recount(days: Iterable[date] | None = None) -> int:
    """Count these local days again, or every day there is; return how many days hold something then."""
    alone = not connection.in_atomic_block
    with transaction.atomic():
        _rows("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        if days is None:
            return _everything(side_by_side=alone)
        wanted = sorted(set(days))
        _days(wanted)
        return len(wanted)


def _everything(*, side_by_side: bool = False) -> int:
    """Count all; `side_by_side`: over connections of their own, which see only what is committed."""
    KpiStale.objects.all()._raw_delete("default")
    _run(ROOM)
    for model in (KpiDay, KpiMonth):
        model.objects.all()._raw_delete("default")
    if side_by_side:
        with ThreadPoolExecutor(SIDE_BY_SIDE) as crew:
            # Those with the most to sum up take longest: they begin first. The marks are gone before any of them looks.
            for rows in crew.map(_counted, sorted(KINDS.values(), key=lambda kind: -len(kind.measures))):
                _put(rows)
    else:
        for kind in KINDS.values():
            _run(INSERT + statement(kind))
    _run(INSERT + SHIFTS.format(days=""))
    _run(MONTHS.format(days=""))
    return _one("SELECT count(DISTINCT day) FROM dispatch_kpiday WHERE by = ''")


def _counted(kind: Kind) -> list[bytes]:
    """Return the roll-up's rows of a kind, of all days, as PostgreSQL copies them; run in a thread of its own."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:  # the thread's own connection
            cursor.execute(ROOM)
            with cursor.copy(f"COPY ({statement(kind)}) TO STDOUT") as rows:
                return [bytes(part) for part in rows]
    finally:
        connection.close()


def _put(rows: list[bytes]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY dispatch_kpiday {COLUMNS} FROM STDIN") as taken:
        for part in rows:
            taken.write(part)


def _days(days: list[date]) -> None:
    if not days:
        return
    _run("SET LOCAL jit = off")
    KpiDay.objects.filter(day__in=days).delete()
    for run in _runs(days):
        start, end = _utc(run[0]) - EAST, _utc(run[-1] + timedelta(days=1)) + WEST
        values = {"days": run, "orders": _one(WITH_EVENTS, [start, end]) or []}
        for kind in KINDS.values():
            _run(INSERT + statement(kind, some=True), values)
        _run(INSERT + SHIFTS.format(days="AND day = ANY(%(days)s)"), values)
    months = sorted({day.replace(day=1) for day in days})
    KpiMonth.objects.filter(day__in=months).delete()
    for month in months:
        # Both ends told: the planner reads one month of the index instead of the table.
        end = (month + timedelta(days=31)).replace(day=1)
        _run(MONTHS.format(days="AND day >= %s AND day < %s"), [month, end])


def statement(kind: Kind, *, some: bool = False) -> str:
    """Return the SELECT of the roll-up's rows of a kind: of all days, or of %(days)s from the orders in %(orders)s."""
    named = [(f"g.{by}", by) for by in kind.by]
    by = " ".join(f"WHEN grouping({column}) = 0 THEN '{name}'" for column, name in named)
    key = " ".join(f"WHEN grouping({column}) = 0 THEN {column}::text" for column, _name in named)
    whole = ["g.day, g.outlet_id, g.brand_id"]
    sets = (whole if kind.total else []) + [f"{whole[0]}, {column}" for column, _name in named]
    known = [f"(grouping({column}) = 1 OR {column}::text <> '')" for column, _name in named]
    return FACTS.format(
        kind=kind.code,
        by=f"CASE {by} ELSE '' END" if by else "''",
        key=f"CASE {key} ELSE '' END" if key else "''",
        sums=", ".join(f"coalesce(sum(g.{measure}), 0)" for measure in kind.measures),
        facts=kind.narrowed(some),
        days="AND g.day = ANY(%(days)s)" if some else "",
        sets=", ".join(f"({one})" for one in sets),
        having=" AND ".join(known) or "true",
    )


def _runs(days: list[date]) -> Iterator[list[date]]:
    """Yield days that follow each other together, at most RUN at a time: one look into the log finds their orders."""
    run: list[date] = []
    for day in days:
        if run and (day - run[-1] > timedelta(days=1) or len(run) == RUN):
            yield run
            run = []
        run.append(day)
    yield run


def _utc(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


def _rows(statement: str, values: Any = None) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def _one(statement: str, values: Any = None) -> Any:
    return _rows(statement, values)[0][0]


def _run(statement: str, values: Any = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
