"""The example: a small day of it, told through the real actions."""

from datetime import UTC, datetime

import pytest

from dispatch.demo.load import load_demo
from dispatch.models import OrderEvent, ServiceOrder
from dispatch.models.event import broken_links
from technicians.models import Technician, User

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 19, 0, tzinfo=UTC)  # a night in Taipei: people try things at any hour


def test_a_small_example_is_alive_and_whole():
    said, greeted = [], []
    load_demo(NOW, said.append, greeted.extend, orders=40)
    assert {account.role for account in greeted} == {"dispatcher", "clerk", "agent", "manager", "admin", "technician"}
    assert all(User.objects.get(username=account.username).check_password("doorstep") for account in greeted)
    assert Technician.objects.filter(outlet__code="taipei").count() == 20
    states = set(ServiceOrder.objects.values_list("state", flat=True))
    assert {"ready", "contacted", "follow_up", "closed", "requested", "needs_info"} <= states
    assert not ServiceOrder.objects.adrift().exists()
    assert all(broken_links(order) == [] for order in ServiceOrder.objects.all())
    assert not OrderEvent.objects.filter(at__gt=NOW).exists()
    assert not ServiceOrder.objects.filter(satisfied=True).exclude(callbacks__outcome="satisfied").exists()
