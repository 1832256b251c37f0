"""Charging and completing (H-G, H-H, H-F12)."""

from datetime import datetime, time, timedelta

import pytest

from dispatch.actions.finish import fields_due_at
from dispatch.models import CallbackKind, Escalation, NextAction, State, TimerKind, VisitStatus
from technicians.models import Role
from tests.dispatch.actions.tools import bad, lacks, step
from tests.factories import CONFIRMED, DIAGNOSIS, NOW, REPAIR, SIGNED, TODAY, do, make_order, make_outlet, order_in

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
QUOTED = DIAGNOSIS | {"in_warranty": False, "quoted": 128000}


def repaired(place, diagnosis=DIAGNOSIS, **how):
    order, now = order_in(State.ON_SITE, place)
    order = do(order, "diagnose", place.technician.user, now, diagnosis)
    return do(order, "repair", place.technician.user, now, REPAIR | how), now


def completed(place, signed=SIGNED, diagnosis=DIAGNOSIS, **how):
    order, now = repaired(place, diagnosis, **how)
    order = do(order, "charge", place.technician.user, now, {})
    return do(order, "complete", place.technician.user, now, signed), now


def test_h_g3_never_more_than_was_quoted(place):  # H-G3
    order, now = repaired(place, QUOTED, quote_accepted=True)
    tech = place.technician.user
    assert lacks(order, "charge", tech, now, {"amount": 128001, "method": "cash"}) == ["above_quote"]
    order = do(order, "charge", tech, now, {"amount": 128000, "method": "cash"})
    bill = order.bills.get()
    assert (bill.amount, bill.currency, bill.method, bill.visit) == (128000, "TWD", "cash", order.visits.get())


def test_h_g3_under_warranty_nothing_is_charged(place):
    order, now = repaired(place)
    assert lacks(order, "charge", place.technician.user, now, {"amount": 1, "method": "cash"}) == ["above_quote"]


def test_h_f2_a_quote_nobody_accepted_is_not_charged(place):  # H-F2
    order, now = order_in(State.ON_SITE, place)
    order = do(order, "diagnose", place.technician.user, now, QUOTED | {"outcome": "refused"})
    order = do(order, "hear_out", place.technician.user, now, {"why": "too dear", "offered": ["at_home"]})
    assert lacks(order, "charge", place.technician.user, now, {"amount": 5, "method": "cash"}) == ["quote"]


@pytest.mark.parametrize("raw", [{"amount": 5}, {"method": "cash"}, {"amount": 5, "method": "none"}])
def test_h_g1_an_amount_has_a_way_of_paying(place, raw):  # H-G1
    order, now = repaired(place, QUOTED, quote_accepted=True)
    assert bad(order, "charge", place.technician.user, now, raw) == {"method"}


@pytest.mark.parametrize("amount", [-1, 10**13, "much", None, 0.5])
def test_no_such_amount(place, amount):
    order, now = repaired(place)
    assert bad(order, "charge", place.technician.user, now, {"amount": amount, "method": "cash"}) == {"amount"}


def test_h_h1_signed_or_a_reason_why_not(place):  # H-H1
    order, now = order_in(State.CHARGED, place)
    tech = place.technician.user
    assert lacks(order, "complete", tech, now, {"tools_back": ["tools"]}) == ["signature"]
    raw = {"tools_back": ["tools"], "unsigned_reason": "in a hurry"}
    record = do(order, "complete", tech, now, raw).repairs.get()
    assert (record.signed_by, record.unsigned_reason, record.rating_repair) == ("", "in a hurry", None)


def test_h_h1_open_fields_are_due_the_same_day_and_stay_due(place):
    order, _now = completed(place, diagnosis=DIAGNOSIS | {"cause": ""}, measure="")
    tech = place.technician.user
    cutoff = NOW.replace(hour=12)  # 20:00 in Taipei
    assert order.timers.get(kind=TimerKind.FIELDS_DUE).due_at == order.next_due_at == cutoff
    assert step(order) == (NextAction.COMPLETE_RECORD, Role.TECHNICIAN, tech)
    order.timers.filter(kind=TimerKind.FIELDS_DUE).update(state="fired", fired_at=cutoff)
    order = do(order, "add_note", tech, cutoff + HOUR, {"note": "later"})
    assert step(order)[0] == NextAction.COMPLETE_RECORD and order.is_overdue(cutoff + HOUR)
    order = do(order, "complete_record", tech, cutoff + HOUR, {"cause": "wear", "measure": "new pump"})
    assert step(order) == (NextAction.CALL_BACK, Role.AGENT, None)


def test_h_h1_the_record_of_the_visit_before_does_not_stand_in_the_way_of_the_newest(place):
    order, now = completed(place, diagnosis=DIAGNOSIS | {"cause": ""})
    order.timers.filter(kind=TimerKind.FIELDS_DUE).update(state="fired", fired_at=now)
    now += 24 * HOUR
    order = do(order, "callback_unhappy", place.agent, now)
    tech, starts = place.technician.user, {"starts_at": (now + HOUR).isoformat()}
    kit, told = {"items": ["pad-cloth", "tools"]}, {"confirmed": CONFIRMED}
    order = do(order, "assign", place.dispatcher, now, {"technician": place.technician.pk})
    for name, raw in (
        ("accept", None),
        ("contact", starts | told),
        ("check_kit", kit),
        ("depart", None),
        ("arrive", None),
        ("diagnose", DIAGNOSIS),
        ("repair", REPAIR),
        ("charge", {}),
        ("complete", SIGNED),
    ):
        order = do(order, name, tech, now, raw)
    assert step(order) == (NextAction.CALL_BACK, Role.AGENT, None)


def test_h_h1_the_last_callback_does_not_close_over_an_open_record(place):
    order, now = completed(place, diagnosis=DIAGNOSIS | {"cause": ""})
    now += 25 * HOUR
    assert lacks(order, "callback_satisfied", place.agent, now) == ["record"]
    order = do(order, "complete_record", place.dispatcher, now, {"cause": "wear", "measure": "new pump"})
    assert not order.timers.filter(kind=TimerKind.FIELDS_DUE, state="pending").exists()
    assert do(order, "callback_satisfied", place.agent, now).state == State.CLOSED


@pytest.mark.parametrize(
    ("zone", "now", "due"),
    [
        ("Asia/Taipei", f"{TODAY}T11:59Z", f"{TODAY}T12:00Z"),
        ("Asia/Taipei", f"{TODAY}T12:00Z", f"{TODAY}T16:00Z"),  # after the cut-off: by midnight
        ("Europe/Berlin", "2026-03-29T00:30Z", "2026-03-29T18:00Z"),  # clocks go forward in between
        ("Europe/Berlin", "2026-10-24T23:30Z", "2026-10-25T19:00Z"),  # and back
    ],
)
def test_h_h1_the_cut_off_is_the_outlets_own_time(db, zone, now, due):
    order = make_order(make_outlet(zone=zone, cutoff=time(20)))
    assert fields_due_at(order, datetime.fromisoformat(now)) == datetime.fromisoformat(due)


@pytest.mark.parametrize(("repair", "manner", "bad_one"), [(2, 5, True), (5, 1, True), (3, 3, False), (None, 2, True)])
def test_h_h2_a_bad_rating_is_the_managers_and_does_not_close(place, repair, manner, bad_one):  # H-H2
    order, now = completed(place, SIGNED | {"rating_repair": repair, "rating_manner": manner})
    now += 25 * HOUR
    if not bad_one:
        assert do(order, "callback_satisfied", place.agent, now).state == State.CLOSED
        return
    assert order.escalation == Escalation.BAD_RATING
    assert step(order) == (NextAction.WIN_BACK, Role.MANAGER, None)
    assert lacks(order, "callback_satisfied", place.agent, now) == ["escalation"]
    order = do(order, "settle_escalation", place.manager, now, {"note": "apologised, part of the fee back"})
    assert do(order, "callback_satisfied", place.agent, now).state == State.CLOSED


@pytest.mark.parametrize("rating", [0, 6, "good", 4.5])
def test_no_such_rating(place, rating):
    order, now = order_in(State.CHARGED, place)
    assert bad(order, "complete", place.technician.user, now, SIGNED | {"rating_repair": rating}) == {"rating_repair"}


def test_h_f12_tools_carried_in_are_carried_out(place):  # H-F12
    order, now = order_in(State.CHARGED, place)
    tech = place.technician.user
    assert lacks(order, "complete", tech, now, SIGNED | {"tools_back": []}) == ["tool_tools"]
    raw = SIGNED | {"tools_back": [], "tools_reason": "lent to the next visit"}
    assert do(order, "complete", tech, now, raw).state == State.FOLLOW_UP


def test_leaving_closes_the_visit(place):
    order, now = order_in(State.FOLLOW_UP, place)
    visit = order.visits.get()
    assert (visit.status, visit.left_at) == (VisitStatus.DONE, now)


@pytest.mark.parametrize(
    ("tested", "certain", "owed"),
    [
        (True, True, {CallbackKind.ROUTINE: 24}),
        (False, True, {CallbackKind.UNTESTED: 2}),
        (True, False, {CallbackKind.UNCERTAIN: 3}),
        (False, False, {CallbackKind.UNTESTED: 2, CallbackKind.UNCERTAIN: 3}),
    ],
)
def test_h_r1_the_calls_owed_follow_from_the_repair(place, tested, certain, owed):  # H-R1, H-F11
    order, now = completed(place, tested=tested, certain=certain)
    promised = {callback.kind: callback.due_at for callback in order.callbacks.all()}
    assert promised == {kind: now + hours * HOUR for kind, hours in owed.items()}
    pending = dict(order.timers.filter(state="pending").values_list("kind", "due_at"))
    assert pending == {f"callback_{kind}": due for kind, due in promised.items()}


def test_nothing_wrong_is_called_about_as_a_routine(place):
    order, now = order_in(State.ON_SITE, place)
    tech = place.technician.user
    found = DIAGNOSIS | {"outcome": "nothing_wrong"}
    for name, raw in (
        ("diagnose", found),
        ("explain", {"explained": True}),
        ("charge", {}),
        ("complete", SIGNED),
    ):
        order = do(order, name, tech, now, raw)
    assert order.callbacks.get().kind == CallbackKind.ROUTINE
    assert order.callbacks.get().due_at > NOW
