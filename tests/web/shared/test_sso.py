"""Single sign-on against a real provider on the loopback: who is let in, and everything that is not believed."""

from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from axes.models import AccessLog
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse
from environs import Env

from config import sso
from dispatch.models import AuditEntry, Deed
from technicians.models import Role, User
from tests import factories
from tests.web.shared.provider import CLIENT, SECRET, running

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider():
    with running() as found:
        yield found


@pytest.fixture
def on(settings, provider, monkeypatch):
    """Switch it on, as the environment would; return a function that changes the environment."""

    def switch(**more):
        named = {
            "OIDC_SERVER": provider.address,
            "OIDC_CLIENT_ID": CLIENT,
            "OIDC_SECRET": SECRET,
            "OIDC_NAME": "Acme ID",
        }
        for name, value in (named | more).items():
            monkeypatch.setenv(name, value)
        settings.OIDC = sso.read(Env())
        settings.SOCIALACCOUNT_PROVIDERS = sso.providers(settings.OIDC)

    switch()
    return switch


@pytest.fixture
def chen(db):
    """A dispatcher with the address that the provider vouches for."""
    person = factories.make_outlet().dispatcher
    person.email = "Chen@Example.com"
    person.save()
    return person


def lead(client, **sent) -> str:
    """Begin; return where the provider sends the browser back to."""
    away = client.get(reverse("sso"), sent)
    assert away.status_code == 302, away.content
    back = requests.get(away["Location"], allow_redirects=False, timeout=5)
    return back.headers["Location"]


def come_back(client, address):
    parts = urlsplit(address)
    return client.get(f"{parts.path}?{parts.query}")


def through(client, **sent):
    return come_back(client, lead(client, **sent))


def signed_in(client):
    return User.objects.filter(pk=client.session.get("_auth_user_id")).first()


def test_off_unless_it_is_set(client):
    assert client.get(reverse("sso")).status_code == 404
    assert client.get(reverse("sso_callback")).status_code == 404
    assert reverse("sso") not in client.get(reverse("sign_in")).content.decode()


def test_somebody_who_is_here_comes_in(client, on, chen):
    page = client.get(reverse("sign_in"), {"next": "/console/?q=7"}).content.decode()
    assert "Sign in with Acme ID" in page and f"{reverse('sso')}?next=%2Fconsole%2F%3Fq%3D7" in page
    answer = through(client, next="/console/?q=7")
    assert answer["Location"] == "/console/?q=7" and signed_in(client) == chen
    assert client.get("/console/").status_code == 200
    assert AccessLog.objects.filter(username=chen.username).exists()  # the log of sign-ins knows
    assert AuditEntry.objects.get(deed=Deed.SSO_IN).actor == chen


def test_known_by_number_from_then_on(client, on, chen, provider):
    through(client)
    provider.person |= {"email": "married@example.com", "email_verified": False}
    other = Client()
    assert through(other).status_code == 302 and signed_in(other) == chen
    assert SocialAccount.objects.count() == 1


def test_the_password_stays_and_so_does_its_pause(client, on, chen):
    wrong = {"username": chen.username, "password": "wrong"}
    for _try in range(5):
        last = client.post(reverse("sign_in"), wrong)
    assert last.status_code == 429
    assert through(Client()).status_code == 302
    elsewhere = Client().post(reverse("sign_in"), wrong | {"password": "doorstep"}, REMOTE_ADDR="10.0.0.9")
    assert elsewhere.status_code == 302


def test_signing_out_ends_it_here(client, on, chen):
    through(client)
    assert client.post(reverse("sign_out")).status_code == 302
    assert signed_in(client) is None and client.get(reverse("queue")).status_code == 302


def refused(client, code, status=403):
    answer = through(client)
    assert answer.status_code == status and answer.context["code"] == code
    assert signed_in(client) is None and not SocialAccount.objects.exists()
    return answer


def test_an_unverified_address_is_nobodys(client, on, chen, provider):
    provider.person["email_verified"] = False
    assert "has not verified" in refused(client, "unverified").content.decode()
    provider.person["email_verified"] = "yes"  # not plainly true
    refused(client, "unverified")
    del provider.person["email_verified"]
    refused(client, "unverified")


def test_halves_do_not_vouch_for_a_whole(client, on, chen, provider):
    """The token names one address, the other answer verifies another."""
    provider.claims = {"email": chen.email, "email_verified": None}
    provider.answer = {"sub": "4711", "email": "mine@example.com", "email_verified": True}
    refused(client, "unverified")


def test_nobody_is_made(client, on, provider):
    count = User.objects.count()
    assert "Ask your manager" in refused(client, "unknown").content.decode()
    assert User.objects.count() == count
    entry = AuditEntry.objects.get(deed=Deed.SSO_REFUSED)
    assert entry.what["why"] == "unknown" and "chen@example.com" not in str(entry.what)


def test_two_who_fit_are_nobody(client, on, chen):
    factories.make_outlet()
    twin = User.objects.exclude(pk=chen.pk).first()
    twin.email = "chen@example.com"
    twin.save()
    refused(client, "several")


def test_switched_off_here_is_out(client, on, chen):
    chen.is_active = False
    chen.save()
    refused(client, "inactive")


def test_another_account_does_not_take_over_a_person(client, on, chen, provider):
    through(client)
    provider.person["sub"] = "6666"
    answer = through(Client())
    assert answer.status_code == 403 and answer.context["code"] == "several"


def test_a_name_counts_only_when_the_operator_said_so(client, on, chen, provider):
    provider.person = {"sub": "4711", "preferred_username": chen.username}
    refused(client, "unknown")
    on(OIDC_MATCH="email,username")
    assert through(client).status_code == 302 and signed_in(client) == chen


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another-program"},
        {"aud": [CLIENT, "another-program"]},
        {"aud": None},
        {"iss": "https://evil.example"},
        {"exp": 1},
        {"exp": None},
        {"iat": 4_000_000_000},
        {"nonce": "of another sign-in"},
        {"nonce": None},
        {"sub": "somebody-else"},
    ],
    ids=str,
)
def test_a_token_that_is_not_for_this_sign_in(client, on, chen, provider, claims):
    provider.claims = claims
    refused(client, "token")


def test_a_token_signed_by_somebody_else(client, on, chen, provider):
    provider.signs_with = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    refused(client, "token")


def test_a_token_signed_with_our_own_secret_or_not_at_all(client, on, chen, provider):
    provider.signs_with, provider.algorithm = SECRET.ljust(32, "x"), "HS256"
    refused(client, "token")
    provider.signs_with, provider.algorithm = "", "none"
    refused(client, "token")


def test_an_unknown_key_or_no_token(client, on, chen, provider):
    provider.kid = "two"
    refused(client, "token")
    provider.gives_token = False
    refused(client, "token")


def test_a_provider_that_puts_everything_into_the_token(client, on, chen, provider):
    provider.has_userinfo = False
    assert through(client).status_code == 302 and signed_in(client) == chen


def test_a_way_back_that_was_gone_before(client, on, chen):
    back = lead(client)
    assert come_back(client, back).status_code == 302
    client.post(reverse("sign_out"))
    again = come_back(client, back)
    assert again.status_code == 403 and again.context["code"] == "state" and signed_in(client) is None


def test_a_way_back_begun_by_somebody_else(client, on, chen):
    back = lead(Client())
    answer = come_back(client, back)
    assert answer.status_code == 403 and answer.context["code"] == "state" and signed_in(client) is None


@pytest.mark.parametrize("query", ["", "code=x", "code=x&state=y", "state=y", "error=server_error&state=%00"])
def test_a_way_back_that_is_none(client, on, query):
    answer = client.get(f"{reverse('sso_callback')}?{query}")
    assert answer.status_code == 403 and signed_in(client) is None


def test_somebody_who_stops_there(client, on, chen):
    state = parse_qs(urlsplit(lead(client)).query)["state"][0]
    answer = client.get(reverse("sso_callback"), {"error": "access_denied", "state": state})
    assert answer.status_code == 403 and answer.context["code"] == "cancelled"


def test_a_code_of_another_sign_in(client, on, chen, provider):
    """PKCE: the code belongs to who began."""
    stolen = parse_qs(urlsplit(lead(Client())).query)["code"][0]
    state = parse_qs(urlsplit(lead(client)).query)["state"][0]
    answer = client.get(reverse("sso_callback"), {"code": stolen, "state": state})
    assert answer.status_code == 403 and signed_in(client) is None and provider.refused


def test_it_leads_nowhere_else(client, on, chen):
    assert through(client, next="https://evil.example/")["Location"] == reverse("home")


def test_a_provider_that_is_away(client, on, chen):
    on(OIDC_SERVER="http://127.0.0.1:9")
    answer = client.get(reverse("sso"))
    assert answer.status_code == 502 and "does not answer" in answer.content.decode()


def test_made_when_the_operator_said_as_what(client, on, provider):
    place = factories.make_outlet()
    on(OIDC_CREATE="clerk", OIDC_CREATE_OUTLET=place.outlet.code)
    provider.person["email_verified"] = False
    refused(client, "unverified")
    provider.person["email_verified"] = True
    assert through(client).status_code == 302
    person = signed_in(client)
    assert (person.username, person.role, person.outlet, person.is_staff) == ("chen", Role.CLERK, place.outlet, False)
    assert not person.has_usable_password()
    assert AuditEntry.objects.filter(deed=Deed.SSO_NEW, actor=person).exists()


def test_made_never_in_anothers_place(client, on, provider):
    place = factories.make_outlet()
    on(OIDC_CREATE="clerk", OIDC_CREATE_OUTLET=place.outlet.code)
    provider.person["preferred_username"] = place.admin.username
    refused(client, "unknown")
    on(OIDC_CREATE="clerk", OIDC_CREATE_OUTLET="")  # a clerk without an outlet is nobody
    provider.person["preferred_username"] = "chen"
    refused(client, "unknown")


@pytest.mark.parametrize("wrong", [{"OIDC_CREATE": "admin"}, {"OIDC_CREATE": "manager"}, {"OIDC_MATCH": "phone"}])
def test_what_cannot_be_meant_stops_the_start(on, wrong):
    with pytest.raises(ImproperlyConfigured):
        on(**wrong)


def test_another_server_is_another_world(client, on, chen, provider):
    """The same number from another issuer is another person."""
    through(client)
    before = SocialAccount.objects.get().provider
    on(OIDC_SERVER=provider.address.replace("127.0.0.1", "localhost"))
    from django.conf import settings

    assert settings.OIDC["provider_id"] != before
