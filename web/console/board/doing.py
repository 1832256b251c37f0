"""Doing something from the board: JSON in, the order's new row out; a refusal brings the row as it is now."""

from __future__ import annotations

import re

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.authentication import SessionAuthentication
from rest_framework.response import Response
from rest_framework.views import APIView

from dispatch import actions
from dispatch.lifecycle import REGISTRY, BadData, GuardsUnmet, Lack, Outcome, Refusal
from dispatch.models import ServiceOrder
from web.console.board import data
from web.shared.doing import fingerprint

KEY = re.compile(r"[\x21-\x7e]{1,80}")


class BoardDo(APIView):
    """POST /board/orders/<pk>/<verb>/ with {"version": n, …the verb's data}, Idempotency-Key and ?day=&days=.

    Refusals are problem details as the API words them, with `orders` as they are now, so that a board that was
    behind is right at once. A lack says under which label, and where, it can be mended.
    """

    authentication_classes = [SessionAuthentication]
    http_method_names = ["post"]

    def post(self, request, pk: int, verb: str) -> Response:
        """Let the person do it, once (H-N3). Answers {"answer", "orders", "gone"}."""
        try:
            outcome = self._perform(request, pk, verb)
        except Refusal as refusal:
            refusal.more = self._beside(request, pk, refusal)
            raise
        headers = {"Idempotency-Replayed": "true"} if outcome.replayed else {}
        return Response({"answer": outcome.answer} | data.rows_now(request, [pk]), headers=headers)

    def _perform(self, request, pk: int, verb: str) -> Outcome:
        raw = dict(request.data)
        version, key = raw.pop("version", None), request.headers.get("Idempotency-Key", "")
        errors = {}
        if version is not None and (isinstance(version, bool) or not isinstance(version, int) or version < 1):
            errors["version"] = [_("The version is a whole number, as the order showed it.")]
        if key and not KEY.fullmatch(key):
            errors["Idempotency-Key"] = [_("Use 1 to 80 printable ASCII characters without spaces, such as a UUID.")]
        if errors:
            raise BadData("H-N3", {"errors": errors})
        how = {"key": key, "fingerprint": fingerprint(pk, verb, raw | {"version": version}), "version": version}
        return actions.perform(pk, verb, request.user, timezone.now(), raw, **how)

    def _beside(self, request, pk: int, refusal: Refusal) -> dict:
        """Return what a refusal has to add for the board: the order as it is, the ways out, and whom to call."""
        order = ServiceOrder.objects.select_related("customer").one_for(request.user, pk)
        if order is None:
            return {"gone": [pk]}
        more = data.rows_now(request, [pk])
        if isinstance(refusal, GuardsUnmet):
            more["lacks"] = [lack.as_dict() | _way_out(order, lack) for lack in refusal.lacks]
            if any(lack.code == "consent" for lack in refusal.lacks):  # H-C2: they are rung up before it moves
                more["customer"] = {"name": order.customer.name, "phone": order.customer.phone}
        return more


def _way_out(order: ServiceOrder, lack: Lack) -> dict:
    """Return the label and the address of the form that mends a lack, if a verb does."""
    if lack.fix not in REGISTRY:
        return {}
    return {
        "fix_label": str(REGISTRY[lack.fix].label),
        "fix_url": reverse("order_act", args=[order.pk, lack.fix]),
    }
