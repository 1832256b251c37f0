"""Diagnosing and repairing, and where the work goes on (H-F)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from dispatch.models import NextAction, Outcome, Repair, State, VisitStatus
from technicians.models import Role
from tests.dispatch.actions.tools import CONTACT, bad, lacks, step
from tests.factories import DIAGNOSIS, KIT, PULL_IN, REPAIR, do, order_in, through_workshop

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
QUOTED = DIAGNOSIS | {"in_warranty": False, "quoted": 128000}


def diagnosed(place, **how):
    order, now = order_in(State.ON_SITE, place)
    return do(order, "diagnose", place.technician.user, now, DIAGNOSIS | how), now


def test_h_f2_no_chargeable_work_before_the_quote_is_accepted(place):  # H-F2
    order, now = diagnosed(place, in_warranty=False, quoted=128000)
    tech = place.technician.user
    assert lacks(order, "repair", tech, now, REPAIR) == ["quote"]
    order = do(order, "repair", tech, now, REPAIR | {"quote_accepted": True})
    assert order.repairs.get().quote_accepted


def test_h_f2_the_database_says_so_too(place):
    order, now = diagnosed(place, in_warranty=False, quoted=128000)
    with pytest.raises(IntegrityError, match="repair_quote_first"), transaction.atomic():
        Repair.objects.filter(order=order).update(worked_at=now)


def test_h_w2_the_last_word_on_the_warranty_is_spoken_at_diagnosis(place):  # H-W2
    order, now = order_in(State.ON_SITE, place, in_warranty=True)
    assert do(order, "diagnose", place.technician.user, now, QUOTED).in_warranty is False


@pytest.mark.parametrize("quoted", [-1, 10**12 + 1, 10**30, "free", 1.5, None])
def test_no_such_quote(place, quoted):
    order, now = order_in(State.ON_SITE, place)
    assert bad(order, "diagnose", place.technician.user, now, QUOTED | {"quoted": quoted}) == {"quoted"}


def test_what_the_warranty_covers_has_no_price(place):
    order, now = order_in(State.ON_SITE, place)
    assert bad(order, "diagnose", place.technician.user, now, DIAGNOSIS | {"quoted": 1}) == {"quoted"}


@pytest.mark.parametrize(
    ("outcome", "way_out"), [(Outcome.PULL_IN, "pull_in"), (Outcome.PART_MISSING, "wait_for_parts")]
)
def test_h_f3_what_can_not_be_repaired_here_is_neither_repaired_nor_charged(place, outcome, way_out):  # H-F3
    order, now = diagnosed(place, outcome=outcome)
    assert lacks(order, "repair", place.technician.user, now, REPAIR) == ["outcome"]
    assert lacks(order, "charge", place.technician.user, now, {}) == ["outcome"]
    assert way_out in {transition.name for transition in order.get_available_state_transitions()}


def test_h_f4_to_the_workshop_with_a_promise_that_lies_ahead(place):  # H-F4
    order, now = diagnosed(place, outcome="pull_in")
    tech, back = place.technician.user, now + 48 * HOUR
    raw = PULL_IN | {"promised_at": back.isoformat(), "agreed": False}
    past = raw | {"promised_at": now.isoformat()}
    assert lacks(order, "pull_in", tech, now, past) == ["consent", "past"]
    order = do(order, "pull_in", tech, now, raw | {"agreed": True})
    assert step(order) == (NextAction.WORKSHOP, Role.CLERK, None) and order.next_due_at == back
    assert order.job.code and order.job.promised_at == back
    assert order.visits.get().status == VisitStatus.DONE


def test_h_f4_the_way_back_is_a_visit_of_its_own_with_a_record_of_its_own(place):
    order, now = order_in(State.IN_WORKSHOP, place)
    tech = place.technician.user
    brought = {"in_place": True, "tested": True}
    now += 24 * HOUR
    order = through_workshop(order, place.clerk, now)
    assert step(order) == (NextAction.CONTACT, Role.TECHNICIAN, tech) and order.promised_at is None
    order = do(order, "contact", tech, now, CONTACT | {"starts_at": (now + HOUR).isoformat()})
    for name, raw in (("check_kit", KIT), ("depart", None), ("arrive", None), ("deliver", brought)):
        order = do(order, name, tech, now + HOUR, raw)
    assert order.state == State.DIAGNOSED and order.job is None
    assert [(v.sequence, v.status) for v in order.visits.order_by("sequence")] == [(1, "done"), (2, "locked")]
    assert [r.visit and r.visit.sequence for r in order.repairs.order_by("pk")] == [1, None]


def test_h_f7_nothing_leaves_the_house_against_the_customers_will(place):  # H-F7
    order, now = diagnosed(place, outcome="pull_in")
    raw = PULL_IN | {"promised_at": (now + HOUR).isoformat(), "agreed": False}
    assert lacks(order, "pull_in", place.technician.user, now, raw) == ["consent"]


def test_h_f3_a_part_fetched_on_the_same_visit(place):
    order, now = diagnosed(place, outcome="part_missing")
    tech = place.technician.user
    order = do(order, "wait_for_parts", tech, now, {"parts": "pump", "stay": True})
    assert step(order) == (NextAction.CHASE_PARTS, Role.TECHNICIAN, tech)
    assert order.visits.get().status == VisitStatus.LOCKED
    order = do(order, "part_fetched", tech, now + HOUR)
    assert order.state == State.DIAGNOSED and order.repairs.get().outcome == Outcome.REPAIRABLE
    assert do(order, "repair", tech, now + HOUR, REPAIR).repairs.get().tested


def test_h_f3_a_part_that_comes_later_is_a_new_visit(place):
    order, now = diagnosed(place, outcome="part_missing")
    tech, there = place.technician.user, now + 24 * HOUR
    raw = {"parts": "pump", "expected_at": there.isoformat()}
    order = do(order, "wait_for_parts", tech, now, raw)
    assert step(order) == (NextAction.CHASE_PARTS, Role.CLERK, None) and order.next_due_at == there
    assert order.visits.get().status == VisitStatus.DONE
    assert lacks(order, "part_fetched", tech, now) == ["left"]
    order = do(order, "parts_arrived", place.clerk, there)
    assert step(order) == (NextAction.CONTACT, Role.TECHNICIAN, tech) and not order.visits.standing().exists()


def test_h_f3_waited_for_at_the_customers_and_then_not(place):
    order, now = diagnosed(place, outcome="part_missing")
    order = do(order, "wait_for_parts", place.technician.user, now, {"parts": "pump", "stay": True})
    order = do(order, "parts_arrived", place.technician.user, now + HOUR)
    visit = order.visits.get()
    assert (visit.status, visit.left_at) == (VisitStatus.DONE, now + HOUR)


def test_h_f11_an_untested_repair_may_be_charged_but_not_an_unrecorded_one(place):  # H-F11
    order, now = diagnosed(place)
    tech = place.technician.user
    assert lacks(order, "charge", tech, now, {}) == ["test_run"]
    order = do(order, "repair", tech, now, REPAIR | {"tested": False})
    assert do(order, "charge", tech, now, {}).state == State.CHARGED


def test_h_a1_the_fault_found_carries_the_catalogues_measure(place):  # H-A1
    from dispatch.models import Fault

    Fault.objects.create(
        code="pump", name_en="Leaks", category=place.category, measure_en="change the pump", measure_zh_hant="更換水泵"
    )
    order, _now = diagnosed(place, fault="pump")
    assert order.fault.measure == "change the pump" and order.repairs.get().fault == order.fault


def test_h_f2_a_quote_refused_is_a_new_diagnosis_until_the_work_is_done(place):  # H-F2
    order, now = order_in(State.ON_SITE, place)
    tech = place.technician.user
    order = do(order, "diagnose", tech, now, DIAGNOSIS | {"in_warranty": False, "quoted": 90_000})
    order = do(order, "diagnose", tech, now, DIAGNOSIS | {"in_warranty": False, "outcome": "refused"})
    assert order.repairs.get().quoted == 0 and order.state == State.DIAGNOSED
    order = do(order, "hear_out", tech, now, {"why": "too dear", "offered": ["at_home"]})
    assert do(order, "charge", tech, now, {}).state == State.CHARGED


def test_h_f2_a_repair_that_is_recorded_is_not_diagnosed_again(place):
    order, now = order_in(State.DIAGNOSED, place)
    order = do(order, "repair", place.technician.user, now, REPAIR)
    assert lacks(order, "diagnose", place.technician.user, now, DIAGNOSIS) == ["worked"]


def test_h_w2_cover_is_said_never_assumed(place):
    order, now = order_in(State.ON_SITE, place)
    told = {name: value for name, value in DIAGNOSIS.items() if name != "in_warranty"}
    assert bad(order, "diagnose", place.technician.user, now, told) == {"in_warranty"}
