"""What must I do next (H-N1)."""

from __future__ import annotations

from django.db.models import Count, Min, Q
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.response import Response

from dispatch.api import shapes
from dispatch.api.base import ApiView
from dispatch.api.lists import PageParams, read_page
from dispatch.api.rows import order_columns, order_rows
from dispatch.models import NextAction, ServiceOrder

ORDERING = ("next_due_at", "priority", "id")


class QueueParams(PageParams):
    """Which part of the queue."""

    next_action = serializers.ChoiceField(choices=NextAction.choices, required=False)


class CountShape(serializers.Serializer):
    """How much of one kind waits."""

    action = shapes.choice(NextAction)
    label = serializers.CharField()
    count = serializers.IntegerField()
    overdue = serializers.IntegerField()
    first_due_at = serializers.DateTimeField()


QUEUE = inline_serializer(
    "Queue",
    {
        "total": serializers.IntegerField(),
        "overdue": serializers.IntegerField(),
        "counts": CountShape(many=True),
        "results": shapes.OrderShape(many=True),
        "next_cursor": serializers.CharField(allow_null=True),
    },
)


class Queue(ApiView):
    """What waits for me."""

    @extend_schema(operation_id="queue_read", parameters=[QueueParams], responses=QUEUE, tags=["queue"])
    def get(self, request):
        """Return the orders whose next step is yours, the one due first ahead, and how many of each kind."""
        params = self.params(QueueParams)
        mine = ServiceOrder.objects.waiting_for(request.user)
        counts = _counts(mine, self.now)
        if "next_action" in params:
            mine = mine.filter(next_action=params["next_action"])
        page, cursor = read_page(order_columns(mine), ORDERING, params)
        return Response(
            {
                "total": sum(row["count"] for row in counts),
                "overdue": sum(row["overdue"] for row in counts),
                "counts": counts,
                "results": order_rows(page, request.user, self.now),
                "next_cursor": cursor,
            }
        )


def _counts(orders, now) -> list[dict]:
    """Return how many wait per next action, how many of them too long, most first."""
    late = Count("pk", filter=Q(next_due_at__lt=now))
    found = orders.order_by().values("next_action").annotate(count=Count("pk"), late=late, first=Min("next_due_at"))
    return [
        {
            "action": row["next_action"],
            "label": str(NextAction(row["next_action"]).label),
            "count": row["count"],
            "overdue": row["late"],
            "first_due_at": row["first"],
        }
        for row in sorted(found, key=lambda row: (-row["count"], row["next_action"]))
    ]
