"""Refund, exchange, repair: from the orders of an appliance, with the clause that grants or denies (H-W7)."""

from datetime import date, timedelta

import pytest

from customers.models import Brand, WarrantyPolicy
from dispatch.models import Requisition, State
from dispatch.reports.remedies import remedies_for
from technicians.models import Part, Warehouse
from tests.factories import DIAGNOSIS, NOW, REPAIR, SIGNED, do, make_order, make_outlet, order_in

pytestmark = pytest.mark.django_db
TODAY = NOW.date()  # in Taipei
DAY = timedelta(days=1)


@pytest.fixture
def place(db):
    return make_outlet()


def bought(days):
    return {"purchased_on": (TODAY - days * DAY).isoformat(), "serial": "SN1"}


def diagnosed(place, days, **found):
    """An order about an appliance bought so many days before, diagnosed; and when."""
    order, now = order_in(State.ON_SITE, place, **bought(days))
    return do(order, "diagnose", place.technician.user, now, DIAGNOSIS | found), now


def clauses(order, now):
    return {name: (verdict.granted, verdict.clause) for name, verdict in remedies_for(order, now)}


def test_h_w7_within_seven_days_everything(place):
    order, now = diagnosed(place, 5)
    assert clauses(order, now) == {
        "refund": (True, "refund_in_first_days"),
        "exchange": (True, "exchange_in_first_days"),
        "repair": (True, "free_repair"),
    }
    assert "Bought 5 days before" in remedies_for(order, now).refund.words


def test_h_w7_a_refund_is_refused_with_its_clause(place):
    order, now = diagnosed(place, 40)
    refund = remedies_for(order, now).refund
    assert (refund.granted, refund.clause, refund.rule) == (False, "no_refund", "H-W7")
    assert "first 7 days" in refund.words and "(0 so far)" in refund.words


def test_h_w7_nothing_before_the_diagnosis_nor_without_a_fault(place):
    order, now = order_in(State.ON_SITE, place, **bought(3))
    assert clauses(order, now)["refund"] == (False, "no_fault")
    order = do(order, "diagnose", place.technician.user, now, DIAGNOSIS | {"outcome": "nothing_wrong"})
    assert clauses(order, now)["exchange"] == (False, "no_fault")


def test_h_w7_out_of_warranty_there_is_a_repair_for_a_fee(place):
    order, now = diagnosed(place, 3, in_warranty=False)
    assert clauses(order, now) == {
        "refund": (False, "not_covered"),
        "exchange": (False, "not_covered"),
        "repair": (False, "repair_for_a_fee"),  # H-W6
    }


def repaired_again(place, order, now, later):
    """The same appliance breaks down again, and is diagnosed."""
    tech = place.technician.user
    order = do(order, "repair", tech, now, REPAIR)
    order = do(order, "charge", tech, now, {})
    do(order, "complete", tech, now, SIGNED)
    start = now + later * DAY
    order = make_order(place, start, **bought(100))
    at = (start + timedelta(hours=3)).isoformat()
    for name, by, raw in [
        ("assign", place.dispatcher, {"technician": place.technician.pk, "starts_at": at}),
        ("accept", tech, None),
        ("contact", tech, {"confirmed": ["time", "address", "model", "purchase_date", "symptom"], "starts_at": at}),
        ("check_kit", tech, {"items": ["pad-cloth", "tools", "receipts"]}),
        ("depart", tech, None),
        ("arrive", tech, None),
        ("diagnose", tech, DIAGNOSIS),
    ]:
        order = do(order, name, by, start, raw)
    return order, start


def test_h_w7_after_two_repairs_that_did_not_hold_an_exchange(place):
    order, now = diagnosed(place, 100)
    order, now = repaired_again(place, order, now, 2)
    exchange = remedies_for(order, now).exchange
    assert (exchange.granted, exchange.clause) == (False, "no_exchange")
    assert "2 repairs that did not hold (1 so far)" in exchange.words
    order, now = repaired_again(place, order, now, 3)
    assert clauses(order, now)["exchange"] == (True, "exchange_repairs")
    assert clauses(order, now)["refund"] == (False, "no_refund")


def test_h_w7_repairs_of_another_machine_do_not_count(place):
    order, now = diagnosed(place, 100)
    order, now = repaired_again(place, order, now, 2)
    order, now = repaired_again(place, order, now, 3)
    other, now = order_in(State.DIAGNOSED, place, **bought(100) | {"serial": "SN2"})
    assert other.customer == order.customer
    assert clauses(other, now)["exchange"] == (False, "no_exchange")


def test_h_w7_a_repair_that_takes_over_thirty_days(place):
    order, now = order_in(State.AWAITING_PARTS, place, **bought(60))
    assert clauses(order, now + 30 * DAY)["exchange"] == (False, "no_exchange")
    assert clauses(order, now + 31 * DAY)["exchange"] == (True, "exchange_repair_long")


def test_h_w7_a_refund_when_no_part_comes_for_ninety_days(place):
    order, now = order_in(State.AWAITING_PARTS, place, **bought(60))
    assert clauses(order, now + 89 * DAY)["refund"] == (False, "no_refund")
    assert clauses(order, now + 90 * DAY)["refund"] == (True, "refund_no_part")


def test_h_w7_a_part_asked_for_counts_from_when_it_was_asked(place):
    order, now = diagnosed(place, 60)
    part = Part.objects.create(code="P1", name_en="Pump")
    store = Warehouse.objects.filter(outlet=place.outlet).first() or Warehouse.objects.create(
        code="store", name_en="Store", outlet=place.outlet, kind="outlet"
    )
    Requisition.objects.create(
        order=order, outlet=place.outlet, part=part, target=store, asked_at=now - 91 * DAY, asked_by=place.clerk
    )
    assert clauses(order, now)["refund"] == (True, "refund_no_part")
    Requisition.objects.update(state="arrived")
    assert clauses(order, now)["refund"] == (False, "no_refund")


def test_h_w7_by_the_version_the_order_was_decided_under(place):
    brand = Brand.objects.create(code="maker", name_en="Maker")
    WarrantyPolicy.objects.create(brand=brand, valid_from=date(2020, 1, 1), refund_days=45)
    order, now = order_in(State.DIAGNOSED, place, **bought(40), brand="maker")
    assert clauses(order, now)["refund"] == (True, "refund_in_first_days")
    assert order.decisions.last().policy.brand == brand


def test_it_is_read_in_few_statements(place, django_assert_max_num_queries):
    order, now = diagnosed(place, 40)
    with django_assert_max_num_queries(6):
        remedies_for(order, now)
