"""Signing in and out, the start page of each role, language and zone."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from technicians.models import Role, User
from tests import factories
from tests.factories import in_days

START = {
    Role.DISPATCHER: "board",
    Role.CLERK: "clerk_home",
    Role.AGENT: "agent_home",
    Role.ADMIN: "board",
    Role.MANAGER: "today",
    Role.TECHNICIAN: "field_app",
}
pytestmark = pytest.mark.django_db


@pytest.fixture
def dispatcher():
    return factories.make_outlet().dispatcher


def sign_in(client, user, password="doorstep", **more):
    return client.post(reverse("sign_in"), {"username": user.username, "password": password} | more)


@pytest.mark.parametrize("role", Role.values)
def test_each_role_starts_where_its_work_is(role, client):
    place = factories.make_outlet()
    client.force_login(place.technician.user if role == Role.TECHNICIAN else getattr(place, role))
    assert client.get("/")["Location"] == reverse(START[role])


def test_signing_in_leads_to_the_page_that_was_asked_for(client, dispatcher):
    assert sign_in(client, dispatcher, next="/console/?q=7")["Location"] == "/console/?q=7"


def test_signing_in_leads_nowhere_else(client, dispatcher):
    assert sign_in(client, dispatcher, next="https://example.org/")["Location"] == reverse("home")


def test_signing_out_needs_a_post(client, dispatcher):
    client.force_login(dispatcher)
    assert client.get(reverse("sign_out")).status_code == 405
    client.post(reverse("sign_out"))
    assert client.get(reverse("queue")).status_code == 302


def test_five_wrong_tries_and_the_name_rests_here_for_a_while(client, dispatcher):
    for _try in range(4):
        assert sign_in(client, dispatcher, "wrong").status_code == 200
    answer = sign_in(client, dispatcher, "wrong")
    assert answer.status_code == 429 and "Try again in 15 min" in answer.content.decode()
    assert 0 < int(answer["Retry-After"]) <= 15 * 60
    assert sign_in(client, dispatcher).status_code == 429
    from_elsewhere = {"username": dispatcher.username, "password": "doorstep"}
    assert client.post(reverse("sign_in"), from_elsewhere, REMOTE_ADDR="10.0.0.9").status_code == 302


def test_the_language_is_kept_with_the_person(client, dispatcher):
    client.force_login(dispatcher)
    client.post(reverse("set_language"), {"language": "zh-hant", "next": "/console/"})
    assert User.objects.get(pk=dispatcher.pk).language == "zh-hant"
    client.cookies.clear()
    client.force_login(User.objects.get(pk=dispatcher.pk))
    assert '<html lang="zh-Hant-TW"' in client.get(reverse("queue")).content.decode()


@pytest.mark.parametrize("wrong", ["", "tlh", "../en", "en\0"])
def test_a_language_we_do_not_speak_changes_nothing(wrong, client, dispatcher):
    client.force_login(dispatcher)
    assert client.post(reverse("set_language"), {"language": wrong, "next": "//evil.example"})["Location"] == "/"
    assert User.objects.get(pk=dispatcher.pk).language == ""


@pytest.mark.parametrize("zone", ["Asia/Taipei", "Europe/Berlin"])
def test_times_are_said_in_the_outlets_zone(zone, client):
    place = factories.make_outlet(zone=zone)
    order = factories.make_order(place, wish_from=f"{in_days(1)}T01:00:00Z")
    client.force_login(place.dispatcher)
    said = f"{(factories.NOW + timedelta(days=1)).astimezone(ZoneInfo(zone)):%m-%d %H:%M}"
    assert said in client.get(reverse("order", args=[order.pk])).content.decode()


@pytest.mark.parametrize("path", ["/sign-in/", "/console/", "/admin/login/", "/nowhere/"])
def test_nothing_inline_runs_and_nobody_frames_us(path, client, dispatcher):
    client.force_login(dispatcher)
    policy = client.get(path)["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
