"""Stock without an order: filling up, receiving, counting, old parts back to the depot (H-A3, H-W4)."""

from datetime import timedelta

import pytest

from dispatch.actions import store as keeping
from dispatch.lifecycle import GuardsUnmet, NotAllowed, NotFound
from dispatch.models import PartUse, Requisition, State
from technicians import stock
from technicians.models import Move, MoveKind
from tests.factories import NOW, do, make_outlet, order_in
from tests.stocking import balance, make_centre, make_part, make_store, make_van, put

pytestmark = pytest.mark.django_db


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


def codes(refusal) -> list[str]:
    return [lack.code for lack in refusal.value.lacks]


def test_who_looks_after_what(place, store):
    van, centre, elsewhere = make_van(place.technician), make_centre(), make_store(make_outlet().outlet)
    cases = {
        place.technician.user: {van},
        place.other.user: set(),
        place.clerk: {van, store},
        place.dispatcher: {van, store},
        place.agent: set(),
        place.admin: {van, store, centre, elsewhere},
    }
    for user, mine in cases.items():
        assert {one for one in (van, store, centre, elsewhere) if keeping.may_keep(user, one)} == mine, user.role


def test_nobody_else_moves_anything(place, store):
    pump, tech = make_part(), place.technician.user
    put(store, pump, 5)
    for refused in (
        lambda: keeping.receive(tech, NOW, store, [(pump, 1)]),
        lambda: keeping.carry(tech, NOW, store, make_van(place.technician), [(pump, 1)]),
        lambda: keeping.scrap(place.agent, NOW, store, [(pump, 1)], "wet"),
        lambda: keeping.count(tech, NOW, store, [(pump, 5, 4)]),
        lambda: keeping.set_minimum(tech, store, pump, 1),
        lambda: keeping.ask(tech, NOW, store, pump, 1),
        lambda: keeping.fill_up(tech, NOW, store),
        lambda: keeping.old_parts_back(tech, NOW, []),
    ):
        with pytest.raises(NotAllowed):
            refused()
    assert balance(store, pump) == (5, 0)


def test_received_carried_scrapped_counted(place, store):
    van, pump = make_van(place.technician), make_part()
    keeping.receive(place.clerk, NOW, store, [(pump, 6)], "delivery 12")
    keeping.carry(place.clerk, NOW, store, van, [(pump, 2)])
    keeping.scrap(place.clerk, NOW, store, [(pump, 1)], "dropped")
    keeping.count(place.technician.user, NOW, van, [(pump, 2, 1)])
    assert (balance(store, pump), balance(van, pump)) == ((3, 0), (1, 0))


def test_refusals_say_why(place, store):
    van, pump = make_van(place.technician), make_part()
    put(store, pump, 2)
    with pytest.raises(GuardsUnmet) as short:
        keeping.carry(place.clerk, NOW, store, van, [(pump, 3)])
    assert "3 wanted, 2 free" in short.value.detail
    with pytest.raises(GuardsUnmet) as same:
        keeping.carry(place.clerk, NOW, store, store, [(pump, 1)])
    with pytest.raises(GuardsUnmet) as reason:
        keeping.scrap(place.clerk, NOW, store, [(pump, 1)], "")
    with pytest.raises(GuardsUnmet) as old:
        keeping.count(place.clerk, NOW, store, [(pump, 3, 3)])
    stock.hold(store, [(pump, 2)])
    with pytest.raises(GuardsUnmet) as promised:
        keeping.count(place.clerk, NOW, store, [(pump, 2, 1)])
    assert [codes(one) for one in (same, reason, old)] == [["same_place"], ["reason"], ["count_moved"]]
    assert "2 are promised" in promised.value.detail
    assert "on the books by now" in old.value.detail


def test_h_a3_filled_up_to_the_minimum_and_only_once(place, store):
    pump, hose = make_part(), make_part()
    put(store, pump, 3)
    stock.hold(store, [(pump, 1)])
    keeping.set_minimum(place.clerk, store, pump, 5)
    keeping.set_minimum(place.clerk, store, hose, 2)
    assert keeping.fill_up(place.clerk, NOW, store) == 2
    asked = Requisition.objects.order_by("part").values_list("part", "quantity", "order", "state")
    assert list(asked) == [(pump.pk, 3, None, "asked"), (hose.pk, 2, None, "asked")]
    assert keeping.fill_up(place.clerk, NOW, store) == 0
    assert balance(store, pump) == (3, 1)  # setting a minimum changes nothing else


def test_h_a3_a_requisition_without_an_order(place, store):
    pump, centre = make_part(), make_centre()
    put(centre, pump, 9)
    van = make_van(place.technician)
    one = keeping.ask(place.technician.user, NOW, van, pump, 2, "for the van")
    raw = {"decision": "approve", "expected_on": (NOW + timedelta(days=1)).date(), "source": centre}
    with pytest.raises(NotAllowed):
        keeping.judge(one.pk, place.technician.user, NOW, raw)
    with pytest.raises(NotFound):
        keeping.judge(one.pk, make_outlet().clerk, NOW, raw)
    with pytest.raises(GuardsUnmet) as undated:
        keeping.judge(one.pk, place.clerk, NOW, {"decision": "approve"})
    assert codes(undated) == ["expected_on"]
    keeping.judge(one.pk, place.clerk, NOW, raw)
    assert balance(centre, pump) == (9, 2)
    keeping.arrived(one.pk, place.clerk, NOW)
    assert (balance(centre, pump), balance(van, pump)) == ((7, 0), (2, 0))
    with pytest.raises(GuardsUnmet) as again:
        keeping.arrived(one.pk, place.clerk, NOW)
    assert codes(again) == ["settled"]


def test_h_f3_for_an_order_it_is_the_orders_own_act(place, store):
    pump = make_part("DP-31")
    order, now = order_in(State.ACCEPTED, place)
    do(order, "request_part", place.technician.user, now, {"part": "DP-31"})
    one = Requisition.objects.get()
    raw = {"decision": "approve", "expected_on": (now + timedelta(days=1)).date()}
    keeping.judge(one.pk, place.clerk, now, raw)
    keeping.arrived(one.pk, place.clerk, now)
    actions = list(order.events.order_by("seq").values_list("action", flat=True))
    assert actions[-2:] == ["decide_part", "part_came"]
    assert balance(store, pump) == (1, 1)


def test_what_arrives_for_a_finished_order_is_free(place, store):
    pump = make_part("DP-31")
    order, now = order_in(State.ACCEPTED, place)
    do(order, "request_part", place.technician.user, now, {"part": "DP-31"})
    one = Requisition.objects.get()
    keeping.judge(one.pk, place.clerk, now, {"decision": "approve", "expected_on": now.date() + timedelta(days=1)})
    do(order, "cancel", place.dispatcher, now, {"reason": "bought a new one"})
    keeping.arrived(one.pk, place.clerk, now)
    assert balance(store, pump) == (1, 0)


def test_h_w4_old_parts_go_back_to_the_depot_in_one_go(place, store):
    pump, van, tech = make_part("DP-31"), make_van(place.technician), place.technician.user
    put(van, pump, 3)
    order, now = order_in(State.DIAGNOSED, place)
    do(order, "use_part", tech, now, {"part": "DP-31", "quantity": 2})
    do(order, "use_part", tech, now, {"part": "DP-31"})
    assert list(keeping.old_parts(tech)) == list(keeping.old_parts(place.clerk)) == list(PartUse.objects.all())
    numbers = [use.pk for use in keeping.old_parts(place.clerk)]
    assert keeping.old_parts_back(make_outlet().clerk, now, numbers) == 0
    assert keeping.old_parts_back(place.clerk, now, numbers) == 2
    assert keeping.old_parts_back(place.clerk, now, numbers) == 0
    assert balance(stock.depot_of(place.outlet), pump) == (3, 0)
    assert set(PartUse.objects.values_list("old", "old_returned_at")) == {("depot", now)}
    assert set(Move.objects.filter(kind=MoveKind.OLD_PART).values_list("order_number", flat=True)) == {order.pk}
