"""Who is asking, by token, and what it is for. Apart from the views, because REST framework loads it before them."""

from __future__ import annotations

from django.utils import timezone
from knox.auth import TokenAuthentication
from rest_framework.exceptions import APIException, AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from technicians.models import ApiToken, Scope


class ByToken(TokenAuthentication):
    """`Authorization: Token …`; what can't be a token is not looked for."""

    def authenticate_credentials(self, token: bytes):
        """Return (user, token). Raises AuthenticationFailed."""
        if not (token.isascii() and token.isalnum()):
            raise AuthenticationFailed
        return super().authenticate_credentials(token)

    def _cleanup_token(self, auth_token: ApiToken) -> bool:
        """Tell whether it has expired. Expired ones are deleted at night, not while somebody waits."""
        return auth_token.expiry is not None and auth_token.expiry < timezone.now()


class OutOfScope(APIException):
    """The token is good, and not for this."""

    status_code = 403

    def __init__(self, needed: Scope) -> None:
        """Remember which scope was needed."""
        self.needed = needed
        super().__init__()


def check_scope(request: Request, writes: Scope) -> None:
    """Raise OutOfScope when the request's token is not for what it asks; people on our pages have no token."""
    if isinstance(request.auth, ApiToken):
        needed = Scope.READ if request.method in SAFE_METHODS and writes != Scope.EXPORT else writes
        if needed not in request.auth.scopes:
            raise OutOfScope(needed)
