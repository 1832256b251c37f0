"""How an order comes to be, and what it needs (H-I)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.models import Address, Appliance, Customer
from dispatch import actions
from dispatch.lifecycle import BadData, NotAllowed
from dispatch.models import NextAction, ServiceOrder, State
from technicians.models import Role
from tests.dispatch.actions.tools import CONTACT, lacks, step
from tests.factories import COMPLETE, NOW, do, fresh, in_days, make_order, make_outlet, make_user, order_in


def test_h_i2_an_order_with_gaps_can_be_assigned_but_not_pass_the_contact(place):  # H-I2
    order, now = order_in(State.ACCEPTED, place, model_no="", purchased_on=None, wish="")
    assert order.gaps() == ["model", "purchase_date", "wish"]
    assert lacks(order, "contact", place.technician.user, now, CONTACT) == [
        "gap_model",
        "gap_purchase_date",
        "gap_wish",
    ]
    filled = {"model_no": "XQG70", "purchased_on": "2025-01-01", "wish": "soon"}
    assert do(order, "contact", place.technician.user, now, CONTACT | filled).state == State.CONTACTED


@pytest.mark.parametrize(
    ("gap", "told"),
    [
        ("name", {"name": ""}),
        ("address", {"address_line": ""}),
        ("phone", {"phone": ""}),
        ("model", {"model_no": ""}),
        ("purchase_date", {"purchased_on": None}),
        ("symptom", {"symptom": ""}),
        ("wish", {"wish": ""}),
    ],
)
def test_h_i2_each_gap_is_named(place, gap, told):
    assert make_order(place, **told).gaps() == [gap]


def test_h_i3_who_filled_what_before_and_after(place):  # H-I3
    order = make_order(place, model_no="")
    order = do(order, "correct", place.clerk, NOW, {"model_no": "XQG70", "checked_with": "dispatcher"})
    event = order.events.last()
    assert event.actor == place.clerk and event.payload["checked_with"] == "dispatcher"
    assert event.payload["changes"] == {"model_no": ["", "XQG70"]}
    assert order.appliance.model_no == "XQG70" and order.gaps() == []


def test_h_i3_a_correction_writes_what_it_corrects_and_no_more(place):
    """A customer's other order may be corrected at the same moment."""
    order = make_order(place)
    with CaptureQueriesContext(connection) as queries:
        do(order, "correct", place.clerk, NOW, {"phone_alt": "0933 333 333"})
    written = [q["sql"] for q in queries if q["sql"].startswith('UPDATE "customers_')]
    assert len(written) == 1 and '"phone_alt"' in written[0] and '"name"' not in written[0]


def test_h_i3_a_correction_that_changes_nothing_is_told_so(place):
    order = make_order(place)
    assert lacks(order, "correct", place.dispatcher, NOW, {"model_no": "XQG70"}) == ["nothing"]


def test_h_i1_a_request_is_reviewed_and_may_be_sent_back_for_more(place):  # H-I1
    order = make_order(place, needs_review=True, model_no="")
    assert (order.state, *step(order)) == (State.REQUESTED, NextAction.REVIEW, Role.AGENT, None)
    order = do(order, "ask_customer", place.agent, NOW, {"reason": "Which model?"})
    assert step(order) == (NextAction.CHASE_INFO, Role.AGENT, None)
    order = do(order, "supply_info", place.agent, NOW, {"model_no": "XQG70"})
    assert order.state == State.REQUESTED and order.gaps() == []
    assert do(order, "approve", place.agent, NOW).state == State.READY


def test_h_i1_a_refusal_has_a_reason_and_a_manager_may_take_it_back(place):
    order, now = order_in(State.REJECTED, place)
    assert order.events.last().reason and order.finished_at
    order = do(order, "reopen", place.manager, now, {"reason": "it is ours after all"})
    assert order.state == State.READY and order.finished_at is None and order.next_action == NextAction.ASSIGN


def test_h_i4_channel_and_service_are_recorded(place):  # H-I4
    order = make_order(place, channel="api", service_kind="carry_in")
    assert (order.channel, order.service_kind) == ("api", "carry_in")
    assert order.events.get().payload == {"channel": "api"}


def test_h_i4_a_technician_opens_no_orders(place):
    with pytest.raises(NotAllowed):
        actions.create_order(place.technician.user, COMPLETE, NOW)


def test_the_centre_names_the_outlet_and_others_only_have_their_own(place):
    agent, elsewhere = make_user(Role.AGENT), make_outlet()
    with pytest.raises(BadData) as refusal:
        actions.create_order(agent, COMPLETE, NOW)
    assert "outlet" in refusal.value.context["errors"]
    made = actions.create_order(agent, COMPLETE | {"outlet": elsewhere.outlet.code}, NOW).answer["order"]
    assert fresh(made).outlet == elsewhere.outlet
    with pytest.raises(BadData):
        actions.create_order(place.dispatcher, COMPLETE | {"outlet": elsewhere.outlet.code}, NOW)


def test_a_household_with_two_orders_is_one_household(place):
    first, second = make_order(place), make_order(place, symptom="does not drain")
    assert (first.customer, first.address, first.appliance) == (second.customer, second.address, second.appliance)


def test_what_a_second_order_tells_fills_the_gaps_of_what_is_known(place):
    first = make_order(place, purchased_on=None, latitude=None, longitude=None, phone_alt="", serial="S1", model_no="")
    second = make_order(place, serial="S1", phone_alt="02 2345 6789")
    assert second.appliance == first.appliance and second.gaps() == []
    assert fresh(first).address.latitude == COMPLETE["latitude"]
    assert second.customer.phone_alt == "+886223456789"


def test_what_is_known_is_not_overwritten_by_the_next_order(place):
    make_order(place, serial="S1", model_no="A")
    assert make_order(place, serial="S1", model_no="B").appliance.model_no == "A"


def test_two_alike_bought_at_different_times_are_two(place):
    first, second = make_order(place), make_order(place, purchased_on="2020-01-01")
    assert first.appliance != second.appliance


def test_addresses_doubled_by_hand_do_not_stop_the_next_order(place):
    order = make_order(place)
    order.address.pk = None
    order.address.save()
    assert Address.objects.count() == 2
    assert make_order(place).address_id == order.address_id


def test_a_reference_is_used_once_in_an_outlet(place):
    make_order(place, external_ref="A1")
    with pytest.raises(BadData) as refusal:
        make_order(place, external_ref="A1")
    assert "external_ref" in refusal.value.context["errors"]
    assert make_order(make_outlet(), external_ref="A1").external_ref == "A1"


def test_becoming_somebody_who_exists_is_refused(place):
    make_order(place)
    unnamed = make_order(place, name="")
    with pytest.raises(BadData) as refusal:
        do(unnamed, "correct", place.dispatcher, NOW, {"name": COMPLETE["name"]})
    assert "name" in refusal.value.context["errors"]
    assert fresh(unnamed).customer.name == "" and Customer.objects.count() == 2


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"phone": "", "address_line": ""}, "phone"),
        ({"symptom": "", "category": None}, "symptom"),
        ({"phone": "12"}, "phone"),
        ({"latitude": 91, "longitude": 0}, "latitude"),
        ({"latitude": "nan", "longitude": "nan"}, "latitude"),
        ({"latitude": 25}, "latitude"),
        ({"purchased_on": "2099-01-01"}, "purchased_on"),
        ({"wish_from": f"{in_days(8)}T10:00Z", "wish_to": f"{in_days(8)}T09:00Z"}, "wish_to"),
        ({"wish_from": "9999-12-31T23:59Z"}, "wish_from"),
        ({"wish_from": "0001-01-01T00:00Z"}, "wish_from"),
        ({"category": "a\x00b"}, "category"),
        ({"category": ["washing_machine"]}, "category"),
        ({"name": "a\x00b"}, "name"),
        ({"symptom": "\ud800"}, "symptom"),
        ({"symptom": "x" * 2001}, "symptom"),
        ({"outlet": "a\x00b"}, "outlet"),
        ({"priority": 9}, "priority"),
        ({"service_kind": {"a": 1}}, "service_kind"),
    ],
)
def test_what_can_not_be_is_refused_field_by_field(place, told, field):
    data = COMPLETE | told
    if told == {"latitude": 25}:
        del data["longitude"]
    with pytest.raises(BadData) as refusal:
        actions.create_order(place.dispatcher, data, NOW)
    assert field in refusal.value.context["errors"]
    assert not ServiceOrder.objects.exists() and not Appliance.objects.exists()


@pytest.mark.parametrize("raw", [None, [], "text", 7, {"unknown": True}])
def test_something_else_than_an_order_is_refused(place, raw):
    with pytest.raises(BadData):
        actions.create_order(place.dispatcher, raw, NOW)


def test_an_urgent_order_is_due_sooner(place):
    urgent, normal = make_order(place, priority=1), make_order(place)
    assert urgent.next_due_at < normal.next_due_at
    assert list(ServiceOrder.objects.waiting_for(place.dispatcher)) == [urgent, normal]
