"""Parts put in and taken out: off the shelf, with their numbers, and where the old one is (H-F7, H-W4)."""

import pytest

from dispatch.models import PartUse, Reservation, State
from technicians import stock
from technicians.models import Move, MoveKind
from tests.dispatch.actions.tools import bad, lacks
from tests.factories import DIAGNOSIS, REPAIR, do, make_outlet, order_in
from tests.stocking import balance, make_centre, make_model, make_part, make_store, make_van, put

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return make_outlet()


@pytest.fixture
def van(place):
    return make_van(place.technician)


@pytest.fixture
def board(van):
    """A part with a serial number, two of it in the van."""
    part = make_part("CB-7", name_en="Control board", serialised=True)
    put(van, part, 2)
    return part


@pytest.fixture(autouse=True)
def books_agree():
    yield
    assert stock.differences() == []


def diagnosed(place, **more):
    return order_in(State.DIAGNOSED, place, **more)


PUT_IN = {"part": "CB-7", "serial_in": " sn-1 ", "serial_out": "old-9"}


def test_h_f7_out_of_the_van_onto_the_record(place, van, board):
    order, now = diagnosed(place)
    order = do(order, "use_part", place.technician.user, now, PUT_IN)
    use = PartUse.objects.get(order=order)
    assert (use.part, use.serial_in, use.serial_out, use.by) == (board, "SN-1", "OLD-9", place.technician.user)
    assert (use.covered, use.old) == (True, "technician")  # H-W4
    assert (use.move.kind, use.move.source, use.move.order_number) == (MoveKind.USED, van, order.pk)
    assert balance(van, board) == (1, 0)
    assert order.repairs.last().parts == "CB-7 Control board (SN-1)"


def test_the_record_says_what_was_put_in_whatever_is_typed(place, van, board):
    order, now = diagnosed(place)
    do(order, "use_part", place.technician.user, now, PUT_IN)
    order = do(order, "repair", place.technician.user, now, REPAIR | {"parts": "a board"})
    assert order.repairs.last().parts == "CB-7 Control board (SN-1)"


def test_what_is_reserved_is_taken_first(place, van):
    pump, store = make_part("DP-31"), make_store(place.outlet)
    put(van, pump, 5)
    put(store, pump, 5)
    order, now = diagnosed(place)
    do(order, "reserve_part", place.clerk, now, {"part": "DP-31", "quantity": 2, "warehouse": store.code})
    order = do(order, "use_part", place.technician.user, now, {"part": "DP-31"})
    assert (balance(store, pump), balance(van, pump)) == ((4, 1), (5, 0))
    do(order, "use_part", place.technician.user, now, {"part": "DP-31", "quantity": 2})
    assert (balance(store, pump), balance(van, pump)) == ((2, 0), (5, 0))
    assert Reservation.objects.get(order=order).state == "used"


def test_what_others_are_promised_is_not_taken(place, van):
    pump = make_part("DP-31")
    put(van, pump, 1)
    put(make_centre(), pump, 1)  # too far to be put in
    other, now = order_in(State.ACCEPTED, place)
    do(other, "reserve_part", place.technician.user, now, {"part": "DP-31"})
    order, now = diagnosed(place, name="陳先生", phone="0912 345 679", external_ref="x")
    assert lacks(order, "use_part", place.technician.user, now, {"part": "DP-31"}) == ["not_enough"]


def test_h_f7_a_number_where_there_is_one(place, board):
    order, now = diagnosed(place)
    tech = place.technician.user
    assert lacks(order, "use_part", tech, now, PUT_IN | {"serial_in": " "}) == ["serial"]
    assert lacks(order, "use_part", tech, now, PUT_IN | {"quantity": 2}) == ["one_by_one"]


def test_h_f7_a_number_used_elsewhere_names_the_order(place, board):
    first, now = diagnosed(place)
    do(first, "use_part", place.technician.user, now, PUT_IN)
    do(first, "repair", place.technician.user, now, REPAIR)
    do(first, "charge", place.technician.user, now, {})
    do(first, "complete", place.technician.user, now, {"signed_by": "王", "tools_back": ["tools"]})
    second, now = diagnosed(place, name="陳先生", phone="0912 345 679")
    assert lacks(second, "use_part", place.technician.user, now, PUT_IN) == ["serial_used"]
    with pytest.raises(Exception, match=first.number):
        do(second, "use_part", place.technician.user, now, PUT_IN)
    assert PartUse.objects.count() == 1


def test_a_part_for_another_model(place):
    make_model("XQG70")
    seal = make_part("DS-1", fits=(make_model("WF-1"),))
    put(make_van(place.technician), seal, 1)
    order, now = diagnosed(place)
    assert lacks(order, "use_part", place.technician.user, now, {"part": "DS-1"}) == ["other_model"]


@pytest.mark.parametrize("old", ["customer", "none"])
def test_h_w4_under_warranty_the_old_part_comes_back(place, board, old):
    order, now = diagnosed(place)
    assert lacks(order, "use_part", place.technician.user, now, PUT_IN | {"old": old}) == ["old_part"]


def test_h_w4_of_some_parts_there_is_nothing_to_bring(place, van):
    put(van, make_part("FUSE", return_old=False), 1)
    order, now = diagnosed(place)
    order = do(order, "use_part", place.technician.user, now, {"part": "FUSE"})
    assert PartUse.objects.get(order=order).old == "none"


def test_paid_for_the_old_part_is_the_customers(place, board):
    order, now = order_in(State.ON_SITE, place)
    order = do(order, "diagnose", place.technician.user, now, DIAGNOSIS | {"in_warranty": False})
    order = do(order, "use_part", place.technician.user, now, PUT_IN | {"old": "customer"})
    assert (PartUse.objects.get(order=order).old, PartUse.objects.get(order=order).covered) == ("customer", False)


@pytest.mark.parametrize("raw", [{"old": "depot"}, {"old": "gone"}, {"quantity": 0}, {"serial_in": "x" * 81}])
def test_what_does_not_read(place, board, raw):
    order, now = diagnosed(place)
    assert bad(order, "use_part", place.technician.user, now, PUT_IN | raw) == set(raw)


def test_taken_out_again_it_goes_back_where_it_was(place, van, board):
    order, now = diagnosed(place)
    order = do(order, "use_part", place.technician.user, now, PUT_IN)
    order = do(order, "take_out_part", place.technician.user, now, {"use": PartUse.objects.get().pk})
    assert (balance(van, board), PartUse.objects.count()) == ((2, 0), 0)
    assert order.repairs.last().parts == ""
    kinds = Move.objects.filter(order_number=order.pk).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["used", "given_back"]
    do(order, "use_part", place.technician.user, now, PUT_IN)  # the number is free again


def test_h_w4_not_when_the_old_one_is_in_the_depot(place, board):
    order, now = diagnosed(place)
    do(order, "use_part", place.technician.user, now, PUT_IN)
    PartUse.objects.update(old="depot")
    raw = {"use": PartUse.objects.get().pk}
    assert lacks(order, "take_out_part", place.technician.user, now, raw) == ["in_depot"]


def test_somebody_elses_part_is_not_there(place, board):
    order, now = diagnosed(place)
    do(order, "use_part", place.technician.user, now, PUT_IN)
    elsewhere = make_outlet()
    other, now = diagnosed(elsewhere)
    raw = {"use": PartUse.objects.get().pk}
    assert bad(other, "take_out_part", elsewhere.technician.user, now, raw) == {"use"}


def test_at_the_bench_the_shelf_is_nearer(place, van):
    pump, store = make_part("DP-31"), make_store(place.outlet)
    put(van, pump, 1)
    put(store, pump, 1)
    order, now = order_in(State.IN_WORKSHOP, place)
    do(order, "use_part", place.clerk, now, {"part": "DP-31"})
    assert (balance(store, pump), balance(van, pump)) == ((0, 0), (1, 0))


def test_h_f2_no_chargeable_part_before_the_customer_said_yes(place, board):
    order, now = order_in(State.ON_SITE, place)
    order = do(order, "diagnose", place.technician.user, now, DIAGNOSIS | {"in_warranty": False})
    order.repairs.update(quoted=120000)
    assert lacks(order, "use_part", place.technician.user, now, PUT_IN | {"old": "customer"}) == ["quote"]
    order.repairs.update(quote_accepted=True)
    assert do(order, "use_part", place.technician.user, now, PUT_IN | {"old": "customer"}).parts_used.count() == 1
