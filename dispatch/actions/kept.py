"""What a phone did and the order could not take: kept, shown to who did it and to the centre, until settled (H-N3)."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dispatch import live
from dispatch.lifecycle import BadData, NotFound, Refusal
from dispatch.models import KeptAct, ServiceOrder
from technicians.models import Role, User

LONGEST = 500  # characters of one value that are kept: enough to do it again, too little for a picture


def keep(
    order_id: int,
    by: User,
    verb: str,
    refusal: Refusal,
    now: datetime,
    *,
    key: str,
    values: dict[str, Any],
    device_at: datetime | None = None,
) -> KeptAct | None:
    """Write a refused act down, once for its key. None for an order that never was theirs: nowhere to show it."""
    order = ServiceOrder.objects.filter(pk=order_id).first()
    if order is None or not _was_theirs(order, by):
        return None
    first = {
        "order": order,
        "verb": verb,
        "values": {str(name)[:60]: _short(value) for name, value in list(values.items())[:60]},
        "device_at": device_at,
        "refused_at": now,
        "code": refusal.code,
        "rule": refusal.rule,
        "title": str(refusal.title)[:240],
        "detail": _told(refusal),
        "lacks": [lack.as_dict() for lack in getattr(refusal, "lacks", ())],
    }
    with transaction.atomic():
        kept, new = KeptAct.objects.get_or_create(actor=by, key=key, defaults=first)
        if new:
            transaction.on_commit(partial(live.tell, order.pk, order.version, order.outlet_id))
    return kept


def applied(key: str, by: User, now: datetime) -> None:
    """Settle what was refused once and has now been done with the same key: its answer had been lost on the way."""
    KeptAct.objects.unsettled().filter(actor=by, key=key).update(
        settled_at=now, settled_how=KeptAct.How.AGAIN, settled_by=by
    )


def _was_theirs(order: ServiceOrder, by: User) -> bool:
    """True for who holds the order, has held it, or has done something on it: it may have been passed on meanwhile."""
    return (
        ServiceOrder.objects.one_for(by, order.pk) is not None
        or order.visits.filter(technician__user=by).exists()
        or order.events.filter(actor=by).exists()
    )


def settle(key: str, by: User, how: str, now: datetime) -> KeptAct:
    """Settle a refused act: the person who did it, or the centre. The same again changes nothing.

    Raises NotFound for a key that is not theirs to settle, BadData for another word.
    """
    if how not in KeptAct.How.values:
        raise BadData("H-N3", {"errors": {"how": [str(_("Say “again” or “dropped”."))]}})
    rows = KeptAct.objects.filter(actor=by) if by.role == Role.TECHNICIAN else KeptAct.objects.for_user(by)
    with transaction.atomic():
        found = rows.select_for_update(of=("self",)).filter(key=key).order_by("pk").first()
        if found is None:
            raise NotFound("H-N3")
        if found.settled_at is None:
            found.settled_at, found.settled_how, found.settled_by = now, how, by
            found.save(update_fields=["settled_at", "settled_how", "settled_by"])
            order = found.order
            transaction.on_commit(partial(live.tell, order.pk, order.version, order.outlet_id))
    return found


def _short(value: Any) -> Any:
    """Return a value as it is kept: pictures by their first letters."""
    if isinstance(value, dict):
        return {str(name)[:60]: _short(one) for name, one in value.items() if name != "strokes"}
    if isinstance(value, list):
        return [_short(one) for one in value[:60]]
    return value[:LONGEST] if isinstance(value, str) else value


def _told(refusal: Refusal) -> str:
    """Return what is in the way in words, field by field where it is the data."""
    errors = refusal.context.get("errors")
    if not isinstance(errors, dict):
        return str(refusal.detail)
    return " ".join(text for found in errors.values() for text in _texts(found)) or str(refusal.detail)


def _texts(found: Any) -> list[str]:
    if isinstance(found, dict):
        return [text for one in found.values() for text in _texts(one)]
    return [text for one in found for text in _texts(one)] if isinstance(found, list | tuple) else [str(found)]
