"""What fixed the same trouble on the same model before, from orders whose customer was content (H-A1)."""

from datetime import timedelta

import pytest

from dispatch.models import Fault, ServiceOrder, State
from dispatch.reports.fixes import fixed_before, usual_parts, what_fixed
from tests.factories import DIAGNOSIS, REPAIR, SIGNED, do, make_outlet, order_in
from tests.stocking import make_model, make_part, make_van, put

pytestmark = pytest.mark.django_db
_phone = iter(range(100, 999))


@pytest.fixture
def place():
    return make_outlet()


@pytest.fixture
def pump(place):
    part = make_part("DP-31")
    put(make_van(place.technician), part, 20)
    return part


def fixed(place, measure="pump changed", parts=("DP-31",), satisfied=True, **told):
    """Live an order through: diagnosed, repaired with `parts`, closed."""
    told = {"name": f"客 {(number := next(_phone))}", "phone": f"0912 345 {number}"} | told
    order, now = order_in(State.ON_SITE, place, **told)
    tech = place.technician.user
    do(order, "diagnose", tech, now, DIAGNOSIS)
    for part in parts:
        do(order, "use_part", tech, now, {"part": part})
    do(order, "repair", tech, now, REPAIR | {"measure": measure})
    do(order, "charge", tech, now, {})
    order = do(order, "complete", tech, now, SIGNED)
    if satisfied:
        order = do(order, "callback_satisfied", place.agent, now + timedelta(days=2), {})
    return order


def test_h_a1_counts_of_parts_and_measures(place, pump):
    for _ in range(2):
        fixed(place)
    fixed(place, "hose cleared", ())
    found = what_fixed(None, "xqg70", "漏水")
    assert [(one.part, one.count, one.first_time, one.usual) for one in found.parts] == [(pump, 2, 2, 1)]
    assert [(one.measure, one.count) for one in found.measures] == [("pump changed", 2), ("hose cleared", 1)]


def test_h_a1_first_time_fixes_are_counted_apart(place, pump):
    fixed(place)
    again = fixed(place)
    ServiceOrder.objects.filter(pk=again.pk).update(returns=1)
    (part,) = what_fixed(None, "XQG70", "漏水").parts
    assert (part.count, part.first_time) == (2, 1)


def test_h_a1_only_what_the_customer_was_content_with_on_this_model(place, pump):
    fixed(place, satisfied=False)
    fixed(place, model_no="OTHER")
    fixed(place, symptom="不轉")
    assert not what_fixed(None, "XQG70", "漏水")
    assert not what_fixed(None, "", "漏水")
    assert not what_fixed(None, "XQG70", "")


def test_h_a1_by_the_fault_where_it_is_named(place, pump):
    leak = Fault.objects.create(code="leak", name_en="Leaks", category=place.category)
    order = fixed(place)
    ServiceOrder.objects.filter(pk=order.pk).update(fault=leak, symptom="說法不同")
    mine, _now = order_in(State.READY, place)
    assert not fixed_before(mine)
    mine.fault = leak
    assert [one.count for one in fixed_before(mine).parts] == [1]


def test_an_order_does_not_recommend_itself(place, pump):
    assert not fixed_before(fixed(place))


def test_h_a1_usual_parts_are_those_that_fit(place):
    model = make_model("XQG70")
    mine, other, any_ = make_part("A-1", fits=(model,)), make_part("A-2", fits=(make_model("B"),)), make_part("A-3")
    leak = Fault.objects.create(code="leak", name_en="Leaks", category=place.category)
    leak.usual_parts.set([mine, other, any_])
    order, _now = order_in(State.READY, place)
    assert usual_parts(order) == []
    order.fault = leak
    assert usual_parts(order) == [mine, any_]
