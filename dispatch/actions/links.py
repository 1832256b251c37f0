"""The customer's key to an order, taken back: lost, forwarded to somebody, or seen by the wrong eyes."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from dispatch.lifecycle import NotFound, act
from dispatch.models import Link, ServiceOrder
from technicians.models import Role, User

KEEPERS = (Role.DISPATCHER, Role.AGENT, Role.MANAGER, Role.ADMIN)


def take_back(order_id: int, by: User, now: datetime) -> None:
    """Let no link of the order open anything from `now` (UTC) on, and write down who did it (H-N2).

    The next message, and the desk's page, make a new one. Raises NotFound for an order that is not theirs.
    """
    with transaction.atomic():
        if by.role not in KEEPERS or not ServiceOrder.objects.for_user(by).filter(pk=order_id).exists():
            raise NotFound("H-N2")
        if Link.objects.open(now).filter(order_id=order_id).update(revoked_at=now):
            act(order_id, "add_note", by, now, {"note": _("The customer's link was taken back.")}, unseen=True)
