"""The customer's address, shown to those who may send it and taken back by them."""

import pytest
from django.urls import reverse

from dispatch.models import Link
from tests.factories import NOW, make_order, make_outlet

pytestmark = pytest.mark.django_db


def addresses(order) -> tuple[str, str]:
    return reverse("order_link", args=[order.pk]), reverse("order_link_end", args=[order.pk])


def test_it_is_shown_with_a_code_and_opens_the_order(place, at_desk, client):
    order = make_order(place)
    shown = at_desk(place.dispatcher).get(addresses(order)[0])
    link = Link.objects.get(order=order)
    assert link.get_absolute_url() in shown.content.decode() and 'class="qr"' in shown.content.decode()
    assert shown["Cache-Control"] == "no-store"
    assert client.get(link.get_absolute_url()).status_code == 200


def test_h_n2_taken_back_it_opens_nothing_and_the_log_says_who(place, at_desk, client):
    order = make_order(place)
    page, end = addresses(order)
    old = Link.objects.of(order, NOW)
    assert at_desk(place.agent).post(end).status_code == 302
    assert client.get(old.get_absolute_url()).status_code == 410
    note = order.events.order_by("seq").last()
    assert (note.action, note.actor) == ("add_note", place.agent)
    assert old.code not in at_desk(place.agent).get(page).content.decode()
    assert at_desk(place.agent).post(end).status_code == 302  # the new one
    assert Link.objects.filter(order=order, revoked_at=None).count() == 0


def test_it_is_nobody_elses(place, at_desk):
    order = make_order(place)
    page, end = addresses(order)
    for user, answer in ((place.clerk, 403), (place.technician.user, 403), (make_outlet().dispatcher, 404)):
        assert at_desk(user).get(page).status_code == answer
        assert at_desk(user).post(end).status_code == answer
    assert not Link.objects.filter(order=order).exclude(revoked_at=None).exists()
    assert at_desk(place.dispatcher).get(end).status_code == 405
