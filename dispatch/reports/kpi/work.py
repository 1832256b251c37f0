"""Facts of visits, repairs, callbacks and of how long orders take."""

from __future__ import annotations

from dispatch.reports.kpi.kind import Kind
from dispatch.reports.kpi.promises import CONTACT_WITHIN, FINISH_WITHIN, HOLDS_FOR

# What the customer was promised: a time agreed on the phone, or on the board with somebody's consent (H-C1, H-C2).
PROMISED = """(e.to_state = 'contacted' AND e.action <> 'place'
    OR e.action = 'place' AND coalesce(e.payload->>'consent', '') <> '')"""

VISITS = Kind(
    "visits",
    (
        "visits",
        "agreed",
        "on_time",
        "promised",
        "on_time_first",
        "departures",
        "left_in_time",
        "on_site_s",
        "travel_s",
    ),
    f"""
WITH came AS (
    SELECT v.*, lag(v.arrived_at) OVER (PARTITION BY v.order_id ORDER BY v.arrived_at, v.id) AS before
    FROM dispatch_visit v WHERE v.arrived_at IS NOT NULL {{only:v.order_id}}
), promise AS (
    SELECT e.order_id, e.at,
        coalesce(e.payload->>'window_ends_at', e.payload->>'starts_at')::timestamptz AS latest
    FROM dispatch_orderevent e
    WHERE {PROMISED} AND e.payload->>'starts_at' IS NOT NULL {{only:e.order_id}}
), first AS (
    SELECT DISTINCT ON (came.id) came.id, promise.latest FROM came JOIN promise USING (order_id)
    WHERE promise.at <= came.arrived_at AND (came.before IS NULL OR promise.at > came.before)
    ORDER BY came.id, promise.at
)
SELECT c.order_id, c.technician_id AS technician, c.arrived_at AS at, 1 AS visits,
    (c.consent <> '')::int AS agreed,
    (c.consent <> '' AND c.arrived_at <= coalesce(c.window_ends_at, c.starts_at))::int AS on_time,
    (f.latest IS NOT NULL)::int AS promised, (c.arrived_at <= f.latest)::int AS on_time_first,
    (c.departed_at IS NOT NULL AND c.leave_by IS NOT NULL)::int AS departures,
    (c.departed_at <= c.leave_by)::int AS left_in_time,
    extract(epoch FROM c.arrived_at - coalesce(c.window_ends_at, c.starts_at))::bigint AS late_s,
    extract(epoch FROM c.arrived_at - f.latest)::bigint AS late_first_s,
    extract(epoch FROM c.departed_at - c.leave_by)::bigint AS left_late_s,
    extract(epoch FROM c.left_at - c.arrived_at)::bigint AS on_site_s,
    extract(epoch FROM c.arrived_at - c.departed_at)::bigint AS travel_s
FROM came c LEFT JOIN first f ON f.id = c.id
""",
    by=("technician",),
)

# Steps by the checklists in force that day for the appliance's category, and those gone through (H-E1 to H-H4).
CHECKS = Kind(
    "checks",
    ("due", "done"),
    """
WITH gone AS (
    SELECT k.visit_id, count(*) AS steps, array_agg(k.step) AS those FROM dispatch_check k
    WHERE k.visit_id IS NOT NULL {only:k.order_id} GROUP BY 1
), held AS (
    SELECT l.step, l.category_id, l.valid_from, coalesce(l.valid_to, 'infinity') AS valid_to
    FROM technicians_checklist l
), done AS (
    SELECT v.id, v.order_id, v.technician_id, v.left_at, a.category_id,
        (v.left_at AT TIME ZONE t.zone)::date AS day
    FROM dispatch_visit v JOIN dispatch_serviceorder o ON o.id = v.order_id
    JOIN customers_appliance a ON a.id = o.appliance_id JOIN technicians_outlet t ON t.id = o.outlet_id
    WHERE v.status = 'done' AND v.left_at IS NOT NULL AND o.service_kind = 'on_site'
        AND EXISTS (SELECT 1 FROM technicians_checklist) {only:v.order_id}
), wanted AS (
    SELECT d.category_id, d.day, count(DISTINCT held.step) AS steps, array_agg(DISTINCT held.step) AS those
    FROM (SELECT DISTINCT category_id, day FROM done) d
    JOIN held ON (held.category_id IS NULL OR held.category_id = d.category_id)
        AND d.day BETWEEN held.valid_from AND held.valid_to
    GROUP BY 1, 2
)
SELECT d.order_id, d.technician_id AS technician, d.left_at AS at, w.steps AS due,
    least(g.steps, w.steps) AS done,
    ARRAY(SELECT one FROM unnest(w.those) one WHERE g.those IS NULL OR one <> ALL(g.those) ORDER BY 1) AS left_out
FROM done d JOIN wanted w ON w.day = d.day AND w.category_id IS NOT DISTINCT FROM d.category_id
LEFT JOIN gone g ON g.visit_id = d.id
""",
    by=("technician",),
)

# The first visit on which something was diagnosed, and whether that was the end of it (H-R2).
FIXES = Kind(
    "fixes",
    ("tried", "fixed", "held", "said_done", "recalled"),
    f"""
WITH tried AS (
    SELECT DISTINCT ON (r.order_id) r.id, r.order_id, r.visit_id, r.outcome, r.fault_id
    FROM dispatch_repair r WHERE r.visit_id IS NOT NULL {{only:r.order_id}} ORDER BY r.order_id, r.id
), again AS (
    SELECT DISTINCT e.order_id FROM dispatch_orderevent e
    WHERE e.from_state IN ('follow_up', 'closed') AND e.to_state = 'ready' {{only:e.order_id}}
), found AS MATERIALIZED (
    SELECT t.order_id, v.technician_id, v.left_at AS at, t.outcome, t.fault_id, o.appliance_id,
        t.outcome IN ('repairable', 'nothing_wrong', 'misuse') AND v.status = 'done' AS said_done,
        again.order_id IS NOT NULL AS unhappy,
        EXISTS (SELECT 1 FROM dispatch_visit w WHERE w.order_id = t.order_id AND w.arrived_at > v.left_at) AS revisited,
        EXISTS (SELECT 1 FROM dispatch_repair n WHERE n.order_id = t.order_id AND n.id > t.id
            AND n.fault_id IS NOT NULL AND n.fault_id IS DISTINCT FROM t.fault_id) AS other_fault,
        EXISTS (SELECT 1 FROM dispatch_serviceorder y WHERE y.appliance_id = o.appliance_id AND y.id <> o.id
            AND y.opened_at > v.left_at AND y.opened_at <= v.left_at + interval '{HOLDS_FOR.days} days') AS called_again
    FROM tried t JOIN dispatch_visit v ON v.id = t.visit_id JOIN dispatch_serviceorder o ON o.id = t.order_id
    LEFT JOIN again ON again.order_id = t.order_id
    WHERE v.left_at IS NOT NULL AND o.service_kind = 'on_site' AND o.state <> 'cancelled'
        AND t.outcome NOT IN ('refused', 'exchange')
)
SELECT f.order_id, f.technician_id AS technician, f.at, f.fault_id AS fault, upper(a.model_no) AS model,
    CASE WHEN f.said_done AND NOT f.unhappy AND NOT f.revisited THEN ''
        WHEN f.outcome = 'part_missing' THEN 'part' WHEN f.outcome = 'pull_in' THEN 'workshop'
        WHEN f.other_fault THEN 'misdiagnosis' WHEN f.unhappy THEN 'unhappy' ELSE 'other' END AS cause,
    1 AS tried, (f.said_done AND NOT f.unhappy AND NOT f.revisited)::int AS fixed,
    (f.said_done AND NOT f.unhappy AND NOT f.revisited AND NOT f.called_again)::int AS held,
    f.said_done::int AS said_done, (f.said_done AND (f.unhappy OR f.called_again))::int AS recalled
FROM found f JOIN customers_appliance a ON a.id = f.appliance_id
""",
    by=("technician", "fault", "model", "cause"),
)

CALLS = Kind(
    "calls",
    ("finished", "reached", "satisfied"),
    """
SELECT DISTINCT ON (c.id) c.order_id, v.technician_id AS technician, c.done_at AS at, 1 AS finished,
    (c.outcome IN ('satisfied', 'unhappy'))::int AS reached, (c.outcome = 'satisfied')::int AS satisfied
FROM dispatch_callback c LEFT JOIN dispatch_visit v ON v.order_id = c.order_id AND v.left_at <= c.done_at
WHERE c.state = 'done' {only:c.order_id}
ORDER BY c.id, v.left_at DESC NULLS LAST
""",
    by=("technician",),
)
ATTEMPTS = Kind(
    "attempts",
    ("attempts", "answered"),
    """
SELECT c.order_id, NULL::bigint AS technician, l.at, 1 AS attempts, l.reached::int AS answered
FROM dispatch_callbackattempt l JOIN dispatch_callback c ON c.id = l.callback_id WHERE true {only:c.order_id}
""",
)

WAITS = "('needs_info', 'contacted', 'awaiting_parts')"


def _waited(states: str) -> str:
    """Return the seconds an order spent in some states up to its last completed work: leavings less arrivals.

    When the work is completed none of them lasts, so each arrival has its leaving.
    """
    left = f"sum(s) FILTER (WHERE at <= done AND from_state IN ({states}) AND to_state NOT IN ({states}))"
    came = f"sum(s) FILTER (WHERE at <= done AND to_state IN ({states}) AND from_state NOT IN ({states}))"
    return f"coalesce({left} - {came}, 0)"


# The clock of an order, without the waits that are the customer's or a part's: those are told apart.
ORDERS = Kind(
    "orders",
    (
        "opened",
        "contacted",
        "contact_s",
        "contact_in_time",
        "finished",
        "finish_s",
        "finish_in_time",
        "customer_s",
        "parts_s",
    ),
    f"""
WITH told AS (
    SELECT e.order_id, e.action, e.from_state, e.to_state, e.at, extract(epoch FROM e.at) AS s,
        {PROMISED} AS promised,
        max(e.at) FILTER (WHERE e.action = 'complete') OVER (PARTITION BY e.order_id) AS done
    FROM dispatch_orderevent e
    WHERE (e.action IN ('consult', 'complete') OR {PROMISED} OR e.from_state <> e.to_state AND (e.from_state IN {WAITS}
        OR e.to_state IN {WAITS})) {{only:e.order_id}}
), waited AS (
    SELECT order_id, done, min(at) FILTER (WHERE action = 'consult' OR promised) AS contacted,
        {_waited("'needs_info', 'contacted'")} AS customer, {_waited("'awaiting_parts'")} AS parts
    FROM told GROUP BY 1, 2
), each AS (
    SELECT o.id, o.opened_at, o.priority, told.contacted, told.done,
        coalesce(told.customer, 0)::bigint AS customer, coalesce(told.parts, 0)::bigint AS parts,
        coalesce(l.contact_minutes * 60, ({CONTACT_WITHIN})[o.priority]) AS contact_limit,
        coalesce(l.finish_hours * 3600, ({FINISH_WITHIN})[o.priority]) AS finish_limit,
        extract(epoch FROM told.contacted - o.opened_at)::bigint AS contact_s,
        extract(epoch FROM told.done - o.opened_at)::bigint AS finish_s
    FROM dispatch_serviceorder o JOIN technicians_outlet t ON t.id = o.outlet_id
    LEFT JOIN waited told ON told.order_id = o.id
    LEFT JOIN dispatch_servicelevel l ON l.priority = o.priority
        AND (o.opened_at AT TIME ZONE t.zone)::date BETWEEN l.valid_from AND coalesce(l.valid_to, 'infinity')
    WHERE true {{only:o.id}}
)
SELECT id AS order_id, NULL::bigint AS technician, opened_at AS at, priority, 1 AS opened, 0 AS contacted,
    0 AS contact_s, 0 AS contact_in_time, 0 AS finished, 0 AS finish_s, 0 AS finish_in_time, 0 AS customer_s,
    0 AS parts_s
FROM each
UNION ALL SELECT id, NULL, contacted, priority, 0, 1, contact_s, (contact_s <= contact_limit)::int, 0, 0, 0, 0, 0
FROM each WHERE contacted IS NOT NULL
UNION ALL SELECT id, NULL, done, priority, 0, 0, 0, 0, 1, finish_s,
    (finish_s - customer <= finish_limit)::int, customer, parts
FROM each WHERE done IS NOT NULL
""",
    by=("priority",),
)
