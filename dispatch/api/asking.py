"""Help, claims and alarms: what waits, what was answered before, and the answer of a colleague (H-A5, H-F8, H-F10)."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers as s
from rest_framework.exceptions import PermissionDenied
from rest_framework.response import Response

from dispatch.actions.help import AnswerData, answer_help, may_answer
from dispatch.api import shapes
from dispatch.api.base import ApiView, ListView
from dispatch.api.envelope import open_envelope
from dispatch.api.lists import PageParams, read_page
from dispatch.api.parts import pick, who
from dispatch.api.schema import KEY_HEADER, REPLAYED
from dispatch.lifecycle.verb import MANAGERS
from dispatch.models import Claim, ClaimKind, HelpLevel, HelpRequest, Incident
from dispatch.reports.answers import find_answers, open_for
from technicians.models import User

MOST = 50


class HelpParams(s.Serializer):
    """Without any: the open questions that are mine to answer."""

    q = s.CharField(required=False, max_length=200, help_text="Search the answered ones by words, model or code")


class HelpShape(s.Serializer):
    """A question and, once there is one, its answer. `to` is the colleague who was asked by name."""

    id = s.IntegerField()
    order = s.IntegerField()
    level = shapes.choice(HelpLevel)
    to = shapes.maybe(shapes.WhoShape)
    question = s.CharField()
    new_fault = s.BooleanField()
    category = shapes.maybe(s.CharField)
    fault = shapes.maybe(s.CharField)
    model_no = s.CharField(allow_blank=True)
    asked_by = shapes.WhoShape()
    asked_at = s.DateTimeField()
    due_at = s.DateTimeField()
    raised = s.IntegerField(help_text="How often it went one level up")
    answer = s.CharField(allow_blank=True)
    answered_by = shapes.maybe(shapes.WhoShape)
    answered_at = shapes.maybe()
    mine = s.BooleanField(help_text="Open, and you may answer it")


class HelpListShape(s.Serializer):
    """Questions, the most urgent or the best found ahead."""

    results = HelpShape(many=True)


def help_row(asked: HelpRequest, user: User) -> dict[str, Any]:
    """Return one question as plain data."""
    fields = ("id", "level", "question", "new_fault", "model_no", "asked_at", "due_at", "raised", "answer")
    return pick(asked, (*fields, "answered_at")) | {
        "order": asked.order_id,
        "to": who(asked.to),
        "category": asked.category and asked.category.code,
        "fault": asked.fault and asked.fault.code,
        "asked_by": who(asked.asked_by),
        "answered_by": who(asked.answered_by),
        "mine": asked.answered_at is None and may_answer(asked, user),
    }


class Help(ApiView):
    """Questions that wait, or answers found."""

    @extend_schema(operation_id="help_list", parameters=[HelpParams], responses=HelpListShape, tags=["asking"])
    def get(self, request):
        """List the open questions that are yours to answer; with `q`, search the answered ones of your outlet."""
        asked = self.params(HelpParams).get("q", "")
        if asked:
            found = find_answers(request.user, asked, most=MOST)
        else:
            found = open_for(request.user).select_related("category", "answered_by")[:MOST]
        return Response({"results": [help_row(one, request.user) for one in found]})


class AnswerHelp(ApiView):
    """The answer of somebody who need not hold the order."""

    @extend_schema(
        operation_id="help_answer",
        parameters=[KEY_HEADER],
        request=AnswerData,
        responses=shapes.AnswerShape,
        tags=["asking"],
    )
    def post(self, request, pk: int):
        """Answer a question you were asked, or any as the office."""
        sent = open_envelope(request)
        how = {"key": sent.key, "fingerprint": sent.fingerprint}
        outcome = answer_help(pk, request.user, self.now, sent.data, **how)
        return Response(outcome.answer, headers=REPLAYED[outcome.replayed])


class ClaimParams(PageParams):
    """Which claims."""

    open = s.BooleanField(required=False, allow_null=True, default=None)


class ClaimShape(s.Serializer):
    """A claim. Amounts in minor units of `currency`; `clause` is the code that granted or denied it (H-W7)."""

    id = s.IntegerField()
    order = s.IntegerField()
    kind = shapes.choice(ClaimKind)
    what = s.CharField()
    asked = s.IntegerField()
    currency = s.CharField()
    filed_by = shapes.WhoShape()
    filed_at = s.DateTimeField()
    state = shapes.choice(Claim.STATES)
    granted = s.IntegerField()
    clause = s.CharField(allow_blank=True)
    reason = s.CharField(allow_blank=True)
    decided_by = shapes.maybe(shapes.WhoShape)
    decided_at = shapes.maybe()


CLAIM_FIELDS = ("id", "kind", "what", "asked", "filed_at", "state", "granted", "clause", "reason", "decided_at")


class Claims(ListView):
    """Claims, for the manager."""

    @extend_schema(
        operation_id="claims_list", parameters=[ClaimParams], responses=ClaimShape(many=True), tags=["asking"]
    )
    def get(self, request):
        """List claims, the oldest ahead. For managers."""
        if request.user.role not in MANAGERS:
            raise PermissionDenied
        params = self.params(ClaimParams)
        rows = Claim.objects.for_user(request.user).select_related("order__outlet", "filed_by", "decided_by")
        if params["open"] is not None:
            rows = rows.filter(state=Claim.OPEN) if params["open"] else rows.exclude(state=Claim.OPEN)
        page, cursor = read_page(rows, ("id",), params)
        return Response({"results": [_claim(one) for one in page], "next_cursor": cursor})


def _claim(claim: Claim) -> dict[str, Any]:
    people = {"filed_by": who(claim.filed_by), "decided_by": who(claim.decided_by)}
    return pick(claim, CLAIM_FIELDS) | people | {"order": claim.order_id, "currency": claim.order.outlet.currency}


class IncidentShape(s.Serializer):
    """An alarm. WGS-84, accuracy in metres."""

    id = s.IntegerField()
    order = s.IntegerField()
    raised_by = shapes.WhoShape()
    raised_at = s.DateTimeField()
    what = s.CharField(allow_blank=True)
    latitude = shapes.maybe(s.FloatField)
    longitude = shapes.maybe(s.FloatField)
    accuracy = shapes.maybe(s.FloatField)
    taken_by = shapes.maybe(shapes.WhoShape)
    taken_at = shapes.maybe()


class AlarmsShape(s.Serializer):
    """The open alarms."""

    results = IncidentShape(many=True)


INCIDENT_FIELDS = ("id", "raised_at", "what", "latitude", "longitude", "accuracy", "taken_at")


class Alarms(ApiView):
    """Who is in danger."""

    @extend_schema(operation_id="alarms_list", responses=AlarmsShape, tags=["asking"])
    def get(self, request):
        """List the alarms of your outlet that nobody has settled, the oldest ahead; a technician sees their own."""
        rows = Incident.objects.for_user(request.user).open().select_related("raised_by", "taken_by")
        if request.user.role == "technician":
            rows = rows.filter(raised_by=request.user)
        found = [
            pick(one, INCIDENT_FIELDS)
            | {"order": one.order_id, "raised_by": who(one.raised_by), "taken_by": who(one.taken_by)}
            for one in rows.order_by("raised_at")[:MOST]
        ]
        return Response({"results": found})
