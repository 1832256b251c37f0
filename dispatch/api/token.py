"""Tokens for programs. Kept in plain by DRF's authtoken: whoever reads that table can act as anybody."""

from __future__ import annotations

from axes.helpers import get_cool_off
from django.contrib.auth import authenticate
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.authtoken.models import Token
from rest_framework.response import Response
from rest_framework.throttling import AnonRateThrottle

from dispatch.api.base import ApiView
from dispatch.api.problems import problem


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


class TokenShape(serializers.Serializer):
    """Send it as `Authorization: Token …`."""

    token = serializers.CharField()


class Tokens(ApiView):
    """Where a program gets its token."""

    authentication_classes = []
    permission_classes = []
    throttle_classes = [SignInThrottle]

    @extend_schema(operation_id="token_create", request=SignInData, responses=TokenShape, tags=["me"], auth=[])
    def post(self, request):
        """Return your token for a name and password. Too many failures lock it for a while (429)."""
        form = SignInData(data=request.data)
        form.is_valid(raise_exception=True)
        plain = request._request
        user = authenticate(request=plain, **form.validated_data)
        if getattr(plain, "axes_locked_out", False):
            plain.axes_locked_out = False  # said here, as a problem document, not by a page
            detail = _("Too many failed tries. Wait a while, or ask your administrator.")
            headers = {"Retry-After": str(int(get_cool_off(plain).total_seconds()))}
            return problem(429, "locked_out", _("Please wait"), detail, instance=request.path, headers=headers)
        if user is None:
            detail = _("Name and password do not match, or the person no longer works here.")
            headers = {"WWW-Authenticate": "Token"}
            return problem(401, "unauthenticated", _("Not signed in"), detail, instance=request.path, headers=headers)
        return Response({"token": Token.objects.get_or_create(user=user)[0].key})
