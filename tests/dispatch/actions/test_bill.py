"""Charging, paying, giving back, waiving, invoices: never more than agreed, and nothing forgotten (H-G, H-F8)."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from dispatch import actions
from dispatch.lifecycle import Refusal
from dispatch.models import NextAction, Paper, PaperKind, Payment, State, Timer, TimerKind, Waiver
from tests.dispatch.actions.tools import bad, lacks
from tests.factories import SIGNED, do, fresh, make_outlet, order_in
from tests.pricing import (
    CALL_OUT,
    LABOUR,
    MINUTE,
    accepted,
    charged,
    make_prices,
    quoted,
    to_be_charged,
)

pytestmark = pytest.mark.django_db
TOTAL = CALL_OUT + LABOUR
CASH = {"method": "cash"}


@pytest.fixture
def place(db):
    place = make_outlet()
    make_prices(place)
    return place


def test_h_g1_charged_by_the_quote_with_a_receipt(place):
    order, _now = charged(place)
    bill = order.bills.get()
    assert (bill.amount, bill.waived, bill.quote.total) == (TOTAL, 0, TOTAL)
    assert bill.tax == bill.quote.tax > 0
    assert [(payment.amount, payment.method) for payment in bill.payments.all()] == [(TOTAL, "cash")]
    receipt = Paper.objects.get()
    assert (receipt.kind, receipt.number, receipt.order, receipt.payment.amount) == ("receipt", 1, order, TOTAL)


@pytest.mark.parametrize("amount", [TOTAL + 1, 10 * TOTAL])
def test_h_g3_never_more_than_was_accepted(place, amount):
    order, now = to_be_charged(place)
    raw = CASH | {"amount": amount}
    assert lacks(order, "charge", place.technician.user, now, raw) == ["above_quote"]
    assert not Payment.objects.exists() and not Paper.objects.exists()


def test_less_only_by_the_centres_word_or_on_a_set_day(place):
    order, now = to_be_charged(place)
    tech = place.technician.user
    assert lacks(order, "charge", tech, now, CASH | {"amount": 1}) == ["rest"]
    assert lacks(order, "charge", tech, now, {}) == ["rest"]
    past = (now - MINUTE).isoformat()
    assert lacks(order, "charge", tech, now, CASH | {"amount": 1, "rest_by": past}) == ["past"]


@pytest.mark.parametrize("method", ["card", "qr", "transfer"])
def test_whatever_is_not_cash_can_be_found_again(place, method):
    order, now = to_be_charged(place)
    raw = {"amount": TOTAL, "method": method}
    assert bad(order, "charge", place.technician.user, now, raw) == {"reference"}
    order = do(order, "charge", place.technician.user, now, raw | {"reference": "A-77"})
    assert order.bills.get().payments.get().reference == "A-77"


def test_part_payments_and_the_rest_is_chased(place):
    order, now = charged(place, paid=40_000)
    assert order.money_due_at == now - MINUTE + timedelta(days=7)
    assert Timer.objects.get(kind=TimerKind.PAYMENT_DUE).due_at == order.money_due_at
    order = do(order, "complete", place.technician.user, now, SIGNED)
    clerk = place.clerk
    assert lacks(order, "pay", clerk, now, CASH | {"amount": TOTAL}) == ["too_much"]
    order = do(order, "pay", clerk, now, CASH | {"amount": 5_000})
    assert order.money_due_at and order.events.last().payload["open"] == TOTAL - 45_000
    order = do(order, "pay", clerk, now, CASH | {"amount": TOTAL - 45_000})
    assert order.money_due_at is None
    assert Timer.objects.get(kind=TimerKind.PAYMENT_DUE).state == Timer.CANCELLED
    assert [paper.number for paper in Paper.objects.order_by("number")] == [1, 2, 3]
    assert lacks(order, "pay", clerk, now, CASH | {"amount": 1}) == ["paid"]


def test_h_n1_an_order_stays_open_while_money_is_owed(place):
    order, now = charged(place, paid=0)
    order = do(order, "complete", place.technician.user, now, SIGNED)
    call = now + timedelta(hours=25)
    order = do(order, "callback_satisfied", place.agent, call, {})
    assert (order.state, order.satisfied, order.next_action) == (State.FOLLOW_UP, True, NextAction.COLLECT)
    assert order.next_role == "clerk"
    order = do(order, "pay", place.clerk, call + MINUTE, CASH | {"amount": TOTAL - 1})
    assert order.state == State.FOLLOW_UP
    order = do(order, "pay", place.clerk, call + MINUTE, CASH | {"amount": 1})
    assert (order.state, order.next_action) == (State.CLOSED, "")


def test_two_payments_at_once_never_exceed_the_bill(place, transactional_db):
    order, now = charged(place, paid=0)
    said: list[str] = []

    def pay() -> None:
        try:
            actions.perform(order.pk, "pay", place.clerk, now, CASH | {"amount": TOTAL})
            said.append("paid")
        except Refusal as refusal:
            said.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=pay) for _number in range(6)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert said.count("paid") == 1
    assert sum(payment.amount for payment in Payment.objects.all()) == TOTAL


def test_h_g4_only_the_centre_waives_with_a_name_and_a_reason(place):
    order, now = to_be_charged(place)
    tech, manager = place.technician.user, place.manager
    assert lacks(order, "decide_waiver", manager, now, {"granted": 1, "reason": "x"}) == ["not_asked"]
    assert lacks(order, "request_waiver", tech, now, {"amount": TOTAL + 1, "reason": "x"}) == ["too_much"]
    order = do(order, "request_waiver", tech, now, {"reason": "第三次上門，不願付費"})
    assert (order.next_action, order.next_role) == (NextAction.DECIDE_WAIVER, "manager")
    assert lacks(order, "charge", tech, now, CASH | {"amount": TOTAL}) == ["waiver"]
    assert lacks(order, "request_waiver", tech, now, {"reason": "again"}) == ["asked"]
    for other in (tech, place.dispatcher, place.clerk, place.agent):
        with pytest.raises(Refusal) as refused:
            actions.perform(order.pk, "decide_waiver", other, now, {"granted": 1, "reason": "x"})
        assert refused.value.status == 403
    assert lacks(order, "decide_waiver", manager, now, {"granted": TOTAL + 1, "reason": "x"}) == ["too_much"]
    order = do(order, "decide_waiver", manager, now, {"granted": CALL_OUT, "reason": "免收上門費"})
    waiver = Waiver.objects.get()
    assert (waiver.state, waiver.granted, waiver.decided_by, waiver.decision) == (
        "granted", CALL_OUT, manager, "免收上門費",
    )  # fmt: skip
    assert lacks(order, "charge", tech, now, CASH | {"amount": TOTAL}) == ["above_quote"]
    order = do(order, "charge", tech, now, CASH | {"amount": LABOUR})
    bill = order.bills.get()
    assert (bill.amount, bill.waived) == (LABOUR, CALL_OUT)
    assert 0 < bill.tax < bill.quote.tax


def test_h_g4_refused_it_is_charged_as_quoted_and_waived_whole_it_is_nothing(place):
    order, now = to_be_charged(place)
    tech = place.technician.user
    order = do(order, "request_waiver", tech, now, {"reason": "x"})
    order = do(order, "decide_waiver", place.manager, now, {"granted": 0, "reason": "依收費標準"})
    assert Waiver.objects.get().state == Waiver.REFUSED
    assert lacks(order, "charge", tech, now, {}) == ["rest"]
    order = do(order, "request_waiver", tech, now, {"reason": "y"})
    order = do(order, "decide_waiver", place.manager, now, {"granted": TOTAL, "reason": "產品瑕疵"})
    order = do(order, "charge", tech, now, {})
    assert (order.bills.get().amount, order.bills.get().method) == (0, "none")


def test_h_f8_money_back_only_by_a_manager_and_never_more_than_was_paid(place):
    order, now = charged(place)
    raw = CASH | {"amount": 10_000, "reason": "多收了"}
    with pytest.raises(Refusal) as refused:
        actions.perform(order.pk, "refund", place.dispatcher, now, raw)
    assert refused.value.status == 403
    assert lacks(order, "refund", place.manager, now, raw | {"amount": TOTAL + 1}) == ["too_much"]
    order = do(order, "refund", place.manager, now, raw)
    assert lacks(order, "refund", place.manager, now, raw | {"amount": TOTAL - 9_999}) == ["too_much"]
    given = Payment.objects.get(refunds__isnull=False)
    assert (given.amount, given.by, given.reason) == (10_000, place.manager, "多收了")
    assert Paper.objects.get(kind=PaperKind.CREDIT_NOTE).payment == given
    assert lacks(order, "pay", place.clerk, now, CASH | {"amount": 1}) == ["paid"]  # given back is not owed again


def test_h_g3_an_invoice_whenever_asked_and_later_if_none_is_at_hand(place):
    order, now = charged(place)
    tech = place.technician.user
    order = do(order, "owe_invoice", tech, now, {"invoice_to": "王小明有限公司", "tax_no": "12345675"})
    assert order.invoice_due_at == now + timedelta(days=3)
    assert Timer.objects.get(kind=TimerKind.INVOICE_DUE).due_at == order.invoice_due_at
    order = do(order, "complete", tech, now, SIGNED)
    order = do(order, "callback_satisfied", place.agent, now + timedelta(hours=25), {})
    assert (order.state, order.next_action, order.next_role) == (State.FOLLOW_UP, NextAction.SEND_INVOICE, "clerk")
    order = do(order, "send_invoice", place.clerk, now + timedelta(hours=26))
    assert (order.state, order.invoice_due_at) == (State.CLOSED, None)
    invoice = Paper.objects.get(kind=PaperKind.INVOICE)
    assert (invoice.number, invoice.bill.invoice_to) == (1, "王小明有限公司")
    assert lacks(order, "send_invoice", place.clerk, now + timedelta(hours=27)) == ["invoiced"]


def test_nothing_charged_nothing_to_invoice(place):
    order, now = order_in(State.CHARGED, place)
    raw = {"invoice_to": "王小明"}
    assert lacks(order, "owe_invoice", place.technician.user, now, raw) == ["nothing_charged"]
    assert lacks(order, "send_invoice", place.clerk, now) == ["nothing_charged"]


def test_h_f11_agreed_but_not_done_yet_is_not_charged(place):
    order, now = accepted(place)
    assert "test_run" in lacks(order, "charge", place.technician.user, now, {"amount": TOTAL} | CASH)


def test_while_the_quote_waits_nothing_is_charged(place):
    order, now = quoted(place)
    assert "quote" in lacks(order, "charge", place.technician.user, now, {})
    assert fresh(order).bills.count() == 0
