"""The customer's key to an order, taken back: lost, forwarded to somebody, or seen by the wrong eyes."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from dispatch.lifecycle import NotFound, act
from dispatch.models import Link, Quote, ServiceOrder
from dispatch.models.money import new_code
from technicians.models import Role, User

KEEPERS = (Role.DISPATCHER, Role.AGENT, Role.MANAGER, Role.ADMIN)


def take_back(order_id: int, by: User, now: datetime) -> None:
    """Let no link of the order open anything from `now` (UTC) on, and write down who did it (H-N2).

    Its quotes get other addresses, and its papers open only to whom they belong (web/portal/paper): whoever had the
    link had those too. The next message, and the desk's page, make a new one. Raises NotFound for an order that is
    not theirs.
    """
    with transaction.atomic():
        if by.role not in KEEPERS or not ServiceOrder.objects.for_user(by).filter(pk=order_id).exists():
            raise NotFound("H-N2")
        if close_addresses(ServiceOrder.objects.filter(pk=order_id), now):
            act(order_id, "add_note", by, now, {"note": _("The customer's link was taken back.")}, unseen=True)


def close_addresses(orders: QuerySet[ServiceOrder], now: datetime) -> bool:
    """Let no link of these orders open anything, and no old address of their quotes; False when nothing was open.

    In a transaction.
    """
    for quote in Quote.objects.select_for_update().filter(order__in=orders).order_by("pk"):
        quote.code = new_code()
        quote.save(update_fields=["code"])
    return bool(Link.objects.open(now).filter(order__in=orders).update(revoked_at=now))
