"""The list of orders, its filters and pages; visits, callbacks, queue, technicians."""

from datetime import datetime, timedelta

import pytest

from customers.phones import digits_typed
from dispatch.models import ServiceOrder, State
from technicians.models import Absence
from tests.dispatch.api.conftest import api
from tests.factories import COMPLETE, TODAY, in_days, make_order, make_outlet, order_in


def ids(user, query):
    answer = api(user).get(f"/api/v1/orders/?{query}")
    assert answer.status_code == 200, answer.content
    return [row["id"] for row in answer.json()["results"]]


@pytest.fixture
def orders(place):
    """Return a ready, an accepted and a cancelled order, each told apart by what is on it."""
    ready = make_order(place, external_ref="SHOP-7", priority=1)
    accepted, _now = order_in(State.ACCEPTED, place, name="陳大文", phone="0922 333 444", address_line="和平東路 9 號")
    gone, _now = order_in(State.CANCELLED, place)
    return ready, accepted, gone


def test_filters(place, orders):
    ready, accepted, gone = (order.pk for order in orders)
    office = place.dispatcher
    assert ids(office, "") == [gone, accepted, ready]
    assert ids(office, "state=ready") == [ready]
    assert ids(office, "state=ready&state=cancelled") == [gone, ready]
    assert ids(office, "open=true") == [accepted, ready]
    assert ids(office, "open=false") == [gone]
    assert ids(office, f"technician={place.technician.pk}") == [accepted]
    assert ids(office, "priority=1") == [ready]
    assert ids(office, f"outlet={place.outlet.code}") == [gone, accepted, ready]
    assert ids(office, f"customer={orders[1].customer_id}") == [accepted]
    assert ids(office, "next_action=contact") == [accepted]
    assert ids(office, "escalated=true") == []
    ServiceOrder.objects.filter(pk=ready).update(next_due_at="2020-01-01T00:00Z")
    ServiceOrder.objects.filter(pk=accepted).update(next_due_at="2099-01-01T00:00Z")
    assert ids(office, "overdue=true") == [ready]
    assert ids(office, "overdue=false") == [gone, accepted]


@pytest.mark.parametrize(
    "text", ["陳大", "0922 333 444", "922333444", "+886 922-333-444", "和平東路", "NUMBER", "#NUMBER"]
)
def test_search_finds_by_number_phone_name_and_address(place, orders, text):
    found = api(place.dispatcher).get("/api/v1/orders/", {"q": text.replace("NUMBER", orders[1].number)})
    assert [row["id"] for row in found.json()["results"]] == [orders[1].pk]


@pytest.mark.parametrize(
    ("typed", "inside"),
    [
        ("0922 333 444", "922333444"),
        ("+886 922-333-444", "886922333444"),
        ("(02) 2555-0000", "225550000"),
        ("3444", "3444"),
        ("344", ""),
        ("0344", ""),
        ("001234", "001234"),  # an order's number, as it is printed
        ("0012345", "12345"),
        ("000922", "000922"),  # an order's number, as it is printed: no phone of ours has three zeros in front
        ("#922333", ""),
        ("A-92233", ""),
        ("٣٤٤٤٤", ""),
    ],
)
def test_what_is_typed_of_a_phone_number(typed, inside):
    assert digits_typed(typed) == inside


def test_an_order_number_finds_no_phones_that_end_on_it(place, orders):
    """The number 000922333 is one order's, not that of everybody whose phone has 922333 in it."""
    assert ids(place.dispatcher, "q=000922333") == []
    assert ids(place.dispatcher, "q=%23922333444") == []


def test_search_by_their_order_number(place, orders):
    assert ids(place.dispatcher, "q=shop-7") == [orders[0].pk]
    assert ids(place.dispatcher, "q=nobody") == []


def test_pages_meet_without_gap_or_overlap(place):
    made = [make_order(place).pk for _ in range(7)]
    client, seen, url = api(place.dispatcher), [], "/api/v1/orders/?limit=3"
    cursor = ""
    while cursor is not None:
        page = client.get(url + (f"&cursor={cursor}" if cursor else "")).json()
        seen += [row["id"] for row in page["results"]]
        cursor = page["next_cursor"]
        make_order(place)  # who reads on is not disturbed by what is new
    assert seen == made[::-1]


def test_pages_of_the_queue_follow_due_time_and_priority(place):
    for _ in range(5):
        make_order(place)
    ServiceOrder.objects.update(next_due_at=f"{TODAY}T01:00Z")
    first, last = ServiceOrder.objects.order_by("pk")[2], ServiceOrder.objects.order_by("pk")[0]
    ServiceOrder.objects.filter(pk=first.pk).update(priority=1)
    ServiceOrder.objects.filter(pk=last.pk).update(next_due_at=f"{TODAY}T02:00Z")
    client, seen, cursor = api(place.dispatcher), [], ""
    while cursor is not None:
        page = client.get("/api/v1/queue/", {"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        seen += [row["id"] for row in page["results"]]
        cursor = page["next_cursor"]
    assert len(seen) == 5 and (seen[0], seen[-1]) == (first.pk, last.pk)
    assert (page["total"], page["counts"][0]["action"], page["counts"][0]["count"]) == (5, "assign", 5)


def test_gaps_are_listed(place):
    order = make_order(place, model_no="", wish="")  # H-I2
    whole = api(place.dispatcher).get(f"/api/v1/orders/{order.pk}/").json()
    assert whole["gaps"] == ["model", "wish"]


def test_opening_an_order(place):
    answer = api(place.agent).post("/api/v1/orders/", {"phone": "0912 000 111", "symptom": "漏水"}, format="json")
    assert answer.status_code == 201
    assert (answer.json()["state"], answer.json()["next"]["action"]) == ("ready", "assign")
    other = make_outlet()
    elsewhere = COMPLETE | {"outlet": other.outlet.code}
    refused = api(place.dispatcher).post("/api/v1/orders/", elsewhere, format="json")
    assert refused.status_code == 400 and "outlet" in refused.json()["errors"]
    assert api(place.admin).post("/api/v1/orders/", elsewhere, format="json").status_code == 201
    empty = api(place.dispatcher).post("/api/v1/orders/", {}, format="json")
    assert empty.status_code == 400 and empty.json()["rule"] == "H-I2"


def test_visits_of_a_day(place):
    order, _now = order_in(State.CONTACTED, place)
    client = api(place.dispatcher)
    day = {"starts_from": f"{TODAY}T00:00:00Z", "starts_before": f"{in_days(1)}T00:00:00Z"}
    (row,) = client.get("/api/v1/visits/", day | {"technician": place.technician.pk}).json()["results"]
    assert (row["order"], row["status"], row["state"]) == (order.pk, "agreed", "contacted")
    assert row["customer"]["phone"] == "+886912345678"
    assert client.get("/api/v1/visits/", day | {"status": "done"}).json()["results"] == []
    assert client.get("/api/v1/visits/", {"starts_from": f"{in_days(2)}T00:00:00Z"}).json()["results"] == []


def test_callbacks_open_and_due(place):
    order, _now = order_in(State.CONSULTING, place)
    client = api(place.agent)
    (row,) = client.get("/api/v1/callbacks/?open=true").json()["results"]
    assert (row["order"], row["kind"], row["role"], row["log"]) == (order.pk, "advice", "agent", [])  # H-A2
    assert client.get("/api/v1/callbacks/?open=false").json()["results"] == []
    assert client.get("/api/v1/callbacks/?kind=routine").json()["results"] == []
    order.callbacks.update(due_at="2020-01-01T00:00Z")
    (row,) = client.get("/api/v1/callbacks/?due=true").json()["results"]
    assert row["due"] is True
    order.callbacks.update(due_at="2099-01-01T00:00Z")
    assert client.get("/api/v1/callbacks/?due=true").json()["results"] == []


def test_technicians_with_skills_and_todays_hours(place):
    answer = api(place.dispatcher).get("/api/v1/technicians/").json()["results"]
    row = next(row for row in answer if row["id"] == place.technician.pk)
    assert [skill["code"] for skill in row["skills"]] == ["washing"]
    (span,) = row["today"]
    assert (span["starts_at"][11:], span["ends_at"][11:]) == ("00:00:00Z", "12:00:00Z")  # 08:00 to 20:00 in Taipei
    starts = datetime.fromisoformat(span["starts_at"])
    Absence.objects.create(technician=place.technician, starts_at=starts, ends_at=starts + timedelta(hours=4))
    row = api(place.dispatcher).get(f"/api/v1/technicians/{place.technician.pk}/").json()
    assert [part["starts_at"][11:] for part in row["today"]] == ["04:00:00Z"]
    assert api(place.dispatcher).get("/api/v1/technicians/?skill=none").json()["results"] == []


def test_me_and_the_catalogue(place):
    me = api(place.technician.user).get("/api/v1/me/").json()
    assert (me["role"], me["outlet"], me["technician"]) == ("technician", place.outlet.code, place.technician.pk)
    make_outlet()
    assert [row["code"] for row in api(place.clerk).get("/api/v1/catalogue/").json()["outlets"]] == [place.outlet.code]
    assert len(api(place.admin).get("/api/v1/catalogue/").json()["outlets"]) == 2
