"""Absences and positions over the API: the office writes who is away, a technician says where they are."""

from datetime import timedelta

import pytest
from django.utils import timezone

from technicians.models import Absence, Position
from tests.dispatch.api.conftest import api
from tests.factories import make_outlet

HERE = {"latitude": 25.03, "longitude": 121.56, "accuracy": 9}


@pytest.fixture
def now():
    return timezone.now().replace(microsecond=0)


def sick(place, now, hours=4, **more):
    span = {"starts_at": now.isoformat(), "ends_at": (now + timedelta(hours=hours)).isoformat()}
    return {"technician": place.technician.pk, "reason": "sick"} | span | more


def test_an_absence_is_recorded_once_listed_changed_and_ended(place, now):  # H-A4, H-N3
    office = api(place.dispatcher)
    answers = [office.post("/api/v1/absences/", sick(place, now), HTTP_IDEMPOTENCY_KEY="k1") for _turn in range(2)]
    assert answers[0].json() == answers[1].json() and answers[1]["Idempotency-Replayed"] == "true"
    pk = answers[0].json()["absence"]
    rows = office.get("/api/v1/absences/", {"ends_after": now.isoformat()}).json()["results"]
    assert [(row["id"], row["reason"], row["recorded_by"]["id"]) for row in rows] == [(pk, "sick", place.dispatcher.pk)]
    longer = sick(place, now, 6)
    del longer["technician"]
    assert office.post(f"/api/v1/absences/{pk}/change/", longer).status_code == 200
    assert Absence.objects.get().ends_at == now + timedelta(hours=6)
    assert office.post(f"/api/v1/absences/{pk}/end/").status_code == 200
    assert not Absence.objects.filter(ends_at__gt=timezone.now()).exists()


def test_an_absence_is_refused_with_its_reason(place, now):
    office = api(place.dispatcher)
    office.post("/api/v1/absences/", sick(place, now))
    answer = office.post("/api/v1/absences/", sick(place, now))
    assert answer.status_code == 422 and answer.json()["lacks"][0]["code"] == "overlap"
    for wrong, status in ({"technician": "x"}, 404), ({"technician": True}, 404), ({"ends_at": "never"}, 400):
        assert office.post("/api/v1/absences/", sick(place, now) | wrong).status_code == status


def test_absences_are_for_the_office_and_only_of_its_outlet(place, now):
    for user in (place.agent, place.clerk):
        assert api(user).post("/api/v1/absences/", sick(place, now)).status_code == 403
    assert api(make_outlet().dispatcher).post("/api/v1/absences/", sick(place, now)).status_code == 404
    assert api(place.technician.user).post("/api/v1/absences/", sick(place, now)).status_code == 403
    api(place.dispatcher).post("/api/v1/absences/", sick(place, now))
    assert len(api(place.technician.user).get("/api/v1/absences/").json()["results"]) == 1
    assert api(place.other.user).get("/api/v1/absences/").json()["results"] == []


def test_a_technician_sends_where_they_are_and_the_desk_sees_it(place):  # H-F9
    assert api(place.technician.user).post("/api/v1/positions/", HERE).status_code == 200
    (seen,) = api(place.dispatcher).get("/api/v1/positions/").json()["results"]
    assert (seen["technician"], seen["latitude"], seen["accuracy"]) == (place.technician.pk, 25.03, 9.0)
    assert api(make_outlet().dispatcher).get("/api/v1/positions/").json()["results"] == []
    assert api(place.technician.user).get("/api/v1/positions/").status_code == 403


@pytest.mark.parametrize(
    "wrong",
    [
        {"latitude": 0, "longitude": 0},
        {"latitude": 121.56, "longitude": 25.03},
        {"latitude": None},
        {"latitude": "NaN"},
        {"at": "2020-01-01T00:00:00Z"},
        {"at": "2090-01-01T00:00:00Z"},
    ],
)
def test_a_position_that_cannot_be_is_refused(place, wrong):
    assert api(place.technician.user).post("/api/v1/positions/", HERE | wrong).status_code == 400
    assert not Position.objects.exists()


def test_only_technicians_have_positions(place):
    assert api(place.dispatcher).post("/api/v1/positions/", HERE).status_code == 403
