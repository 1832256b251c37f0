"""The callback queue: whom to call, why, what to say, and one click for what the customer said."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dispatch.actions.settling import QUESTIONS
from dispatch.models import Callback, CallbackAttempt, CallbackKind, OrderEvent, Repair
from technicians.models import Role, User
from web.console.telling import to_call
from web.console.views import page_or_part

SHOWN, UPCOMING = 30, 12
# Why we call, by the rule; and what we say, which is never anything but the truth
WHY = {
    CallbackKind.ADVICE: (_("We advised by phone instead of coming. Does it work?"), "H-A2"),
    CallbackKind.UNTESTED: (_("The repair could not be tested at the visit. Does it work?"), "H-F11"),
    CallbackKind.UNCERTAIN: (_("The technician was not sure that the repair holds. Does it?"), "H-R1"),
    CallbackKind.ROUTINE: (_("Every visit is followed by a call."), "H-R1"),
    CallbackKind.REMEDIAL: (_("The record of the visit raised a question."), "H-R4"),
}
SCRIPT = {
    CallbackKind.ADVICE: _(
        "Hello, this is %(me)s from %(outlet)s. We advised you by phone about your %(appliance)s and promised to call "
        "back. Does it work as it should now? If it does not, we will send a technician."
    ),
    CallbackKind.UNTESTED: _(
        "Hello, this is %(me)s from %(outlet)s. At our visit we could not test your %(appliance)s to the end. "
        "Has it worked since then? If it has not, we will come again."
    ),
    CallbackKind.UNCERTAIN: _(
        "Hello, this is %(me)s from %(outlet)s. We repaired your %(appliance)s and want to be sure that the repair "
        "holds. Has the fault come back? If it has, we will come again."
    ),
    CallbackKind.ROUTINE: _(
        "Hello, this is %(me)s from %(outlet)s. We visited you about your %(appliance)s. Does it work well, and were "
        "you content with how we worked? If anything is not right, we will come again."
    ),
    CallbackKind.REMEDIAL: _(
        "Hello, this is %(me)s from %(outlet)s. We visited you about your %(appliance)s and check our own record of "
        "it. Does it work well, and did you sign for the visit yourself? If anything is not right, we will come again."
    ),
}


@dataclass
class Call:
    """One promised call as a card."""

    callback: Callback
    due: bool
    why: object
    rule: str
    script: str
    done: list[str]
    mine: bool
    key: str

    @property
    def order(self):
        """The order the call is about."""
        return self.callback.order


def open_calls(user: User) -> QuerySet:
    """Return the promised calls that `user` may make, due first: the office's are everybody's at the desk."""
    rows = Callback.objects.for_user(user).open().order_by("due_at", "pk")
    return rows.filter(role=Role.AGENT) if user.role == Role.AGENT else rows


def cards(rows: QuerySet, user: User, now: datetime, most: int) -> list[Call]:
    """Return cards for the first `most` callbacks, four statements however many."""
    order_rows = ("outlet", "customer", "address", "appliance__category", "appliance__brand", "technician")
    rows = rows.select_related(*(f"order__{name}" for name in order_rows)).prefetch_related(
        Prefetch("log", CallbackAttempt.objects.select_related("caller").order_by("-at")),
        Prefetch("order__repairs", Repair.objects.select_related("fault").order_by("pk")),
    )
    rows = list(rows[:most])
    because = _because(rows)
    return [_card(row, user, now, because.get((row.order_id, row.kind), "")) for row in rows]


def _because(rows: list[Callback]) -> dict[tuple[int, str], str]:
    """Return (order, kind) → what was advised, or what the record left open (H-A2, H-R4); one statement at most."""
    orders = [row.order_id for row in rows if row.kind in (CallbackKind.ADVICE, CallbackKind.REMEDIAL)]
    events = OrderEvent.objects.filter(order__in=orders, action__in=("consult", "make_sure")) if orders else []
    found = {}
    for event in sorted(events, key=lambda one: one.seq):
        if event.action == "consult":
            found[event.order_id, CallbackKind.ADVICE] = event.payload.get("advice", "")
        else:
            asked = [str(QUESTIONS.get(code, code)) for code in sorted(event.payload.get("signs", ()))]
            found[event.order_id, CallbackKind.REMEDIAL] = gettext(", ").join(asked)
    return found


def _card(callback: Callback, user: User, now: datetime, because: str) -> Call:
    kind, order = CallbackKind(callback.kind), callback.order
    why, rule = WHY[kind]
    if kind == CallbackKind.REMEDIAL and because:
        why = f"{why} {because}"
    said = {"me": str(user), "outlet": order.outlet.name, "appliance": str(order.appliance) or _("appliance")}
    repair = None if kind == CallbackKind.ADVICE else next(reversed(order.repairs.all()), None)
    done = (repair.get_outcome_display(), repair.finding, repair.measure, repair.parts) if repair else ()
    return Call(
        callback,
        callback.due_at <= now,
        why,
        rule,
        str(SCRIPT[kind]) % said,
        [because] if kind == CallbackKind.ADVICE and because else [str(part) for part in done if part],
        user.role in (callback.role, Role.DISPATCHER, Role.MANAGER, Role.ADMIN),
        str(uuid4()),
    )


def counters(user: User, now: datetime) -> dict:
    """Return what the head of the page counts: due, late by a quarter of an hour, later, done today by me."""
    rows = open_calls(user)
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return {
        "due": rows.filter(due_at__lte=now).count(),
        "late": rows.filter(due_at__lt=now - timedelta(minutes=15)).count(),
        "later": rows.filter(due_at__gt=now).count(),
        "done": CallbackAttempt.objects.filter(caller=user, at__gte=midnight).count(),
    }


def calls_context(user: User, now: datetime) -> dict:
    """Return what console/calls_part.html needs."""
    rows = open_calls(user)
    return {
        "now": now,
        "counters": counters(user, now),
        "due": cards(rows.filter(due_at__lte=now), user, now, SHOWN),
        "upcoming": cards(rows.filter(due_at__gt=now), user, now, UPCOMING),
    }


def calls_stamp(context: dict) -> str:
    """Return what changes whenever a card would look different."""
    shown = [(call.callback.pk, call.callback.attempts, call.due) for call in (*context["due"], *context["upcoming"])]
    said = json.dumps([shown, list(context["counters"].values())])
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def callbacks(request: HttpRequest) -> HttpResponse:
    """The callback queue: due first, then those to come."""
    now = timezone.now()
    context = calls_context(request.user, now) | to_call(request.user, now)
    templates = ("console/callbacks.html", "console/calls_part.html")
    return page_or_part(request, "calls-part", calls_stamp(context), templates, context)
