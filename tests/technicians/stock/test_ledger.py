"""The ledger and the balances: written together, never below zero, and always the same sum (H-A3)."""

import pytest
from django.db import IntegrityError, transaction

from technicians import stock
from technicians.models import Balance, Move, MoveKind, StockCount
from technicians.stock import Entry, NotEnough, Why
from tests.factories import NOW, make_outlet
from tests.stocking import balance, make_centre, make_part, make_store, make_van, put

pytestmark = pytest.mark.django_db
WHY = Why(NOW)


@pytest.fixture
def place():
    return make_outlet()


@pytest.fixture
def store(place):
    return make_store(place.outlet)


@pytest.fixture(autouse=True)
def books_agree():
    yield
    assert stock.differences() == []


def test_what_is_received_lies_there_and_is_in_the_ledger(store, place):
    pump, belt = make_part(), make_part()
    stock.receive(store, [(pump, 3), (belt, 2)], Why(NOW, place.clerk, note="from the maker"))
    stock.receive(store, [(pump, 1)], WHY)
    assert (balance(store, pump), balance(store, belt)) == ((4, 0), (2, 0))
    line = Move.objects.filter(part=pump).earliest("pk")
    assert (line.kind, line.quantity, line.source, line.target) == (MoveKind.RECEIVED, 3, None, store)
    assert (line.at, line.by, line.note) == (NOW, place.clerk, "from the maker")


def test_a_transfer_takes_there_and_adds_here(store, place):
    van, pump = make_van(place.technician), make_part()
    put(store, pump, 3)
    stock.transfer(store, van, [(pump, 2)], WHY)
    assert (balance(store, pump), balance(van, pump)) == ((1, 0), (2, 0))


def test_of_several_parts_none_moves_when_one_is_short(store, place):
    van, pump, belt = make_van(place.technician), make_part(), make_part()
    put(store, pump, 3)
    put(store, belt, 1)
    with pytest.raises(NotEnough) as short:
        stock.transfer(store, van, [(pump, 2), (belt, 2)], WHY)
    assert (short.value.part, short.value.warehouse, short.value.free, short.value.wanted) == (belt, store, 1, 2)
    assert (balance(store, pump), balance(van, pump)) == ((3, 0), (0, 0))
    assert Move.objects.filter(kind=MoveKind.TRANSFER).count() == 0


def test_what_is_promised_is_not_free(store):
    pump = make_part()
    put(store, pump, 3)
    stock.hold(store, [(pump, 2)])
    with pytest.raises(NotEnough) as short:
        stock.take(store, pump, 2, WHY)
    assert short.value.free == 1
    with pytest.raises(NotEnough):
        stock.hold(store, [(pump, 2)])
    stock.take(store, pump, 2, WHY, held=2)
    assert balance(store, pump) == (1, 0)


def test_only_what_was_promised_can_be_let_go(store):
    pump = make_part()
    put(store, pump, 3)
    stock.hold(store, [(pump, 2)])
    stock.release(store, [(pump, 2)])
    assert balance(store, pump) == (3, 0)
    with pytest.raises(NotEnough):
        stock.release(store, [(pump, 1)])


def test_what_nobody_ever_had_cannot_be_taken(store):
    with pytest.raises(NotEnough) as short:
        stock.take(store, make_part(), 1, WHY)
    assert short.value.free == 0


def test_held_parts_arrive_held(store, place):
    van, pump = make_van(place.technician), make_part()
    put(store, pump, 2)
    stock.hold(store, [(pump, 2)])
    stock.write([Entry(MoveKind.TRANSFER, pump, 2, store, van, held=2, hold=2)], WHY)
    assert (balance(store, pump), balance(van, pump)) == ((0, 0), (2, 2))


def test_given_back_scrapped_and_old(store, place):
    pump, depot = make_part(), stock.depot_of(place.outlet)
    put(store, pump, 2)
    stock.take(store, pump, 1, WHY, serial="S1")
    stock.give_back(store, pump, 1, WHY, serial="S1")
    stock.scrap(store, [(pump, 1)], WHY)
    stock.old_part_back(depot, [(pump, 1, 77), (pump, 2, 78)], place.clerk, NOW)
    assert (balance(store, pump), balance(depot, pump)) == ((1, 0), (3, 0))
    assert list(Move.objects.filter(kind=MoveKind.OLD_PART).values_list("order_number", flat=True)) == [78, 77]


def test_the_database_is_the_net_below(store):
    pump = make_part()
    put(store, pump, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Balance.objects.filter(part=pump).update(on_hand=-1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Move.objects.filter(part=pump).update(quantity=5)


def test_a_difference_is_found():
    pump, centre = make_part(), make_centre()
    put(centre, pump, 2)
    Balance.objects.filter(part=pump).update(on_hand=5)
    (found,) = stock.differences()
    assert (found.warehouse, found.part, found.on_hand, found.moved) == ("centre", pump.code, 5, 2)
    Balance.objects.filter(part=pump).update(on_hand=2)


def test_a_count_settles_differences_both_ways(store, place):
    pump, belt, hose, knob = make_part(), make_part(), make_part(), make_part()
    for part, many in ((pump, 3), (belt, 2), (hose, 1)):
        put(store, part, many)
    sheet = [(pump, 3, 2), (belt, 2, 4), (hose, 1, 1), (knob, 0, 1)]
    counted = stock.count(store, sheet, place.clerk, NOW, "half-yearly")
    assert [balance(store, part)[0] for part in (pump, belt, hose, knob)] == [2, 4, 1, 1]
    moves = {m.part_id: (m.quantity, m.source, m.target) for m in Move.objects.filter(kind=MoveKind.COUNT)}
    assert moves == {pump.pk: (1, store, None), belt.pk: (2, None, store), knob.pk: (1, None, store)}
    assert counted.lines[0] == {"part": pump.code, "expected": 3, "counted": 2}
    assert Balance.objects.get(warehouse=store, part=hose).counted_at == NOW


@pytest.mark.parametrize(("expected", "counted"), [(2, 2), (4, 3), (0, 1)])
def test_a_sheet_that_no_longer_holds_is_refused(store, place, expected, counted):
    pump, belt = make_part(), make_part()
    put(store, pump, 3)
    put(store, belt, 1)
    with pytest.raises(stock.CountMoved) as moved:
        stock.count(store, [(belt, 1, 0), (pump, expected, counted)], place.clerk, NOW)
    assert (moved.value.part, moved.value.on_hand) == (pump, 3)
    assert (balance(store, pump), balance(store, belt), StockCount.objects.count()) == ((3, 0), (1, 0), 0)


def test_what_was_never_there_is_not_expected(store, place):
    with pytest.raises(stock.CountMoved):
        stock.count(store, [(make_part(), 2, 2)], place.clerk, NOW)


def test_fewer_than_promised_is_refused(store, place):
    pump = make_part()
    put(store, pump, 3)
    stock.hold(store, [(pump, 2)])
    with pytest.raises(stock.CountMoved) as moved:
        stock.count(store, [(pump, 3, 1)], place.clerk, NOW)
    assert (moved.value.on_hand, moved.value.reserved) == (3, 2)
