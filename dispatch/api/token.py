"""Tokens for programs: made, listed and taken back by their owner. Shown once; only a digest is kept."""

from __future__ import annotations

from datetime import timedelta

from axes.helpers import get_cool_off
from django.contrib.auth import authenticate
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, serializers
from rest_framework.response import Response
from rest_framework.throttling import AnonRateThrottle

from dispatch.api.base import ApiView
from dispatch.api.problems import problem
from technicians.models import ApiToken, Scope
from technicians.models.token import LONGEST, all_scopes


class SignInThrottle(AnonRateThrottle):
    """So many tries a minute from one address, whoever it says it is; axes counts what fails."""

    rate = "20/min"
    scope = "token"

    def get_cache_key(self, request, view):
        """Count by address alone."""
        return self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)}


class SignInData(serializers.Serializer):
    """Name and password, as on the page."""

    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=128, trim_whitespace=False)


class NewTokenData(SignInData):
    """What the token is to be for, and how long (days)."""

    name = serializers.CharField(max_length=80, required=False, default="", allow_blank=True)
    scopes = serializers.MultipleChoiceField(choices=Scope.choices, required=False, default=all_scopes)
    days = serializers.IntegerField(min_value=1, max_value=LONGEST.days, required=False, default=90)

    def validate_scopes(self, scopes) -> list[str]:
        """At least one, in their own order."""
        if not scopes:
            raise serializers.ValidationError(_("Say what it is for: a token for nothing opens nothing."))
        return [scope for scope in all_scopes() if scope in scopes]


class OneTokenShape(serializers.Serializer):
    """A token without its secret."""

    key = serializers.CharField(help_text="Its first characters")
    name = serializers.CharField(allow_blank=True)
    scopes = serializers.ListField(child=serializers.CharField())
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)


class TokenShape(OneTokenShape):
    """Send it as `Authorization: Token …`; it is not shown again."""

    token = serializers.CharField()


def token_row(token: ApiToken) -> dict:
    """Return a token as its owner may see it."""
    return {
        "key": token.token_key,
        "name": token.name,
        "scopes": token.scopes,
        "created_at": token.created,
        "expires_at": token.expiry,
    }


class Tokens(ApiView):
    """Where a program gets its token."""

    authentication_classes = []
    permission_classes = []
    throttle_classes = [SignInThrottle]

    @extend_schema(operation_id="token_create", request=NewTokenData, responses=TokenShape, tags=["me"], auth=[])
    def post(self, request):
        """Return your token for a name and password. Too many failures lock it for a while (429)."""
        form = NewTokenData(data=request.data)
        form.is_valid(raise_exception=True)
        plain = request._request
        asked = form.validated_data
        user = authenticate(request=plain, username=asked["username"], password=asked["password"])
        if getattr(plain, "axes_locked_out", False):
            plain.axes_locked_out = False  # said here, as a problem document, not by a page
            detail = _("Too many failed tries. Wait a while, or ask your administrator.")
            headers = {"Retry-After": str(int(get_cool_off(plain).total_seconds()))}
            return problem(429, "locked_out", _("Please wait"), detail, instance=request.path, headers=headers)
        if user is None:
            detail = _("Name and password do not match, or the person no longer works here.")
            headers = {"WWW-Authenticate": "Token"}
            return problem(401, "unauthenticated", _("Not signed in"), detail, instance=request.path, headers=headers)
        kept, secret = ApiToken.objects.create(
            user, expiry=timedelta(days=asked["days"]), name=asked["name"], scopes=asked["scopes"]
        )
        return Response(token_row(kept) | {"token": secret})


class MyTokens(ApiView):
    """The tokens of who asks."""

    @extend_schema(operation_id="tokens_list", responses=OneTokenShape(many=True), tags=["me"])
    def get(self, request):
        """List your tokens that still open something."""
        return Response([token_row(token) for token in request.user.auth_token_set.filter(expiry__gt=self.now)])


class TakeBack(ApiView):
    """One of them, taken back."""

    @extend_schema(operation_id="tokens_revoke", request=None, responses={204: None}, tags=["me"])
    def post(self, request, key: str):
        """Take a token back at once; it opens nothing any more."""
        found = request.user.auth_token_set.filter(token_key=key)
        if not found.exists():
            raise exceptions.NotFound
        found.delete()
        return Response(status=204)
