"""Errors as RFC 9457 problem details: one shape for everything that goes wrong under /api/."""

from __future__ import annotations

import logging
import uuid
from math import ceil
from typing import Any

import orjson
from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpResponse
from django.http.request import UnreadablePostError
from django.utils.translation import gettext as _
from rest_framework import exceptions, status
from rest_framework.views import set_rollback

from dispatch.api.credentials import OutOfScope
from dispatch.lifecycle import Busy, Refusal

log = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"
URN = "urn:doorstep:problem:"
RETRY_SECONDS = 2  # how long somebody else's act may still take


def problem(http_status: int, code: str, title: Any, detail: Any = "", *, instance: str = "", headers=None, **more):
    """Return a problem document as a response. `more` are further members; empty ones stay out."""
    said = {"type": URN + code, "title": str(title), "status": http_status, "detail": str(detail)}
    said |= {"instance": instance, "code": code} | more
    body = {name: value for name, value in said.items() if value not in ("", None)}
    content = orjson.dumps(body, default=str, option=orjson.OPT_NON_STR_KEYS)
    return HttpResponse(content, status=http_status, content_type=MEDIA_TYPE, headers=headers)


def handle(error: Exception, context: dict):
    """Turn whatever a view of the API raises into a problem document (DRF's EXCEPTION_HANDLER)."""
    set_rollback()
    instance = context["request"].path if context.get("request") is not None else ""
    if isinstance(error, Refusal):
        return of_refusal(error, instance)
    for kinds, say in SAYINGS:
        if isinstance(error, kinds):
            return say(error, instance)
    return of_surprise(error, instance)


def of_refusal(refusal: Refusal, instance: str = "") -> HttpResponse:
    """Return the problem document of a refusal of the domain, with what its kind has to add."""
    more, headers = {"rule": refusal.rule}, {}
    context = refusal.context
    if "errors" in context:
        more["errors"] = context["errors"]
    if hasattr(refusal, "lacks"):
        more["lacks"] = [lack.as_dict() for lack in refusal.lacks]
    if refusal.status == 409 and "version" in context:
        more |= _who_won(context)
    if isinstance(refusal, Busy):
        headers["Retry-After"] = str(RETRY_SECONDS)
    if getattr(refusal, "replayed", False):
        headers["Idempotency-Replayed"] = "true"
    more |= getattr(refusal, "more", {})
    return problem(
        refusal.status, refusal.code, refusal.title, refusal.detail, instance=instance, headers=headers, **more
    )


def _who_won(context: dict) -> dict:
    """Return where the order is and who brought it there. A replayed refusal remembers text only."""
    return {
        "state": context.get("state_code") or context.get("state"),
        "state_label": context.get("state"),
        "version": int(context["version"]),
    } | {name: context.get(name) for name in ("by", "at", "technician", "last")}


def of_surprise(error: Exception | None, instance: str = "") -> HttpResponse:
    """Log what nobody foresaw under an id, and answer with the id alone."""
    number = uuid.uuid4().hex
    log.error("unexpected error %s at %s", number, instance, exc_info=error)
    return problem(
        500,
        "unexpected",
        _("Something went wrong here"),
        _("It was not your doing. Try again; if it stays, tell us the id."),
        instance=instance,
        id=number,
    )


def _not_found(error, instance):
    detail = _("There is nothing at this address, or it is not yours.")
    return problem(404, "not_found", _("Not found"), detail, instance=instance)


def _forbidden(error, instance):
    said = str(getattr(error, "detail", error) or "")
    if said.startswith("CSRF"):
        detail = _("Send the token of your session in the header X-CSRFToken, or sign in again.")
        return problem(403, "csrf", _("This did not come from our pages"), detail, instance=instance)
    detail = _("Your role does not include this.")
    return problem(403, "not_allowed", _("Not yours to do"), detail, instance=instance)


def _out_of_scope(error, instance):
    detail = _("Your token is not for this: it needs “%(scope)s”. Make one that has it.") % {"scope": error.needed}
    return problem(403, "scope", _("Not what this token is for"), detail, instance=instance, scope=str(error.needed))


def _unauthenticated(error, instance):
    header = getattr(error, "auth_header", None)
    if isinstance(error, exceptions.NotAuthenticated):
        detail = _("Sign in, or send the header “Authorization: Token …”.")
    else:
        detail = _("The token is not known, or its owner no longer works here.")
    headers = {"WWW-Authenticate": header or "Token"}
    return problem(401, "unauthenticated", _("Who are you"), detail, instance=instance, headers=headers)


def _method(error, instance):
    return problem(405, "method_not_allowed", _("Not possible at this address"), error.detail, instance=instance)


def _media_type(error, instance):
    detail = _("Send JSON, with the header “Content-Type: application/json”.")
    headers = {"Accept": "application/json"}
    return problem(415, "unsupported_media_type", _("Not JSON"), detail, instance=instance, headers=headers)


def _too_large(error, instance):
    detail = _("The body is larger than what is taken here. Send files one at a time, and data in smaller pieces.")
    return problem(413, "too_large", _("Too large"), detail, instance=instance)


def _throttled(error, instance):
    wait = str(ceil(error.wait or RETRY_SECONDS))
    detail = _("Too many tries. Wait %(seconds)s seconds.") % {"seconds": wait}
    return problem(429, "throttled", _("Please wait"), detail, instance=instance, headers={"Retry-After": wait})


def _invalid(error, instance):
    detail = _("Correct the fields named and send it again. Nothing was changed.")
    found = error.detail if isinstance(error.detail, dict) else {"": error.detail}
    return problem(400, "bad_data", _("Some of this can't be read"), detail, instance=instance, errors=found)


def _unreadable(error, instance):
    detail = getattr(error, "detail", "") or _("The request is damaged. Send it again.")
    return problem(400, "unreadable", _("This can't be read"), detail, instance=instance)


def _away(error, instance):
    log.error("database away at %s", instance, exc_info=error)
    detail = _("Nothing was lost. Try again in a few seconds, with the same Idempotency-Key.")
    headers = {"Retry-After": "5"}
    return problem(503, "unavailable", _("Not available right now"), detail, instance=instance, headers=headers)


def _other(error, instance):
    return problem(error.status_code, str(error.default_code), error.detail, instance=instance)


class TooLarge(exceptions.APIException):
    """The body is larger than DATA_UPLOAD_MAX_MEMORY_SIZE."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE


# The first kind that fits speaks, so special ones stand before general ones.
SAYINGS = (
    ((Http404, exceptions.NotFound), _not_found),
    (OutOfScope, _out_of_scope),
    ((PermissionDenied, exceptions.PermissionDenied), _forbidden),
    ((exceptions.NotAuthenticated, exceptions.AuthenticationFailed), _unauthenticated),
    (exceptions.MethodNotAllowed, _method),
    (exceptions.UnsupportedMediaType, _media_type),
    ((TooLarge, RequestDataTooBig), _too_large),
    (exceptions.Throttled, _throttled),
    (exceptions.ValidationError, _invalid),
    ((exceptions.ParseError, SuspiciousOperation, BadRequest, UnreadablePostError), _unreadable),
    (exceptions.APIException, _other),
    ((OperationalError, InterfaceError), _away),
)
