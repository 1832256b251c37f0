"""Whose customers one sees: those of the orders one sees."""

import pytest

from customers.models import Address, Appliance, Customer
from tests.factories import make_order, make_outlet, order_in

pytestmark = pytest.mark.django_db


def test_an_outlet_sees_the_customers_of_its_orders_alone():
    here, there = make_outlet(), make_outlet()
    mine, theirs = make_order(here), make_order(there, phone="0987 654 321")
    assert list(Customer.objects.for_user(here.dispatcher)) == [mine.customer]
    assert list(Address.objects.for_user(there.clerk)) == [theirs.address]
    assert Appliance.objects.for_user(here.admin).count() == 2


def test_a_technician_sees_those_of_the_orders_they_hold():
    place = make_outlet()
    order, _now = order_in("accepted", place)
    assert list(Customer.objects.for_user(place.technician.user)) == [order.customer]
    assert not Customer.objects.for_user(place.other.user).exists()
