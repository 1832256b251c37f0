"""The roll-ups: what is kept day by day is what a count of everything finds."""

from datetime import timedelta

import pytest

from dispatch.models import KpiDay, KpiMonth, KpiStale, State
from dispatch.reports.kpi import counting
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def held(model=KpiDay) -> dict:
    """Return what a roll-up holds, without the numbers of its rows."""
    rows = model.objects.values_list("day", "outlet_id", "brand_id", "kind", "by", "key", "sums")
    found = {row[:-1]: row[-1] for row in rows}
    assert len(found) == len(rows)  # each row once
    return found


def test_counted_from_the_log_as_it_grows():
    place = factories.make_outlet()
    order, _now = factories.order_in(State.CLOSED, place)
    assert KpiStale.objects.filter(order_id=order.pk).exists()
    assert counting.catch_up() >= 2
    assert not KpiStale.objects.exists()
    followed = held(), held(KpiMonth)
    assert counting.recount() >= 2
    assert (held(), held(KpiMonth)) == followed
    assert held()[(NOW.date(), place.outlet.pk, None, "orders", "", "")][:2] == [1, 1]
    counting.recount([NOW.date(), NOW.date() + timedelta(days=1)])
    assert (held(), held(KpiMonth)) == followed
