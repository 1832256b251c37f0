"""The board's map: where technicians were last seen, and which background the operator chose."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from dispatch.models import OrderEvent, Visit
from dispatch.reports.seen import last_seen
from technicians.models import Position
from tests import factories
from tests.factories import NOW, do, order_in

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
HERE = {"latitude": 25.03, "longitude": 121.56, "accuracy": 12.0}


@pytest.fixture
def place(db):
    return factories.make_outlet()


def position(place, ago=5, technician=None, **where):
    at = NOW - ago * MINUTE
    return Position.objects.create(technician=technician or place.technician, at=at, **HERE | where)


def test_the_newest_position_counts_whoever_brought_it(place):
    position(place, ago=30, latitude=25.01)
    position(place, ago=10)
    assert last_seen(place.outlet, NOW) == {place.technician.pk: (NOW - 10 * MINUTE, 25.03, 121.56, 12.0)}
    order, _now = order_in("assigned", place)
    where = HERE | {"latitude": 25.09}
    do(order, "accept", place.technician.user, NOW, position=where)
    assert last_seen(place.outlet, NOW)[place.technician.pk][:2] == (NOW, 25.09)


def test_what_a_phone_sent_late_it_saw_early(place):  # H-N3
    position(place, ago=10)
    order, _now = order_in("assigned", place)
    seen = NOW - 40 * MINUTE
    do(order, "accept", place.technician.user, NOW, device_at=seen, position=HERE | {"latitude": 25.09})
    assert last_seen(place.outlet, NOW)[place.technician.pk][:2] == (NOW - 10 * MINUTE, 25.03)


@pytest.mark.parametrize("where", [{"latitude": 0.0, "longitude": 0.0}, {"ago": 25 * 60}, {"ago": -20}])
def test_no_place_no_longer_and_not_yet_are_nowhere(place, where):
    position(place, **where)
    assert last_seen(place.outlet, NOW) == {}


def test_a_phone_that_lost_its_fix_was_last_seen_before(place):
    position(place, ago=20)
    position(place, ago=2, latitude=0.0, longitude=0.0)
    assert last_seen(place.outlet, NOW)[place.technician.pk][0] == NOW - 20 * MINUTE


def test_positions_of_nobody_and_of_others_are_not_shown(place):
    elsewhere = factories.make_outlet()
    position(elsewhere)
    position(place, technician=place.other)
    place.other.active = False
    place.other.save()
    order, _now = order_in("assigned", place)
    do(order, "add_note", place.dispatcher, NOW, {"note": "x"}, position=HERE)  # a dispatcher is no dot on the map
    assert last_seen(place.outlet, NOW) == {}


def test_however_many_there_are_it_takes_as_many_statements(place, django_assert_num_queries):
    for _number in range(3):
        order_in("accepted", factories.make_outlet())
        position(place, technician=factories.make_technician(place.outlet, place.skill))
    with django_assert_num_queries(3):
        assert len(last_seen(place.outlet, NOW)) == 3
    assert OrderEvent.objects.exists() and Visit.objects.exists()


def test_the_page_gets_rows_and_the_background(place, client, settings):
    Position.objects.create(technician=place.technician, at=timezone.now(), **HERE)
    settings.MAP_TILES = {"url": "/tiles/{z}/{x}/{y}.png", "crs": "gcj02"}
    client.force_login(place.agent)
    said = client.get(reverse("board_map"), {"outlet": place.outlet.code}).json()
    assert said["positions"]["fields"] == ["technician", "latitude", "longitude", "accuracy", "at"]
    assert said["positions"]["rows"][0][:4] == [place.technician.pk, 25.03, 121.56, 12]
    assert said["tiles"] == {"url": "/tiles/{z}/{x}/{y}.png", "crs": "gcj02"}


def test_a_technician_does_not_see_where_the_others_are(place, client):
    client.force_login(place.technician.user)
    assert client.get(reverse("board_map")).status_code == 403
