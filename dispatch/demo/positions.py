"""Where the example's technicians are: at their customer's, on the way there, or where their day starts."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from dispatch.models import Visit
from dispatch.planning.travel import Place
from technicians.availability import working_spans
from technicians.models import Outlet, Position, Technician

ACCURACY = (6.0, 40.0)  # metres


def load_positions(outlet: Outlet, now: datetime) -> int:
    """Write the last known position of everybody who works now; return how many."""
    dice, found = random.Random(5), []
    technicians = Technician.objects.filter(outlet=outlet).select_related("outlet").order_by("pk")
    for technician in technicians:
        if not working_spans(technician, now, now + timedelta(minutes=1)):
            continue
        for place in _where(technician, now):
            at = now - timedelta(minutes=dice.uniform(1, 18))
            accuracy = round(dice.uniform(*ACCURACY), 1)
            found.append(
                Position(technician=technician, at=at, latitude=place[0], longitude=place[1], accuracy=accuracy)
            )
    Position.objects.bulk_create(found)
    return len(found)


def _where(technician: Technician, now: datetime) -> Iterator[Place]:
    """Yield the place, if there is one: halfway to the customer, at the last one's, or at home."""
    last = (
        Visit.objects.filter(technician=technician, departed_at__lte=now)
        .select_related("order__address")
        .order_by("-departed_at")
        .first()
    )
    place = last.order.address.place if last else None
    start = technician.place
    if place and start and last.arrived_at is None:
        yield (place[0] + start[0]) / 2, (place[1] + start[1]) / 2
    elif place or start:
        yield place or start
