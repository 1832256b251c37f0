"""Orders: the list, one order, its log, and opening a new one."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, serializers
from rest_framework.response import Response

from customers.phones import digits_typed
from dispatch import actions
from dispatch.actions.intake import NewOrder
from dispatch.api import shapes
from dispatch.api.base import ApiView, ListView
from dispatch.api.envelope import fingerprint, read_key
from dispatch.api.events import EventShape, event_rows
from dispatch.api.lists import PageParams, read_page
from dispatch.api.parts import order_whole
from dispatch.api.rows import order_columns, order_rows
from dispatch.api.schema import KEY_HEADER, REPLAYED
from dispatch.lifecycle import BadData
from dispatch.models import Channel, NextAction, Priority, ServiceOrder, State
from technicians.models import Role, User

SAME = ("outlet", "customer", "technician", "priority", "next_action")


class OrderParams(PageParams):
    """Which orders. Without any: all of yours, newest first."""

    state = serializers.MultipleChoiceField(choices=State.choices, required=False, allow_empty=True)
    outlet = serializers.SlugField(required=False, help_text="Code of an outlet")
    customer = serializers.IntegerField(required=False, min_value=1)
    technician = serializers.IntegerField(required=False, min_value=1)
    priority = serializers.ChoiceField(choices=Priority.choices, required=False)
    next_action = serializers.ChoiceField(choices=NextAction.choices, required=False)
    open = serializers.BooleanField(required=False, allow_null=True, default=None, help_text="Not finished yet")
    overdue = serializers.BooleanField(
        required=False, allow_null=True, default=None, help_text="Somebody should have acted by now"
    )
    escalated = serializers.BooleanField(required=False, allow_null=True, default=None)
    q = serializers.CharField(
        required=False, max_length=100, help_text="Number, phone, name, address, or their order number"
    )


def filtered(orders: QuerySet, params: dict, user: User, now) -> QuerySet:
    """Return the orders that the parameters ask for."""
    if params.get("state"):
        orders = orders.filter(state__in=sorted(params["state"]))
    for name in SAME:
        if name in params:
            orders = orders.filter(**{"outlet__code" if name == "outlet" else name: params[name]})
    if params["open"] is not None:
        orders = orders.filter(finished_at__isnull=params["open"])
    if params["escalated"] is not None:
        orders = orders.exclude(escalation="") if params["escalated"] else orders.filter(escalation="")
    if params["overdue"] is not None:
        late = Q(finished_at__isnull=True, next_due_at__lt=now)
        orders = orders.filter(late) if params["overdue"] else orders.exclude(late)
    return orders.filter(said(params["q"], user)) if params.get("q") else orders


def said(text: str, user: User) -> Q:
    """Return the condition for what somebody types into a search box."""
    text = text.strip()
    digits = "".join(char for char in text if char.isascii() and char.isdigit())
    found = Q(external_ref__iexact=text) | Q(customer__name__icontains=text)
    door = Q(address__line__icontains=text)
    if inside := digits_typed(text):
        door |= Q(customer__phone__contains=inside) | Q(customer__phone_alt__contains=inside)
    if user.role == Role.TECHNICIAN:  # what is masked for them can't be searched either
        door &= Q(finished_at__isnull=True)
    if text.lstrip("#").isdecimal() and len(digits) <= 18:
        found |= Q(pk=int(text.lstrip("#")))
    return found | door


class Orders(ListView):
    """All orders that are mine."""

    @extend_schema(
        operation_id="orders_list", parameters=[OrderParams], responses=shapes.OrderShape(many=True), tags=["orders"]
    )
    def get(self, request):
        """List the orders you may see, newest first."""
        params = self.params(OrderParams)
        orders = filtered(ServiceOrder.objects.for_user(request.user), params, request.user, self.now)
        page, cursor = read_page(order_columns(orders), ("-id",), params)
        return Response({"results": order_rows(page, request.user, self.now), "next_cursor": cursor})

    @extend_schema(
        operation_id="orders_create",
        parameters=[KEY_HEADER],
        request=NewOrder,
        responses={201: shapes.AnswerShape},
        tags=["orders"],
    )
    def post(self, request):
        """Open an order. What is missing may come later (H-I2); the channel is `api` unless you say otherwise.

        Send an `Idempotency-Key`: however often the same request comes, one order is opened.
        """
        try:
            key = read_key(request)
        except ValueError as error:
            raise BadData("H-N3", {"errors": {"Idempotency-Key": [str(error)]}}) from error
        raw = {"channel": Channel.API.value} | request.data
        outcome = actions.create_order(request.user, raw, self.now, key=key, fingerprint=fingerprint(request))
        headers = {"Location": reverse("api:order", args=[outcome.answer["order"]])}
        return Response(outcome.answer, status=201, headers=headers | REPLAYED[outcome.replayed])


class Order(ApiView):
    """One order."""

    @extend_schema(operation_id="orders_read", responses=shapes.OrderWhole, tags=["orders"])
    def get(self, request, pk: int):
        """Return one order with its visits, callbacks, records, bills, gaps and next step."""
        whole = order_whole(pk, request.user, self.now)
        if whole is None:
            raise exceptions.NotFound
        return Response(whole, headers={"ETag": f'"{whole["version"]}"'})


class Events(ListView):
    """The log of one order."""

    @extend_schema(
        operation_id="orders_events", parameters=[PageParams], responses=EventShape(many=True), tags=["orders"]
    )
    def get(self, request, pk: int):
        """List what happened to an order, from the first to the last (H-N2)."""
        order = ServiceOrder.objects.one_for(request.user, pk)
        if order is None:
            raise exceptions.NotFound
        events = order.events.select_related("actor")
        page, cursor = read_page(events, ("seq",), self.params(PageParams))
        return Response({"results": event_rows(page, order, request.user), "next_cursor": cursor})
