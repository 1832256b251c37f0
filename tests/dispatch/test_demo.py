"""The example: a small day of it, told through the real actions."""

from datetime import UTC, datetime

import pytest

from dispatch.demo.load import load_demo
from dispatch.models import (
    Check,
    Consent,
    HelpRequest,
    OrderEvent,
    Paper,
    PartUse,
    Payment,
    Quote,
    Series,
    ServiceOrder,
    Visit,
    WorkshopJob,
)
from dispatch.models.event import broken_links
from technicians.availability import works_at
from technicians.models import Move, Position, Technician, User
from technicians.stock import differences

pytestmark = pytest.mark.django_db
MOMENTS = {Check: "at", Consent: "at", Move: "at", Paper: "issued_at", Payment: "at", Quote: "made_at"}
NOW = datetime(2026, 11, 29, 19, 0, tzinfo=UTC)  # a night in Taipei: people try things at any hour


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
    assert Position.objects.count() >= 8
    _the_trade_is_told()
    _the_board_is_full()


def _the_trade_is_told():
    """Prices agreed and paid, parts put in, appliances in the workshop, help asked for; and the books agree."""
    for model in (Check, Consent, HelpRequest, PartUse, Payment, Quote, WorkshopJob):
        assert model.objects.exists(), model
    assert differences() == []
    for series in Series.objects.all():  # H-G1: no number is missing
        numbers = Paper.objects.filter(outlet=series.outlet, kind=series.kind).values_list("number", flat=True)
        assert sorted(numbers) == list(range(1, series.last + 1))
    for quote in Quote.objects.prefetch_related("lines"):
        assert quote.total == quote.net + quote.tax and quote.total >= 0
    late = {model: model.objects.filter(**{f"{name}__gt": NOW}).count() for model, name in MOMENTS.items()}
    assert not any(late.values()), late


def _the_board_is_full():
    """Whatever the hour, people work now, and the visits of the day lie within their shifts."""
    ahead = Visit.objects.standing().filter(starts_at__gt=NOW).select_related("technician__outlet")
    inside = [works_at(visit.technician, visit.starts_at, visit.ends_at) for visit in ahead]
    assert len(inside) >= 8
    assert sum(inside) >= 0.8 * len(inside)
