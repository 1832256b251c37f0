"""The workshop: stage by stage, a promise that is kept or moved, and the way back (H-F4, H-F2, H-F11, H-W3)."""

from datetime import timedelta

import pytest

from customers.models import Appliance
from dispatch.actions.clock import ring
from dispatch.lifecycle import GuardsUnmet, NotFound
from dispatch.lifecycle.sweep import _alone
from dispatch.models import CallbackKind, NextAction, Stage, State, Timer
from technicians.models import Role
from tests.dispatch.actions.tools import CONTACT, bad, lacks, step
from tests.factories import (
    AT_BENCH,
    BENCH,
    KIT,
    PULL_IN,
    SIGNED,
    do,
    fresh,
    make_outlet,
    make_technician,
    order_in,
    through_workshop,
)

HOUR = timedelta(hours=1)
BROUGHT = {"in_place": True, "tested": True}


def inside(place, until=""):
    """Return an order in the workshop, walked up to and with the verb `until`; and the moment."""
    order, now = order_in(State.IN_WORKSHOP, place)
    return (through_workshop(order, place.clerk, now, until) if until else order), now


def at_the_door(place, order, now):
    """Return the order with the technician at the customer's, bringing the appliance back."""
    tech = place.technician.user
    order = do(order, "contact", tech, now, CONTACT | {"starts_at": (now + HOUR).isoformat()})
    for name, raw in (("check_kit", KIT), ("depart", None), ("arrive", None)):
        order = do(order, name, tech, now + HOUR, raw)
    return order


def test_h_f4_what_leaves_the_house_is_looked_at_and_signed_for(place):  # H-F4
    order, now = order_in(State.DIAGNOSED, place)
    tech, back = place.technician.user, (now + 48 * HOUR).isoformat()
    bare = {"reason": "full test", "promised_at": back, "agreed": True}
    assert lacks(order, "pull_in", tech, now, bare) == ["outside", "signature"]
    raw = PULL_IN | {"promised_at": back, "accessories": "hose", "signed_by": "", "unsigned_reason": "hands wet"}
    order = do(order, "pull_in", tech, now, raw)
    job = order.job
    assert (job.stage, job.outside, job.accessories, job.taken_by) == ("collected", "no marks", "hose", tech)
    assert len(job.code) == 8 and order.events.last().payload["slip"] == job.code
    assert order.timers.get(kind="return_due", state="pending").due_at == now + 48 * HOUR


def test_h_f4_one_stage_after_the_other(place):  # H-F4
    order, now = inside(place)
    stages = []
    for name, raw in AT_BENCH:
        later = [other for other, _raw in AT_BENCH[[n for n, _ in AT_BENCH].index(name) + 1 :]]
        for other in later:
            raw_other = dict(AT_BENCH)[other]
            assert lacks(order, other, place.clerk, now, raw_other)[0] in ("stage", "unrepaired", "test_run")
        order = do(order, name, place.clerk, now, raw)
        stages.append(order.job.stage)
    assert stages == [Stage.RECEIVED, Stage.DIAGNOSED, Stage.REPAIRED, Stage.TESTED, Stage.READY]
    assert order.job.shelf == "A3" and order.state == State.ACCEPTED


def test_h_f4_a_refusal_names_what_comes_first(place):
    order, now = inside(place, "receive")
    with pytest.raises(GuardsUnmet) as refusal:
        do(order, "bench_test", place.clerk, now, {"result": "passed"})
    (lack,) = refusal.value.lacks
    assert lack.fix == "bench_diagnose" and "Diagnose at the bench" in str(lack.message)
    assert lacks(order, "receive", place.clerk, now, {"shelf": "B1"}) == ["stage"]


def test_h_f4_the_bench_keeps_a_record_of_its_own(place):
    order, now = inside(place, "bench_repair")
    record = order.repairs.last()
    assert record == order.job.repair and record.visit is None
    assert (record.finding, record.measure, record.worked_at) == ("bearing worn", "bearing changed", now)
    assert order.repairs.count() == 2 and order.in_warranty is True


def test_h_f11_a_failed_test_goes_back_to_the_diagnosis(place):  # H-F11
    order, now = inside(place, "bench_repair")
    order = do(order, "bench_test", place.clerk, now, {"result": "failed", "note": "leaks"})
    assert order.job.stage == Stage.DIAGNOSED and order.job.repair.tested is None
    assert lacks(order, "workshop_done", place.clerk, now, {}) == ["unrepaired"]
    order = do(order, "bench_diagnose", place.clerk, now, BENCH | {"finding": "seal worn as well"})
    order = do(order, "bench_repair", place.clerk, now, {"measure": "seal changed"})
    order = do(order, "bench_test", place.clerk, now, {"result": "passed"})
    assert order.job.stage == Stage.TESTED and order.repairs.count() == 2


def test_h_f11_untested_only_with_a_reason_and_then_somebody_calls(place):  # H-F11
    order, now = inside(place, "bench_repair")
    assert lacks(order, "workshop_done", place.clerk, now, {}) == ["test_run"]
    order = do(order, "workshop_done", place.clerk, now, {"untested_reason": "no water in the workshop"})
    assert order.job.stage == Stage.READY and order.job.repair.tested is False


def test_h_f2_no_chargeable_work_at_the_bench_before_the_customer_agreed(place):  # H-F2
    order, now = inside(place, "bench_diagnose")
    type(order.job.repair).objects.filter(pk=order.job.repair_id).update(quoted=5000, quote_accepted=False)
    order = fresh(order)
    assert "quote" in lacks(order, "bench_repair", place.clerk, now, {"measure": "x"})
    order = do(order, "bench_wait", place.clerk, now, {"waiting_for": "word on the quote"})
    assert order.job.stage == Stage.WAITING and order.job.waiting_for == "word on the quote"
    type(order.job.repair).objects.filter(pk=order.job.repair_id).update(quote_accepted=True)
    assert do(order, "bench_repair", place.clerk, now, {"measure": "x"}).job.waiting_for == ""


def test_h_f3_a_part_that_was_missing_is_waited_for_and_then_put_in(place):
    order, now = inside(place, "receive")
    order = do(order, "bench_diagnose", place.clerk, now, BENCH | {"outcome": "part_missing"})
    assert lacks(order, "workshop_done", place.clerk, now, {}) == ["unrepaired"]
    order = do(order, "bench_wait", place.clerk, now, {"waiting_for": "bearing"})
    assert lacks(order, "workshop_done", place.clerk, now, {}) == ["unrepaired"]
    order = do(order, "bench_repair", place.clerk, now, {"measure": "bearing changed"})
    assert order.job.repair.outcome == "repairable"


@pytest.mark.parametrize("outcome", ["nothing_wrong", "misuse", "refused", "exchange"])
def test_h_f3_what_is_not_repaired_goes_back_as_it_is(place, outcome):
    order, now = inside(place, "receive")
    order = do(order, "bench_diagnose", place.clerk, now, BENCH | {"outcome": outcome})
    assert lacks(order, "bench_repair", place.clerk, now, {"measure": "x"}) == ["outcome"]
    order = do(order, "workshop_done", place.clerk, now, {})
    assert order.job.stage == Stage.READY and order.state == State.ACCEPTED


def test_what_is_at_the_bench_is_not_pulled_in_again(place):
    order, now = inside(place, "receive")
    assert bad(order, "bench_diagnose", place.clerk, now, BENCH | {"outcome": "pull_in"}) == {"outcome"}


def test_h_f4_the_promise_wakes_the_office_and_is_moved_with_a_word_to_the_customer(place):  # H-F4
    order, now = inside(place, "receive")
    promised = order.promised_at
    assert step(order) == (NextAction.WORKSHOP, Role.CLERK, None) and order.next_due_at == promised
    raw = {"reason": "part late", "promised_at": (promised + 48 * HOUR).isoformat(), "told": "phone"}
    assert lacks(order, "move_promise", place.clerk, now, raw | {"promised_at": now.isoformat()}) == ["past"]
    assert bad(order, "move_promise", place.clerk, now, {"promised_at": raw["promised_at"]}) == {"reason", "told"}
    order = do(order, "move_promise", place.clerk, now, raw)
    assert order.promised_at == order.job.promised_at == order.next_due_at == promised + 48 * HOUR
    assert order.job.promise_moved == 1
    due = order.timers.filter(kind="return_due").order_by("cycle").values_list("state", "due_at")
    assert list(due) == [(Timer.CANCELLED, promised), (Timer.PENDING, promised + 48 * HOUR)]


def test_h_f4_the_promised_day_comes_and_the_office_sees_it(place):
    order, _now = inside(place, "receive")
    timer = order.timers.get(kind="return_due")
    _alone(ring, timer, timer.due_at)
    order = fresh(order)
    assert order.events.last().action == "return_due" and order.is_overdue(timer.due_at + HOUR)
    assert order.job.is_late(timer.due_at + HOUR) and step(order) == (NextAction.WORKSHOP, Role.CLERK, None)


def test_h_f4_brought_back_tried_out_and_charged_by_the_benchs_record(place):  # H-F4
    order, now = inside(place, "workshop_done")
    tech, at = place.technician.user, now + HOUR
    order = at_the_door(place, order, now)
    assert step(order) == (NextAction.BRING_BACK, Role.TECHNICIAN, tech)
    assert lacks(order, "diagnose", tech, at, BENCH) == ["bring_back"]
    assert lacks(order, "deliver", tech, at, {"tested": True}) == ["in_place"]
    order = do(order, "deliver", tech, at, BROUGHT)
    job = order.workshop_jobs.get()
    assert order.state == State.DIAGNOSED and (job.stage, job.returned_at) == (Stage.RETURNED, at)
    order = do(order, "charge", tech, at, {})
    order = do(order, "complete", tech, at, SIGNED)
    assert order.callbacks.get().kind == CallbackKind.ROUTINE
    assert order.repairs.last().signed_by and order.bills.get().visit.sequence == 2


def test_h_f11_not_tried_out_where_it_stands_somebody_calls(place):  # H-F11
    order, now = inside(place, "workshop_done")
    tech, at = place.technician.user, now + HOUR
    order = do(at_the_door(place, order, now), "deliver", tech, at, {"in_place": True})
    for name, raw in (("charge", {}), ("complete", SIGNED)):
        order = do(order, name, tech, at, raw)
    assert order.callbacks.get().kind == CallbackKind.UNTESTED


def test_h_f4_nothing_ready_nothing_brought_back(place):
    order, now = order_in(State.ON_SITE, place)
    assert lacks(order, "deliver", place.technician.user, now, BROUGHT) == ["no_job"]


def test_h_f4_does_not_run_at_home_it_goes_in_again_on_a_slip_of_its_own(place):
    order, now = inside(place, "workshop_done")
    tech, at = place.technician.user, now + HOUR
    order = do(at_the_door(place, order, now), "deliver", tech, at, {"in_place": True})
    order = do(order, "pull_in", tech, at, PULL_IN | {"promised_at": (at + 48 * HOUR).isoformat()})
    assert order.workshop_jobs.count() == 2 and order.job.stage == Stage.COLLECTED
    order = through_workshop(order, place.clerk, at)
    assert order.repairs.count() == 3 and order.job.repair == order.repairs.last()


def test_h_w3_another_unit_keeps_the_purchase_date(place):  # H-W3
    order, now = inside(place, "bench_diagnose")
    bought = order.appliance.purchased_on
    order = do(order, "workshop_done", place.clerk, now, {"new_serial": "NEW-1", "new_model": "XQG80"})
    appliance = Appliance.objects.get(pk=order.appliance_id)
    assert (appliance.serial, appliance.model_no, appliance.purchased_on) == ("NEW-1", "XQG80", bought)
    assert appliance.replaced_on == now.astimezone(order.outlet.tz).date()
    assert order.job.repair.outcome == "exchange"
    assert order.events.last().payload["changes"]["serial"] == ["", "NEW-1"]


def test_the_bench_is_somebody_elses_and_they_see_the_order_while_it_lies_there(place):
    order, now = inside(place)
    bench = make_technician(place.outlet)
    order = do(order, "receive", place.clerk, now, {"shelf": "A3", "bench": bench.pk})
    for name, raw in AT_BENCH[1:]:
        order = do(order, name, bench.user, now, raw)
    with pytest.raises(NotFound):  # ready: it is the technician's again
        do(order, "add_note", bench.user, now, {"note": "x"})


def test_who_receives_it_repairs_it_unless_somebody_else_is_named(place):
    order, now = inside(place)
    order = do(order, "receive", place.technician.user, now, {"shelf": "A3"})
    assert order.job.bench == place.technician


def test_h_f4_who_repairs_it_works_where_it_lies(place):
    order, now = inside(place)
    elsewhere = make_technician(make_outlet().outlet)
    assert lacks(order, "receive", place.clerk, now, {"shelf": "A3", "bench": elsewhere.pk}) == ["other_outlet"]


def test_h_f4_cancelled_only_when_the_customer_has_it_back(place):
    order, now = inside(place, "receive")
    assert lacks(order, "cancel", place.agent, now, {"reason": "bought a new one"}) == ["still_here"]
    order = do(order, "cancel", place.agent, now, {"reason": "bought a new one", "given_back": True})
    assert order.state == State.CANCELLED and order.workshop_jobs.get().stage == Stage.RETURNED


def test_an_order_from_before_there_were_slips_is_received_all_the_same(place):
    order, now = inside(place)
    order.workshop_jobs.all().delete()
    assert lacks(fresh(order), "bench_diagnose", place.clerk, now, BENCH) == ["no_job"]
    order = do(fresh(order), "receive", place.clerk, now, {"shelf": "A3"})
    assert order.job.stage == Stage.RECEIVED and order.job.promised_at == order.promised_at
