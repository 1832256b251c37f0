"""The page of exports: ask, wait, take; each by whom it belongs to."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dispatch.models import AuditEntry, Deed, Export, State
from dispatch.reports.sheets import making
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(db, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    return factories.make_outlet()


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def test_managers_and_administrators_alone(place):
    for page, args in (("export", []), ("export_rows", []), ("export_file", [1])):
        url = reverse(page, args=args)
        for role in ("dispatcher", "clerk", "agent"):
            assert signed_in(getattr(place, role)).get(url).status_code == 403
            assert signed_in(getattr(place, role)).post(url).status_code == 403
        assert Client().get(url).status_code == 302


def test_asked_for_made_and_taken(place):
    factories.order_in(State.CLOSED, place)
    client = signed_in(place.manager)
    asked = client.post(reverse("export"), {"form": "csv", "kinds": ["orders", "visits"], "from": "", "to": ""})
    assert asked.status_code == 302
    page = client.get(reverse("export")).content.decode()
    assert "Waiting" in page and f'hx-get="{reverse("export_rows")}"' in page
    making.make_next()
    rows = client.get(reverse("export_rows")).content.decode()
    assert "Download" in rows and "hx-get" not in rows  # nothing left to wait for
    row = Export.objects.get()
    answer = client.get(reverse("export_file", args=[row.pk]))
    assert b"".join(answer).startswith(b"PK") and "attachment" in answer["Content-Disposition"]
    assert "no-store" in answer["Cache-Control"]
    assert AuditEntry.objects.get(deed=Deed.EXPORT_TAKEN).actor == place.manager


def test_nobody_takes_anothers(place):
    row = making.ask(place.manager, timezone.now(), ["orders"], "csv")
    making.make_next()
    other = factories.make_outlet()
    url = reverse("export_file", args=[row.pk])
    assert signed_in(other.manager).get(url).status_code == 404
    assert signed_in(place.admin).get(url).status_code == 200
    assert not AuditEntry.objects.filter(deed=Deed.EXPORT_TAKEN, actor=other.manager).exists()


def test_what_is_gone_says_what_to_do(place):
    row = making.ask(place.manager, timezone.now(), ["orders"], "csv")
    making.make_next()
    Export.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    answer = signed_in(place.manager).get(reverse("export_file", args=[row.pk]))
    assert answer.status_code == 410 and "Ask for the export again" in answer.content.decode()


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"kinds": []}, "at least one sheet"),
        ({"form": "pdf"}, "CSV and XLSX"),
        ({"from": "soon"}, "not a day"),
        ({"from": "2026-02-02", "to": "2026-02-01"}, "first day is after"),
        ({"outlet": "nowhere"}, "no such outlet"),
        ({"outlet": "a\0b"}, "no such outlet"),
    ],
)
def test_what_cannot_be_made_is_said_and_what_was_typed_stays(place, sent, said):
    good = {"form": "xlsx", "kinds": ["orders"], "from": "", "to": "", "outlet": ""}
    answer = signed_in(place.admin).post(reverse("export"), good | sent)
    page = answer.content.decode()
    assert answer.status_code == 400 and said in page
    assert not Export.objects.exists()
    if sent.get("form") != "pdf":
        assert '<option value="xlsx" selected>' in page


def test_a_manager_of_one_outlet_gets_that_one(place):
    other = factories.make_outlet()
    client = signed_in(place.manager)
    sent = {"form": "csv", "kinds": ["orders"], "outlet": other.outlet.code}
    assert client.post(reverse("export"), sent).status_code == 400
    client.post(reverse("export"), sent | {"outlet": ""})
    assert Export.objects.get().outlet == place.outlet
