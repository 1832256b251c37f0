"""Loaners: reserved before leaving, lent once at a time, looked at when back (H-A6, H-F4)."""

from datetime import timedelta
from itertools import count

import pytest

from customers.models import Category
from dispatch.lifecycle import GuardsUnmet
from dispatch.models import Loan, NextAction, State
from technicians.models import Loaner, Role
from tests.dispatch.actions.tools import lacks, step
from tests.factories import PULL_IN, REPAIR, SIGNED, do, fresh, make_order, make_outlet, order_in, through_workshop

HOUR = timedelta(hours=1)
_codes = count(1)


def unit(place, **how) -> Loaner:
    """Return a unit of the pool, of the kind that the orders are about."""
    how = {"outlet": place.outlet, "category": place.category, "code": f"L{next(_codes)}"} | how
    return Loaner.objects.create(**how)


def reserved(place, state=State.ACCEPTED):
    order, now = order_in(state, place)
    one = unit(place)
    return do(order, "reserve_loaner", place.technician.user, now, {"loaner": one.code}), one, now


def lent(place):
    """Return an order pulled in with a unit at the customer's, and the moment."""
    order, now = order_in(State.DIAGNOSED, place)
    one, tech = unit(place), place.technician.user
    order = do(order, "reserve_loaner", place.clerk, now, {"loaner": one.code})
    raw = PULL_IN | {"promised_at": (now + 72 * HOUR).isoformat(), "lend": True, "loaner_condition": "good"}
    return do(order, "pull_in", tech, now, raw), one, now


@pytest.mark.parametrize("role", ["clerk", "dispatcher", "manager"])
def test_h_a6_a_unit_is_reserved_before_leaving_and_let_go_again(place, role):  # H-A6
    order, now = order_in(State.ACCEPTED, place)
    one, by = unit(place), getattr(place, role)
    order = do(order, "reserve_loaner", by, now, {"loaner": one.code})
    assert order.loan.loaner == one and order.loan.state == Loan.RESERVED and order.loaner_due_at is None
    assert lacks(order, "reserve_loaner", by, now, {"loaner": unit(place).code}) == ["has_loan"]
    order = do(order, "release_loaner", by, now)
    assert order.loan is None and order.loans.get().state == Loan.RELEASED
    assert lacks(order, "release_loaner", by, now) == ["no_loan"]
    assert do(order, "reserve_loaner", by, now, {"loaner": one.code}).loan.loaner == one


def test_h_f4_a_loaner_handed_out_twice_is_refused_and_says_who_has_it(place):  # H-F4
    first, one, now = lent(place)
    second = make_order(place, phone="0912 000 222")
    with pytest.raises(GuardsUnmet) as refusal:
        do(second, "reserve_loaner", place.clerk, now, {"loaner": one.code})
    (lack,) = refusal.value.lacks
    assert (lack.rule, lack.code, lack.fix) == ("H-F4", "lent", "reserve_loaner") and first.number in str(lack.message)
    assert fresh(second).version == second.version and Loan.objects.count() == 1


def test_h_a6_only_a_whole_unit_of_this_outlet_and_kind_is_lent(place):
    order, now = order_in(State.ACCEPTED, place)
    other_kind = Category.objects.get_or_create(code="tv", defaults={"name_en": "TV"})[0]
    wrong = {
        "other_outlet": unit(place, outlet=make_outlet().outlet),
        "other_category": unit(place, category=other_kind),
        "unfit": unit(place, condition="damaged"),
    }
    for code, one in wrong.items():
        assert lacks(order, "reserve_loaner", place.clerk, now, {"loaner": one.code}) == [code]
    retired = unit(place, retired=True)
    assert lacks(order, "reserve_loaner", place.clerk, now, {"loaner": retired.code}) == ["unfit"]


def test_what_is_offered_is_free_whole_and_of_the_kind(place):
    from dispatch.actions.loaners import free_units

    order, now = order_in(State.ACCEPTED, place)
    other_kind = Category.objects.get_or_create(code="tv", defaults={"name_en": "TV"})[0]
    good, worn = unit(place), unit(place, condition="worn")
    unit(place, condition="damaged"), unit(place, retired=True), unit(place, category=other_kind)
    unit(place, outlet=make_outlet().outlet)
    taken, other = unit(place), make_order(place, phone="0912 000 223")
    do(other, "reserve_loaner", place.clerk, now, {"loaner": taken.code})
    assert list(free_units(order)) == [good, worn]


def test_h_f4_lent_with_the_slip_and_due_back_with_the_appliance(place):  # H-F4
    order, _one, now = lent(place)
    assert order.loan.state == Loan.OUT and order.loan.signed_by == PULL_IN["signed_by"]
    assert order.loaner_due_at == order.promised_at == now + 72 * HOUR and order.owes() == {"loaner"}
    later = {"reason": "part late", "promised_at": (now + 96 * HOUR).isoformat(), "told": "phone"}
    order = do(order, "move_promise", place.clerk, now, later)
    assert order.loaner_due_at == now + 96 * HOUR
    assert lacks(order, "hand_out_loaner", place.clerk, now, {"condition": "good", "signed_by": "x"}) == ["loaner_out"]
    assert lacks(order, "release_loaner", place.clerk, now) == ["loaner_out"]


def test_h_f4_a_loaner_goes_out_whole_reserved_and_signed_for(place):
    order, now = order_in(State.DIAGNOSED, place)
    tech = place.technician.user
    raw = PULL_IN | {"promised_at": (now + HOUR).isoformat(), "lend": True, "signed_by": "", "unsigned_reason": "no"}
    assert lacks(order, "pull_in", tech, now, raw) == ["no_loan"]
    order = do(order, "reserve_loaner", tech, now, {"loaner": unit(place).code})
    assert lacks(order, "pull_in", tech, now, raw) == ["condition", "loaner_signature"]
    raw |= {"loaner_condition": "damaged", "signed_by": "王小明"}
    assert lacks(order, "pull_in", tech, now, raw) == ["damaged"]
    assert fresh(order).loan.state == Loan.RESERVED and not order.workshop_jobs.exists()


def test_h_f4_handed_out_by_itself_another_unit_lets_the_reserved_one_go(place):
    order, _one, now = reserved(place, State.ON_SITE)
    another, tech = unit(place), place.technician.user
    raw = {"condition": "worn", "signed_by": "王小明"}
    order = do(order, "hand_out_loaner", tech, now, raw | {"loaner": another.code})
    assert order.loan.loaner == another and order.loan.condition_out == "worn"
    assert [loan.state for loan in order.loans.order_by("pk")] == [Loan.RELEASED, Loan.OUT]
    assert order.loaner_due_at > now


def test_h_f4_nothing_reserved_nothing_handed_out(place):
    order, now = order_in(State.ON_SITE, place)
    raw = {"condition": "good", "signed_by": "王小明"}
    assert lacks(order, "hand_out_loaner", place.technician.user, now, raw) == ["no_loan"]
    assert lacks(order, "take_back_loaner", place.technician.user, now, {"condition": "good"}) == ["no_loan"]


def test_h_f4_a_unit_damaged_on_return_leaves_the_pool_and_a_claim_is_offered(place):  # H-F4
    order, one, now = lent(place)
    assert lacks(order, "take_back_loaner", place.clerk, now, {"condition": "damaged"}) == ["damage_note"]
    order = do(order, "take_back_loaner", place.clerk, now, {"condition": "damaged", "note": "door torn off"})
    one.refresh_from_db()
    assert one.condition == "damaged" and order.loaner_due_at is None and order.loan is None
    said = order.events.last().payload
    assert said["worse"] and said["next"] == ["file_claim"]
    assert order.state == State.IN_WORKSHOP and order.loans.get().note == "door torn off"
    other = make_order(place, phone="0912 000 224")
    assert lacks(other, "reserve_loaner", place.clerk, now, {"loaner": one.code}) == ["unfit"]


def test_a_unit_that_comes_back_as_it_went_is_free_for_the_next(place):
    order, one, now = lent(place)
    order = do(order, "take_back_loaner", place.clerk, now, {"condition": "good"})
    assert "worse" not in order.events.last().payload
    other = make_order(place, phone="0912 000 225")
    assert do(other, "reserve_loaner", place.clerk, now, {"loaner": one.code}).loan.loaner == one


@pytest.mark.parametrize(("state", "verb"), [("ready", "cancel"), ("accepted", "hand_back")])
def test_a_reserved_unit_is_free_again_when_the_order_ends_or_comes_back(place, state, verb):
    order, now = order_in(state, place)
    one = unit(place)
    order = do(order, "reserve_loaner", place.clerk, now, {"loaner": one.code})
    order = do(order, verb, place.dispatcher, now, {"reason": "bought a new one"})
    assert order.loan is None and order.loans.get().state == Loan.RELEASED


def test_h_f4_an_order_does_not_end_while_its_customer_has_a_unit(place):  # H-F4, H-N1
    order, _one, now = lent(place)
    raw = {"reason": "bought a new one", "given_back": True}
    assert lacks(order, "cancel", place.dispatcher, now, raw) == ["loaner_out"]
    order = do(order, "take_back_loaner", place.clerk, now, {"condition": "good"})
    assert do(order, "cancel", place.dispatcher, now, raw).state == State.CANCELLED


def test_h_f4_satisfied_but_a_unit_is_still_out_the_clerk_gets_it_back_and_that_closes(place):  # H-N1
    order, one, now = lent(place)
    tech = place.technician.user
    order = through_workshop(order, place.clerk, now)
    at = now + 24 * HOUR
    times = {"confirmed": ["time", "address", "model", "purchase_date", "symptom"], "starts_at": at.isoformat()}
    order = do(order, "contact", tech, now, times)
    for name, raw in (("check_kit", {"items": ["pad-cloth", "tools"]}), ("depart", None), ("arrive", None)):
        order = do(order, name, tech, at, raw)
    brought = {"in_place": True, "tested": True}
    assert lacks(order, "deliver", tech, at, brought) == ["loaner_out"]
    order = do(order, "deliver", tech, at, brought | {"loaner_stays": "customer keeps it until Sunday"})
    for name, raw in (("charge", {}), ("complete", SIGNED)):
        order = do(order, name, tech, at, raw)
    after = at + 96 * HOUR
    order = do(order, "callback_satisfied", place.agent, after)
    assert order.state == State.FOLLOW_UP and step(order) == (NextAction.FETCH_LOANER, Role.CLERK, None)
    order = do(order, "take_back_loaner", place.clerk, after, {"condition": "worn"})
    assert order.state == State.CLOSED and order.satisfied is True
    one.refresh_from_db()
    assert one.condition == "worn"


def test_h_r1_never_reached_is_not_closed_while_a_unit_is_out(place):
    order, now = order_in(State.FOLLOW_UP, place)
    type(order).objects.filter(pk=order.pk).update(loaner_due_at=now, escalation="unreached")
    assert lacks(fresh(order), "close_unreached", place.manager, now, {"reason": "moved"}) == ["loaner_out"]


def test_a_reserved_unit_that_was_not_needed_is_free_after_the_visit(place):
    order, _one, now = reserved(place, State.DIAGNOSED)
    tech = place.technician.user
    for name, raw in (("repair", REPAIR), ("charge", {}), ("complete", SIGNED)):
        order = do(order, name, tech, now, raw)
    assert order.loan is None and order.loans.get().state == Loan.RELEASED
