"""A technician's visits in their own calendar: when and where, and nothing of whom."""

from datetime import timedelta

import pytest
from django.urls import reverse
from icalendar import Calendar

from dispatch.models import State
from technicians.models import Technician
from tests.factories import NOW, STARTS, do, make_order, order_in


@pytest.fixture
def address(phone, place):
    """The address of the technician's feed, made by themselves."""
    assert phone.post(reverse("field_calendar")).status_code == 302
    code = Technician.objects.get(pk=place.technician.pk).calendar_code
    assert f"/calendar/{code}.ics" in phone.get(reverse("field_calendar")).content.decode()
    return reverse("calendar_feed", args=[code])


def events(client, address):
    answer = client.get(address)
    assert answer["Content-Type"].startswith("text/calendar")
    return Calendar.from_ical(answer.content).walk("VEVENT")


def test_visits_stand_where_and_when_and_not_whose(client, address, place, at):
    order, _now = order_in(State.CONTACTED, place)
    make_order(place)
    at(NOW)
    (event,) = events(client, address)
    assert event["DTSTART"].dt == STARTS and event["STATUS"] == "CONFIRMED"
    assert "仁愛路四段" in event["LOCATION"] and f"{order.number}" in event["DESCRIPTION"]
    raw = client.get(address).content.decode()
    assert order.customer.name not in raw and "912" not in raw
    later = {"technician": place.technician.pk, "starts_at": (STARTS + timedelta(hours=3)).isoformat()}
    do(make_order(place, phone="0912 000 111"), "place", place.dispatcher, NOW, later)
    assert sorted(event["STATUS"] for event in events(client, address)) == ["CONFIRMED", "TENTATIVE"]
    at(NOW + timedelta(days=30))
    assert events(client, address) == []


def test_where_somebody_has_been_is_not_told(client, address, place, at):
    """quality: addresses are masked where they are no longer needed; the feed lies in somebody else's cloud."""
    order, now = order_in(State.CLOSED, place)
    at(now)
    (event,) = events(client, address)
    assert "LOCATION" not in event and "GEO" not in event
    assert "仁愛路" not in client.get(address).content.decode()
    assert order.address.district in event["SUMMARY"]


def test_an_old_address_and_who_left_see_nothing(client, phone, address, place):
    phone.post(reverse("field_calendar"))
    assert client.get(address).status_code == 404
    new = reverse("calendar_feed", args=[Technician.objects.get(pk=place.technician.pk).calendar_code])
    assert client.get(new).status_code == 200
    Technician.objects.update(active=False)
    assert client.get(new).status_code == 404


def test_the_office_has_no_calendar_of_its_own(client, place):
    client.force_login(place.dispatcher)
    assert client.get(reverse("field_calendar")).status_code in (302, 403)
