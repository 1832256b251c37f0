"""Parts held for an order: the nearest first, loaded before leaving, free again afterwards (H-A3)."""

import pytest

from dispatch.models import OrderEvent, Requisition, Reservation, State
from technicians import stock
from technicians.models import Move, MoveKind
from tests.dispatch.actions.tools import bad, lacks
from tests.factories import do, fresh, make_outlet, order_in
from tests.stocking import balance, make_centre, make_model, make_part, make_store, make_van, put
from web.console.views import DESK
from web.shared.part_help import parts_card
from web.shared.story import Names, notes_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return make_outlet()


@pytest.fixture
def pump():
    return make_part("DP-31")


@pytest.fixture(autouse=True)
def books_agree():
    yield
    assert stock.differences() == []


def held(order) -> list[tuple]:
    return list(Reservation.objects.filter(order=order).values_list("part__code", "quantity", "warehouse", "state"))


def test_h_a3_the_nearest_that_has_enough(place, pump):
    van, store, centre = make_van(place.technician), make_store(place.outlet), make_centre()
    for where, many in ((van, 1), (store, 2), (centre, 9)):
        put(where, pump, many)
    order, now = order_in(State.ACCEPTED, place)
    for many in (1, 2, 3):
        order = do(order, "reserve_part", place.technician.user, now, {"part": "dp31", "quantity": many})
    assert held(order) == [
        ("DP-31", 1, van.pk, "loaded"),
        ("DP-31", 2, store.pk, "held"),
        ("DP-31", 3, centre.pk, "held"),
    ]
    assert [balance(where, pump) for where in (van, store, centre)] == [(1, 1), (2, 2), (9, 3)]


def test_h_a3_too_few_says_where_how_many_are(place, pump):
    put(make_van(place.technician), pump, 1)
    put(make_centre(), pump, 2)
    order, now = order_in(State.ACCEPTED, place)
    raw = {"part": "DP-31", "quantity": 3}
    assert lacks(order, "reserve_part", place.technician.user, now, raw) == ["not_enough"]
    with pytest.raises(Exception, match=r"3 wanted; free: 1 × Van .*, 2 × Centre store\. Request the rest\."):
        do(order, "reserve_part", place.technician.user, now, raw)
    assert held(order) == []


def test_h_a3_a_warehouse_may_be_named_if_one_may_see_it(place, pump):
    elsewhere = make_store(make_outlet().outlet)
    centre = make_centre()
    put(elsewhere, pump, 5)
    put(centre, pump, 5)
    put(make_van(place.technician), pump, 5)
    order, now = order_in(State.READY, place)
    order = do(order, "reserve_part", place.clerk, now, {"part": "DP-31", "warehouse": "centre"})
    assert held(order) == [("DP-31", 1, centre.pk, "held")]
    assert bad(order, "reserve_part", place.clerk, now, {"part": "DP-31", "warehouse": elsewhere.code}) == {"warehouse"}
    order = do(order, "reserve_part", place.admin, now, {"part": "DP-31", "warehouse": elsewhere.code})
    assert balance(elsewhere, pump) == (5, 1)


@pytest.mark.parametrize("raw", [{}, {"part": ""}, {"part": "nothing such"}, {"part": 7.5}, {"part": "drain pump"}])
def test_h_a3_a_part_has_to_be_told_apart(place, pump, raw):
    make_part("DP-32")
    order, now = order_in(State.READY, place)
    assert bad(order, "reserve_part", place.clerk, now, raw) == {"part"}


@pytest.mark.parametrize("many", [0, -1, 1000, "many"])
def test_how_many_is_a_small_number(place, pump, many):
    order, now = order_in(State.READY, place)
    assert bad(order, "reserve_part", place.clerk, now, {"part": "DP-31", "quantity": many}) == {"quantity"}


def test_h_a3_a_part_for_another_model(place):
    make_model("XQG70")
    make_part("DS-1", fits=(make_model("WF-1"), make_model("WF-2")))
    put(make_centre(), make_part("DS-2"), 1)
    order, now = order_in(State.READY, place)
    for name in ("reserve_part", "request_part"):
        with pytest.raises(Exception, match=r"does not fit XQG70\. It fits: WF-1, WF-2\."):
            do(order, name, place.clerk, now, {"part": "DS-1"})
    do(order, "reserve_part", place.clerk, now, {"part": "DS-2"})  # fits every model


def test_h_c3_a_corrected_model_names_what_is_held_for_another(place):
    make_model("XQG70")
    make_model("WF-1")
    put(make_centre(), make_part("DS-3", fits=(make_model("XQG70"),)), 1)
    put(make_centre(), make_part("DS-4"), 1)
    order, now = order_in(State.READY, place)
    for code in ("DS-3", "DS-4"):
        do(order, "reserve_part", place.clerk, now, {"part": code})
    do(order, "correct", place.dispatcher, now, {"wish": "at nine"})
    assert "unfit" not in order.events.get(action="correct").payload
    do(order, "correct", place.dispatcher, now, {"model_no": "WF-1"})
    event = order.events.filter(action="correct").latest("seq")
    assert event.payload["unfit"] == ["1 × DS-3"]
    assert any("not for the corrected model" in note for note in notes_of(event, fresh(order), Names()))
    shown = parts_card(fresh(order), place.clerk, DESK).reservations
    assert {one.part.code: one.unfit for one in shown} == {"DS-3": True, "DS-4": False}


def test_h_a3_an_unknown_model_is_believed(place):
    part = make_part("DS-1", fits=(make_model("WF-1"),))
    put(make_centre(), part, 1)
    order, now = order_in(State.READY, place)  # XQG70 is not in the catalogue
    assert held(do(order, "reserve_part", place.clerk, now, {"part": "DS-1"}))


def test_h_a3_nobody_leaves_without_what_is_reserved(place, pump):
    store, van = make_store(place.outlet), make_van(place.technician)
    hose, tech = make_part("HO-1"), place.technician.user
    put(store, pump, 2)
    put(store, hose, 1)
    order, now = order_in(State.CONTACTED, place)
    do(order, "check_kit", tech, now, {"items": ["pad-cloth", "tools", "receipts"]})
    do(order, "reserve_part", tech, now, {"part": "DP-31", "quantity": 2})
    do(order, "reserve_part", tech, now, {"part": "HO-1"})
    assert lacks(order, "depart", tech, now) == ["part_DP-31", "part_HO-1"]
    order = do(order, "load_parts", tech, now)
    assert (balance(store, pump), balance(van, pump)) == ((0, 0), (2, 2))
    assert Move.objects.filter(kind=MoveKind.TRANSFER, order_number=order.pk, target=van).count() == 2
    assert lacks(order, "load_parts", tech, now) == ["nothing_to_load"]
    assert do(order, "depart", tech, now).state == State.EN_ROUTE


def test_h_a3_or_expressly_goes_without(place, pump):
    store, tech = make_store(place.outlet), place.technician.user
    put(store, pump, 1)
    order, now = order_in(State.CONTACTED, place)
    do(order, "check_kit", tech, now, {"items": ["pad-cloth", "tools", "receipts"]})
    assert lacks(order, "waive_parts", tech, now, {"reason": "?"}) == ["nothing_to_load"]
    do(order, "reserve_part", tech, now, {"part": "DP-31"})
    assert bad(order, "waive_parts", tech, now, {}) == {"reason"}
    order = do(order, "waive_parts", tech, now, {"reason": "only to have a look"})
    assert balance(store, pump) == (1, 0)
    assert do(order, "depart", tech, now).state == State.EN_ROUTE


def test_h_a3_what_is_requested_and_not_here_is_told_on_leaving(place, pump):
    tech = place.technician.user
    order, now = order_in(State.CONTACTED, place)
    do(order, "check_kit", tech, now, {"items": ["pad-cloth", "tools", "receipts"]})
    do(order, "request_part", tech, now, {"part": "DP-31"})
    order = do(order, "depart", tech, now)
    assert OrderEvent.objects.get(order=order, action="depart").payload["awaited"] == ["DP-31"]


def test_h_a3_passed_on_it_is_loaded_anew(place, pump):
    put(make_van(place.technician), pump, 1)
    order, now = order_in(State.CONTACTED, place)
    do(order, "reserve_part", place.technician.user, now, {"part": "DP-31"})
    do(order, "transfer", place.dispatcher, now, {"technician": place.other.pk, "reason": "ill"})
    do(order, "accept", place.other.user, now)
    order = do(order, "load_parts", place.other.user, now)
    assert balance(make_van(place.technician), pump) == (0, 0)
    assert balance(make_van(place.other), pump) == (1, 1)


def test_released_it_is_free_for_others(place, pump):
    centre = make_centre()
    put(centre, pump, 1)
    order, now = order_in(State.READY, place)
    other, _now = order_in(State.READY, place, name="陳先生", phone="0912 345 679")
    do(order, "reserve_part", place.clerk, now, {"part": "DP-31"})
    mine = Reservation.objects.get(order=order)
    assert bad(other, "release_part", place.clerk, now, {"reservation": mine.pk}) == {"reservation"}
    do(order, "release_part", place.clerk, now, {"reservation": mine.pk})
    assert balance(centre, pump) == (1, 0)
    assert bad(order, "release_part", place.clerk, now, {"reservation": mine.pk}) == {"reservation"}


@pytest.mark.parametrize(
    ("state", "verb", "who", "raw"),
    [
        (State.READY, "cancel", "dispatcher", {"reason": "bought a new one"}),
        (State.DIAGNOSED, "charge", "", {}),
    ],
)
def test_when_it_is_over_nothing_stays_promised(place, pump, state, verb, who, raw):
    centre = make_centre()
    put(centre, pump, 2)
    order, now = order_in(state, place)
    by = getattr(place, who) if who else place.technician.user
    do(order, "reserve_part", place.clerk, now, {"part": "DP-31", "quantity": 2})
    do(order, "request_part", place.clerk, now, {"part": "DP-31"})
    if verb == "charge":
        do(order, "repair", by, now, {"measure": "cleaned", "tested": True, "certain": True})
    order = do(order, verb, by, now, raw)
    assert balance(centre, pump) == (2, 0)
    assert Reservation.objects.get(order=order).state == "released"
    assert Requisition.objects.get(order=order).state == ("cancelled" if verb == "cancel" else "asked")


def test_h_n3_sent_twice_it_is_reserved_once(place, pump):
    centre = make_centre()
    put(centre, pump, 1)
    order, now = order_in(State.READY, place)
    do(order, "reserve_part", place.clerk, now, {"part": "DP-31"}, key="once-and-again")
    do(order, "reserve_part", place.clerk, now, {"part": "DP-31"}, key="once-and-again")
    assert (balance(centre, pump), len(held(order))) == ((1, 1), 1)
