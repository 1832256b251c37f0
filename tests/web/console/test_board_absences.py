"""Sick or away, from the board: what it strikes is said beforehand, a refusal says why, pressing twice counts once."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from dispatch.models import Visit
from technicians.models import Absence
from tests import factories
from tests.factories import make_order, order_in

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def place(db):
    return factories.make_outlet()


@pytest.fixture
def now():
    return timezone.now().replace(second=0, microsecond=0)


@pytest.fixture
def struck(place, now):
    """An agreed visit of the technician's, two hours from now."""
    order, _then = order_in("contacted", place)
    Visit.objects.filter(order=order).update(starts_at=now + 2 * HOUR, ends_at=now + 3 * HOUR)
    return order


def span(now, hours=4, **more):
    return {"starts_at": now.isoformat(), "ends_at": (now + hours * HOUR).isoformat(), "reason": "sick"} | more


def url(place, technician=None):
    return reverse("board_absence", args=[(technician or place.technician).pk])


def send(client, address, data, key=""):
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(address, json.dumps(data), content_type="application/json", headers=headers)


def test_what_it_would_strike_is_said_before_it_is_written(place, now, struck, client):
    client.force_login(place.dispatcher)
    make_order(place)
    said = client.get(url(place), span(now)).json()
    assert said["lacks"] == []
    assert [(row["order"], row["customer"], row["promised"]) for row in said["struck"]] == [(struck.pk, "王小明", True)]
    local = (now + 2 * HOUR).astimezone(place.outlet.tz)
    assert said["struck"][0]["clock"].endswith(f"{local:%H:%M}")
    assert not Absence.objects.exists()


def test_a_span_that_does_not_read_yet_strikes_nothing(place, now, client):
    client.force_login(place.dispatcher)
    for wrong in ({"ends_at": ""}, {"ends_at": "noon"}, {"ends_at": now.isoformat()}):
        said = client.get(url(place), span(now) | wrong).json()
        assert said["struck"] == [] and list(said["errors"]) == ["ends_at"]


def test_it_is_recorded_once_however_often_it_is_pressed(place, now, struck, client):  # H-N3
    client.force_login(place.dispatcher)
    first, second = (send(client, url(place), span(now), key="one-key-1") for _turn in range(2))
    assert first.status_code == second.status_code == 200
    assert first.json() == second.json() and first.json()["struck"] == [struck.pk]
    assert Absence.objects.get().recorded_by == place.dispatcher


def test_a_refusal_says_why(place, now, client):
    client.force_login(place.dispatcher)
    send(client, url(place), span(now))
    answer = send(client, url(place), span(now + HOUR))
    assert answer.status_code == 422
    assert [lack["code"] for lack in answer.json()["lacks"]] == ["overlap"]
    said = client.get(url(place), span(now + HOUR)).json()
    assert [lack["code"] for lack in said["lacks"]] == ["overlap"]


def test_it_is_changed_and_ended(place, now, client):
    client.force_login(place.dispatcher)
    pk = send(client, url(place), span(now - HOUR if now.astimezone(place.outlet.tz).hour else now)).json()["absence"]
    assert client.get(url(place), span(now, 6) | {"absence": pk}).json()["lacks"] == []
    change = span(now, 6, reason="牙醫", starts_at=Absence.objects.get().starts_at.isoformat())
    assert send(client, reverse("board_absence_do", args=[pk, "change"]), change).status_code == 200
    assert (Absence.objects.get().why, Absence.objects.get().ends_at) == ("牙醫", now + 6 * HOUR)
    assert send(client, reverse("board_absence_do", args=[pk, "end"]), {}).status_code == 200
    assert not Absence.objects.filter(ends_at__gt=timezone.now()).exists()
    assert send(client, reverse("board_absence_do", args=[pk, "end"]), {}).status_code in (404, 422)
    assert send(client, reverse("board_absence_do", args=[pk, "burn"]), {}).status_code == 404


@pytest.mark.parametrize("role", ["agent", "clerk"])
def test_who_may_only_look_records_nothing(role, place, now, client):
    client.force_login(getattr(place, role))
    assert send(client, url(place), span(now)).status_code == 403
    assert not Absence.objects.exists()


def test_another_outlets_technician_is_not_found(place, now, client):
    client.force_login(factories.make_outlet().dispatcher)
    assert client.get(url(place), span(now)).status_code == 404
    assert send(client, url(place), span(now)).status_code == 404
