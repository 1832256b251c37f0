"""Single sign-on by OpenID Connect, read from the environment; off unless server, client and secret are all named."""

import hashlib

from django.core.exceptions import ImproperlyConfigured

CREATED_ROLES = ("dispatcher", "clerk", "agent")  # who may come to be by signing in; others are made by a person
MATCHES = ("email", "username")


def read(env) -> dict:
    """Return the settings, {} when it is off. Raises ImproperlyConfigured for what can't be meant.

    `provider_id` names the issuer: the same number from another server is another person.
    """
    server = env.str("OIDC_SERVER", "").strip().rstrip("/")
    client_id, secret = env.str("OIDC_CLIENT_ID", "").strip(), env.str("OIDC_SECRET", "")
    if not (server and client_id and secret):
        return {}
    match = tuple(env.list("OIDC_MATCH", ["email"]))
    create = env.str("OIDC_CREATE", "").strip()
    if not match or set(match) - set(MATCHES):
        raise ImproperlyConfigured(f"OIDC_MATCH is some of {', '.join(MATCHES)}, separated by a comma.")
    if create and create not in CREATED_ROLES:
        raise ImproperlyConfigured(
            f"OIDC_CREATE is one of {', '.join(CREATED_ROLES)}, or empty: nobody is made by signing in."
        )
    return {
        "server": server,
        "client_id": client_id,
        "secret": secret,
        "name": env.str("OIDC_NAME", "").strip() or "SSO",
        "match": match,
        "create": create,
        "outlet": env.str("OIDC_CREATE_OUTLET", "").strip(),
        "provider_id": f"oidc-{hashlib.sha256(server.encode()).hexdigest()[:16]}",
    }


def providers(sso: dict) -> dict:
    """Return django-allauth's view of them."""
    if not sso:
        return {}
    app = {name: sso[name] for name in ("provider_id", "name", "client_id", "secret")}
    return {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app | {"settings": {"server_url": sso["server"]}}]}}
