"""A rest that does not come: the centre waives it, in part or whole, and the order can close (H-G4, H-N1)."""

from datetime import timedelta

import pytest

from dispatch.models import NextAction, State, Timer, TimerKind, Waiver
from tests.dispatch.actions.tools import lacks
from tests.factories import SIGNED, do, make_outlet
from tests.pricing import CALL_OUT, LABOUR, charged, make_prices

pytestmark = pytest.mark.django_db
TOTAL = CALL_OUT + LABOUR
REST = TOTAL - 40_000
ASKED = {"reason": "搬走了，聯絡不上"}


@pytest.fixture
def place(db):
    place = make_outlet()
    make_prices(place)
    return place


@pytest.fixture
def owing(place):
    """Return an order whose customer was heard and owes the rest, and when."""
    order, now = charged(place, paid=40_000)
    order = do(order, "complete", place.technician.user, now, SIGNED)
    now += timedelta(hours=25)
    order = do(order, "callback_satisfied", place.agent, now)
    assert (order.state, order.next_action) == (State.FOLLOW_UP, NextAction.COLLECT)
    return order, now


def test_h_g4_the_whole_rest_waived_closes_the_order(place, owing):
    order, now = owing
    order = do(order, "request_waiver", place.clerk, now, ASKED)
    assert (order.next_action, order.waivers.get().amount) == (NextAction.DECIDE_WAIVER, REST)
    order = do(order, "decide_waiver", place.manager, now, {"granted": REST, "reason": "not worth a lawyer"})
    bill, waiver = order.bills.get(), order.waivers.get()
    assert (bill.amount, bill.waived, bill.quote.total) == (40_000, REST, TOTAL)
    assert bill.tax == round(40_000 * bill.quote.tax / TOTAL / 100) * 100
    assert (waiver.state, waiver.decided_by) == (Waiver.GRANTED, place.manager)
    assert (order.state, order.money_due_at, order.next_action) == (State.CLOSED, None, "")
    assert Timer.objects.get(kind=TimerKind.PAYMENT_DUE).state == Timer.CANCELLED


def test_part_of_it_waived_the_rest_is_still_owed(place, owing):
    order, now = owing
    order = do(order, "request_waiver", place.clerk, now, ASKED | {"amount": 20_000})
    order = do(order, "decide_waiver", place.manager, now, {"granted": 10_000, "reason": "half"})
    assert (order.state, order.next_action) == (State.FOLLOW_UP, NextAction.COLLECT)
    cash = {"method": "cash"}
    assert lacks(order, "pay", place.clerk, now, cash | {"amount": REST}) == ["too_much"]
    assert do(order, "pay", place.clerk, now, cash | {"amount": REST - 10_000}).state == State.CLOSED


def test_refused_nothing_changes(place, owing):
    order, now = owing
    order = do(order, "request_waiver", place.clerk, now, ASKED)
    order = do(order, "decide_waiver", place.manager, now, {"granted": 0, "reason": "they can pay"})
    assert (order.bills.get().amount, order.state) == (TOTAL, State.FOLLOW_UP)
    assert order.money_due_at and order.next_action == NextAction.COLLECT


def test_while_the_centre_decides_nobody_takes_money(place, owing):
    order, now = owing
    order = do(order, "request_waiver", place.clerk, now, ASKED)
    assert lacks(order, "pay", place.clerk, now, {"amount": 1, "method": "cash"}) == ["waiver"]


def test_no_more_than_is_open_can_be_waived(place, owing):
    order, now = owing
    assert lacks(order, "request_waiver", place.clerk, now, ASKED | {"amount": REST + 1}) == ["too_much"]
    paid = do(order, "pay", place.clerk, now, {"amount": REST, "method": "cash"})
    assert paid.state == State.CLOSED and not Waiver.objects.exists()


def test_nothing_paid_and_all_of_it_waived(place):
    order, now = charged(place, paid=0)
    order = do(order, "request_waiver", place.technician.user, now, ASKED)
    order = do(order, "decide_waiver", place.manager, now, {"granted": TOTAL, "reason": "our own mistake"})
    bill = order.bills.get()
    assert (bill.amount, bill.method, bill.tax, order.state) == (0, "none", 0, State.CHARGED)
    assert lacks(order, "request_waiver", place.technician.user, now, ASKED) == ["nothing_to_pay"]


def test_h_g3_an_invoice_is_made_out_when_it_is_issued(place):
    order, now = charged(place)
    order = do(order, "send_invoice", place.clerk, now, {"invoice_to": "永記商行", "tax_no": "24536800"})
    bill = order.bills.get()
    assert (bill.invoice_to, bill.invoice_tax_no) == ("永記商行", "24536800")
    assert order.papers.filter(kind="invoice").exists()
