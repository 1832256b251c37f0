"""Exports by the API: only with the scope, only for managers and administrators, only one's own."""

import pytest
from django.utils import timezone

from dispatch.models import Export
from dispatch.reports.sheets import making
from technicians.models import ApiToken, Scope
from tests.dispatch.api.conftest import api
from tests.factories import make_outlet

URL = "/api/v1/exports/"


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


def test_asked_for_made_and_taken(place):
    client = api(place.manager)
    asked = client.post(URL, {"kinds": ["orders"], "form": "csv"}, format="json")
    assert asked.status_code == 202 and asked.json()["state"] == "waiting" and asked.json()["file"] is None
    one = f"{URL}{asked.json()['id']}/"
    assert client.get(f"{one}file/").status_code == 404
    making.make_next()
    ready = client.get(one).json()
    assert ready["state"] == "ready" and ready["outlet"] == place.outlet.code
    assert b"".join(client.get(ready["file"])).startswith(b"PK")
    assert [row["id"] for row in client.get(URL).json()["results"]] == [ready["id"]]


def test_all_sheets_when_none_is_named(place):
    assert len(api(place.admin).post(URL, {}, format="json").json()["kinds"]) == len(making.KINDS)


@pytest.mark.parametrize("role", ["dispatcher", "clerk", "agent"])
def test_others_are_refused(place, role):
    client = api(getattr(place, role))
    assert client.get(URL).status_code == 403 and client.post(URL, {}, format="json").status_code == 403
    assert not Export.objects.exists()


@pytest.mark.parametrize("scopes", [[Scope.READ], [Scope.READ, Scope.ACT, Scope.PLAN]])
def test_a_token_without_the_scope_reads_nothing(place, scopes):
    client = api(place.admin)
    row = making.ask(place.admin, timezone.now(), ["orders"], "csv")
    making.make_next()
    ApiToken.objects.update(scopes=scopes)
    for url in (URL, f"{URL}{row.pk}/", f"{URL}{row.pk}/file/"):
        assert client.get(url).status_code == 403
    assert client.post(URL, {}, format="json").status_code == 403


def test_anothers_is_not_there(place):
    row = making.ask(place.manager, timezone.now(), ["orders"], "csv")
    other = make_outlet()
    assert api(other.manager).get(f"{URL}{row.pk}/").status_code == 404
    assert api(other.manager).get(f"{URL}{row.pk}/file/").status_code == 404


def test_what_cannot_be_made_is_said(place):
    client, other = api(place.manager), make_outlet()
    for wrong in (
        {"kinds": ["secrets"]},
        {"form": "pdf"},
        {"outlet": "nowhere"},
        {"outlet": other.outlet.code},
        {"first": "2026-02-02", "last": "2026-02-01"},
        {"kinds": "orders"},
    ):
        assert client.post(URL, wrong, format="json").status_code == 400, wrong
    assert not Export.objects.exists()
