"""The queue: what it shows, that its counts are true, and what it costs."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dispatch.models import NextAction, State
from tests import factories
from tests.factories import NOW, make_order, order_in
from web.console.queue import Queue

URL = "/console/"
PART = {"headers": {"HX-Request": "true", "HX-Target": "queue-part"}}


@pytest.fixture
def many(place, clock):
    """Orders in several states, two overdue at the moment we look."""
    orders = {state: order_in(state, place)[0] for state in ("ready", "assigned", "accepted", "closed", "requested")}
    orders["urgent"] = make_order(place, priority=1, name="陳大文", phone="0922 345 678", district="中山區")
    clock(NOW + timedelta(minutes=26))
    return orders


def shown(answer):
    return {order.number for order in answer.context["queue"].rows}


def test_open_orders_are_shown_and_finished_ones_are_not(place, many, at_desk):
    answer = at_desk(place.dispatcher).get(URL)
    assert shown(answer) == {order.number for name, order in many.items() if name != "closed"}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("state=ready", {"ready", "urgent"}),
        ("state=closed", {"closed"}),
        ("state=any", {"ready", "assigned", "accepted", "closed", "requested", "urgent"}),
        ("technician=none", {"ready", "requested", "urgent"}),
        ("priority=1", {"urgent"}),
        ("escalation=any", set()),
        ("risk=overdue", {"assigned", "urgent"}),
        ("risk=at_risk", set()),
        ("q=陳大", {"urgent"}),
        ("q=0922345", {"urgent"}),
        ("q=%2B886922345", {"urgent"}),
        ("q=000922345", set()),  # an order's number, not the phones that have it inside
        ("q=%23922345", set()),
        ("q=中山", {"urgent"}),
        ("q=仁愛路", {"ready", "assigned", "accepted", "requested", "urgent"}),
        ("state=odd&priority=9&sort=%00&q=%00&page=-3", {"ready", "assigned", "accepted", "requested", "urgent"}),
        ("mine=1", {"ready", "urgent"}),
        ("need=assign", {"ready", "urgent"}),
        ("need=workshop", set()),
    ],
)
def test_filters(query, expected, place, many, at_desk):
    if "overdue" in query:  # assigned 5 minutes in, to be accepted within 15; urgent within 10
        assert many["assigned"].next_due_at < NOW + timedelta(minutes=26)
    answer = at_desk(place.dispatcher).get(f"{URL}?{query}")
    assert answer.status_code == 200
    assert shown(answer) == {many[name].number for name in expected}


def test_an_order_is_found_by_its_number(place, many, at_desk):
    for text in (many["urgent"].number, str(many["urgent"].pk), f"#{many['urgent'].pk}"):
        assert many["urgent"].number in shown(at_desk(place.dispatcher).get(URL, {"q": text}))


@pytest.mark.parametrize("query", ["", "priority=3", "risk=overdue", "q=仁愛路", "state=any", "mine=1"])
def test_counts_never_lie(query, place, many, at_desk):
    client = at_desk(place.dispatcher)
    for need in client.get(f"{URL}?{query}").context["queue"].needs:
        behind = client.get(f"{URL}?{query}&need={need.code}").context["queue"]
        assert len(behind.rows) == need.count == behind.total
        assert sum(order.late for order in behind.rows) == need.overdue


def test_what_must_be_decided_first_is_the_dispatchers_own(place, many, at_desk):
    queue = at_desk(place.dispatcher).get(URL).context["queue"]
    assert [order.number for order in queue.first] == [many["urgent"].number, many["ready"].number]
    assert queue.waiting == 2


@pytest.mark.parametrize("sort", ["due", "-due", "number", "-number", "priority", "-priority", "visit", "-visit"])
def test_sorted_both_ways(sort, place, many, at_desk):
    queue = at_desk(place.dispatcher).get(f"{URL}?sort={sort}").context["queue"]
    key = {
        "due": lambda order: order.next_due_at,
        "number": lambda order: order.pk,
        "priority": lambda order: order.priority,
        "visit": lambda order: order.standing[0].starts_at if order.standing else NOW + timedelta(days=99),
    }[sort.lstrip("-")]
    found = [key(order) for order in queue.rows]
    assert found == sorted(found, reverse=sort.startswith("-"))


def test_filters_stay_in_the_address(place, many, at_desk):
    page = at_desk(place.dispatcher).get(f"{URL}?q=仁愛路&priority=3").content.decode()
    assert f"need={NextAction.ASSIGN}" in page
    assert "q=%E4%BB%81%E6%84%9B%E8%B7%AF&amp;priority=3&amp;need=assign" in page


def test_a_look_again_costs_nothing_when_nothing_changed(place, many, at_desk):
    client = at_desk(place.dispatcher)
    stamp = client.get(URL, **PART).context["stamp"]
    assert client.get(URL, {"stamp": stamp}, **PART).status_code == 204
    make_order(place, name="new")
    again = client.get(URL, {"stamp": stamp}, **PART)
    assert again.status_code == 200 and "<html" not in again.content.decode()


def test_what_falls_overdue_is_a_change(place, many, at_desk, clock):
    client = at_desk(place.dispatcher)
    stamp = client.get(URL, **PART).context["stamp"]
    clock(NOW + timedelta(hours=2))
    assert client.get(URL, {"stamp": stamp}, **PART).status_code == 200


def test_going_back_in_the_browser_gives_the_whole_page(place, at_desk):
    headers = PART["headers"] | {"HX-History-Restore-Request": "true"}
    assert "<html" in at_desk(place.dispatcher).get(URL, headers=headers).content.decode()


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("", "No order is open"),
        ("priority=2", "No order fits these filters"),
        ("q=nobody", "No open order fits this search"),
    ],
)
def test_an_empty_list_says_why(query, why, place, at_desk):
    assert why in at_desk(place.dispatcher).get(f"{URL}?{query}").content.decode()


def test_thousands_come_page_by_page(place, at_desk, clock, monkeypatch):
    monkeypatch.setattr("web.console.queue.PAGE", 3)
    numbers = [make_order(place, name=f"n{i}").number for i in range(7)]
    clock(NOW)
    client, seen = at_desk(place.dispatcher), []
    for page in (1, 2, 3):
        seen += [order.number for order in client.get(f"{URL}?sort=number&page={page}").context["queue"].rows]
    assert seen == numbers
    assert client.get(f"{URL}?page=99").context["queue"].page == 3


def queries(client, url, **more):
    with CaptureQueriesContext(connection) as found:
        assert client.get(url, **more).status_code == 200
    return len(found)


def test_fifty_orders_cost_as_many_questions_as_one(place, at_desk, clock):
    client = at_desk(place.dispatcher)
    make_order(place)
    clock(NOW)
    client.get(URL)
    one = queries(client, URL)
    for number in range(49):
        make_order(place, name=f"n{number}")
    assert queries(client, URL) == one <= 12


@pytest.mark.parametrize("role", ["clerk", "agent", "manager", "admin"])
def test_everybody_at_the_desk_has_a_queue(role, place, many, at_desk):
    assert at_desk(getattr(place, role)).get(URL).status_code == 200


def test_who_looks_after_all_outlets_sees_all(place, many, at_desk):
    far = factories.make_order(factories.make_outlet())
    everywhere = factories.make_user("agent")
    assert far.number in shown(at_desk(everywhere).get(URL))
    assert far.number not in shown(at_desk(place.agent).get(URL))
    assert shown(at_desk(everywhere).get(URL, {"outlet": far.outlet.code})) == {far.number}


def test_a_state_that_is_unknown_is_no_filter(place):
    assert Queue(place.dispatcher, {"state": "x"}, NOW).chosen == {}
    assert Queue(place.dispatcher, {"state": State.READY.value}, NOW).chosen == {"state": "ready"}


@pytest.mark.parametrize("role, sees", [("dispatcher", True), ("clerk", True), ("manager", True), ("agent", False)])
def test_the_way_to_the_order_file_is_shown_to_who_may_go_it(role, sees, place, client):
    client.force_login(getattr(place, role))
    where = "/admin/dispatch/serviceorder/import/"
    assert (where in client.get(URL).content.decode()) is sees
    assert (client.get(where).status_code == 200) is sees
