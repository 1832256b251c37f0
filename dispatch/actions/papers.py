"""Issuing papers: the next number of the outlet's series, and everything that is printed, as it is now (H-G1)."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from customers.models import Photo
from dispatch.actions.snapshots import number_of, snapshot
from dispatch.models import Bill, Paper, PaperKind, Payment, ServiceOrder
from dispatch.papers import masked, render
from technicians.models import Role, User

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
    """Write a paper with its number and its snapshot, inside the running transaction.

    What is printed is gathered first and the number taken last, so that others wait for the series only briefly.
    """
    printed = snapshot(order, kind, now, bill=bill, payment=payment)
    number = next_number(order.outlet_id, kind)
    return Paper.objects.create(
        outlet_id=order.outlet_id,
        kind=kind,
        number=number,
        order=order,
        bill=bill,
        payment=payment,
        issued_at=now,
        issued_by=by,
        language=printed["language"],
        snapshot=printed | {"number": number_of(order, kind, number)},
    )


def picture_of(paper: Paper) -> bytes:
    """Return the signature that belongs on a paper; empty where there is none, or its file is gone."""
    signature = paper.snapshot.get("signature") or {}
    photo = Photo.objects.filter(pk=signature["photo"]).first() if signature.get("photo") else None
    if photo is None:
        return b""
    try:
        with photo.file.open("rb") as file:
            return file.read()
    except OSError:
        return b""  # the paper is worth more than its ornament


def needs_whole(user: User, order: ServiceOrder) -> bool:
    """True for whom a paper names its customer: the office always, technicians until the order is closed."""
    return user.role != Role.TECHNICIAN or order.is_open


def printed(paper: Paper, address: str = "", *, whole: bool = True) -> bytes:
    """Return a paper as PDF. address: where its customer can check it, drawn as a QR code.

    Not `whole`: without name, phone, address and signature, for whoever has its code but has shown no more.
    """
    verify = {"code": paper.code, "url": address}
    if not whole:
        return render(paper.kind, masked(paper.snapshot) | {"verify": verify})
    return render(paper.kind, paper.snapshot | {"verify": verify}, picture_of(paper))
