"""The one function through which an order changes: keys, versions, the log."""

import itertools
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from dispatch import actions
from dispatch.lifecycle import BadData, GuardsUnmet, KeyReused, NotFound, Stale, WrongState
from dispatch.models import Answer, OrderEvent, State
from dispatch.models.event import broken_links
from technicians.models import Role
from tests.factories import COMPLETE, NOW, do, fresh, make_order, make_outlet, make_user, order_in

MINUTE = timedelta(minutes=1)
NOTE = {"note": "key is with the porter"}


@pytest.fixture
def place(db):
    return make_outlet()


def test_h_n3_the_same_key_counts_once_and_is_answered_the_same(place):  # H-N3
    order = make_order(place)
    first = actions.perform(order.pk, "add_note", place.clerk, NOW, NOTE, key="k1", fingerprint="f")
    again = actions.perform(order.pk, "add_note", place.clerk, NOW + MINUTE, NOTE, key="k1", fingerprint="f")
    assert (first.replayed, again.replayed) == (False, True)
    assert first.answer == again.answer
    assert order.events.filter(action="add_note").count() == 1


def test_h_n3_a_new_order_with_the_same_key_is_one_order(place):
    made = [
        actions.create_order(place.agent, COMPLETE | {"outlet": place.outlet.code}, NOW, key="k", fingerprint="f")
        for _ in range(3)
    ]
    assert len({outcome.answer["order"] for outcome in made}) == 1


def test_h_n3_a_key_belongs_to_one_act(place):
    order = make_order(place)
    actions.perform(order.pk, "add_note", place.clerk, NOW, NOTE, key="k1", fingerprint="f")
    with pytest.raises(KeyReused):
        actions.perform(order.pk, "add_note", place.clerk, NOW, NOTE, key="k1", fingerprint="other")


def test_h_n3_a_key_belongs_to_one_person(place):
    order = make_order(place)
    for by in (place.clerk, place.agent):
        assert not actions.perform(order.pk, "add_note", by, NOW, NOTE, key="k1", fingerprint="f").replayed


def test_h_n3_a_conflict_is_said_again_even_when_it_would_work_now(place):
    order = make_order(place)
    tech = {"technician": place.technician.pk}
    do(order, "assign", place.dispatcher, NOW, tech)
    for _ in range(2):
        with pytest.raises(WrongState) as refusal:
            actions.perform(order.pk, "assign", place.manager, NOW, tech, key="k1", fingerprint="f")
    assert refusal.value.replayed and refusal.value.context["by"] == str(place.dispatcher)
    do(order, "decline", place.technician.user, NOW, {"reason": "far"})
    with pytest.raises(WrongState):
        actions.perform(order.pk, "assign", place.manager, NOW, tech, key="k1", fingerprint="f")


def test_h_n3_what_can_be_mended_may_be_sent_again_with_its_key(place):
    order, now = order_in(State.CONTACTED, place)
    with pytest.raises(GuardsUnmet):
        actions.perform(order.pk, "depart", place.technician.user, now, key="k1", fingerprint="f")
    with pytest.raises(BadData):
        actions.perform(order.pk, "check_kit", place.technician.user, now, {}, key="k2", fingerprint="f")
    assert not Answer.objects.exists()
    do(order, "check_kit", place.technician.user, now, {"items": ["pad-cloth", "tools"]})
    outcome = actions.perform(order.pk, "depart", place.technician.user, now, key="k1", fingerprint="f")
    assert not outcome.replayed and fresh(order).state == State.EN_ROUTE


def test_a_stale_page_is_told_who_was_last(place):
    order = make_order(place)
    do(order, "add_note", place.clerk, NOW, NOTE)
    with pytest.raises(Stale) as refusal:
        actions.perform(order.pk, "cancel", place.agent, NOW, {"reason": "x"}, version=order.version)
    assert refusal.value.context["by"] == str(place.clerk) and refusal.value.status == 409
    do(order, "cancel", place.agent, NOW, {"reason": "x"}, version=order.version + 1)


def test_the_loser_is_told_who_won(place):
    order = make_order(place)
    do(order, "assign", place.dispatcher, NOW, {"technician": place.technician.pk})
    with pytest.raises(WrongState) as refusal:
        do(order, "assign", place.manager, NOW, {"technician": place.other.pk})
    assert str(place.dispatcher) in refusal.value.detail
    assert refusal.value.context["technician"] == place.technician.name


def test_a_refusal_changes_nothing(place):
    order, now = order_in(State.CONTACTED, place)
    before = (order.version, order.log_seq, order.log_hash, order.next_due_at)
    with pytest.raises(GuardsUnmet):
        do(order, "depart", place.technician.user, now)
    after = fresh(order)
    assert (after.version, after.log_seq, after.log_hash, after.next_due_at) == before


def test_h_n2_every_step_is_on_the_log_from_where_to_where(place):  # H-N2
    order, now = order_in(State.CLOSED, place)
    events = list(order.events.order_by("seq"))
    assert [event.seq for event in events] == list(range(1, order.log_seq + 1))
    assert events[0].from_state == "" and events[-1].to_state == order.state
    assert all(a.to_state == b.from_state for a, b in itertools.pairwise(events))
    assert order.version == len(events)
    assert {event.role for event in events} == {"dispatcher", "technician", "agent"}
    assert events[-1].at == now and broken_links(order) == []


def test_h_n2_the_chain_holds_what_can_be_told_in_several_ways(place):
    """Whole numbers for degrees, zones other than UTC, Chinese, nested data: read again it is the same."""
    order, now = order_in(State.EN_ROUTE, place)
    order = do(
        order,
        "arrive",
        place.technician.user,
        now,
        position={"latitude": 25, "longitude": -0.0, "accuracy": 5},
        device_at=now.astimezone(ZoneInfo("Asia/Taipei")),
    )
    order = do(order, "correct", place.dispatcher, now, {"latitude": -0.0, "longitude": 1e-7, "symptom": "漏水 “大”"})
    assert broken_links(order) == []


@pytest.mark.parametrize(
    "change",
    [
        {"action": "cancel"},
        {"reason": "x"},
        {"role": "admin"},
        {"payload": {}},
        {"to_state": "closed"},
        {"at": NOW + MINUTE},
        {"actor_id": None},
        {"latitude": 1.0},
        {"accuracy": 1.0},
    ],
)
def test_h_n2_a_changed_event_breaks_the_chain(place, change):
    order, _now = order_in(State.ACCEPTED, place)
    event = order.events.get(seq=2)
    for name, value in change.items():
        setattr(event, name, value)
    assert event.digest(order.events.get(seq=1).hash) != event.hash


def test_h_n2_a_gap_at_either_end_shows(place):
    order, _now = order_in(State.ACCEPTED, place)
    assert broken_links(order) == []
    order.log_seq += 1
    assert broken_links(order) == [order.log_seq]
    order.log_seq -= 1
    order.log_hash = "0" * 64
    assert broken_links(order) == [order.log_seq + 1]


def test_nobody_acts_on_what_is_not_there(place):
    for number in (0, -1, 10**18, 10**30):
        with pytest.raises(NotFound):
            actions.perform(number, "add_note", place.admin, NOW, NOTE)


@pytest.mark.parametrize("name", ["", "fly", "callback_due", "technician_left", "__class__", "save", "x" * 5000])
def test_an_unknown_action_is_not_found(place, name):
    order = make_order(place)
    with pytest.raises(actions.UnknownAction) as refusal:
        actions.perform(order.pk, name, place.admin, NOW, {})
    assert refusal.value.status == 404 and len(str(refusal.value)) < 200


@pytest.mark.parametrize(
    "raw", [[], "text", 7, True, [{"note": "x"}], {"note": None}, {"note": {"a": 1}}, {"note": "\x00"}]
)
def test_something_else_than_data_is_refused(place, raw):
    order = make_order(place)
    with pytest.raises(BadData):
        actions.perform(order.pk, "add_note", place.admin, NOW, raw)
    assert fresh(order).version == order.version


def test_a_centre_manager_acts_on_every_outlets_orders(place):
    order = make_order(place)
    assert do(order, "cancel", make_user(Role.MANAGER), NOW, {"reason": "x"}).state == State.CANCELLED
    assert OrderEvent.objects.filter(order=order).count() == 2
