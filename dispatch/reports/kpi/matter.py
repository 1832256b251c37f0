"""Facts of faults, money, parts, loaners and the warranty."""

from __future__ import annotations

from dispatch.reports.kpi.kind import Kind

# One more of this fault on this model; a wave of them is noticed (`waves`). Model and fault with a tab between them.
FAULTS = Kind(
    "faults",
    ("orders",),
    """
SELECT o.id AS order_id, NULL::bigint AS technician, o.opened_at AS at,
    upper(a.model_no) || E'\\t' || o.fault_id AS model_fault, 1 AS orders
FROM dispatch_serviceorder o JOIN customers_appliance a ON a.id = o.appliance_id
WHERE o.fault_id IS NOT NULL AND a.model_no <> '' {only:o.id}
""",
    by=("model_fault",),
)

MONEY = Kind(
    "money",
    ("payments", "taken", "given_back"),
    """
SELECT b.order_id, NULL::bigint AS technician, p.at, b.currency, (p.refunds_id IS NULL)::int AS payments,
    CASE WHEN p.refunds_id IS NULL THEN p.amount ELSE 0 END AS taken,
    CASE WHEN p.refunds_id IS NULL THEN 0 ELSE p.amount END AS given_back
FROM dispatch_payment p JOIN dispatch_bill b ON b.id = p.bill_id WHERE true {only:b.order_id}
""",
    by=("currency",),
    total=False,
)

PARTS = Kind(
    "parts",
    ("pieces", "covered"),
    """
SELECT u.order_id, NULL::bigint AS technician, u.at, u.part_id AS part, u.quantity AS pieces,
    CASE WHEN u.covered THEN u.quantity ELSE 0 END AS covered
FROM dispatch_partuse u WHERE true {only:u.order_id}
""",
    by=("part",),
)

LOANS = Kind(
    "loans",
    ("lent", "back", "out_s"),
    """
SELECT l.order_id, NULL::bigint AS technician, l.out_at AS at, 1 AS lent, 0 AS back, 0 AS out_s
FROM dispatch_loan l WHERE l.out_at IS NOT NULL {only:l.order_id}
UNION ALL SELECT l.order_id, NULL, l.back_at, 0, 1, extract(epoch FROM l.back_at - l.out_at)::bigint
FROM dispatch_loan l WHERE l.back_at IS NOT NULL AND l.out_at IS NOT NULL {only:l.order_id}
""",
)

# What the fee table asks for what the warranty bore: parts when they went in, call-out and labour when the work was
# done on an order that the last decision covers (H-W1, H-W2). Nothing where there is no fee table for the day.
WARRANTY = Kind(
    "warranty",
    ("repairs", "work", "parts"),
    """
WITH said AS (
    SELECT DISTINCT ON (d.order_id) d.order_id, d.covered FROM dispatch_warrantydecision d
    WHERE d.stage <> 'provisional' {only:d.order_id} ORDER BY d.order_id, d.id DESC
), lists AS (
    SELECT l.id, l.call_out, l.valid_from, coalesce(l.valid_to, 'infinity') AS valid_to, t.id AS outlet, t.zone,
        t.currency
    FROM dispatch_pricelist l JOIN technicians_outlet t ON t.price_table_id = l.table_id
)
SELECT r.order_id, NULL::bigint AS technician, r.worked_at AS at, lists.currency, 1 AS repairs,
    CASE WHEN r.visit_id IS NULL THEN 0 ELSE lists.call_out END
        + coalesce(own.amount, kin.amount, rest.amount, 0) AS work, 0 AS parts
FROM dispatch_repair r JOIN said ON said.order_id = r.order_id AND said.covered
JOIN dispatch_serviceorder o ON o.id = r.order_id JOIN customers_appliance a ON a.id = o.appliance_id
JOIN lists ON lists.outlet = o.outlet_id
    AND (r.worked_at AT TIME ZONE lists.zone)::date BETWEEN lists.valid_from AND lists.valid_to
LEFT JOIN dispatch_labourprice own ON own.price_list_id = lists.id AND own.fault_id = r.fault_id
LEFT JOIN dispatch_labourprice kin ON kin.price_list_id = lists.id AND kin.category_id = a.category_id
LEFT JOIN dispatch_labourprice rest ON rest.price_list_id = lists.id
    AND rest.fault_id IS NULL AND rest.category_id IS NULL
WHERE r.worked_at IS NOT NULL {only:r.order_id}
UNION ALL SELECT u.order_id, NULL, u.at, lists.currency, 0, 0, p.amount * u.quantity
FROM dispatch_partuse u JOIN dispatch_serviceorder o ON o.id = u.order_id JOIN lists ON lists.outlet = o.outlet_id
    AND (u.at AT TIME ZONE lists.zone)::date BETWEEN lists.valid_from AND lists.valid_to
JOIN dispatch_partprice p ON p.price_list_id = lists.id AND p.part_id = u.part_id
WHERE u.covered {only:u.order_id}
""",
    by=("currency",),
    total=False,
)
DECISIONS = Kind(
    "decisions",
    ("decided", "covered", "overridden"),
    """
SELECT d.order_id, NULL::bigint AS technician, d.decided_at AS at, 1 AS decided,
    coalesce(d.covered, false)::int AS covered, (d.stage = 'override')::int AS overridden
FROM dispatch_warrantydecision d WHERE d.stage <> 'provisional' AND NOT EXISTS (
    SELECT 1 FROM dispatch_warrantydecision n
    WHERE n.order_id = d.order_id AND n.id > d.id AND n.stage <> 'provisional')
    {only:d.order_id}
""",
)
