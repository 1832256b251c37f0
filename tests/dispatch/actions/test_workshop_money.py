"""What is not covered, in the workshop: a quote before the work, charged by it on the way back (H-F2, H-G3, H-F4)."""

from datetime import timedelta

from dispatch.actions.workshop import next_at_bench
from dispatch.models import NextAction, Stage, State
from technicians.models import Role
from tests.dispatch.actions.test_loaners import unit
from tests.dispatch.actions.tools import CONTACT, lacks, step
from tests.factories import BENCH, KIT, NOW, PULL_IN, SIGNED, do, make_order, order_in
from tests.pricing import make_prices

HOUR = timedelta(hours=1)
NOT_COVERED = BENCH | {"in_warranty": False}
SLIP = {"outside": "no marks", "signed_by": "王小明", "promised_at": (NOW + 72 * HOUR).isoformat(), "shelf": "A3"}


def diagnosed_at_bench(place, by):
    order = make_order(place, service_kind="carry_in")
    order = do(order, "take_in", by, NOW, SLIP)
    return do(order, "bench_diagnose", by, NOW, NOT_COVERED)


def test_h_f2_quoted_at_the_bench_accepted_repaired_and_paid_over_the_counter(place):  # H-F2, H-G3, H-I4
    make_prices(place)
    by = place.clerk
    order = diagnosed_at_bench(place, by)
    assert order.in_warranty is False and next_at_bench(order.job) == "quote"
    assert lacks(order, "bench_repair", by, NOW, {"measure": "x"}) == ["no_quote"]
    order = do(order, "quote", by, NOW, {})
    assert next_at_bench(order.job) == "accept_quote"
    assert lacks(order, "bench_repair", by, NOW, {"measure": "x"}) == ["quote"]
    order = do(order, "accept_quote", by, NOW, {"name": "王小明", "how": "said"})
    assert next_at_bench(order.job) == "bench_repair"
    for name, raw in (("bench_repair", {"measure": "x"}), ("bench_test", {"result": "passed"}), ("workshop_done", {})):
        order = do(order, name, by, NOW, raw)
    due = order.quotes.get().total
    assert due and lacks(order, "charge", by, NOW, {"amount": due + 1, "method": "cash"}) == ["above_quote"]
    order = do(order, "charge", by, NOW, {"amount": due, "method": "cash"})
    assert order.bills.get().amount == due and step(order) == (NextAction.HAND_OVER, Role.CLERK, None)
    assert do(order, "complete", by, NOW, {"signed_by": "王小明"}).state == State.FOLLOW_UP


def test_h_f2_refused_at_the_bench_it_goes_back_as_it_is(place):  # H-F2
    make_prices(place)
    by = place.clerk
    order = do(diagnosed_at_bench(place, by), "quote", by, NOW, {})
    order = do(order, "bench_wait", by, NOW, {"waiting_for": "the customer's word"})
    order = do(order, "refuse_quote", by, NOW, {"how": "said", "reason": "too dear"})
    assert next_at_bench(order.job) == "workshop_done"
    assert lacks(order, "bench_repair", by, NOW, {"measure": "x"})[0] == "outcome"
    order = do(order, "workshop_done", by, NOW, {})
    assert order.job.stage == Stage.READY and order.job.repair.outcome == "refused"
    order = do(order, "charge", by, NOW, {})
    assert order.bills.get().amount == 0


def test_h_f4_pulled_in_lent_a_unit_repaired_for_a_fee_brought_back_and_charged(place):  # H-F4, H-G3
    make_prices(place)
    order, now = order_in(State.ON_SITE, place)
    tech, by, one = place.technician.user, place.clerk, unit(place)
    found = {"finding": "noise", "outcome": "pull_in", "in_warranty": False}
    order = do(order, "diagnose", tech, now, found)
    order = do(order, "reserve_loaner", tech, now, {"loaner": one.code})
    raw = PULL_IN | {"promised_at": (now + 72 * HOUR).isoformat(), "lend": True, "loaner_condition": "good"}
    order = do(order, "pull_in", tech, now, raw)
    for name, raw in (("receive", {"shelf": "A3"}), ("bench_diagnose", NOT_COVERED), ("quote", {})):
        order = do(order, name, by, now, raw)
    order = do(order, "accept_quote", place.agent, now, {"name": "王小明", "how": "said"})
    for name, raw in (("bench_repair", {"measure": "x"}), ("bench_test", {"result": "passed"}), ("workshop_done", {})):
        order = do(order, name, by, now, raw)
    at = now + 24 * HOUR
    order = do(order, "contact", tech, now, CONTACT | {"starts_at": at.isoformat()})
    for name, raw in (("check_kit", KIT), ("depart", None), ("arrive", None)):
        order = do(order, name, tech, at, raw)
    order = do(order, "deliver", tech, at, {"in_place": True, "tested": True, "loaner_condition": "good"})
    assert step(order) == (NextAction.CHARGE, Role.TECHNICIAN, tech) and order.loan is None
    due = order.quotes.get().total
    order = do(order, "charge", tech, at, {"amount": due, "method": "cash"})
    order = do(order, "complete", tech, at, SIGNED)
    assert order.state == State.FOLLOW_UP and order.bills.get().visit.sequence == 2


def test_h_f2_another_fault_found_at_the_bench_is_another_quote(place):  # H-F2
    make_prices(place)
    by = place.clerk
    order = do(diagnosed_at_bench(place, by), "quote", by, NOW, {})
    order = do(order, "accept_quote", by, NOW, {"name": "王小明", "how": "said"})
    order = do(order, "bench_diagnose", by, NOW, NOT_COVERED | {"finding": "the same, looked at again"})
    assert next_at_bench(order.job) == "bench_repair"
    order = do(order, "bench_diagnose", by, NOW, NOT_COVERED | {"outcome": "part_missing"})
    assert order.quotes.get().status == "superseded" and not order.job.repair.quote_accepted
    assert "no_quote" in lacks(order, "bench_repair", by, NOW, {"measure": "x"})
