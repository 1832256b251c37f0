"""Whom of our people an identity provider vouches for. Nobody is made here unless the operator said as what."""

from __future__ import annotations

import logging
from typing import Any

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from dispatch.models import Deed, write_down
from technicians.models import Outlet, User

log = logging.getLogger(__name__)


class Stranger(Exception):
    """Nobody who may come in. `code`: unknown, unverified, several, inactive."""

    def __init__(self, code: str) -> None:
        """Remember why."""
        super().__init__(code)
        self.code = code


def person_of(account: SocialAccount, data: dict[str, Any]) -> User:
    """Return the person of a provider's account: known from before, else by what the provider vouches for.

    Raises Stranger. A person who is found is remembered by the provider's own number: names and addresses change.
    """
    known = SocialAccount.objects.filter(provider=account.provider, uid=account.uid).select_related("user").first()
    claims = _claims(data)
    person = known.user if known else _found(claims)
    if person is None:
        person = _made(claims) if settings.OIDC["create"] else None
    if person is None:
        raise _refused("unverified" if claims.get("email") and not verified(claims) else "unknown", account)
    if not person.is_active:
        raise _refused("inactive", account)
    if not known:
        if SocialAccount.objects.filter(provider=account.provider, user=person).exists():
            raise _refused("several", account)  # another account of the provider has this person already
        SocialAccount.objects.create(provider=account.provider, uid=account.uid, user=person)
    return person


def came_in(person: User, account: SocialAccount) -> None:
    """Write down that somebody came in by this door."""
    write_down(Deed.SSO_IN, timezone.now(), person, provider=account.provider)


def verified(claims: dict[str, Any]) -> bool:
    """Tell whether the provider vouches for the address: plainly true, not merely something."""
    return claims.get("email_verified") in (True, "true")


def _claims(data: dict[str, Any]) -> dict[str, Any]:
    """Return what is said about the person, the signed token before what was merely answered.

    An address and whether it is verified come from one of them: half of each would vouch for what neither says.
    """
    answered, signed = data.get("userinfo") or {}, data.get("id_token") or {}
    source = signed if signed.get("email") else answered
    return {**answered, **signed, "email": source.get("email"), "email_verified": source.get("email_verified")}


def _found(claims: dict[str, Any]) -> User | None:
    """Return the one person that fits. Raises Stranger when several do: nobody guesses which."""
    people = User.objects.none()
    email, name = str(claims.get("email") or ""), str(claims.get("preferred_username") or "")
    if "email" in settings.OIDC["match"] and email and verified(claims):
        people = User.objects.filter(email__iexact=email)
    if "username" in settings.OIDC["match"] and name and not people.exists():
        people = User.objects.filter(username=name)
    found = list(people[:2])
    if len(found) > 1:
        raise Stranger("several")
    return found[0] if found else None


def _made(claims: dict[str, Any]) -> User | None:
    """Make somebody with the role the operator named; None where something is missing or taken."""
    email, name = str(claims.get("email") or ""), str(claims.get("preferred_username") or claims.get("email") or "")
    if not verified(claims) or not name or User.objects.filter(username__iexact=name).exists():
        return None
    outlet = Outlet.objects.filter(code=settings.OIDC["outlet"]).first() if settings.OIDC["outlet"] else None
    named = {
        "first_name": str(claims.get("given_name") or "")[:150],
        "last_name": str(claims.get("family_name") or "")[:150],
    }
    person = User(username=name, email=email, role=settings.OIDC["create"], outlet=outlet, **named)
    person.set_unusable_password()
    try:
        with transaction.atomic():
            person.full_clean()
            person.save()
            write_down(Deed.SSO_NEW, timezone.now(), person, username=name)
    except (ValidationError, IntegrityError) as failed:
        log.warning("single sign-on: %s can't be made: %s", name, failed)
        return None
    return person


def _refused(code: str, account: SocialAccount) -> Stranger:
    """Write down who was vouched for and not let in, by the provider's number, and return the refusal."""
    write_down(Deed.SSO_REFUSED, timezone.now(), why=code, provider=account.provider, number=account.uid[:100])
    return Stranger(code)
