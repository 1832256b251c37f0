"""The ticket to the live stream: for whom, for which outlet, and where the wire stands."""

import pytest
from django.core.signing import BadSignature
from django.urls import reverse

from dispatch import live
from technicians.models import Role
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return factories.make_outlet()


def ticket_of(client, user):
    client.force_login(user)
    return client.get(reverse("live_ticket")).json()


@pytest.mark.parametrize("role", Role.values)
def test_everyone_hears_of_what_they_may_see(role, client, place):
    user = place.technician.user if role == Role.TECHNICIAN else getattr(place, role)
    outlet = None if user.sees_everything else place.outlet.pk
    assert live.read_ticket(ticket_of(client, user)["ticket"]) == (user.pk, outlet)


def test_it_says_where_the_wire_stands_and_where_it_is(client, place, settings):
    settings.LIVE_URL = "https://live.example/live/"
    live.tell(1, 1, place.outlet.pk)
    found = ticket_of(client, place.dispatcher)
    assert (found["last"], found["url"]) == (live.last(), "https://live.example/live/")


def test_only_the_tabs_of_one_person_share(client, place):
    mine, again = ticket_of(client, place.dispatcher), ticket_of(client, place.dispatcher)
    other = ticket_of(client, place.manager)
    assert mine["who"] == again["who"] != other["who"]


def test_who_moves_to_another_outlet_shares_with_nobody_from_before(client, place):
    before = ticket_of(client, place.dispatcher)["who"]
    place.dispatcher.outlet = factories.make_outlet().outlet
    place.dispatcher.save()
    assert ticket_of(client, place.dispatcher)["who"] != before


def test_it_is_for_those_who_are_signed_in_and_is_not_kept(client, place):
    assert client.get(reverse("live_ticket")).status_code == 302
    client.force_login(place.dispatcher)
    assert "no-store" in client.get(reverse("live_ticket"))["Cache-Control"]
    assert client.post(reverse("live_ticket")).status_code == 405


def test_a_ticket_of_another_key_is_none(place, settings):
    ticket = live.ticket_for(1, 1)
    settings.SECRET_KEY = "another"
    with pytest.raises(BadSignature):
        live.read_ticket(ticket)
