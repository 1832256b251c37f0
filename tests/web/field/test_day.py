"""The technician's day."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dispatch.models import Callback, State
from tests import factories
from tests.factories import NOW, do

pytestmark = pytest.mark.django_db


def test_empty_day_says_why(phone, at):
    page = phone.get(reverse("day"))
    assert "Nothing for you yet" in page.content.decode()


def test_new_order_has_accept_under_the_thumb(phone, brought):
    order = brought(State.ASSIGNED)
    page = phone.get(reverse("day"))
    assert page.context["choice"].step.name == "accept"
    assert page.context["today"].next.order == order
    assert reverse("field_act", args=[order.pk, "accept"]) in page.content.decode()


def test_every_new_order_can_be_accepted(phone, brought):
    first, second = brought(State.ASSIGNED), brought(State.ASSIGNED, phone="0912 345 679")
    page = phone.get(reverse("day")).content.decode()
    assert all(reverse("field_act", args=[order.pk, "accept"]) in page for order in (first, second))


def test_what_is_under_way_comes_before_an_earlier_appointment(phone, place, brought):
    later = {"starts_at": (factories.STARTS + timedelta(hours=4)).isoformat()}
    tech, first = place.technician.user, brought(State.CONTACTED)
    second = factories.make_order(place, phone="0912 345 679")
    do(second, "assign", place.dispatcher, NOW, {"technician": place.technician.pk} | later)
    do(second, "accept", tech, NOW)
    do(second, "contact", tech, NOW, {"confirmed": factories.CONFIRMED} | later)
    do(second, "check_kit", tech, NOW, factories.KIT)
    do(second, "depart", tech, NOW)
    stops = phone.get(reverse("day")).context["today"].today
    assert [stop.order.pk for stop in stops] == [second.pk, first.pk]


def test_leave_by_is_said_and_late_is_red(phone, at, brought):
    """H-D2: the latest departure, in words, in red once it has passed."""
    order = brought(State.CONTACTED)
    leave_by = order.visits.standing().get().leave_by
    at(leave_by - timedelta(minutes=12))
    assert "in 12 min" in phone.get(reverse("day")).content.decode()
    at(leave_by + timedelta(minutes=4))
    page = phone.get(reverse("day")).content.decode()
    assert "late 4 min" in page
    assert 'class="when late"' in page


def test_my_due_callback_stands_on_top_and_others_do_not(phone, place, at, brought):
    """H-R1: three hours after an uncertain repair the technician calls; the centre's calls are not shown."""
    order = brought(State.CHARGED)
    order.repairs.update(certain=False)
    do(order, "complete", place.technician.user, NOW + timedelta(hours=4), factories.SIGNED)
    call = Callback.objects.get(order=order)
    assert call.role == "technician"
    at(call.due_at - timedelta(minutes=1))
    assert phone.get(reverse("day")).context["today"].calls == []
    at(call.due_at + timedelta(minutes=1))
    assert phone.get(reverse("day")).context["today"].calls == [call]
    Callback.objects.update(role="agent")
    assert phone.get(reverse("day")).context["today"].calls == []


def test_records_due_stand_on_top(phone, place, brought):
    """H-H1: cause and measure are owed the same day."""
    order = brought(State.CHARGED)
    order.repairs.update(cause="")
    order = do(order, "complete", place.technician.user, NOW + timedelta(hours=4), factories.SIGNED)
    page = phone.get(reverse("day"))
    assert [stop.order for stop in page.context["today"].records] == [order]
    assert reverse("field_act", args=[order.pk, "complete_record"]) in page.content.decode()


def test_other_technicians_orders_are_not_shown(phone, place, at):
    order = factories.make_order(place)
    do(order, "assign", place.dispatcher, NOW, {"technician": place.other.pk})
    assert phone.get(reverse("day")).context["today"].is_empty


@pytest.mark.parametrize("role", ["dispatcher", "clerk", "agent", "manager", "admin"])
def test_the_phone_is_the_technicians(client, place, role):
    client.force_login(getattr(place, role))
    assert client.get(reverse("day")).status_code == 403


def queries(client, url) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert client.get(url).status_code == 200
    return len(caught)


def test_as_many_queries_for_thirty_orders_as_for_one(phone, place, at, brought):
    brought(State.ACCEPTED)
    phone.get(reverse("day"))  # what is read once per process
    one = queries(phone, reverse("day"))
    for number in range(29):
        brought(State.ACCEPTED, phone=f"0912 345 {number:03d}")
    assert queries(phone, reverse("day")) == one
    assert one <= 20
