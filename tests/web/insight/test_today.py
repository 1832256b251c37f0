"""The manager's page, against figures counted by hand."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dispatch.models import Callback, OrderEvent, ServiceOrder, State
from dispatch.reports import today as report
from tests import factories
from tests.factories import NOW, do
from web.insight.behind import BEHIND, OF_TECHNICIAN

pytestmark = pytest.mark.django_db
TAIPEI = ZoneInfo("Asia/Taipei")


@pytest.fixture
def place(db):
    return factories.make_outlet()


@pytest.fixture
def evening(monkeypatch):
    """Stop the server's clock at 19:00 of the day the orders were made."""
    moment = NOW + timedelta(hours=10)
    monkeypatch.setattr(timezone, "now", lambda: moment)
    return moment


@pytest.fixture
def desk(place):
    client = Client()
    client.force_login(place.manager)
    return client


def brought(place, state, number, **told):
    """Return an order in a state; each has its own phone. One technician's times may not overlap: use with care."""
    return factories.order_in(state, place, phone=f"0912 345 {number:03d}", **told)[0]


def figures(place, now, user=None):
    return report.figures(user or place.manager, now, TAIPEI)


def test_nothing_is_nothing(place, evening):
    found = figures(place, evening)
    assert (found.open, found.due, found.overdue, found.late, found.at_risk, found.records_due) == (0, 0, 0, 0, 0, 0)
    assert found.satisfied_share is None
    assert found.oldest is None
    assert {row.count for row in found.states} == {0}
    assert [(row.open, row.done, row.late, row.arrivals) for row in found.technicians] == [(0, 0, 0, 0)] * 2


def test_orders_by_state_and_what_is_overdue(place, evening):
    """Two ready since 09:00 (due 09:30), one ready since 18:55 (due 19:25), one cancelled today, one yesterday."""
    first = brought(place, State.READY, 1)
    brought(place, State.READY, 2)
    fresh = factories.make_order(place, evening - timedelta(minutes=5), phone="0912 345 003")
    brought(place, State.CANCELLED, 4)
    before = brought(place, State.CANCELLED, 5)
    ServiceOrder.objects.filter(pk=before.pk).update(finished_at=NOW - timedelta(days=1))
    found = figures(place, evening)
    counts = {row.state: row.count for row in found.states}
    assert (counts[State.READY], counts[State.CANCELLED], found.open) == (3, 1, 3)
    assert (found.overdue, found.due, found.unassigned) == (2, 1, 3)
    assert found.opened_today == 5
    assert found.oldest == first
    assert fresh.next_due_at > evening


def test_late_counts_against_the_latest_arrival_agreed(place, evening):
    """H-E4: agreed for 12:00, nobody there: late at 12:01, and not before; at risk only while not late."""
    order = brought(place, State.CONTACTED, 1)
    noon = factories.STARTS
    assert figures(place, noon).late == 0
    assert figures(place, noon + timedelta(minutes=1)).late == 1
    visit = order.visits.standing().get()
    visit.at_risk, visit.window_ends_at = True, noon + timedelta(hours=1)
    visit.save()
    found = figures(place, noon + timedelta(minutes=1))
    assert (found.late, found.at_risk) == (0, 1)
    do(do(order, "check_kit", place.technician.user, NOW, factories.KIT), "depart", place.technician.user, NOW)
    do(order, "arrive", place.technician.user, noon)
    found = figures(place, noon + timedelta(hours=2))
    assert (found.late, found.at_risk) == (0, 0)


def test_by_technician(place, evening):
    """H-E4: late arrivals come from the log; visits done today from when they were left."""
    order = brought(place, State.FOLLOW_UP, 1)
    row = next(row for row in figures(place, evening).technicians if row.technician == place.technician)
    assert (row.open, row.done, row.late, row.arrivals) == (1, 1, 0, 1)
    first, order = order, factories.make_order(place, phone="0912 345 002")
    tech = place.technician.user
    later = evening - timedelta(hours=2)
    do(order, "assign", place.dispatcher, later, {"technician": place.technician.pk, "starts_at": later.isoformat()})
    do(order, "accept", tech, later)
    do(order, "contact", tech, later, {"confirmed": factories.CONFIRMED, "starts_at": later.isoformat()})
    do(order, "check_kit", tech, later, factories.KIT)
    do(order, "depart", tech, later)
    do(order, "arrive", tech, later + timedelta(minutes=20))
    row = next(row for row in figures(place, evening).technicians if row.technician == place.technician)
    assert (row.open, row.done, row.late, row.arrivals) == (2, 1, 1, 2)
    day = report.Day.of(evening, place.outlet.tz)
    lists = {name: found(place.manager, day, place.technician) for name, (_label, found) in OF_TECHNICIAN.items()}
    assert [row["order_id"] for row in lists["done"]] == [first.pk]
    assert [row["order_id"] for row in lists["late"]] == [order.pk]
    assert OrderEvent.objects.filter(action="arrive", payload__lateness="very_late").count() == 1


def test_callbacks_and_records(place, evening):
    """H-R1, H-H1: owed, heard today, never counting as satisfied who was not reached."""
    orders = [brought(place, State.FOLLOW_UP, 1)]
    orders[0].repairs.update(cause="")
    call = Callback.objects.get()
    for outcome, days in (("satisfied", 0), ("satisfied", 0), ("unhappy", 0), ("unreached", 0), ("satisfied", 1)):
        Callback.objects.create(
            order=orders[0],
            kind="routine" if outcome == "unreached" else "advice",
            role="agent",
            due_at=NOW,
            created_at=NOW,
            state=Callback.DONE,
            outcome=outcome,
            caller=place.agent,
            done_at=evening - timedelta(days=days),
        )
    Callback.objects.filter(pk=call.pk).update(due_at=evening - timedelta(minutes=1))
    found = figures(place, evening)
    assert found.callbacks == {"overdue": 1, "due": 0, "satisfied": 2, "unhappy": 1, "unreached": 1}
    assert found.satisfied_share == 67
    assert found.records_due == 1
    Callback.objects.filter(pk=call.pk).update(due_at=evening + timedelta(minutes=1))
    assert figures(place, evening).callbacks["due"] == 1


def test_escalations_are_listed_with_the_way_to_them(place, desk, evening):
    """H-C6: whom the manager has to win back."""
    order = brought(place, State.ACCEPTED, 1)
    do(order, "escalate", place.technician.user, NOW + timedelta(hours=1), {"escalation": "angry", "reason": "shouted"})
    page = desk.get(reverse("today"))
    assert page.context["figures"].escalations == [order]
    assert page.context["figures"].escalated == 1
    assert reverse("order", args=[order.pk]) in page.content.decode()


def test_every_figure_links_to_exactly_its_orders(place, desk, evening):
    """The number on the card is the number of orders behind it."""
    brought(place, State.READY, 1)
    brought(place, State.FOLLOW_UP, 2).repairs.update(cause="")
    brought(place, State.CANCELLED, 3)
    page = desk.get(reverse("today"))
    found = page.context["figures"]
    expected = {
        "overdue": found.overdue,
        "late": found.late,
        "at-risk": found.at_risk,
        "unassigned": found.unassigned,
        "due": found.due,
        "escalated": found.escalated,
        "calls-overdue": found.callbacks["overdue"],
        "calls-due": found.callbacks["due"],
        "records": found.records_due,
        "open": found.open,
        "opened": found.opened_today,
        "finished-cancelled": 1,
        "finished-closed": 0,
        "finished-rejected": 0,
        "heard-satisfied": 0,
        "heard-unhappy": 0,
        "heard-unreached": 0,
    }
    assert expected.keys() == BEHIND.keys()
    shown = {name: desk.get(reverse("behind", args=[name])).context["page"].paginator.count for name in BEHIND}
    assert shown == expected
    assert found.overdue == found.records_due == 1
    for card in page.context["cards"]:
        assert desk.get(card["url"]).status_code == 200


def test_a_figure_that_does_not_exist(desk, evening):
    assert desk.get(reverse("behind", args=["profit"])).status_code == 404


def test_each_sees_their_own_outlet(place, evening):
    brought(place, State.READY, 1)
    other = factories.make_outlet()
    assert figures(other, evening).open == 0
    assert figures(place, evening).open == 1
    centre = factories.make_user("manager", None)
    assert figures(place, evening, centre).open == 1
    assert len(figures(place, evening, centre).technicians) == 4


@pytest.mark.parametrize(
    ("role", "status"), [("manager", 200), ("admin", 200), ("clerk", 200), ("dispatcher", 403), ("agent", 403)]
)
def test_who_may_look(client, place, evening, role, status):
    client.force_login(getattr(place, role))
    assert client.get(reverse("today")).status_code == status


def test_the_day_is_the_outlets_own():
    """A day of 23 hours where the clocks go forward; 16:30 UTC is already tomorrow in Taipei."""
    berlin = report.Day.of(datetime(2026, 3, 29, 12, tzinfo=UTC), ZoneInfo("Europe/Berlin"))
    assert berlin.end.astimezone(UTC) - berlin.start.astimezone(UTC) == timedelta(hours=23)
    day = report.Day.of(datetime(2026, 11, 30, 16, 30, tzinfo=UTC), TAIPEI)
    assert day.start.astimezone(UTC) == datetime(2026, 11, 30, 16, tzinfo=UTC)



def test_as_many_queries_for_thirty_orders_as_for_one(place, desk, evening):
    brought(place, State.READY, 100)
    desk.get(reverse("today"))
    counts = []
    for _turn in range(2):
        with CaptureQueriesContext(connection) as caught:
            desk.get(reverse("today"))
        counts.append(len(caught))
        for number in range(29):
            order = brought(place, State.ACCEPTED, number)
            do(order, "escalate", place.dispatcher, NOW + timedelta(hours=1), {"escalation": "angry", "reason": "x"})
    assert counts[0] == counts[1]
    assert counts[0] <= 20
