"""Signing in through the company's own identity provider (OpenID Connect): a door for people who are here already.

django-allauth speaks the protocol: state, PKCE, discovery, the code for a token. What it takes on trust is checked
here: the token's signature, audience, issuer, nonce, and that both answers are about one person. Then our own sign-in.
"""

from __future__ import annotations

import base64
import hashlib
import logging
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import requests
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base.constants import AuthError, AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from web.shared import sso_people

log = logging.getLogger(__name__)

BACKEND = "django.contrib.auth.backends.ModelBackend"
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
NEEDED = ["iss", "sub", "aud", "exp", "iat"]
LEEWAY = 60  # seconds by which clocks may differ
FAILURES = (OAuth2Error, requests.RequestException, KeyError, ValueError, TypeError, AttributeError)


class Oidc(OpenIDConnectOAuth2Adapter):
    """The provider's side of the talk, believing nothing that is not signed for us."""

    def __init__(self, request: HttpRequest) -> None:
        """Talk to the one provider there is."""
        super().__init__(request, settings.OIDC["provider_id"])

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        """Where the provider sends people back to."""
        return request.build_absolute_uri(reverse("sso_callback"))

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> Any:
        """Return who it is. Raises OAuth2Error unless a signed token says so."""
        if not isinstance(kwargs["response"].get("id_token"), str):
            raise OAuth2Error("no id_token")
        return super().complete_login(request, app, token, **kwargs)

    def _fetch_user_info(self, access_token: str) -> dict:
        if "userinfo_endpoint" not in self.openid_config:  # a provider may put everything into the token
            return {}
        found = super()._fetch_user_info(access_token)
        if not isinstance(found, dict):
            raise OAuth2Error("userinfo is no object")
        self.person = found.get("sub")
        return found

    def _decode_id_token(self, app: Any, id_token: str) -> dict:
        """Return the token's claims: signed by the provider, for us, for this very sign-in, about one person."""
        config = self.openid_config
        try:
            claims = jwt.decode(
                id_token,
                self._key(id_token, config["jwks_uri"]),
                algorithms=ALGORITHMS,
                audience=app.client_id,
                issuer=config["issuer"],
                leeway=LEEWAY,
                options={"require": NEEDED},
            )
        except jwt.PyJWTError as failed:
            raise OAuth2Error(f"id_token: {failed}") from failed
        if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != app.client_id:
            raise OAuth2Error("id_token: for somebody else too")
        if claims.get("nonce") != nonce_of(self.request.GET.get("state", "")):
            raise OAuth2Error("id_token: of another sign-in")
        if getattr(self, "person", claims["sub"]) != claims["sub"]:
            raise OAuth2Error("userinfo is about somebody else")
        return claims

    def _key(self, id_token: str, address: str) -> Any:
        """Return the public key that the token names. Raises OAuth2Error, PyJWTError, RequestException."""
        named = jwt.get_unverified_header(id_token).get("kid")
        answer = requests.get(address, timeout=settings.SOCIALACCOUNT_REQUESTS_TIMEOUT)
        answer.raise_for_status()
        keys = [key for key in jwt.PyJWKSet.from_dict(answer.json()).keys if key.public_key_use in (None, "sig")]
        found = [key for key in keys if key.key_id == named] if named else keys
        if len(found) != 1:
            raise OAuth2Error("id_token: signed with a key that is not the provider's")
        return found[0]


class OidcProvider(OpenIDConnectProvider):
    """The one provider there is, at our own addresses."""

    def get_oauth2_adapter(self, request: HttpRequest) -> Oidc:
        """Return the careful side of the talk."""
        return Oidc(request)


class SocialAdapter(DefaultSocialAccountAdapter):
    """Where allauth would sign people up or in by itself, our own rules decide."""

    def get_provider(self, request: HttpRequest, provider: str, client_id: str | None = None) -> OidcProvider:
        """Return the provider of the settings, whatever is asked for."""
        return OidcProvider(request, app=self.get_app(request, provider=settings.OIDC["provider_id"]))

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Nobody signs up."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Let in whom the provider vouches for and who is one of us; always ends the talk here."""
        try:
            person = sso_people.person_of(sociallogin.account, sociallogin.account.extra_data)
        except sso_people.Stranger as stranger:
            raise ImmediateHttpResponse(refused(request, stranger.code)) from None
        login(request, person, backend=BACKEND)
        sso_people.came_in(person, sociallogin.account)
        raise ImmediateHttpResponse(redirect(_next(request, sociallogin.state.get("next"))))

    def on_authentication_error(self, request, provider, error=None, exception=None, extra_context=None) -> None:
        """Say what went wrong in our words."""
        code = "cancelled" if error == AuthError.CANCELLED else "token"
        if (extra_context or {}).get("state") is None and exception is None and code != "cancelled":
            code = "state"
        if isinstance(exception, requests.RequestException):
            code = "away"
        if exception:
            log.warning("single sign-on: %s: %s", type(exception).__name__, exception)
        raise ImmediateHttpResponse(refused(request, code))


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by our own people in the master data."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up."""
        return False


@never_cache
@require_GET
def begin(request: HttpRequest) -> HttpResponse:
    """Lead to the provider. 404 where there is none."""
    _there()
    try:
        wished = _next(request, request.GET.get("next"))
        answer = Oidc(request).get_provider().redirect(request, AuthProcess.LOGIN, next_url=wished)
    except FAILURES as failed:
        log.warning("single sign-on: %s: %s", type(failed).__name__, failed)
        return refused(request, "away")
    state = parse_qs(urlsplit(answer.get("Location", "")).query).get("state")
    if state:  # the token has to name this very sign-in
        answer["Location"] += f"&{urlencode({'nonce': nonce_of(state[0])})}"
    return answer


@never_cache
@require_GET
def callback(request: HttpRequest) -> HttpResponse:
    """Take up somebody whom the provider sends back."""
    _there()
    try:
        return OAuth2CallbackView.adapter_view(Oidc(request))(request)
    except FAILURES as failed:
        log.warning("single sign-on: %s: %s", type(failed).__name__, failed)
        return refused(request, "token")


def refused(request: HttpRequest, code: str) -> HttpResponse:
    """Say why somebody was not let in, and what to do (403; 502 when the provider is away)."""
    context = {"code": code, "sso_name": settings.OIDC["name"]}
    return render(request, "shared/sso_refused.html", context, status=502 if code == "away" else 403)


def nonce_of(state: str) -> str:
    """Return what a token has to name: known from the state, and telling nothing of it."""
    return base64.urlsafe_b64encode(hashlib.sha256(f"nonce:{state}".encode()).digest()).decode().rstrip("=")


def _there() -> None:
    if not settings.OIDC:
        raise Http404


def _next(request: HttpRequest, wished: str | None) -> str:
    safe = wished and url_has_allowed_host_and_scheme(wished, {request.get_host()}, request.is_secure())
    return wished if safe else reverse("home")
