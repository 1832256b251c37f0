"""The remedial callback: where the record raises a question the customer is asked, once, by somebody else (H-R4)."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from dispatch.actions.callbacks import promise_callback
from dispatch.actions.fields import deed
from dispatch.actions.settling.signs import QUESTIONS, Sign, signs_of
from dispatch.lifecycle import Act, act
from dispatch.lifecycle.verb import CLOCK
from dispatch.models import Callback, CallbackKind, ServiceOrder, State, TimerKind
from technicians.models import Role

WHERE = (State.FOLLOW_UP, State.CLOSED)  # else somebody visits again anyway, or nothing was finished


class WhyData(serializers.Serializer):
    """Which questions the record raised, by their codes."""

    signs = serializers.MultipleChoiceField(label=_("To be asked"), choices=list(QUESTIONS.items()))


@deed("make_sure", "H-R4", _("Ask the customer to make sure"), CLOCK, WhyData)
def make_sure_verb(act: Act) -> None:
    """The centre calls: a routine call that still waits goes with it, so that nobody is called twice for one visit."""
    act.order.callbacks.open().filter(kind=CallbackKind.ROUTINE).update(state=Callback.VOID)
    act.stop.add(TimerKind.CALLBACK_ROUTINE)
    promise_callback(act, CallbackKind.REMEDIAL)


def questions(order: ServiceOrder, now: datetime) -> list[Sign]:
    """Return what about an order's newest signature has to be asked; what is only noted is left out."""
    return [sign for sign in signs_of(order, now) if sign.asks]


def make_sure(order: ServiceOrder, signs: list[Sign], now: datetime) -> bool:
    """Promise the remedial callback that `signs` ask for, in the running transaction; tell whether there is a new one.

    Exactly one for each order, whatever is found later; none where the customer was heard by somebody else since.
    """
    if not signs or order.state not in WHERE:
        return False
    ServiceOrder.objects.select_for_update(of=("self",), no_key=True).get(pk=order.pk)
    if order.callbacks.filter(kind=CallbackKind.REMEDIAL).exists() or _heard(order):
        return False
    act(order.pk, "make_sure", None, now, {"signs": sorted({sign.code for sign in signs})}, unseen=True)
    return True


def _heard(order: ServiceOrder) -> bool:
    """True when somebody other than a technician has heard the customer after the last visit (H-R1)."""
    left = order.visits.filter(left_at__isnull=False).order_by("-left_at").values_list("left_at", flat=True).first()
    heard = order.callbacks.filter(state=Callback.DONE, outcome__in=("satisfied", "unhappy"))
    heard = heard.exclude(caller__role=Role.TECHNICIAN)
    return (heard.filter(done_at__gte=left) if left else heard).exists()
