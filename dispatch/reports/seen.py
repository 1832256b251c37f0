"""Where technicians were last seen: by what their phones sent, and by what they recorded on the way."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models.functions import Least

from dispatch.models import OrderEvent, Visit
from technicians.models import Outlet, Position, Technician

SEEN_WITHIN = timedelta(hours=24)  # older than this says nothing about today
Seen = tuple[datetime, float, float, float | None]


def last_seen(outlet: Outlet, now: datetime) -> dict[int, Seen]:
    """Return technician → (at, latitude, longitude, accuracy in metres), the newest that is known; three statements.

    0, 0 is what a phone without a fix sends, and no place of ours.
    """
    users = dict(Technician.objects.filter(outlet=outlet, active=True).values_list("user_id", "pk"))
    since = now - SEEN_WITHIN
    found: dict[int, Seen] = {}
    _keep(found, _by_phone(outlet, since), now)
    _keep(found, ((users.get(actor), *seen) for actor, *seen in _by_event(outlet, since, now)), now)
    found.pop(None, None)
    return found


def _by_phone(outlet: Outlet, since: datetime) -> Iterable[tuple]:
    rows = Position.objects.filter(technician__outlet=outlet, technician__active=True, at__gt=since)
    rows = rows.exclude(latitude=0, longitude=0).order_by("technician", "-at").distinct("technician")
    return rows.values_list("technician", "at", "latitude", "longitude", "accuracy")


def _by_event(outlet: Outlet, since: datetime, now: datetime) -> Iterable[tuple]:
    """Read the events of orders visited about now: the log as a whole is long."""
    visits = Visit.objects.filter(technician__outlet=outlet, starts_at__range=(since - SEEN_WITHIN, now + SEEN_WITHIN))
    rows = OrderEvent.objects.filter(order__in=visits.values("order"), at__gt=since, latitude__isnull=False)
    # What a phone sends later it saw earlier: its own clock counts, unless that runs ahead.
    rows = rows.filter(actor__technician__outlet=outlet).annotate(seen=Least("at", "device_at"))
    rows = rows.exclude(latitude=0, longitude=0).order_by("actor", "-seen").distinct("actor")
    return rows.values_list("actor", "seen", "latitude", "longitude", "accuracy")


def _keep(found: dict[int, Seen], rows: Iterable[tuple], now: datetime) -> None:
    for technician, at, latitude, longitude, accuracy in rows:
        known = found.get(technician)
        if at <= now + timedelta(minutes=5) and (known is None or known[0] < at):
            found[technician] = (at, latitude, longitude, accuracy)
