"""Money when an order is visited again: a quote that was charged, a bill that is still open, a waiver that was used."""

from datetime import timedelta

import pytest

from dispatch.models import NextAction, QuoteStatus, State
from tests.dispatch.actions.tools import lacks
from tests.factories import CONFIRMED, KIT, REPAIR, SIGNED, do, make_outlet
from tests.pricing import CALL_OUT, LABOUR, MINUTE, PAID_FOR, charged, make_prices, out_of_warranty, to_be_charged

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
TOTAL = CALL_OUT + LABOUR


@pytest.fixture
def place(db):
    place = make_outlet()
    make_prices(place)
    return place


def visited_again(place, order, now):
    """Complete, hear that it did not hold, and stand at the appliance again, diagnosed as not covered."""
    tech = place.technician.user
    order = do(order, "complete", tech, now, SIGNED)
    now += 25 * HOUR
    order = do(order, "callback_unhappy", place.agent, now)
    order = do(order, "assign", place.dispatcher, now, {"technician": place.technician.pk})
    starts = {"starts_at": (now + HOUR).isoformat(), "confirmed": CONFIRMED}
    acts = [("accept", None), ("contact", starts), ("check_kit", KIT), ("depart", None), ("arrive", None)]
    for name, raw in [*acts, ("diagnose", PAID_FOR)]:
        now += MINUTE
        order = do(order, name, tech, now, raw)
    return order, now + MINUTE


def test_h_f2_what_was_charged_is_no_consent_to_new_work(place):
    order, now = visited_again(place, *charged(place))
    tech = place.technician.user
    assert lacks(order, "repair", tech, now, REPAIR) == ["no_quote"]
    order = do(order, "quote", tech, now, {"call_out": False})
    order = do(order, "accept_quote", tech, now, {"name": "王小明"})
    order = do(order, "repair", tech, now, REPAIR)
    order = do(order, "charge", tech, now, {"amount": LABOUR, "method": "cash"})
    assert [bill.amount for bill in order.bills.order_by("pk")] == [TOTAL, LABOUR]
    assert [quote.status for quote in order.quotes.all()] == [QuoteStatus.SUPERSEDED, QuoteStatus.ACCEPTED]


def test_h_g3_nothing_is_charged_twice_by_one_quote(place):
    order, now = visited_again(place, *charged(place))
    tech = place.technician.user
    raw = {"amount": TOTAL, "method": "cash"}
    order = do(order, "diagnose", tech, now, PAID_FOR | {"outcome": "nothing_wrong"})
    order = do(order, "explain", tech, now, {"explained": True}) if order.outcome_step == "explain" else order
    assert lacks(order, "charge", tech, now, raw) == ["no_quote"]
    assert do(order, "charge", tech, now, {}).bills.order_by("pk").last().amount == 0


def test_h_n1_a_second_visit_free_of_charge_does_not_hide_what_is_open(place):
    order, now = visited_again(place, *charged(place, paid=40_000))
    tech = place.technician.user
    order = do(order, "diagnose", tech, now, PAID_FOR | {"outcome": "nothing_wrong"})
    order = do(order, "explain", tech, now, {"explained": True}) if order.outcome_step == "explain" else order
    order = do(order, "charge", tech, now, {})
    order = do(order, "complete", tech, now, SIGNED)
    order = do(order, "complete_record", tech, now, {"cause": "none", "measure": "explained"})
    order = do(order, "callback_satisfied", place.agent, now + 25 * HOUR)
    assert (order.state, order.next_action) == (State.FOLLOW_UP, NextAction.COLLECT)
    assert lacks(order, "pay", place.clerk, now, {"amount": TOTAL, "method": "cash"}) == ["too_much"]
    order = do(order, "pay", place.clerk, now, {"amount": TOTAL - 40_000, "method": "cash"})
    assert (order.state, order.money_due_at) == (State.CLOSED, None)
    assert [sum(one.amount for one in bill.payments.all()) for bill in order.bills.order_by("pk")] == [TOTAL, 0]


def test_h_g4_a_waiver_counts_once(place):
    order, now = to_be_charged(place)
    tech = place.technician.user
    order = do(order, "request_waiver", tech, now, {"amount": 15_000, "reason": "again"})
    order = do(order, "decide_waiver", place.manager, now, {"granted": 15_000, "reason": "second time"})
    order = do(order, "charge", tech, now, {"amount": TOTAL - 15_000, "method": "cash"})
    order, now = visited_again(place, order, now)
    order = do(order, "quote", tech, now, {"call_out": False})
    order = do(order, "accept_quote", tech, now, {"name": "王小明"})
    order = do(order, "repair", tech, now, REPAIR)
    assert lacks(order, "charge", tech, now, {"amount": LABOUR - 15_000, "method": "cash"}) == ["rest"]
    assert do(order, "charge", tech, now, {"amount": LABOUR, "method": "cash"}).bills.order_by("pk").last().waived == 0


def test_h_g2_free_help_with_software_stands_there_with_nothing_to_pay(place):
    order, now = out_of_warranty(place)
    order.appliance.installed_on = (now - timedelta(days=10)).date()
    order.appliance.save()
    order = do(order, "quote", place.technician.user, now, {"software": True})
    line = order.quotes.get().lines.get()
    assert (line.kind, line.table, line.amount, line.covered) == ("software", 45_000, 0, True)
