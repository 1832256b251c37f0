"""What each outcome of the diagnosis asks for before anything is charged (H-F1, H-F3, H-F5, H-F7, H-F8)."""

from datetime import timedelta

import pytest

from dispatch.actions.outcomes import STEP_OF, standard_text
from dispatch.models import NextAction, Outcome, PhotoKind, StandardText, State
from tests.dispatch.actions.tools import bad, lacks, step
from tests.factories import DIAGNOSIS, PULL_IN, REPAIR, do, order_in
from tests.pictures import signature, upload

HOUR = timedelta(hours=1)
EXPLAINED = {"explained": True, "said": "I see"}
HEARD = {"why": "too dear", "offered": ["explained", "at_home"]}
SAFE = {"done": ["unplugged", "label"], "told": True, "unsigned_reason": "had to leave"}


def diagnosed(place, outcome, **more):
    order, now = order_in(State.ON_SITE, place)
    covered = {"in_warranty": False} if outcome == Outcome.MISUSE else {}
    return do(order, "diagnose", place.technician.user, now, DIAGNOSIS | {"outcome": outcome} | covered | more), now


def test_every_outcome_has_its_step():
    assert set(STEP_OF) == set(Outcome)


@pytest.mark.parametrize(
    ("outcome", "action"),
    [
        (Outcome.REPAIRABLE, NextAction.REPAIR),
        (Outcome.PULL_IN, NextAction.PULL_IN),
        (Outcome.PART_MISSING, NextAction.GET_PART),
        (Outcome.NOTHING_WRONG, NextAction.EXPLAIN),
        (Outcome.MISUSE, NextAction.EXPLAIN),
        (Outcome.REFUSED, NextAction.HEAR_OUT),
        (Outcome.NEW_FAULT, NextAction.ASK_HELP),
        (Outcome.UNSAFE, NextAction.MAKE_SAFE),
        (Outcome.EXCHANGE, NextAction.FILE_CLAIM),
    ],
)
def test_h_f3_the_next_step_follows_the_outcome_and_charging_waits_for_it(place, outcome, action):
    order, now = diagnosed(place, outcome)
    assert step(order)[0] == action
    assert lacks(order, "charge", place.technician.user, now, {})[0] in ("outcome", "test_run")
    assert order.outcome_step == STEP_OF[outcome]


def charged(order, place, now):
    order = do(order, "charge", place.technician.user, now, {})
    return order.state == State.CHARGED and order.bills.get().amount == 0


def test_h_f11_after_the_repair_comes_the_bill(place):
    order, now = diagnosed(place, Outcome.REPAIRABLE)
    order = do(order, "repair", place.technician.user, now, REPAIR)
    assert step(order)[0] == NextAction.CHARGE and charged(order, place, now)


@pytest.mark.parametrize("outcome", [Outcome.NOTHING_WRONG, Outcome.MISUSE])
def test_h_f3_explained_by_the_standard_text_then_charged(place, outcome):
    every = StandardText.objects.create(kind=outcome, text_en="All is as it should be.")
    own = StandardText.objects.create(kind=outcome, category=place.category, text_en="It rocks a little.")
    order, now = diagnosed(place, outcome)
    tech = place.technician.user
    assert standard_text(order, outcome) == own and every != own
    assert lacks(order, "explain", tech, now, {"said": "no"}) == ["explained"]
    order = do(order, "explain", tech, now, EXPLAINED)
    assert order.events.last().payload["text"] == own.pk
    assert step(order)[0] == NextAction.CHARGE and charged(order, place, now)


def test_h_w5_misuse_is_on_the_warranty_decision(place):
    order, _now = diagnosed(place, Outcome.MISUSE)
    assert order.in_warranty is False and order.decisions.last().exclusion == "misuse"


def test_only_what_is_no_fault_is_explained(place):
    order, now = diagnosed(place, Outcome.PULL_IN)
    assert lacks(order, "explain", place.technician.user, now, EXPLAINED) == ["outcome"]


def test_h_f7_a_refusal_is_heard_and_answered(place):
    order, now = diagnosed(place, Outcome.REFUSED)
    tech = place.technician.user
    assert bad(order, "hear_out", tech, now, {"offered": ["at_home"]}) == {"why"}
    assert lacks(order, "hear_out", tech, now, HEARD | {"offered": []}) == ["offered"]
    order = do(order, "hear_out", tech, now, HEARD | {"serials": "PCB 4711"})
    assert order.events.last().payload["serials"] == "PCB 4711"
    assert charged(order, place, now)


@pytest.mark.parametrize(
    ("decision", "outcome", "action"),
    [("repair_here", Outcome.REPAIRABLE, NextAction.REPAIR), ("workshop", Outcome.PULL_IN, NextAction.PULL_IN)],
)
def test_h_f7_who_changes_their_mind_is_repaired(place, decision, outcome, action):
    order, now = diagnosed(place, Outcome.REFUSED)
    order = do(order, "hear_out", place.technician.user, now, HEARD | {"decision": decision})
    assert step(order)[0] == action and order.repairs.get().outcome == outcome


def test_h_f1_a_demand_at_the_door_is_heard_before_any_diagnosis(place):
    order, now = order_in(State.ON_SITE, place)
    tech = place.technician.user
    order = do(order, "hear_out", tech, now, {"why": "wants another machine"})
    assert step(order)[0] == NextAction.DIAGNOSE
    assert lacks(order, "hear_out", tech, now, HEARD | {"decision": "repair_here"}) == ["diagnose"]


def test_h_f8_a_new_fault_is_reported_and_diagnosed_again_with_the_answer(place):
    order, now = diagnosed(place, Outcome.NEW_FAULT)
    tech, question = place.technician.user, {"level": "hq", "question": "E47 after the update?"}
    order = do(order, "ask_help", tech, now, question)
    assert order.help.get().new_fault and step(order)[0] == NextAction.ANSWER_HELP
    order = do(order, "answer_help", place.manager, now, {"answer": "Flash 2.1 again."})
    assert step(order)[0] == NextAction.DIAGNOSE
    assert lacks(order, "charge", tech, now, {}) == ["outcome"]
    assert step(do(order, "diagnose", tech, now, DIAGNOSIS))[0] == NextAction.REPAIR


def test_h_f3_unsafe_is_made_safe_told_signed_and_photographed(place):
    order, now = diagnosed(place, Outcome.UNSAFE)
    tech = place.technician.user
    assert bad(order, "make_safe", tech, now, SAFE | {"done": []}) == {"done"}
    assert lacks(order, "make_safe", tech, now, {"done": ["unplugged"]}) == ["told", "signature", "photo"]
    signed = {"done": ["gas_off"], "told": True, "signature": signature(), "photos": [upload()]}
    order = do(order, "make_safe", tech, now, signed)
    assert {one.kind for one in order.photos.all()} == {PhotoKind.SIGNATURE, PhotoKind.EVIDENCE}
    assert charged(order, place, now)


def test_h_f3_what_is_unsafe_may_go_to_the_workshop(place):
    order, now = diagnosed(place, Outcome.UNSAFE)
    tech = place.technician.user
    order = do(order, "make_safe", tech, now, SAFE | {"then": "workshop", "photos": [upload()]})
    assert step(order)[0] == NextAction.PULL_IN
    back = (now + 48 * HOUR).isoformat()
    assert do(order, "pull_in", tech, now, PULL_IN | {"promised_at": back}).state == State.IN_WORKSHOP


def test_h_f8_an_exchange_is_claimed_promised_by_nobody_and_decided_by_the_manager(place):
    order, now = diagnosed(place, Outcome.EXCHANGE)
    tech = place.technician.user
    order = do(order, "file_claim", tech, now, {"kind": "exchange", "what": "third breakdown"})
    assert order.claim_filed_at == now and charged(order, place, now)


def test_h_f5_the_customer_decides_where_and_signs_what_goes_against_the_rules(place):
    order, now = order_in(State.ON_SITE, place)
    tech = place.technician.user
    said = {"place": "balcony", "hazards": "rain on the plug", "decision": "there all the same"}
    assert bad(order, "let_decide", tech, now, {"place": "balcony"}) == {"hazards", "decision"}
    assert do(order, "let_decide", tech, now, said).state == State.ON_SITE
    assert lacks(order, "let_decide", tech, now, said | {"against_rules": True}) == ["signature"]
    order = do(order, "let_decide", tech, now, said | {"against_rules": True, "signature": signature()})
    assert order.photos.get().kind == PhotoKind.SIGNATURE
