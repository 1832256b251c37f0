"""Claims are filed by anybody and decided by the manager alone, with the clause in words (H-F6, H-F8, H-W3, H-W7)."""

from datetime import timedelta

import pytest

from dispatch import actions
from dispatch.lifecycle import NotAllowed
from dispatch.models import Claim, NextAction, PhotoKind, State
from technicians.models import Role
from tests.dispatch.actions.tools import bad, lacks, step
from tests.factories import NOW, do, make_outlet, order_in
from tests.pictures import upload

HOUR = timedelta(hours=1)
REFUND = {"kind": "refund", "what": "broke on the third day", "asked": 1_250_000}
DAMAGE = {"kind": "damage", "what": "scratch in the floor", "asked": 300_000}


def filed(place, raw=REFUND, state=State.FOLLOW_UP, by="agent", **told):
    order, now = order_in(state, place, **told)
    by = place.technician.user if by == "technician" else getattr(place, by)
    return do(order, "file_claim", by, now, raw), now


def last_week() -> str:
    return (NOW - timedelta(days=4)).date().isoformat()


def test_h_f8_who_hears_a_claim_files_it_and_the_manager_decides(place):
    order, now = filed(place)
    assert order.claim_filed_at == now
    for nobody in (place.technician.user, place.dispatcher, place.clerk, place.agent):
        with pytest.raises(NotAllowed):
            actions.perform(order.pk, "decide_claim", nobody, now, {"grant": "yes", "granted": 1})


def test_h_f6_damage_is_claimed_with_photos_and_paid_with_a_reason(place):
    order, now = filed(place, DAMAGE | {"photos": [upload()]}, State.DIAGNOSED, by="technician")
    assert order.photos.get().kind == PhotoKind.DAMAGE
    assert lacks(order, "decide_claim", place.manager, now, {"grant": "yes"}) == ["reason", "amount"]
    order = do(order, "decide_claim", place.manager, now, {"grant": "yes", "granted": 250_000, "reason": "our ladder"})
    claim = order.claims.get()
    assert (claim.state, claim.granted, claim.decided_by) == (Claim.GRANTED, 250_000, place.manager)
    assert order.claim_filed_at is None and order.state == State.DIAGNOSED


def test_h_w7_a_refund_within_the_first_days_is_granted_by_its_clause(place):
    order, now = filed(place, purchased_on=last_week())
    order = do(order, "decide_claim", place.manager, now, {"grant": "yes", "granted": 1_250_000})
    assert order.claims.get().clause == "refund_in_first_days"


def test_h_w7_a_refund_refused_with_its_clause_in_words(place):
    order, now = filed(place)
    order = do(order, "decide_claim", place.manager, now, {"grant": "no"})
    claim, said = order.claims.get(), order.events.last().payload
    assert (claim.state, claim.granted, claim.clause) == (Claim.REFUSED, 0, "no_refund")
    assert claim.reason == said["clause_words"] and "7" in claim.reason


def test_h_w7_against_the_clause_only_with_an_own_reason(place):
    order, now = filed(place)
    against = {"grant": "yes", "granted": 1_000_000}
    assert lacks(order, "decide_claim", place.manager, now, against) == ["against_clause"]
    order = do(order, "decide_claim", place.manager, now, against | {"reason": "third summer without cooling"})
    assert order.claims.get().reason == "third summer without cooling"
    other = make_outlet()
    order, now = filed(other, purchased_on=last_week())
    assert lacks(order, "decide_claim", other.manager, now, {"grant": "no"}) == ["against_clause"]


def test_h_w3_an_exchange_notes_the_new_unit_and_keeps_the_day_of_purchase(place):
    order, now = filed(place, {"kind": "exchange", "what": "dead on arrival"}, purchased_on=last_week())
    bought = order.appliance.purchased_on
    assert lacks(order, "decide_claim", place.manager, now, {"grant": "yes"}) == ["new_serial"]
    order = do(order, "decide_claim", place.manager, now, {"grant": "yes", "new_serial": "SN-NEW-1"})
    assert (order.appliance.serial, order.appliance.purchased_on) == ("SN-NEW-1", bought)
    assert order.appliance.replaced_on == now.astimezone(order.outlet.tz).date()


def test_h_f8_an_order_with_an_open_claim_stays_open_until_it_is_decided(place):
    order, now = filed(place, DAMAGE)
    now += 25 * HOUR
    order = do(order, "callback_satisfied", place.agent, now, {})
    assert order.state == State.FOLLOW_UP and step(order)[:2] == (NextAction.DECIDE_CLAIM, Role.MANAGER)
    order = do(order, "decide_claim", place.manager, now, {"grant": "no", "reason": "it was there before"})
    assert order.state == State.CLOSED


def test_one_claim_at_a_time_and_none_without_words(place):
    order, now = filed(place)
    assert lacks(order, "file_claim", place.agent, now, DAMAGE) == ["claim_open"]
    other = make_outlet()
    order, now = order_in(State.READY, other)
    assert bad(order, "file_claim", other.agent, now, {"kind": "gold", "asked": -1}) == {"kind", "what", "asked"}
    assert lacks(order, "decide_claim", other.manager, now, {"grant": "no", "reason": "-"}) == ["no_claim"]
