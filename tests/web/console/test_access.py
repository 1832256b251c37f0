"""Who may open which page: the table is whole, and it holds."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.urls import URLPattern, get_resolver, reverse

from config.roles import PAGES, THEMSELVES, RoleGate
from technicians.models import Role
from tests import factories


def patterns(resolver=None, route=""):
    """Yield (route, name) of every address of the product."""
    for entry in (resolver or get_resolver()).url_patterns:
        here = route + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield here, entry.name
        else:
            yield from patterns(entry, here)


OURS = [(route, name) for route, name in patterns() if not route.startswith(THEMSELVES)]


@pytest.mark.parametrize(("route", "name"), OURS, ids=[route or "/" for route, _name in OURS])
def test_every_address_has_its_row_in_the_table(route, name):
    assert name in PAGES, f"{route} is in no row of config.roles.PAGES: nobody can open it"


def test_the_table_names_no_page_that_is_gone():
    assert set(PAGES) - {name for _route, name in OURS} == set()


WITHOUT_NUMBERS = ["queue", "order_new", "callbacks", "agent_home", "clerk_home", "order_known"]


@pytest.mark.parametrize("name", WITHOUT_NUMBERS)
@pytest.mark.parametrize("role", Role.values)
def test_a_page_opens_to_the_roles_of_the_table_and_to_no_other(name, role, place, at_desk):
    user = place.technician.user if role == Role.TECHNICIAN else getattr(place, role)
    assert at_desk(user).get(reverse(name)).status_code == (200 if role in PAGES[name] else 403)


def test_a_wrong_role_is_told_what_to_do(place, at_desk):
    answer = at_desk(place.technician.user).get(reverse("queue"))
    assert answer.status_code == 403 and "ask your manager" in answer.content.decode()


@pytest.mark.parametrize("name", WITHOUT_NUMBERS)
def test_who_is_not_signed_in_comes_back_after_signing_in(name, client, db):
    answer = client.get(f"{reverse(name)}?q=1")
    assert answer.status_code == 302
    assert answer["Location"] == f"{reverse('sign_in')}?next={reverse(name)}%3Fq%3D1"


def test_a_part_of_a_page_is_not_replaced_by_the_sign_in_page(client, db):
    assert client.get(reverse("queue"), headers={"HX-Request": "true"}).status_code == 401


def test_an_address_in_no_row_is_refused(rf, place):
    request = rf.get("/")
    request.user = place.admin

    class Match:
        route, view_name = "nowhere/", "forgotten"

    request.resolver_match = Match
    with pytest.raises(PermissionDenied):
        RoleGate(lambda r: None).process_view(request, None, (), {})
    request.user = AnonymousUser()
    assert RoleGate(lambda r: None).process_view(request, None, (), {}).status_code == 302


@pytest.mark.parametrize("path", ["", "assign/", "correct/", "add_note/"])
def test_another_outlets_order_is_not_there(path, place, at_desk):
    elsewhere = factories.make_order(factories.make_outlet())
    url = reverse("order", args=[elsewhere.pk]) + path
    assert at_desk(place.dispatcher).get(url).status_code == 404
    if path:
        assert at_desk(place.dispatcher).post(url, {"note": "x"}).status_code == 404
    assert elsewhere.number not in at_desk(place.dispatcher).get(reverse("queue")).content.decode()


@pytest.mark.parametrize("verb", ["sing", "callback_due", "created", "re_estimate"])
def test_what_is_no_verb_for_people_is_not_there(verb, place, at_desk):
    order = factories.make_order(place)
    assert at_desk(place.dispatcher).post(reverse("order_act", args=[order.pk, verb])).status_code == 404


def test_a_verb_for_others_is_refused(place, at_desk):
    order = factories.make_order(place)
    assert at_desk(place.clerk).post(reverse("order_act", args=[order.pk, "assign"])).status_code == 403
