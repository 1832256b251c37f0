"""Callbacks: the promised calls, open, due and made (H-A2, H-F11, H-R1)."""

from __future__ import annotations

from django.db.models import Q
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from dispatch.api import shapes
from dispatch.api.base import ApiView, ListView
from dispatch.api.lists import PageParams, read_page
from dispatch.api.parts import ATTEMPTS, callback_row
from dispatch.api.rows import Eyes
from dispatch.models import Callback, CallbackKind
from technicians.models import Role


class CallbackParams(PageParams):
    """Which callbacks. Without any: all you may see, the one due first ahead."""

    order = serializers.IntegerField(required=False, min_value=1)
    kind = serializers.ChoiceField(choices=CallbackKind.choices, required=False)
    role = serializers.ChoiceField(choices=Role.choices, required=False, help_text="Who calls")
    open = serializers.BooleanField(required=False, allow_null=True, default=None)
    due = serializers.BooleanField(
        required=False, allow_null=True, default=None, help_text="Open, and its time has come"
    )


def callbacks_for(user):
    """Return the callbacks a person may see, with the rows that `whole_callback` reads."""
    rows = Callback.objects.for_user(user).select_related("caller", "order__outlet", "order__customer")
    return rows.prefetch_related(ATTEMPTS)


def whole_callback(callback: Callback, eyes: Eyes, now) -> dict:
    """Return one callback with whom to call."""
    order, customer = callback.order, callback.order.customer
    phone = eyes.phone(customer.phone, needed=order.is_open)
    return callback_row(callback, now) | {
        "number": order.number,
        "order_state": str(order.state),
        "outlet": order.outlet.code,
        "customer": {"id": customer.pk, "name": customer.name, "phone": phone},
    }


class Callbacks(ListView):
    """All callbacks that are mine to see."""

    @extend_schema(
        operation_id="callbacks_list",
        parameters=[CallbackParams],
        responses=shapes.CallbackOfQueue(many=True),
        tags=["callbacks"],
    )
    def get(self, request):
        """List promised calls, the one due first ahead."""
        params = self.params(CallbackParams)
        rows = callbacks_for(request.user)
        rows = rows.filter(**{name: params[name] for name in ("order", "kind", "role") if name in params})
        is_open, due = Q(state=Callback.WAITING), Q(state=Callback.WAITING, due_at__lte=self.now)
        for wanted, condition in ((params["open"], is_open), (params["due"], due)):
            if wanted is not None:
                rows = rows.filter(condition if wanted else ~condition)
        page, cursor = read_page(rows, ("due_at", "id"), params)
        eyes = Eyes.of(request.user)
        return Response({"results": [whole_callback(row, eyes, self.now) for row in page], "next_cursor": cursor})


class OneCallback(ApiView):
    """One promised call."""

    @extend_schema(operation_id="callbacks_read", responses=shapes.CallbackOfQueue, tags=["callbacks"])
    def get(self, request, pk: int):
        """Return one callback with its attempts."""
        callback = self.one(callbacks_for(request.user), pk)
        return Response(whole_callback(callback, Eyes.of(request.user), self.now))
