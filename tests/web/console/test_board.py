"""The board's page and its data: what is in it, who sees which outlet, and how many questions it takes."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dispatch.models import ServiceOrder, Visit
from technicians.models import Absence, Shift
from tests.factories import NOW, TODAY, do, in_days, make_order, make_outlet, make_technician, make_user, order_in

DATA, ORDERS, PEOPLE = reverse("board_data"), reverse("board_orders"), reverse("board_technicians")
DAY = {"day": TODAY}
NINE = 9 * 60  # NOW on Taipei's clock, in minutes


@pytest.fixture(autouse=True)
def _at_nine(clock):
    clock(NOW)


def unpacked(packed: dict) -> dict[int, dict]:
    rows = [dict(zip(packed["fields"], row, strict=True)) for row in packed["rows"]]
    return {row["id"]: row for row in rows}


def seen(client, **query) -> dict[int, dict]:
    return unpacked(client.get(DATA, DAY | query).json()["orders"])


def placed(place, hours=2, technician=None, order=None):
    raw = {"technician": (technician or place.technician).pk, "starts_at": (NOW + timedelta(hours=hours)).isoformat()}
    return do(order or make_order(place), "place", place.dispatcher, NOW, raw | {"minutes": 60})


def test_a_visit_stands_where_it_was_put_in_minutes_from_midnight(place, at_desk):
    order = placed(place, 2)
    said = at_desk(place.dispatcher).get(DATA, DAY).json()
    assert (said["zone"], said["days"], said["day"]) == ("Asia/Taipei", 1, TODAY)
    assert said["from"] == (NOW - timedelta(minutes=NINE)).timestamp()
    row = unpacked(said["orders"])[order.pk]
    assert (row["technician"], row["starts"], row["ends"]) == (place.technician.pk, NINE + 120, NINE + 180)
    assert (row["state"], row["status"], row["version"]) == ("assigned", "proposed", order.version)
    assert row["skills"] == [place.skill.pk] and row["place"] == [25.0375, 121.5505] and row["flags"] == []


def test_what_waits_for_a_place_is_there_on_every_day(place, at_desk):
    order = make_order(place)
    for day in (TODAY, in_days(36)):
        row = seen(at_desk(place.dispatcher), day=day)[order.pk]
        assert (row["technician"], row["starts"], row["status"]) == (0, None, "")


def test_an_order_of_another_day_is_only_there(place, at_desk):
    order = placed(place, 26)
    client = at_desk(place.dispatcher)
    assert order.pk not in seen(client)
    assert seen(client, day=in_days(1))[order.pk]["starts"] == NINE + 120
    assert seen(client, days="7")[order.pk]["starts"] == 24 * 60 + NINE + 120
    assert client.get(ORDERS, DAY | {"ids": f"{order.pk},999"}).json()["gone"] == [order.pk, 999]


def test_a_done_visit_stays_and_one_that_was_moved_is_there_once(place, at_desk):
    done, _now = order_in("follow_up", place)
    row = seen(at_desk(place.dispatcher))[done.pk]
    assert row["status"] == "done" and row["technician"] == place.technician.pk
    order = placed(place, 8)
    order = placed(place, 9, place.other, order)
    assert Visit.objects.filter(order=order).count() == 2
    assert seen(at_desk(place.dispatcher))[order.pk]["technician"] == place.other.pk


def test_without_coordinates_is_said_on_the_order(place, at_desk):
    order = make_order(place, latitude=None, longitude=None)
    row = seen(at_desk(place.dispatcher))[order.pk]
    assert row["place"] is None and row["flags"] == ["no_place"]


def test_a_technician_comes_with_hours_absence_and_break(place, at_desk):
    Shift.objects.filter(technician=place.technician).update(break_from="12:00", break_until="13:00", break_minutes=45)
    away = Absence.objects.create(
        technician=place.technician,
        starts_at=NOW + timedelta(hours=6),
        ends_at=NOW + timedelta(hours=60),
        reason="sick",
    )
    idle = make_technician(place.outlet)
    Shift.objects.filter(technician=idle).delete()
    people = unpacked(at_desk(place.dispatcher).get(DATA, DAY).json()["technicians"])
    row = people[place.technician.pk]
    assert row["spans"] == [[480, NINE + 360]] and row["rests"] == [[720, 780, 45]]
    [[starts, ends, why, number]] = row["away"]
    assert (starts, ends, number) == (NINE + 360, NINE + 3600, away.pk) and why == "Sick"
    assert people[idle.pk]["spans"] == []
    said = at_desk(place.dispatcher).get(PEOPLE, DAY | {"ids": f"{idle.pk},999"}).json()
    assert list(unpacked(said["technicians"])) == [idle.pk] and said["gone"] == [999]


def test_everybody_sees_their_own_outlet_and_the_centre_all(place, at_desk):
    other = make_outlet()
    theirs, ours = make_order(other), make_order(place)
    asked = {"outlet": other.outlet.code}
    assert set(seen(at_desk(place.dispatcher), **asked)) == {ours.pk}
    said = at_desk(place.dispatcher).get(ORDERS, DAY | asked | {"ids": theirs.pk}).json()
    assert said["orders"]["rows"] == [] and said["gone"] == [theirs.pk]
    assert set(seen(at_desk(make_user("manager")), **asked)) == {theirs.pk}


@pytest.mark.parametrize("query", ["day=never", "day=0001-01-01", "days=-1", "days=²", "days=9999", "outlet=%00x"])
def test_what_does_not_read_becomes_today(place, at_desk, query):
    said = at_desk(place.dispatcher).get(f"{DATA}?{query}").json()
    assert said["day"] == TODAY and said["outlet"]["id"] == place.outlet.pk and 1 <= said["days"] <= 7


def test_the_questions_do_not_grow_with_the_board(place, at_desk):
    client = at_desk(place.dispatcher)

    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            client.get(DATA, DAY)
        return len(found)

    placed(place, 2)
    before = asked()
    for hours in (4, 6, 8):
        placed(place, hours, make_technician(place.outlet, place.skill))
        make_order(place)
    assert asked() == before
    assert ServiceOrder.objects.count() == 7


def test_the_page_says_who_may_move_things(place, at_desk):
    for user, may in ((place.dispatcher, "yes"), (place.manager, "yes"), (place.agent, "no"), (place.clerk, "no")):
        page = at_desk(user).get(reverse("board")).content.decode()
        assert f'data-may="{may}"' in page
    assert at_desk(place.technician.user).get(reverse("board")).status_code == 403
    assert at_desk(place.technician.user).get(DATA).status_code == 403


@pytest.mark.parametrize(
    ("name", "found"),
    [("plan", "board-plan"), ("map", "board-map-box"), ("away", "board-away"), ("keys", "board-keys")],
)
def test_a_part_of_the_board_is_read_by_itself(place, at_desk, name, found):
    client = at_desk(place.dispatcher)
    assert f'id="{found}"' in client.get(reverse("board_part", args=[name])).content.decode()
    assert f'id="{found}"' not in client.get(reverse("board")).content.decode()


def test_a_part_that_is_none_is_not_found(place, at_desk):
    assert at_desk(place.dispatcher).get(reverse("board_part", args=["base"])).status_code == 404
