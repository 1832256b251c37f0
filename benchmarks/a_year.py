"""A year of orders by INSERT … SELECT: opened, visited, repaired, paid, called back; some wait for a part, some return.

Which order goes which way follows from a hash of its number, so that two runs make the same world.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace

import common

OUTLETS, TECHNICIANS, BRANDS, MODELS, FAULTS, PARTS = 12, 40, 4, 60, 9, 30
MONTH = 85_000  # orders whose events are written in one go, in order of time, as a log grows

APPLIANCES = f"""
WITH c AS (
    INSERT INTO customers_customer (name, phone, phone_alt, language, note, email, created_at)
    SELECT '王小明 ' || n, '+8869' || lpad(n::text, 8, '0'), '', '', '', '', now() FROM generate_series(1, %(homes)s) n
    RETURNING id
), a AS (
    INSERT INTO customers_address (customer_id, line, district, city, latitude, longitude, access_note)
    SELECT id, '仁愛路 ' || id || ' 號', '大安區', '台北市', 25, 121.5, '' FROM c
)
INSERT INTO customers_appliance (customer_id, category_id, brand_id, model_no, serial, purchased_on, note)
SELECT id, %(category)s, (%(brands)s::bigint[])[1 + id %% {BRANDS}], 'M' || id %% {MODELS}, '', '2025-03-05', '' FROM c
"""

# `way`: 1 waits for a part (9 %), 2 is not satisfied (6 %), else settled on the first visit
CHANCE = "((hashint8(o.id * 31 + {salt}) & 2147483647) %% 100)"
WAY = f"(CASE WHEN {CHANCE.format(salt=1)} < 9 THEN 1 WHEN {CHANCE.format(salt=1)} < 15 THEN 2 ELSE 0 END)"

ORDERS = f"""
WITH homes AS MATERIALIZED (
    SELECT row_number() OVER (ORDER BY a.id) AS n, a.customer_id, a.id AS address, m.id AS appliance
    FROM customers_address a JOIN customers_appliance m USING (customer_id)
), o AS (
    SELECT n, %(opened)s::timestamptz + n * (interval '365 days' / %(count)s) AS at,
        1 + (n * 7919) %% {OUTLETS} AS outlet FROM generate_series(1, %(count)s::bigint) n
)
INSERT INTO dispatch_serviceorder (state, channel, service_kind, priority, symptom, wish, in_warranty, note,
    external_ref, opened_at, state_since, finished_at, escalation, no_answers, returns, next_action, next_role,
    version, log_seq, log_hash, customer_id, address_id, appliance_id, outlet_id, fault_id, satisfied,
    technician_id, help_level, outcome_step)
SELECT 'closed', 'call', 'on_site', 1 + o.n %% 4, '漏水', '', o.n %% 3 = 0, '', '', o.at, o.at,
    o.at + interval '2 days', '', 0, 0, '', '', 9, 9, '', h.customer_id, h.address, h.appliance,
    (%(outlets)s::bigint[])[o.outlet], (%(faults)s::bigint[])[1 + (o.n * 131) %% {FAULTS}], true,
    (%(technicians)s::bigint[])[1 + (o.outlet - 1) * {TECHNICIANS} + (o.n * 17) %% {TECHNICIANS}], '', ''
FROM o JOIN homes h ON h.n = 1 + o.n %% (SELECT max(n) FROM homes)
"""

VISITS = f"""
INSERT INTO dispatch_visit (order_id, technician_id, sequence, status, starts_at, ends_at, at_risk, pinned, kit,
    consent, abort_reason, leave_by, departed_at, arrived_at, left_at, travel_seconds)
SELECT id, technician_id, sequence, 'done', starts, starts + interval '1 hour', false, false, '[]', '王小明', '',
    starts - interval '30 minutes', arrived - interval '25 minutes', arrived, arrived + interval '50 minutes', 1500
FROM (
    SELECT o.id, o.technician_id, sequence, starts,
        starts + ((hashint8(o.id * 31 + 7 + sequence) & 2147483647) %% 100 - 85) * interval '1 minute' AS arrived
    FROM dispatch_serviceorder o, generate_series(1, 2) sequence,
    LATERAL (SELECT date_trunc('day', o.opened_at) + interval '1 hour' + sequence * sequence * interval '1 day'
        + (o.id %% 36) * interval '15 minutes' AS starts) s
    WHERE sequence = 1 OR {WAY} > 0
) v
"""

RECORDS = {
    "repairs": f"""
INSERT INTO dispatch_repair (order_id, visit_id, fault_id, outcome, finding, cause, measure, parts, quoted,
    quote_accepted, worked_at, tested, certain, signed_by, unsigned_reason, remarks, rated_how)
SELECT o.id, v.id, o.fault_id, CASE WHEN {WAY} = 1 AND v.sequence = 1 THEN 'part_missing' ELSE 'repairable' END,
    '', '', '', '', 0, false, v.left_at, true, true, '', '', '', ''
FROM dispatch_visit v JOIN dispatch_serviceorder o ON o.id = v.order_id ORDER BY v.id""",
    "checks": """
INSERT INTO dispatch_check (order_id, visit_id, step, checklists, answers, at)
SELECT v.order_id, v.id, step, '[]', '{}', v.left_at FROM dispatch_visit v, generate_series(1, 4, 3) step
WHERE (v.id + step) %% 20 > 0""",
    "callbacks": f"""
INSERT INTO dispatch_callback (order_id, kind, role, due_at, state, attempts, outcome, caller_id, done_at, created_at)
SELECT o.id, 'routine', 'agent', v.left_at + interval '1 day', 'done', 1,
    CASE WHEN {WAY} = 2 AND v.sequence = 1 THEN 'unhappy' WHEN o.id %% 25 = 0 THEN 'unreached' ELSE 'satisfied' END,
    %(agent)s, v.left_at + interval '1 day', v.left_at
FROM dispatch_visit v JOIN dispatch_serviceorder o ON o.id = v.order_id WHERE NOT ({WAY} = 1 AND v.sequence = 1)""",
    "attempts": """
INSERT INTO dispatch_callbackattempt (callback_id, at, caller_id, reached, note)
SELECT id, done_at, caller_id, outcome <> 'unreached', '' FROM dispatch_callback""",
    "bills": """
INSERT INTO dispatch_bill (order_id, visit_id, waived, tax, invoice_to, invoice_tax_no, amount, currency, method,
    charged_at)
SELECT v.order_id, v.id, 0, 0, '', '', 90000, 'TWD', 'cash', v.left_at FROM dispatch_visit v
WHERE v.order_id %% 3 > 0""",
    "payments": """
INSERT INTO dispatch_payment (bill_id, method, amount, reference, at, reason)
SELECT id, 'cash', amount, '', charged_at, '' FROM dispatch_bill""",
    "parts": """
INSERT INTO dispatch_partuse (order_id, part_id, quantity, serial_in, serial_out, covered, old, at)
SELECT v.order_id, (%(parts)s::bigint[])[1 + v.id %% {parts}], 1, '', '', v.order_id %% 3 = 0, 'none', v.left_at
FROM dispatch_visit v WHERE v.id %% 2 = 0""".replace("{parts}", str(PARTS)),
    "decisions": """
INSERT INTO dispatch_warrantydecision (order_id, stage, covered, exclusion, reasons, seen, code, decided_at, reason)
SELECT v.order_id, 'final', v.order_id %% 3 = 0, '', '[]', '{}', 'bench' || v.id, v.arrived_at, ''
FROM dispatch_visit v WHERE v.sequence = 1""",
}  # fmt: skip

EVENTS = f"""
INSERT INTO dispatch_orderevent (order_id, seq, action, at, role, from_state, to_state, reason, payload, hash)
SELECT o.id, e.seq, e.action, e.at, 'technician', e.was, e.state, '', CASE WHEN e.action = 'contact' THEN
    jsonb_build_object('starts_at', e.starts, 'confirmed', '["time","address","model"]'::jsonb) ELSE '{{}}' END,
    md5(o.id::text) || md5(e.seq::text)
FROM dispatch_serviceorder o JOIN dispatch_visit a ON a.order_id = o.id AND a.sequence = 1
LEFT JOIN dispatch_visit b ON b.order_id = o.id AND b.sequence = 2,
LATERAL (VALUES
    (1, 'created', o.opened_at, '', 'ready', NULL::timestamptz, 9),
    (2, 'assign', o.opened_at + interval '10 minutes', 'ready', 'assigned', NULL, 9),
    (3, 'accept', o.opened_at + interval '20 minutes', 'assigned', 'accepted', NULL, 9),
    (4, 'contact', o.opened_at + interval '4 minutes' * (o.id %% 45), 'accepted', 'contacted', a.starts_at, 9),
    (5, 'depart', a.departed_at, 'contacted', 'en_route', NULL, 9),
    (6, 'arrive', a.arrived_at, 'en_route', 'on_site', NULL, 9),
    (7, 'diagnose', a.arrived_at + interval '10 minutes', 'on_site', 'diagnosed', NULL, 9),
    (8, 'charge', a.left_at - interval '1 minute', 'diagnosed', 'charged', NULL, 0),
    (9, 'complete', a.left_at, 'charged', 'follow_up', NULL, 0),
    (10, 'callback_satisfied', a.left_at + interval '1 day', 'follow_up', 'closed', NULL, -1),
    (8, 'wait_for_parts', a.left_at, 'diagnosed', 'awaiting_parts', NULL, 1),
    (9, 'parts_arrived', a.left_at + interval '1 day', 'awaiting_parts', 'accepted', NULL, 1),
    (10, 'callback_unhappy', a.left_at + interval '1 day', 'follow_up', 'ready', NULL, 2),
    (11, 'contact', a.left_at + interval '25 hours', 'accepted', 'contacted', b.starts_at, 3),
    (12, 'depart', b.departed_at, 'contacted', 'en_route', NULL, 3),
    (13, 'arrive', b.arrived_at, 'en_route', 'on_site', NULL, 3),
    (14, 'complete', b.left_at, 'charged', 'follow_up', NULL, 3),
    (15, 'callback_satisfied', b.left_at + interval '1 day', 'follow_up', 'closed', NULL, 3)
) e (seq, action, at, was, state, starts, way)
WHERE o.id BETWEEN %(first)s AND %(last)s AND (e.way = 9 OR e.way = -1 AND {WAY} = 0 OR e.way = 0 AND {WAY} <> 1
    OR e.way = {WAY} AND {WAY} > 0 OR e.way = 3 AND {WAY} > 0)
ORDER BY e.at
"""


def masters() -> SimpleNamespace:
    """Write outlets with their technicians, brands, faults, parts and checklists; return their numbers."""
    from customers.models import Brand
    from dispatch.models import Fault
    from technicians.models import Checklist, Part
    from tests import factories

    places = [factories.make_outlet() for _number in range(OUTLETS)]
    technicians = []
    for place in places:
        more = [factories.make_technician(place.outlet, place.skill) for _number in range(TECHNICIANS - 2)]
        technicians += [place.technician.pk, place.other.pk, *(one.pk for one in more)]
    category = places[0].category
    for step in (1, 4):
        Checklist.objects.get_or_create(step=step, category=None, version=1, defaults={"valid_from": "2020-01-01"})

    def made(model, count: int, **how) -> list[int]:
        name = model.__name__
        return [model.objects.create(code=f"{name}-{n}", name_en=f"{name} {n}", **how).pk for n in range(count)]

    return SimpleNamespace(
        outlets=[place.outlet.pk for place in places], technicians=technicians, category=category.pk,
        brands=made(Brand, BRANDS), faults=made(Fault, FAULTS, category=category), parts=made(Part, PARTS),
        agent=places[0].agent.pk, manager=places[0].manager, admin=places[0].admin,
    )  # fmt: skip


def write(world: SimpleNamespace, count: int, now: datetime, say=lambda words: None) -> None:
    """Write `count` orders of the year before `now`, with everything that happened to them."""
    start = (now - timedelta(days=371)).isoformat()  # so that the last callback is over
    values = vars(world) | {"homes": max(count * 6 // 10, 1), "count": count, "opened": start}
    with common.superuser() as own:
        own.execute("SET session_replication_role = replica")
        own.execute("SET work_mem = '256MB'")
        own.execute("SET synchronous_commit = off")
        for name, statement in {"homes": APPLIANCES, "orders": ORDERS, "visits": VISITS, **RECORDS}.items():
            wanted = {key: value for key, value in values.items() if f"%({key})s" in statement}
            say(f"{own.execute(statement, wanted or {'none': 0}).rowcount:,} {name}")
        first, last = own.execute("SELECT min(id), max(id) FROM dispatch_serviceorder").fetchone()
        events = 0
        for begin in range(first, last + 1, MONTH):
            events += own.execute(EVENTS, {"first": begin, "last": begin + MONTH - 1}).rowcount
        say(f"{events:,} events")
        own.execute("VACUUM (ANALYZE)")
