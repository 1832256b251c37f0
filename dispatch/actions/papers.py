"""Issuing papers: the next number of the outlet's series, and everything that is printed, as it is now (H-G1)."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from dispatch.models import Bill, Paper, PaperKind, Payment, ServiceOrder
from technicians.models import User

NEXT = """
INSERT INTO dispatch_series (outlet_id, kind, last) VALUES (%s, %s, 1)
ON CONFLICT (outlet_id, kind) DO UPDATE SET last = dispatch_series.last + 1
RETURNING last
"""


def next_number(outlet_id: int, kind: str) -> int:
    """Return the next number of a series; the row stays locked until the transaction ends, so no number is lost."""
    with connection.cursor() as cursor:
        cursor.execute(NEXT, [outlet_id, str(kind)])
        return cursor.fetchone()[0]


def issue(
    order: ServiceOrder,
    kind: PaperKind,
    now: datetime,
    by: User | None,
    *,
    bill: Bill | None = None,
    payment: Payment | None = None,
) -> Paper:
    """Write a paper with its number, inside the running transaction; called last, so that others wait briefly."""
    return Paper.objects.create(
        outlet_id=order.outlet_id,
        kind=kind,
        number=next_number(order.outlet_id, kind),
        order=order,
        bill=bill,
        payment=payment,
        issued_at=now,
        issued_by=by,
        language=order.customer.language,
    )
