"""The warranty of one order: what was decided, why in words, under which version, what can be done now (H-W)."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers as s
from rest_framework.response import Response

from customers.models import WarrantyPolicy
from customers.terms import Exclusion
from dispatch.api.actions import mine
from dispatch.api.base import ApiView
from dispatch.api.parts import who
from dispatch.api.shapes import choice, maybe
from dispatch.models import DecisionStage, WarrantyDecision
from dispatch.reports.explained import Explained, explain


class ReasonShape(s.Serializer):
    """One reason: a stable code, the rule of the standard, and the sentence a customer reads."""

    code = s.CharField()
    rule = s.CharField()
    words = s.CharField()


class PolicyShape(s.Serializer):
    """The version of the maker's policy that was decided under; no brand or category means every one."""

    id = s.IntegerField()
    brand = maybe(s.CharField)
    category = maybe(s.CharField)
    version = s.IntegerField()
    valid_from = s.DateField()
    valid_to = maybe(s.DateField)
    period_months = s.IntegerField()


class ExclusionShape(s.Serializer):
    """What excludes it, and what that means."""

    code = choice(Exclusion)
    name = s.CharField()
    words = s.CharField()


class PersonShape(s.Serializer):
    """Somebody, by number and name."""

    id = s.IntegerField()
    name = s.CharField()


class DecisionShape(s.Serializer):
    """One decision; the newest counts."""

    stage = choice(DecisionStage)
    covered = maybe(s.BooleanField)
    until = maybe(s.DateField)
    exclusion = s.CharField(allow_blank=True)
    decided_at = s.DateTimeField()
    decided_by = PersonShape(allow_null=True)
    reason = s.CharField(allow_blank=True)


class RemedyShape(s.Serializer):
    """What the customer may have, with the clause that grants or denies it (H-W7)."""

    remedy = choice([("refund", ""), ("exchange", ""), ("repair", "")])
    granted = s.BooleanField()
    clause = s.CharField()
    rule = s.CharField()
    words = s.CharField()


class WarrantyShape(s.Serializer):
    """The warranty of an order."""

    order = s.IntegerField()
    headline = s.CharField()
    covered = maybe(s.BooleanField)
    final = s.BooleanField(help_text="Decided at diagnosis or by the manager; before that it is provisional")
    until = maybe(s.DateField, help_text="Last day of the period, included")
    exclusion = ExclusionShape(allow_null=True)
    reasons = ReasonShape(many=True)
    documents = s.ListField(child=s.CharField(), help_text="What was shown, by code")
    photos = s.ListField(child=s.IntegerField(), help_text="Photos that were looked at")
    policy = PolicyShape(allow_null=True)
    decisions = DecisionShape(many=True, help_text="All of them, the oldest first")
    customer_page = s.CharField(allow_blank=True, help_text="What the customer may be sent")
    remedies = RemedyShape(many=True)


class Warranty(ApiView):
    """The warranty of one order."""

    @extend_schema(operation_id="orders_warranty", responses=WarrantyShape, tags=["orders"])
    def get(self, request, pk: int):
        """Return what was decided about the warranty, why in words, and what the customer may have now."""
        return Response(warranty_row(explain(mine(request.user, pk), self.now)))


def warranty_row(found: Explained) -> dict[str, Any]:
    """Return the warranty of an order as plain data in the active language."""
    decision = found.decision
    return {
        "order": found.order.pk,
        "headline": found.headline,
        "covered": found.covered,
        "final": found.final,
        "until": found.until,
        "exclusion": _exclusion(found.exclusion),
        "reasons": [{"code": one.code, "rule": one.rule, "words": one.words} for one in found.reasons],
        "documents": decision.seen.get("documents", []) if decision else [],
        "photos": found.photos,
        "policy": found.policy and _policy(found.policy),
        "decisions": [_decision(one) for one in found.decisions],
        "customer_page": found.customer_page,
        "remedies": [
            {
                "remedy": name,
                "granted": verdict.granted,
                "clause": verdict.clause,
                "rule": verdict.rule,
                "words": verdict.words,
            }
            for name, verdict in found.remedies
        ],
    }


def _exclusion(code: Exclusion | None) -> dict | None:
    return code and {"code": code.value, "name": str(code.label), "words": code.explained}


def _policy(policy: WarrantyPolicy) -> dict:
    same = ("id", "version", "valid_from", "valid_to", "period_months")
    of = {name: row.code if (row := getattr(policy, name)) else None for name in ("brand", "category")}
    return of | {name: getattr(policy, name) for name in same}


def _decision(one: WarrantyDecision) -> dict:
    same = ("stage", "covered", "until", "exclusion", "decided_at", "reason")
    return {name: getattr(one, name) for name in same} | {"decided_by": who(one.decided_by)}
