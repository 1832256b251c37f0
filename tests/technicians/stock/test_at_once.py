"""Many at once, each on a connection of their own: what is taken was there (H-A3)."""

import random
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from technicians import stock
from technicians.models import Move, MoveKind
from technicians.stock import NotEnough, Why
from tests.factories import NOW, make_outlet
from tests.stocking import balance, make_part, make_store, make_van, put

pytestmark = pytest.mark.django_db(transaction=True)


def together(count, work):
    """Let `count` threads begin `work(number)` at the same moment, and return what came of each."""
    ready = Barrier(count)

    def one(number):
        try:
            ready.wait(30)
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(one, range(count)))


def try_to(work) -> bool:
    try:
        work()
    except NotEnough:
        return False
    return True


def test_fifty_takers_of_the_last_ten():
    store, pump = make_store(make_outlet().outlet), make_part()
    put(store, pump, 10)
    got = together(50, lambda number: try_to(lambda: stock.take(store, pump, 1, Why(NOW, order=number))))
    assert got.count(True) == 10
    assert balance(store, pump) == (0, 0)
    assert Move.objects.filter(kind=MoveKind.USED).count() == 10
    assert stock.differences() == []


def test_holding_and_taking_compete_for_the_same_pieces():
    store, pump = make_store(make_outlet().outlet), make_part()
    put(store, pump, 10)

    def work(number):
        if number % 2:
            return try_to(lambda: stock.hold(store, [(pump, 1)]))
        return try_to(lambda: stock.take(store, pump, 1, Why(NOW)))

    got = together(30, work)
    assert got.count(True) == 10
    assert balance(store, pump) == (10 - got[0::2].count(True), got[1::2].count(True))
    assert stock.differences() == []


def test_several_parts_in_any_order_lock_nobody_out():
    """Carried to and fro between two places in every order: nobody waits in a ring, and nothing is lost."""
    place = make_outlet()
    ends = [make_store(place.outlet), make_van(place.technician)]
    parts = [make_part() for _ in range(5)]
    stock.receive(ends[0], [(part, 50) for part in parts], Why(NOW))
    stock.receive(ends[1], [(part, 50) for part in parts], Why(NOW))

    def work(number):
        order, way = random.Random(number), ends if number % 2 else ends[::-1]
        for _ in range(10):
            stock.transfer(*way, [(part, 1) for part in order.sample(parts, len(parts))], Why(NOW))

    together(12, work)
    assert {balance(end, part)[0] for end in ends for part in parts} == {50}
    assert stock.differences() == []


def test_the_first_of_its_kind_received_by_many():
    store, pump = make_store(make_outlet().outlet), make_part()
    together(12, lambda number: put(store, pump, 2))
    assert balance(store, pump) == (24, 0)
    assert stock.differences() == []
