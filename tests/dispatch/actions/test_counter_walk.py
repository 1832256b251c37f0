"""A walk at the counter: anybody does anything to what is brought in, and nothing is lost (H-I4, H-F4, H-N1)."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from dispatch import actions
from dispatch.lifecycle import BadData, GuardsUnmet
from dispatch.models import FINISHED, Loan, Stage, State, Timer
from dispatch.models.event import broken_links
from tests.dispatch.actions.test_loaners import unit
from tests.dispatch.lifecycle.walking import DONE_BY, sensible
from tests.factories import NOW, fresh, make_order

MINUTE = timedelta(minutes=1)


def data_for(name: str, place, now, dice: Random, units: list) -> dict:
    """Return what a person at the counter might send."""
    back = (now + dice.choice([300, 3000]) * MINUTE).isoformat()
    slip = {"outside": "no marks", "signed_by": dice.choice(["王小明", ""]), "unsigned_reason": "hands full"}
    lend = {"lend": dice.random() < 0.4, "loaner_condition": "good"}
    more = {
        "take_in": slip | lend | {"promised_at": back, "parcel": "SF1", "shelf": dice.choice(["", "A3"])},
        "reserve_loaner": {"loaner": dice.choice(units).code},
        "hand_out_loaner": {"condition": dice.choice(["good", "damaged"]), "signed_by": "王小明"},
        "take_back_loaner": {"condition": dice.choice(["good", "worn", "damaged"]), "note": "scratched"},
        "complete": {"signed_by": "王小明", "rating_repair": dice.choice([None, 1, 5])},
        "cancel": {"reason": "x", "given_back": dice.random() < 0.5},
        "callback_satisfied": {"customer_called": True},
    }
    return more.get(name) or sensible(name, place, now, dice.choice)


def check(order, now) -> None:
    """Assert what must always hold: somebody is next, the slip fits the state, a unit is where it is said to be."""
    possible = {transition.name for transition in order.get_available_state_transitions()}
    if order.state not in FINISHED:
        assert possible & set(DONE_BY[order.next_action]), f"{order.state}: {order.next_action}"
        assert order.next_due_at is not None
    assert order.technician is None and not order.visits.exists() and broken_links(order) == []
    job, loan = order.job, order.loan
    assert (job is not None and job.stage != Stage.READY) == (order.state == State.IN_WORKSHOP)
    assert (job is not None) == (order.state in (State.IN_WORKSHOP, State.DIAGNOSED, State.CHARGED))
    assert bool(order.loaner_due_at) == bool(loan and loan.state == Loan.OUT)
    assert not (order.state in FINISHED and loan)
    due = order.timers.filter(kind="return_due", state=Timer.PENDING).exists()
    assert not due or order.state == State.IN_WORKSHOP


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["carry_in", "mail_in"])
@pytest.mark.parametrize("seed", range(6))
def test_h_n1_whatever_is_done_at_the_counter_nothing_is_lost(place, kind, seed):  # H-N1, H-I4
    dice, now = Random(f"{kind}{seed}"), NOW
    units = [unit(place) for _number in range(2)]
    order = make_order(place, service_kind=kind)
    people = [place.clerk, place.clerk, place.dispatcher, place.agent, place.manager]
    seen = set()
    for _step in range(60):
        now += dice.choice([1, 20, 500]) * MINUTE
        by = dice.choice(people)
        offered = [one.verb.name for one in actions.open_to(order, by, now)]
        name = dice.choice([one for one in DONE_BY.get(order.next_action, ()) if one in offered] * 6 + offered)
        if name in ("cancel", "close_unreached", "escalate") and dice.random() < 0.8:
            continue
        try:
            actions.perform(order.pk, name, by, now, data_for(name, place, now, dice, units))
        except (GuardsUnmet, BadData) as refusal:
            for lack in getattr(refusal, "lacks", []):
                possible = {transition.name for transition in order.get_available_state_transitions()}
                assert lack.fix in possible | {""}, f"{name}: {lack.code} → {lack.fix} when {order.state}"
        order = fresh(order)
        seen.add(str(order.state))
        check(order, now)
    assert "in_workshop" in seen
