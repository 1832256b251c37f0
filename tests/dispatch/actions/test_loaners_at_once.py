"""Two who want the same unit at the same moment: one gets it, the other is told who has it (H-F4)."""

import pytest

from dispatch import actions
from dispatch.lifecycle import GuardsUnmet
from dispatch.models import Loan, State
from tests.dispatch.lifecycle.test_at_once import at_once
from tests.factories import fresh, in_days, make_order, make_outlet, order_in

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=False)


def test_h_f4_a_unit_wanted_by_ten_at_once_is_lent_once(transactional_db):  # H-F4
    from tests.dispatch.actions.test_loaners import unit

    place = make_outlet()
    one = unit(place)
    orders = [make_order(place, phone=f"0912 345 6{number:02d}") for number in range(10)]
    now = orders[0].opened_at

    def reserve(order):
        return lambda: actions.perform(order.pk, "reserve_loaner", place.clerk, now, {"loaner": one.code})

    results = at_once(*(reserve(order) for order in orders))
    refused = [result for result in results if isinstance(result, GuardsUnmet)]
    assert len(refused) == 9 and Loan.objects.count() == 1
    has_it = fresh(Loan.objects.get().order_id)
    assert all(lack.code == "lent" for refusal in refused for lack in refusal.lacks)
    assert all(has_it.number in refusal.detail for refusal in refused)


def test_h_f4_handed_out_at_two_doors_at_once(transactional_db):  # H-F4
    from tests.dispatch.actions.test_loaners import unit

    place = make_outlet()
    one = unit(place)
    first, now = order_in(State.IN_WORKSHOP, place)
    second = make_order(place, phone="0912 000 777", service_kind="carry_in")
    slip = {"outside": "no marks", "signed_by": "x", "promised_at": f"{in_days(8)}T10:00:00+08:00"}
    actions.perform(second.pk, "take_in", place.clerk, now, slip)
    raw = {"loaner": one.code, "condition": "good", "signed_by": "x"}

    def hand_out(order):
        return lambda: actions.perform(order.pk, "hand_out_loaner", place.clerk, now, raw)

    results = at_once(hand_out(first), hand_out(second))
    (refusal,) = [result for result in results if isinstance(result, GuardsUnmet)]
    assert [lack.code for lack in refusal.lacks] == ["lent"]
    assert Loan.objects.get().state == Loan.OUT
    assert {bool(fresh(order).loaner_due_at) for order in (first, second)} == {True, False}
