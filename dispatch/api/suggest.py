"""Who could take an order, and when: for programs, as the dispatcher's board shows it (H-A4, H-F9)."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers as s
from rest_framework.response import Response

from dispatch.api.base import ApiView
from dispatch.api.shapes import WhoShape
from dispatch.lifecycle.refusal import NotAllowed
from dispatch.lifecycle.verb import OFFICE
from dispatch.models import ServiceOrder
from dispatch.planning.suggesting import Offer, answer
from technicians.models import Role

MOST = 20


class SuggestParams(s.Serializer):
    """How many are wanted."""

    top = s.IntegerField(min_value=1, max_value=MOST, default=5, help_text="How many offers at the most")


class OfferShape(s.Serializer):
    """One technician and time. *place* takes `starts_at` and `minutes`; the customer may be told the window."""

    technician = WhoShape()
    day = s.DateField(help_text="The outlet's local day")
    starts_at = s.DateTimeField()
    ends_at = s.DateTimeField()
    window_from = s.DateTimeField(help_text="The earliest arrival that fits")
    window_until = s.DateTimeField(help_text="The latest arrival that fits")
    minutes = s.IntegerField()
    extra_seconds = s.IntegerField(help_text="Travel added to the technician's day")
    reasons = s.ListField(child=s.CharField(), help_text="What speaks for it")
    costs = s.ListField(child=s.CharField(), help_text="What it does to others; empty: nothing")


class SuggestionsShape(s.Serializer):
    """Offers, best first; without any, `none` says why."""

    version = s.IntegerField(help_text="The order's version that this was made for")
    offers = OfferShape(many=True)
    none = s.CharField(allow_blank=True)
    notices = s.ListField(child=s.CharField())


class Suggestions(ApiView):
    """Suggestions for one order."""

    @extend_schema(
        operation_id="orders_suggestions", parameters=[SuggestParams], responses=SuggestionsShape, tags=["orders"]
    )
    def get(self, request, pk: int):
        """Suggest technicians and times for an order, today and the three days after, without changing anything."""
        top = self.params(SuggestParams)["top"]
        order = self.one(ServiceOrder.objects.for_user(request.user).with_rows(), pk)
        if request.user.role not in OFFICE:
            names = str(_(", ")).join(str(Role(role).label) for role in OFFICE)
            raise NotAllowed("H-A4", {"action": _("Suggest"), "roles": names})
        with timezone.override(order.outlet.tz):
            found = answer(order, self.now, top=top)
        offers = [offer_row(offer) for offer in found.offers]
        said = {"version": order.version, "offers": offers, "none": found.none, "notices": found.notices}
        return Response(said)


def offer_row(offer: Offer) -> dict:
    """Return one offer as plain data."""
    names = (
        "day",
        "starts_at",
        "ends_at",
        "window_from",
        "window_until",
        "minutes",
        "extra_seconds",
        "reasons",
        "costs",
    )
    return {"technician": {"id": offer.technician.pk, "name": offer.technician.name}} | {
        name: getattr(offer, name) for name in names
    }
