"""What a chaos run starts from: orders whose callbacks fall due one after the other, and technicians with phones."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

from django.db import transaction
from django.utils import timezone

from dispatch.lifecycle.act import open_orders
from dispatch.models import Callback, ServiceOrder, State, Timer
from technicians.models import ApiToken
from tests.chaos.phones import Phone
from tests.factories import make_order, make_outlet, make_technician, order_in

ORDERS_EACH = 8


def phones(count: int) -> list[tuple[str, list[int]]]:
    """Make technicians with orders assigned to them; return each one's token and orders."""
    place = make_outlet()
    found = []
    for _ in range(count):
        technician = make_technician(place.outlet, place.skill)
        theirs = SimpleNamespace(**vars(place) | {"technician": technician})
        orders = [order_in(State.ASSIGNED, theirs)[0].pk for _ in range(ORDERS_EACH)]
        found.append((ApiToken.objects.create(technician.user)[1], orders))
    return found


def ring_up(port: int, tokens: list[tuple[str, list[int]]], seed: int) -> list[Phone]:
    """Start a phone for each technician."""
    found = [Phone(port, token, orders, seed + number) for number, (token, orders) in enumerate(tokens)]
    for phone in found:
        phone.start()
    return found


@transaction.atomic
def timers(count: int, seconds: float) -> None:
    """Make orders that wait for a callback, due evenly over the coming seconds, from 3 s ahead on."""
    like = make_order(make_outlet())
    rows = ("outlet", "customer", "address", "appliance")
    kept = {name: getattr(like, name) for name in rows} | {"state": str(State.CONSULTING)}
    orders = [ServiceOrder(**kept) for _ in range(count)]
    open_orders(orders, None, timezone.now())
    now = timezone.now()  # writing them took a while, and none may be late before it is there
    dues = [now + timedelta(seconds=3 + n * max(1.0, seconds - 5) / count) for n in range(count)]
    Callback.objects.bulk_create(
        Callback(order=order, kind="advice", role="agent", due_at=due, created_at=now)
        for order, due in zip(orders, dues, strict=True)
    )
    Timer.objects.bulk_create(
        Timer(order=order, kind="callback_advice", cycle=1, due_at=due, wake_at=due)
        for order, due in zip(orders, dues, strict=True)
    )
