"""A page of orders, picked before anything is joined."""

from __future__ import annotations

import pytest

from dispatch.models import ServiceOrder
from tests.factories import make_order, make_outlet


@pytest.fixture
def orders(db):
    """Seven orders of one outlet, the newest last."""
    place = make_outlet()
    return [make_order(place).pk for _ in range(7)]


@pytest.mark.parametrize(("first", "last"), [(0, 3), (3, 6), (6, 9), (9, 12)])
def test_a_page_is_what_a_slice_is(orders, first, last):
    rows = ServiceOrder.objects.unfinished().with_rows().order_by("-pk")
    assert [order.pk for order in rows.page(first, last)] == list(reversed(orders))[first:last]


def test_nothing_is_joined_to_what_is_not_on_the_page(orders, django_assert_num_queries):
    with django_assert_num_queries(2) as asked:
        found = list(ServiceOrder.objects.with_rows().order_by("pk").page(0, 5))
        assert all(order.customer.name and order.outlet.code for order in found)
    pick, read = (query["sql"] for query in asked.captured_queries)
    assert "LIMIT 5" in pick
    assert "JOIN" not in pick
    assert "JOIN" in read
