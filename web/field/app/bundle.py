"""Everything for a technician's open visits, so that the day can be done without a signal."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.middleware.csrf import get_token
from django.utils import timezone, translation
from django.utils.decorators import method_decorator
from django.views.decorators.gzip import gzip_page
from rest_framework.response import Response

from customers.money import digits
from customers.reading import reading
from dispatch import live
from dispatch.lifecycle import REGISTRY
from dispatch.models import Answer, KeptAct, ServiceOrder, State
from technicians.models import Role, Technician, User
from web.field import asking, plan
from web.field.app import ahead, me
from web.field.app.facts import order_facts
from web.field.app.send import PhoneView
from web.field.app.sent import KEY
from web.field.steps import WORDS
from web.shared.looks import ICONS, PLAIN, STATES


@method_decorator(gzip_page, name="dispatch")
class Bundle(PhoneView):
    """GET /field/app/bundle/?have=12.5,13.7&sent=key,key: orders of which the phone has this very version are left out.

    `sent` names acts that the phone has not heard of: `applied` says which of them were done, and in which version.
    """

    http_method_names = ["get"]

    def get(self, request) -> Response:
        """Return the technician's day; `mine` names every open order, `orders` the ones that are new to the phone."""
        at, now = live.last(), timezone.now()
        technician = Technician.objects.select_related("outlet", "user").filter(user=request.user).first()
        if technician is None:
            return Response({"detail": "no technician"}, status=403)
        with reading(), timezone.override(technician.outlet.tz):
            found = (
                {"at": at, "now": now.isoformat(), "csrf": get_token(request), "who": who(technician)}
                | {"verbs": verbs(), "states": states()}
                | _orders(request.user, now, have(request.GET.get("have", "")))
                | _beside(request.user, technician, now)
            )
            # Read last: what is done while the orders are read is known by its version not to be in them yet
            return Response(found | {"applied": applied(request.user, request.GET.get("sent", ""))})


def have(text: str) -> dict[int, int]:
    """Read which orders a phone has, "12.5,13.7" as {12: 5, 13: 7}; what does not read is not there."""
    pairs = (one.partition(".") for one in text.split(",")[:200])
    return {
        int(pk): int(version)
        for pk, _dot, version in pairs
        if pk.isascii() and pk.isdigit() and version.isascii() and version.isdigit() and len(pk) < 18 > len(version)
    }


def applied(user: User, text: str) -> dict[str, int]:
    """Return which of a person's acts, named by their keys, were done, and the version that their order had then.

    The answer to one may have been lost on its way to the phone: it would be shown as done and as waiting (H-N3).
    """
    keys = [key for key in text.split(",")[:200] if KEY.fullmatch(key)]
    rows = Answer.objects.filter(actor=user, key__in=keys, status=200) if keys else []
    return {row.key: row.body["version"] for row in rows if isinstance(row.body.get("version"), int)}


def who(technician: Technician) -> dict[str, Any]:
    """Return who it is, where they belong, and how their outlet counts time and money."""
    outlet = technician.outlet
    return {
        "id": technician.user_id,
        "name": technician.name,
        "permit": technician.permit_code,
        "zone": str(outlet.tz),
        "currency": outlet.currency,
        "digits": digits(outlet.currency),
        "language": translation.get_language(),
        "outlet": {"name": outlet.name, "phone": outlet.phone},
    }


def verbs() -> dict[str, dict]:
    """Return the verbs of a technician: how they are called, from where to where they lead ("" where it depends)."""
    found: dict[str, dict] = {}
    for transition in ServiceOrder().get_all_state_transitions():
        verb = REGISTRY.get(transition.name)
        if verb is None or Role.TECHNICIAN not in verb.roles:
            continue
        one = found.setdefault(
            verb.name,
            {
                "label": str(verb.label),
                "short": str(WORDS.get(verb.name, verb.label)),
                "rule": verb.rule,
                "tone": verb.tone,
                "icon": ICONS.get(verb.name, ""),
                "from": [],
                "to": transition.target if isinstance(transition.target, str) else "",
            },
        )
        one["from"].append(str(transition.source))
    return found


def states() -> dict[str, dict]:
    """Return how each state is called and looks."""
    looks = {state: STATES.get(state, PLAIN) for state in State}
    return {
        str(state): {"label": str(state.label), "class": look[0], "shape": look[1]} for state, look in looks.items()
    }


def _orders(user: User, now: datetime, known: dict[int, int]) -> dict:
    """Return the orders in the order of the day; whole where the phone does not have them as they are."""
    today = plan.of(user, now)
    records = {stop.order.pk for stop in today.records}
    bench = {stop.order.pk for stop in today.bench}
    stops = [*today.today, *today.new, *today.later, *today.bench, *today.waiting, *today.records]
    pks = list(dict.fromkeys(stop.order.pk for stop in stops))
    wanted = [stop.order.pk for stop in stops if known.get(stop.order.pk) != stop.order.version]
    rows = ServiceOrder.objects.with_rows().in_bulk(wanted)
    ahead.read(list(rows.values()), now)
    found = []
    for pk in dict.fromkeys(wanted):
        if pk in rows:
            facts = order_facts(rows[pk], user, now)
            facts["list"] = "record" if pk in records else "bench" if pk in bench else facts["list"]
            found.append(facts)
    return {"mine": pks, "orders": found}


def _beside(user: User, technician: Technician, now: datetime) -> dict:
    """Return what stands beside the orders: calls to make, questions asked, refused acts, van, figures, settlement."""
    calls = [
        {
            "id": one.pk,
            "order": one.order_id,
            "due": one.due_at.isoformat(),
            "customer": str(one.order.customer),
            "phone": one.order.customer.phone,
            "appliance": str(one.order.appliance),
        }
        for one in plan.calls(user)
    ]
    asked = [
        {"id": one.pk, "question": one.question, "who": str(one.asked_by), "due": one.due_at.isoformat()}
        for one in asking.asked_of(user)
    ]
    return {
        "calls": calls,
        "asked": asked,
        "kept": kept_acts(user),
        "van": me.van(technician),
        "figures": me.figures(technician, now),
        "settle": me.settlement(technician, now),
    }


def kept_acts(user: User) -> list[dict]:
    """Return the refused acts of this person that nobody has settled (H-N3)."""
    rows = KeptAct.objects.unsettled().filter(actor=user).select_related("order")
    return [
        {
            "key": one.key,
            "order": one.order_id,
            "verb": one.verb,
            "label": str(REGISTRY[one.verb].label) if one.verb in REGISTRY else one.verb,
            "at": one.refused_at.isoformat(),
            "title": one.title,
            "detail": one.detail,
            "lacks": one.lacks,
        }
        for one in rows
    ]
