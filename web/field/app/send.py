"""What was done on the phone, taken once; what can't be taken is kept and shown, never dropped (H-N3)."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from dispatch import actions
from dispatch.actions import kept
from dispatch.lifecycle import Busy, Outcome, Refusal
from web.field.app import facts, sent
from web.field.views import FACE
from web.shared.doing import Doing, fingerprint


class PhoneSession(SessionAuthentication):
    """The session of a page; who is not signed in is told so with 401, and keeps what they have."""

    def authenticate_header(self, request) -> str:
        """Name the way in, which makes it a 401."""
        return "Session"


class PhoneView(APIView):
    """A view that the app on the phone talks to."""

    authentication_classes = [PhoneSession]
    permission_classes = [IsAuthenticated]


class Send(PhoneView):
    """POST /field/app/orders/<pk>/<verb>/: {"values", "device_at", "position", "version", "user"} under a key.

    `unseen` says why a picture of the act will never come: the act is refused for it, and kept like any other.
    `user` is who did it, where the phone says so: in somebody else's session nothing is done, and 403 other_user said.

    Answers {"answer", "replayed", "order"}; with "fresh": false without the order, for who has more to send at once.
    A refusal is a problem document with `order` as it is now (null when it is no longer theirs), and is written down
    for the centre, unless it may yet succeed by itself.
    """

    http_method_names = ["post"]

    def post(self, request, pk: int, verb: str) -> Response:
        """Let the person do it, once."""
        now = timezone.now()
        key = request.headers.get("Idempotency-Key", "")
        if not sent.by(request.data, request.user):
            detail = _("Somebody else has signed in on this phone. What was done stays there, for who did it.")
            said = {"status": 403, "code": "other_user", "title": _("Not yours to do"), "detail": detail}
            return Response(said, status=403)
        try:
            found = sent.read(request.data, key, verb)
            sent.whole(request.data)
            outcome = perform(request.user, pk, verb, found, now)
        except Refusal as refusal:
            if not isinstance(refusal, Busy) and sent.KEY.fullmatch(key):
                self._keep(request, pk, verb, refusal, now, key)
            refusal.more = {"order": facts.one(request.user, pk, now)}
            raise
        kept.applied(key, request.user, now)
        said = {"answer": outcome.answer, "replayed": outcome.replayed}
        if request.data.get("fresh", True) is not False:
            said["order"] = facts.one(request.user, pk, now)
        return Response(said)

    def _keep(self, request, pk: int, verb: str, refusal: Refusal, now, key: str) -> None:
        body = request.data if isinstance(request.data, dict) else {}
        values = body.get("values")
        kept.keep(
            pk,
            request.user,
            verb[:40],
            refusal,
            now,
            key=key,
            values=values if isinstance(values, dict) else {},
            device_at=sent.device_at(body.get("device_at")),
        )


def perform(user, pk: int, verb: str, found: sent.Sent, now) -> Outcome:
    """Do one act as it was sent. Raises what `actions.perform` raises."""
    raw = raw_of(user, pk, verb, found, now)
    return actions.perform(
        pk,
        verb,
        user,
        now,
        raw,
        key=found.key,
        fingerprint=fingerprint(pk, verb, found.values),
        version=found.version,
        device_at=found.device_at,
        position=found.position,
    )


def raw_of(user, pk: int, verb: str, found: sent.Sent, now) -> dict:
    """Return what the verb's serializer takes. An order or verb that is not theirs is left for `perform` to refuse."""
    try:
        doing = Doing(sent.as_posted(found, user), FACE, pk, verb, now)
    except (Http404, PermissionDenied):
        return {}
    raw = doing.raw()
    for name, strokes in found.strokes.items():
        if raw.get(name):
            raw[name] = {"png": raw[name], "strokes": strokes}
    return raw


class Settle(PhoneView):
    """POST /field/app/kept/<key>/ {"how": "again" | "dropped"}: a refused act has been dealt with."""

    http_method_names = ["post"]

    def post(self, request, key: str) -> Response:
        """Settle it; the same again changes nothing."""
        body = request.data if isinstance(request.data, dict) else {}
        found = kept.settle(key, request.user, str(body.get("how", "")), timezone.now())
        return Response({"key": found.key, "settled_at": found.settled_at.isoformat()})
