"""Carried or mailed in: taken in at the counter, the same workshop, handed over or sent back (H-I4)."""

from datetime import timedelta

import pytest

from dispatch.models import CallbackKind, NextAction, PhotoKind, Stage, State
from technicians.models import Role
from tests.dispatch.actions.tools import lacks, step
from tests.factories import NOW, STARTS, do, make_order, make_outlet, make_technician, order_in, through_workshop
from tests.pictures import jpeg, signature, upload

HOUR = timedelta(hours=1)
BACK = NOW + 72 * HOUR
SLIP = {"outside": "dent on the left", "signed_by": "王小明", "promised_at": BACK.isoformat()}
HANDED_OVER = {"signed_by": "王小明", "rating_repair": 5}


def taken_in(place, kind="carry_in", **more):
    order = make_order(place, service_kind=kind)
    return do(order, "take_in", place.clerk, NOW, SLIP | more)


def test_h_i4_nobody_travels_for_what_is_carried_in(place):  # H-I4
    order = make_order(place, service_kind="carry_in")
    assert step(order) == (NextAction.TAKE_IN, Role.CLERK, None)
    raw = {"technician": place.technician.pk, "starts_at": STARTS.isoformat()}
    assert lacks(order, "assign", place.dispatcher, NOW, raw) == ["at_counter"]
    at_home = make_order(place, phone="0912 000 333")
    assert lacks(at_home, "take_in", place.clerk, NOW, SLIP) == ["visited"]


def test_h_i2_gaps_are_filled_at_the_counter(place):  # H-I2
    order = make_order(place, service_kind="carry_in", model_no="", purchased_on=None)
    assert lacks(order, "take_in", place.clerk, NOW, SLIP) == ["gap_model", "gap_purchase_date"]
    order = do(order, "correct", place.clerk, NOW, {"model_no": "XQG70", "purchased_on": "2025-03-05"})
    assert do(order, "take_in", place.clerk, NOW, SLIP).state == State.IN_WORKSHOP


def test_h_f4_taken_in_with_photos_and_a_signature(place):  # H-F4
    bench = make_technician(place.outlet)
    more = {"photos": [upload(jpeg("red"), "a.jpg")], "signature": signature(), "signed_by": "", "bench": bench.pk}
    order = taken_in(place, **more)
    job = order.job
    assert (job.stage, job.bench, job.signed_by) == (Stage.COLLECTED, bench, "王小明")
    assert job.signature and order.photos.get(kind=PhotoKind.OUTSIDE).photo
    assert step(order) == (NextAction.WORKSHOP, Role.CLERK, None) and order.next_due_at == BACK
    assert order.technician is None and order.timers.get(kind="return_due", state="pending").due_at == BACK


def test_h_f4_nothing_is_taken_in_unseen_or_unsigned(place):
    order = make_order(place, service_kind="carry_in")
    raw = {"promised_at": NOW.isoformat()}
    assert lacks(order, "take_in", place.clerk, NOW, raw) == ["past", "outside", "signature"]
    assert not order.workshop_jobs.exists()


def test_h_i4_a_parcel_has_a_number_and_no_signature(place):
    order = make_order(place, service_kind="mail_in")
    raw = {"outside": "no marks", "promised_at": BACK.isoformat()}
    assert lacks(order, "take_in", place.clerk, NOW, raw) == ["parcel"]
    assert do(order, "take_in", place.clerk, NOW, raw | {"parcel": "SF123"}).job.parcel == "SF123"


def test_h_i4_repaired_paid_and_handed_over_at_the_counter(place):  # H-I4
    order = through_workshop(taken_in(place), place.clerk, NOW + HOUR)
    assert order.state == State.DIAGNOSED and step(order) == (NextAction.HAND_OVER, Role.CLERK, None)
    order = do(order, "charge", place.clerk, NOW + HOUR, {})
    assert order.bills.get().visit is None and step(order) == (NextAction.HAND_OVER, Role.CLERK, None)
    assert lacks(order, "complete", place.clerk, NOW + HOUR, {}) == ["signature"]
    order = do(order, "complete", place.clerk, NOW + HOUR, HANDED_OVER)
    job = order.workshop_jobs.get()
    assert (job.stage, job.returned_at) == (Stage.RETURNED, NOW + HOUR) and order.job is None
    assert order.callbacks.get().kind == CallbackKind.ROUTINE
    assert do(order, "callback_satisfied", place.agent, NOW + 80 * HOUR).state == State.CLOSED


def test_h_i4_sent_back_by_parcel(place):
    order = taken_in(place, "mail_in", parcel="SF123")
    order = do(through_workshop(order, place.clerk, NOW), "charge", place.clerk, NOW, {})
    order = do(order, "complete", place.clerk, NOW, {"parcel": "SF999"})
    assert order.state == State.FOLLOW_UP and order.workshop_jobs.get().parcel == "SF999"


def test_h_h2_not_right_at_the_counter_goes_in_again(place):  # H-H2
    order = through_workshop(taken_in(place), place.clerk, NOW)
    code = order.job.code
    order = do(order, "take_in", place.clerk, NOW, SLIP | {"promised_at": (BACK + HOUR).isoformat()})
    assert order.state == State.IN_WORKSHOP and (order.job.code, order.job.stage) == (code, Stage.COLLECTED)
    order = through_workshop(order, place.clerk, NOW)
    assert order.state == State.DIAGNOSED and order.repairs.count() == 1


def test_h_r2_not_satisfied_later_is_taken_in_again_on_another_slip(place):  # H-R2
    order = through_workshop(taken_in(place), place.clerk, NOW)
    for name, raw in (("charge", {}), ("complete", HANDED_OVER)):
        order = do(order, name, place.clerk, NOW, raw)
    order = do(order, "callback_unhappy", place.agent, NOW + 80 * HOUR)
    assert order.state == State.READY and step(order) == (NextAction.TAKE_IN, Role.CLERK, None)
    again = SLIP | {"promised_at": (NOW + 200 * HOUR).isoformat()}
    order = do(order, "take_in", place.clerk, NOW + 80 * HOUR, again)
    assert order.workshop_jobs.count() == 2 and order.returns == 1


def test_h_i4_at_the_customers_the_technician_charges_nobody_else(place):  # H-I4
    order, now = order_in(State.DIAGNOSED, place)
    assert "not_at_counter" in lacks(order, "charge", place.clerk, now, {})
    place = make_outlet()
    order, now = order_in(State.CHARGED, place)
    assert "not_at_counter" in lacks(order, "complete", place.clerk, now, HANDED_OVER)
    assert (
        do(order, "complete", place.dispatcher, now, HANDED_OVER | {"tools_back": ["tools"]}).state == State.FOLLOW_UP
    )


def test_h_r1_unsure_at_the_counter_the_dispatcher_calls(place):
    order = taken_in(place)
    for name, raw in (
        ("receive", {"shelf": "A3"}),
        ("bench_diagnose", {"finding": "x", "outcome": "repairable", "in_warranty": True, "cause": "wear"}),
        ("bench_repair", {"measure": "x", "certain": False}),
        ("bench_test", {"result": "passed"}),
        ("workshop_done", {}),
        ("charge", {}),
        ("complete", HANDED_OVER),
    ):
        order = do(order, name, place.clerk, NOW, raw)
    assert step(order) == (NextAction.CALL_BACK, Role.DISPATCHER, None)


@pytest.mark.parametrize("kind", ["carry_in", "mail_in"])
def test_h_f4_a_unit_is_lent_over_the_counter_too(place, kind):
    from tests.dispatch.actions.test_loaners import unit

    order, one = make_order(place, service_kind=kind), unit(place)
    order = do(order, "reserve_loaner", place.clerk, NOW, {"loaner": one.code})
    order = do(order, "take_in", place.clerk, NOW, SLIP | {"lend": True, "loaner_condition": "good", "parcel": "SF1"})
    assert order.loan.state == "out" and order.loaner_due_at == BACK
