"""Who is asking, by token. Apart from the views, because REST framework loads it before them."""

from rest_framework.authentication import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed


class ByToken(TokenAuthentication):
    """`Authorization: Token …`; what can't be a token is not looked for."""

    def authenticate_credentials(self, key: str):
        """Return (user, token). Raises AuthenticationFailed."""
        if not (key.isascii() and key.isalnum()):
            raise AuthenticationFailed
        return super().authenticate_credentials(key)
