"""One address per verb of the trade, and what is open to me now."""

from __future__ import annotations

from django.urls import path
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.response import Response

from dispatch import actions
from dispatch.api import shapes
from dispatch.api.base import ApiView
from dispatch.api.envelope import open_envelope
from dispatch.api.fields import FieldShape, fields_of
from dispatch.api.schema import KEY_HEADER, REPLAYED
from dispatch.lifecycle import REGISTRY, NotFound, Verb
from dispatch.models import ServiceOrder
from technicians.models import Role


class PositionData(serializers.Serializer):
    """Where the device says it is: WGS-84 degrees, accuracy in metres."""

    latitude = serializers.FloatField(min_value=-90, max_value=90)
    longitude = serializers.FloatField(min_value=-180, max_value=180)
    accuracy = serializers.FloatField(required=False, allow_null=True, min_value=0)


class Beside(serializers.Serializer):
    """What may come with any act, beside its own fields."""

    device_at = serializers.DateTimeField(
        required=False,
        allow_null=True,
        help_text="The device's clock, ISO 8601 with offset. Kept; the server's counts.",
    )
    position = PositionData(required=False, allow_null=True)
    version = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, help_text="The version you looked at; 409 if it is no longer it"
    )


class ActionView(ApiView):
    """Do one verb to one order. A class per verb is made by `view_of`."""

    verb: Verb

    def post(self, request, pk: int):
        """Let the person do it; every refusal is a problem document."""
        sent = open_envelope(request)
        outcome = actions.perform(
            pk,
            self.verb.name,
            request.user,
            self.now,
            sent.data,
            key=sent.key,
            fingerprint=sent.fingerprint,
            version=sent.version,
            device_at=sent.device_at,
            position=sent.position,
        )
        return Response(outcome.answer, headers=REPLAYED[outcome.replayed])


def view_of(verb: Verb):
    """Return the view of a verb, described in the schema by the verb's own data, roles and rule."""
    title = "".join(word.title() for word in verb.name.split("_"))
    data = type(f"{title}Data", (verb.data, Beside) if verb.data else (Beside,), {"__doc__": verb.data.__doc__})
    roles = ", ".join(str(Role(role).value) for role in verb.roles)
    said = (verb.effect.__doc__ or "").strip()
    schema = extend_schema(
        operation_id=f"orders_{verb.name}",
        summary=str(verb.label),
        description=f"{said}\n\nRule {verb.rule} of the service standard. For: {roles}.",
        parameters=[KEY_HEADER],
        request=data,
        responses=shapes.AnswerShape,
        tags=["actions"],
    )

    class View(ActionView):
        @schema
        def post(self, request, pk: int):
            return super().post(request, pk)

    View.__name__ = View.__qualname__ = f"{title}View"
    View.verb = verb
    return View.as_view()


class UnknownActionView(ApiView):
    """Whatever is no verb: 404, naming what is open."""

    @extend_schema(exclude=True)
    def post(self, request, pk: int, action: str):
        """Refuse, and help along."""
        order = mine(request.user, pk)
        refusal = actions.UnknownAction("H-N2", {"action": action[:40]})
        refusal.more = {"open": [found.verb.name for found in actions.open_to(order, request.user, self.now)]}
        raise refusal

    @extend_schema(exclude=True)
    def get(self, request, pk: int, action: str):
        """The same for who only looks."""
        return self.post(request, pk, action)


class LackShape(serializers.Serializer):
    """One thing that is missing, with its rule and the verb that mends it ("" when the words say it all)."""

    rule = serializers.CharField()
    code = serializers.CharField()
    message = serializers.CharField()
    fix = serializers.CharField(allow_blank=True)


class OpenShape(serializers.Serializer):
    """An action open to me now, what it still lacks, and the fields it takes."""

    action = serializers.CharField()
    label = serializers.CharField()
    rule = serializers.CharField()
    tone = serializers.CharField(allow_blank=True)
    href = serializers.CharField()
    lacks = LackShape(many=True)
    fields = FieldShape(many=True)


OPEN_SHAPE = inline_serializer(
    "OpenActions",
    {"order": serializers.IntegerField(), "version": serializers.IntegerField(), "state": shapes.choice(shapes.State)}
    | {"actions": OpenShape(many=True)},
)


class OpenActions(ApiView):
    """What I may do to an order now."""

    @extend_schema(operation_id="orders_actions", responses=OPEN_SHAPE, tags=["orders"])
    def get(self, request, pk: int):
        """List the actions open to you now, with what each still lacks and which fields it takes."""
        order = mine(request.user, pk)
        found = actions.open_to(order, request.user, self.now)
        return Response(
            {
                "order": order.pk,
                "version": order.version,
                "state": str(order.state),
                "actions": [
                    {
                        "action": one.verb.name,
                        "label": str(one.verb.label),
                        "rule": one.verb.rule,
                        "tone": one.verb.tone,
                        "href": f"/api/v1/orders/{order.pk}/{one.verb.name}/",
                        "lacks": [lack.as_dict() for lack in one.lacks],
                        "fields": fields_of(one.verb),
                    }
                    for one in found
                ],
            }
        )


def mine(user, pk: int) -> ServiceOrder:
    """Return an order of the user's. Raises NotFound."""
    order = ServiceOrder.objects.with_rows().one_for(user, pk)
    if order is None:
        raise NotFound("H-N2")
    return order


urlpatterns = [
    path(f"orders/<int:pk>/{verb.name}/", view_of(verb), name=f"do_{verb.name}")
    for verb in REGISTRY.values()
    if not verb.by_clock
]
