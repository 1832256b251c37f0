"""What a walk through the life of orders needs: data for each verb, and what must always hold."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import combinations, pairwise

from dispatch.lifecycle import REGISTRY
from dispatch.lifecycle.timers import ALIVE
from dispatch.models import FINISHED, NextAction, ServiceOrder, State, Timer, Visit, VisitStatus
from dispatch.models.event import broken_links
from dispatch.models.states import WAITING_FOR_CALLBACK
from dispatch.models.visit import STANDING
from tests.factories import CONFIRMED, PULL_IN, TODAY

MINUTE = timedelta(minutes=1)
S, V = State, VisitStatus

# Which appointment stands in each state: the statuses it may have; None when there may be none.
APPOINTMENT = {
    S.ASSIGNED: (None, V.PROPOSED),
    S.ACCEPTED: (None, V.PROPOSED),
    S.CONTACTED: (V.AGREED,),
    S.EN_ROUTE: (V.LOCKED,),
    S.ON_SITE: (V.LOCKED,),
    S.DIAGNOSED: (V.LOCKED,),
    S.CHARGED: (V.LOCKED,),
    S.AWAITING_PARTS: (None, V.LOCKED),
}
ARRIVED = (S.ON_SITE, S.DIAGNOSED, S.CHARGED, S.AWAITING_PARTS)
NOBODYS = (S.REQUESTED, S.NEEDS_INFO, S.REJECTED, S.READY)

# What each next action is done by
DONE_BY = {
    NextAction.REVIEW: ("approve",),
    NextAction.CHASE_INFO: ("supply_info",),
    NextAction.ASSIGN: ("assign",),
    NextAction.REASSIGN: ("transfer",),
    NextAction.ACCEPT: ("accept",),
    NextAction.CONTACT: ("contact",),
    NextAction.DEPART: ("depart", "go_unreached"),
    NextAction.ARRIVE: ("arrive",),
    NextAction.DIAGNOSE: ("diagnose",),
    NextAction.REPAIR: ("repair",),
    NextAction.PULL_IN: ("pull_in",),
    NextAction.GET_PART: ("wait_for_parts",),
    NextAction.EXPLAIN: ("explain",),
    NextAction.HEAR_OUT: ("hear_out",),
    NextAction.ASK_HELP: ("ask_help",),
    NextAction.MAKE_SAFE: ("make_safe",),
    NextAction.FILE_CLAIM: ("file_claim",),
    NextAction.CHARGE: ("charge",),
    NextAction.COMPLETE: ("complete",),
    NextAction.COMPLETE_RECORD: ("complete_record",),
    NextAction.CALL_BACK: ("callback_satisfied",),
    NextAction.CHASE_PARTS: ("parts_arrived", "part_fetched"),
    NextAction.WORKSHOP: ("receive", "workshop_done"),
    NextAction.TAKE_IN: ("take_in",),
    NextAction.BRING_BACK: ("deliver",),
    NextAction.HAND_OVER: ("charge", "complete"),
    NextAction.FETCH_LOANER: ("take_back_loaner",),
    NextAction.WIN_BACK: ("settle_escalation",),
    NextAction.TAKE_OVER: ("settle_sos", "take_over"),
    NextAction.ANSWER_HELP: ("answer_help",),
    NextAction.DECIDE_CLAIM: ("decide_claim",),
}

JUNK = [
    None,
    "",
    "x",
    "\x00",
    "\ud800",
    "x" * 3000,
    -1,
    0,
    7,
    10**30,
    True,
    1.5,
    "nan",
    "-0.0",
    [],
    ["x", None],
    {"a": 1},
    "9999-12-31T23:59:59Z",
    "0001-01-01T00:00:00+14:00",
    f"{TODAY}T03:00:00+08:00",
    "pull_in",
    "washing_machine",
]


OFTEN = ["repairable"] * 4 + ["part_missing"] * 4 + ["pull_in"] * 3
OUTCOMES = [*OFTEN, "refused", "nothing_wrong", "new_fault", "exchange"]


def sensible(name: str, place, now: datetime, choose: Callable[[list], object]) -> dict:
    """Return data for a verb that a person might really send; `choose` picks one of a list."""
    soon = {"starts_at": (now + choose([10, 60, 150, 1500]) * MINUTE).isoformat(), "overtime": True}
    reason = {"reason": choose(["far", "van broke down"])}
    technician = {"technician": choose([place.technician, place.other]).pk}
    covered = choose([True, False])
    known = {
        "assign": choose([technician, technician | soon]),
        "transfer": technician | reason,
        "contact": {"confirmed": CONFIRMED} | soon,
        "reschedule": soon | reason | {"agreed": True},
        "consult": {"advice": "open the tap", "customer_agrees": True},
        "check_kit": {"items": ["pad-cloth", "tools", "receipts"]},
        "delay": reason | {"expected_at": (now + choose([5, 90]) * MINUTE).isoformat()},
        "knock": {"step": choose(["bell", "knock", "phone", "neighbour", "downstairs", "note"])},
        "note_exception": {"exception": choose(["power_cut", "late_refused"])},
        "escalate": reason | {"escalation": choose(["angry", "late", "doubt"])},
        "settle_escalation": {"note": "apologised"},
        "diagnose": {
            "finding": "pump worn",
            "outcome": choose(OUTCOMES),
            "in_warranty": covered,
            "quoted": 0 if covered else 5000,
            "quote_accepted": choose([True, False]),
            "cause": choose(["", "wear"]),
        },
        "repair": {
            "measure": choose(["", "new pump"]),
            "tested": choose([True, False]),
            "certain": choose([True, False]),
            "quote_accepted": True,
        },
        "charge": choose([{}, {"amount": 5000, "method": "cash"}, {"amount": 5001, "method": "qr"}]),
        "complete": {"signed_by": "王小明", "rating_repair": choose([None, 1, 5]), "tools_back": ["tools"]},
        "complete_record": {"cause": "wear", "measure": "new pump"},
        "pull_in": PULL_IN | {"promised_at": (now + 900 * MINUTE).isoformat()},
        "receive": {"shelf": "A3"},
        "bench_diagnose": {
            "finding": "pump worn",
            "outcome": choose(["repairable", "nothing_wrong", "part_missing"]),
            "in_warranty": covered,
            "cause": "wear",
        },
        "bench_wait": {"waiting_for": "pump"},
        "bench_repair": {"measure": "new pump", "certain": choose([True, False])},
        "bench_test": {"result": choose(["passed", "passed", "failed"])},
        "workshop_done": choose([{}, {"untested_reason": "no water here"}]),
        "move_promise": reason | {"promised_at": (now + 2900 * MINUTE).isoformat(), "told": "phone"},
        "deliver": {"in_place": True, "tested": choose([True, False]), "loaner_condition": "good"},
        "take_back_loaner": {"condition": "good"},
        "explain": {"explained": True},
        "hear_out": {"why": "too dear", "offered": ["at_home"], "decision": choose(["nothing", "repair_here"])},
        "let_decide": {"place": "balcony", "hazards": "rain", "decision": "there"},
        "make_safe": {"done": ["unplugged"], "told": True, "signed_by": "王小明"},
        "ask_help": choose([{"question": "E47?"}] * 3 + [{"question": "?", "level": "colleague"} | technician]),
        "answer_help": {"answer": "flash again"},
        "file_claim": {"kind": choose(["refund", "exchange", "damage"]), "what": "broke again"},
        "decide_claim": reason | {"grant": choose(["yes", "no"]), "granted": 5000, "new_serial": "S2"},
        "sos": {},
        "take_over": {"caller": "Ms Lin"},
        "settle_sos": {"outcome": "fine", "safe": True},
        "check_off": {"answers": {}},
        "wait_for_parts": {"parts": "pump", "stay": choose([True, False])},
        "callback_satisfied": {"customer_called": choose([True, False])},
        "correct": choose([{"symptom": "noise"}, {"latitude": 25.1, "longitude": 121.6}, {"in_warranty": covered}]),
        "record_evidence": {"documents": choose([[], ["card", "invoice"]]), "found": choose([[], ["wear"]])},
        "override_warranty": reason | {"covered": choose(["yes", "no"])},
        "supply_info": {"model_no": choose(["A1", "B2"])},
        "add_note": {"note": "key is with the porter"},
    }
    return known.get(name, reason)


def check(order: ServiceOrder, now: datetime) -> None:
    """Assert all that must hold of an order after every step."""
    _log_tells_the_state(order)
    _somebody_is_next(order, now)
    _appointment_fits(order)
    _calls_and_timers_fit(order, now)
    _money_adds_up(order)


def _log_tells_the_state(order: ServiceOrder) -> None:
    events = list(order.events.order_by("seq"))
    assert events[0].from_state == "" and events[-1].to_state == order.state  # H-N2
    assert all(before.to_state == after.from_state for before, after in pairwise(events))
    assert all(before.at <= after.at for before, after in pairwise(events))
    assert len(events) == order.version == order.log_seq
    assert broken_links(order) == []
    assert order.returns == sum(
        e.action in ("callback_unhappy", "still_broken") and e.from_state in (S.FOLLOW_UP, S.CLOSED) for e in events
    )


def _somebody_is_next(order: ServiceOrder, now: datetime) -> None:
    assert (order.state in FINISHED) == (order.finished_at is not None)
    if order.state in FINISHED:
        assert (order.next_action, order.next_role, order.next_user) == ("", "", None)
        return
    verbs = [REGISTRY[name] for name in DONE_BY[order.next_action]]  # H-N1
    possible = {transition.name for transition in order.get_available_state_transitions()}
    assert any(verb.name in possible and order.next_role in verb.roles for verb in verbs), order.next_action
    assert order.next_due_at is not None
    if order.next_user and order.next_action != NextAction.ANSWER_HELP:  # a colleague may be asked
        assert order.next_user == order.technician.user and order.next_role == "technician"
    if order.escalation and not order.sos_at:
        assert order.next_action == NextAction.WIN_BACK


def _appointment_fits(order: ServiceOrder) -> None:
    standing = [visit for visit in order.visits.all() if visit.status in STANDING]
    assert len(standing) <= 1
    visit = standing[0] if standing else None
    assert (visit and visit.status) in APPOINTMENT.get(order.state, (None,)), order.state
    assert (order.technician is None) or order.state not in NOBODYS
    if visit:
        assert visit.technician == order.technician
        assert bool(visit.arrived_at) == (order.state in ARRIVED)
    assert [v.sequence for v in order.visits.order_by("sequence")] == list(range(1, order.visits.count() + 1))


def _calls_and_timers_fit(order: ServiceOrder, now: datetime) -> None:
    waiting = list(order.callbacks.open())
    assert bool(waiting) == (order.state in WAITING_FOR_CALLBACK)
    pending = {timer.kind for timer in order.timers.all() if timer.state == Timer.PENDING}
    assert all(order.state in ALIVE[kind] for kind in pending)
    for callback in waiting:  # H-A2, H-F11, H-R1: without fail
        assert callback.due_at <= now or f"callback_{callback.kind}" in pending
    if order.state == S.CLOSED:
        assert order.satisfied in (True, None)
        assert all(callback.outcome != "satisfied" or callback.caller for callback in order.callbacks.all())


def _money_adds_up(order: ServiceOrder) -> None:
    for bill in order.bills.all():
        record = getattr(bill.visit, "repair", None) or order.repairs.last()  # H-G3, H-F2; a delivery has no record
        assert bill.amount <= record.quoted and (record.quote_accepted or not bill.amount)
    for record in order.repairs.all():
        assert record.quote_accepted or not record.quoted or record.worked_at is None


def no_two_at_once(place) -> None:
    """Assert that no technician has two agreed visits at a time (H-A4)."""
    for technician in (place.technician, place.other):
        visits = Visit.objects.binding().filter(technician=technician)
        for one, other in combinations(visits, 2):
            assert one.ends_at <= other.starts_at or other.ends_at <= one.starts_at
