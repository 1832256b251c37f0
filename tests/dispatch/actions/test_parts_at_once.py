"""The verbs of parts by many at once, each on a connection of their own (H-A3)."""

import pytest

from dispatch import actions
from dispatch.actions import store as keeping
from dispatch.lifecycle import GuardsUnmet
from dispatch.models import Reservation
from dispatch.reports.promised import unkept
from technicians import stock
from tests.factories import NOW, make_order, make_outlet
from tests.stocking import balance, make_centre, make_part, make_store, put
from tests.technicians.stock.test_at_once import together

pytestmark = pytest.mark.django_db(transaction=True)


def try_to(work) -> bool:
    try:
        work()
    except GuardsUnmet:
        return False
    return True


def test_twelve_orders_want_the_last_four():
    place, pump, centre = make_outlet(), make_part("DP-31"), make_centre()
    put(centre, pump, 4)
    orders = [make_order(place, name=f"n{n}", phone=f"09{n:08d}") for n in range(12)]
    raw = {"part": "DP-31"}
    got = together(12, lambda n: try_to(lambda: actions.perform(orders[n].pk, "reserve_part", place.clerk, NOW, raw)))
    assert (got.count(True), balance(centre, pump)) == (4, (4, 4))
    assert (Reservation.objects.count(), unkept(), stock.differences()) == (4, [], [])


def test_what_arrived_is_received_once_by_however_many():
    place, pump = make_outlet(), make_part("DP-31")
    one = keeping.ask(place.clerk, NOW, make_store(place.outlet), pump, 3)
    got = together(6, lambda n: try_to(lambda: keeping.arrived(one.pk, place.clerk, NOW)))
    assert (got.count(True), balance(make_store(place.outlet), pump)) == (1, (3, 0))


def test_filled_up_once_by_however_many():
    place, pump = make_outlet(), make_part("DP-31")
    store = make_store(place.outlet)
    keeping.set_minimum(place.clerk, store, pump, 5)
    asked = together(6, lambda n: keeping.fill_up(place.clerk, NOW, store))
    assert sorted(asked) == [0, 0, 0, 0, 0, 1]
