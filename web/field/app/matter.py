"""What an order is about: likely cause, parts, what was found, what it costs, who was asked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse

from customers.money import say, step
from dispatch.actions import pricing
from dispatch.actions.parts import standing as reserved
from dispatch.actions.quote import likely_parts
from dispatch.actions.uses import used_on
from dispatch.models import RatedHow, ServiceOrder
from dispatch.models.states import AT_WORK
from dispatch.reports.fixes import fixed_before
from dispatch.reports.till import till_of
from technicians.models import User
from web.field.asking import asking_card
from web.field.knowledge import own_history
from web.shared import tills


def of(order: ServiceOrder, user: User, now: datetime, *, helps: bool) -> dict[str, Any]:
    """Return the matter of an order; what only helps before the bill is left empty after it."""
    fault = order.fault if helps else None
    own = own_history(order, order.technician) if helps and order.technician else None
    fixes = fixed_before(order) if helps else None
    return {
        "likely": _likely(fault) if fault else None,
        "fixed": [
            {"count": one.count, "measure": one.measure, "parts": one.parts} for one in fixes.measures
        ] if fixes else [],
        "own": {"repairs": own.repairs, "again": own.again} if own else None,
        "help": _help(order, user, helps=helps),
        "load": [
            {
                "code": row.part.code,
                "name": row.part.name,
                "quantity": row.quantity,
                "loaded": row.state == row.LOADED,
                "where": row.warehouse.name,
            }
            for row in reserved(order)
        ],
        "loaner": str(order.loan.loaner) if order.loan else "",
        "photos": [
            {
                "id": row.pk,
                "label": row.get_kind_display(),
                "url": f"{reverse('photo', args=[order.pk, row.pk])}?w=320",
            }
            for row in order.photos.all()
        ],
        "films": [
            {"id": film.pk, "seconds": film.seconds, "url": reverse("film", args=[order.pk, film.pk])}
            for film in order.films.all()
        ],
        "repair": _repair(order),
        "used": [
            {"code": use.part.code, "name": use.part.name, "quantity": use.quantity, "serial_in": use.serial_in}
            for use in used_on(order)
        ],
        **_money(order, now),
    }


def _likely(fault) -> dict:
    return {
        "name": fault.name,
        "code": fault.code,
        "cause": fault.cause,
        "measure": fault.measure,
        "parts": fault.parts,
        "by_phone": fault.by_phone,
    }


def _help(order: ServiceOrder, user: User, *, helps: bool) -> dict:
    """What was asked about it, what was answered, and what was answered about the like before (H-A5)."""
    card = asking_card(order, user, helps=helps)
    waiting, answered = card["open"], card["answered"]
    return {
        "open": {"question": waiting.question, "who": str(card["who"]), "due": waiting.due_at.isoformat()}
        if waiting
        else None,
        "answered": {"question": answered.question, "answer": answered.answer, "who": str(answered.answered_by or "")}
        if answered
        else None,
        "before": [{"question": one.question, "answer": one.answer} for one in card["before"]],
        "claim": bool(card["claim"]),
    }


def _repair(order: ServiceOrder) -> dict | None:
    record = order.newest_repair()
    if record is None:
        return None
    return {
        "outcome": record.outcome,
        "outcome_label": record.get_outcome_display(),
        "finding": record.finding,
        "fault": record.fault.code if record.fault else "",
        "cause": record.cause,
        "measure": record.measure,
        "worked": record.worked_at.isoformat() if record.worked_at else None,
        "tested": record.tested,
        "certain": record.certain,
        "quoted": record.quoted,
        "quote_accepted": record.quote_accepted,
        "complete": record.is_complete,
        "own_word": record.rated_how == RatedHow.LINK,
        "signed_by": record.signed_by,
    }


def _money(order: ServiceOrder, now: datetime) -> dict:
    """The quote that counts, what is due, and the fee table for a quote made where there is no signal (H-F2, H-G)."""
    till, currency = till_of(order, now), order.outlet.currency
    shown, at_work = till.shown, order.state in AT_WORK
    account = till.accounts[-1] if till.accounts else None
    return {
        "quote": {
            "number": shown.quote.number,
            "status": shown.quote.status,
            "lines": [
                {"label": told.name, "why": told.why, "quantity": told.line.quantity, "amount": told.line.amount}
                for told in shown.lines
            ],
            "total": shown.quote.total,
            "taxed": shown.taxed,
            "table": shown.table,
            "waiting": shown.waiting,
            "url": shown.customer_page,
        }
        if shown
        else None,
        "next_quote": len(till.quotes) + 1,
        "due": tills.due_now(order) if at_work else 0,
        "has_table": pricing.has_table(order),
        "prices": _prices(order, now) if order.is_open else None,
        "bill": {
            "total": account.bill.amount,
            "paid": account.paid,
            "open": account.open,
            "words": say(account.bill.amount, currency),
            "papers": [
                {"label": str(paper), "url": reverse("paper", args=[paper.pk])} for paper in till.papers
            ],
        }
        if account
        else None,
        "waiver": bool(till.asked),
        "waived": till.waived,
    }


def _prices(order: ServiceOrder, now: datetime) -> dict | None:
    """Return the fee table as far as this order may need it; None where the outlet keeps none (H-G1, H-G3)."""
    row = pricing.in_force(order, now.astimezone(order.outlet.tz).date()) if pricing.has_table(order) else None
    if row is None:
        return None
    likely = [part for part, _price in likely_parts(order)]
    table = pricing.read(row, likely, order.outlet.currency).prices
    paper = pricing.certificate(order, order.outlet.currency)
    category = order.appliance.category
    wanted = {"", category.code if category else ""}
    return {
        "labour": _labour(table.labour, wanted),
        "call_out": table.call_out,
        "software": table.software,
        "parts": {part.code: {"name": part.name, "cents": table.parts.get(part.code)} for part in likely},
        "tax_bp": table.tax_bp,
        "tax_included": table.tax_included,
        "step": step(order.outlet.currency),
        "certificate": {
            "call_out": paper.call_out,
            "software": paper.software,
            "labour": _labour(paper.labour, wanted),
            "parts": dict(paper.parts),
        },
    }


def _labour(labour, wanted: set[str]) -> dict[str, int]:
    """Return {"fault:CODE", "category:CODE" or "": cents}: all faults, this category, and the general price."""
    return {
        f"{kind}:{code}" if kind else "": amount
        for (kind, code), amount in labour.items()
        if kind == "fault" or (kind == "category" and code in wanted) or not kind
    }
