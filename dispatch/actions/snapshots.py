"""What stands on a paper, gathered when it is issued and kept: names, lines, payments, parts, as they are now.

The shape is that of `dispatch.papers.dress`. Words and names are in the paper's language: the customer's, else that
of the outlet's place.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from dispatch.models import Bill, Loan, PaperKind, Payment, Quote, ServiceOrder
from dispatch.papers import labels
from dispatch.reports.till import LINES, name_of, why_of

LETTERS = {PaperKind.RECEIPT: "R", PaperKind.INVOICE: "I", PaperKind.CREDIT_NOTE: "C", PaperKind.SLIP: "S"}
SPOKEN = {"CN": "zh-hans", "SG": "zh-hans", "TW": "zh-hant", "HK": "zh-hant", "MO": "zh-hant"}


def language_for(order: ServiceOrder) -> str:
    """Return the language a customer's paper is in."""
    return order.customer.language or SPOKEN.get(order.outlet.region, "en")


def number_of(order: ServiceOrder, kind: str, number: int) -> str:
    """Return a number as it is printed, the same in no other series: TPE-R000042."""
    return f"{order.outlet.code.upper()}-{LETTERS[PaperKind(kind)]}{number:06d}"


def snapshot(
    order: ServiceOrder, kind: str, now: datetime, *, bill: Bill | None = None, payment: Payment | None = None
) -> dict[str, Any]:
    """Return all that is printed on a paper but its number."""
    language = language_for(order)
    with translation.override(language):
        found = _common(order, kind, now, language)
        if kind == PaperKind.SLIP:
            return found | _slip(order)
        if kind == PaperKind.CREDIT_NOTE:
            return found | _given_back(payment)
        return found | _charged(order, kind, bill)


def of_quote(quote: Quote) -> dict[str, Any]:
    """Return what is printed on a quote: it has its own number, and no series."""
    order, language = quote.order, language_for(quote.order)
    with translation.override(language):
        return _common(order, "quote", quote.made_at, language) | {
            "number": f"{order.number}/{quote.number}",
            "currency": quote.currency,
            "valid_until": quote.valid_until.isoformat(),
            "lines": _lines(quote),
            "total": quote.total,
            "notes": [quote.note] if quote.note else [],
            "signed": True,
        } | _tax(quote, quote.tax)  # fmt: skip


def _common(order: ServiceOrder, kind: str, now: datetime, language: str) -> dict[str, Any]:
    outlet, appliance = order.outlet, order.appliance
    return {
        "language": language,
        "labels": labels(str(kind)),
        "issued_at": now.isoformat(),
        "zone": outlet.zone,
        "currency": outlet.currency,
        "order": str(order.number),
        "outlet": {name: str(getattr(outlet, name)) for name in ("name", "address", "phone", "tax_no")},
        "customer": {"name": order.customer.name, "phone": order.customer.phone, "address": order.address.full},
        "appliance": {
            "brand": str(appliance.brand or ""),
            "category": str(appliance.category or ""),
            "model": appliance.model_no,
            "serial": appliance.serial,
            "purchased_on": appliance.purchased_on and appliance.purchased_on.isoformat(),
        },
    }


def _lines(quote: Quote) -> list[dict[str, Any]]:
    return [
        {"words": name_of(line), "quantity": line.quantity, "unit": line.unit or None, "amount": line.amount}
        | {"note": why_of(line, quote.currency)}
        for line in Quote.objects.prefetch_related(LINES).get(pk=quote.pk).lines.all()
    ]


def _tax(quote: Quote | None, tax: int) -> dict[str, Any]:
    row = quote.price_list if quote else None
    if row is None:
        return {"tax": tax, "tax_included": True}
    return {"tax": tax, "tax_bp": row.tax_bp, "tax_included": row.tax_included}


def _charged(order: ServiceOrder, kind: str, bill: Bill) -> dict[str, Any]:
    """A receipt or an invoice: lines, sums, what was paid, parts with their serial numbers (H-F7, H-G1)."""
    total = bill.amount + bill.waived
    single = [{"words": _("Repair"), "quantity": 1, "unit": None, "amount": total}]
    found = {
        "currency": bill.currency,
        "lines": _lines(bill.quote) if bill.quote else single,
        "total": total,
        "waived": bill.waived,
        "payments": [_payment(each) for each in bill.payments.all()],
        "parts": [
            {"words": str(use.part), "quantity": use.quantity, "serial_in": use.serial_in, "serial_out": use.serial_out}
            for use in order.parts_used.select_related("part")
        ],
    } | _tax(bill.quote, bill.tax)
    if bill.waived:
        found["tax_included"] = True  # the tax is that of what is left to pay, and no longer the quote's
    if kind == PaperKind.INVOICE and bill.invoice_to:
        customer = {"name": bill.invoice_to, "tax_no": bill.invoice_tax_no, "address": order.address.full}
        found["customer"] = customer | {"phone": order.customer.phone}
    return found


def _payment(payment: Payment) -> dict[str, Any]:
    amount = -payment.amount if payment.refunds_id else payment.amount
    said = {"method": str(payment.get_method_display()), "reference": payment.reference}
    return {"at": payment.at.isoformat(), "amount": amount} | said


def _given_back(payment: Payment) -> dict[str, Any]:
    """A credit note: how much, why, and for which receipt (H-F8)."""
    receipt = payment.refunds.papers.filter(kind=PaperKind.RECEIPT).first()
    return {
        "currency": payment.bill.currency,
        "total": payment.amount,
        "payments": [_payment(payment)],
        "reason": payment.reason,
        "for": receipt.snapshot.get("number", "") if receipt else "",
    }


def _slip(order: ServiceOrder) -> dict[str, Any]:
    """What was taken in, how it looked, who signed, when it is promised back (H-F4)."""
    job, loan = order.job, order.loan
    return {
        "slip": {
            "code": job.code,
            "outside": job.outside,
            "accessories": job.accessories,
            "symptom": order.symptom,
            "promised_at": job.promised_at and job.promised_at.isoformat(),
            "loaner": str(loan.loaner) if loan and loan.state == Loan.OUT else "",
            "taken_by": str(job.taken_by.get_full_name() or job.taken_by.username) if job.taken_by else "",
        },
        "signed": True,
        "signature": {"name": job.signed_by, "at": job.taken_at.isoformat(), "photo": job.signature_id}
        if job.signed_by
        else None,
    }
