"""One order as a phone keeps it: all that its technician may need where there is no signal."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format

from customers.phones import masked
from customers.reading import reading
from dispatch import actions
from dispatch.actions import guards
from dispatch.actions.arrive import EXCEPTIONS, KNOCKING, LATENESS, NEEDED
from dispatch.actions.checks import limits, lists
from dispatch.lifecycle.standard import KNOCK_EVERY, KNOCK_FOR, VERY_LATE
from dispatch.models import OPEN, OrderEvent, Outcome, ServiceOrder, State, Visit
from dispatch.reports.explained import explain
from technicians.models import CheckStep, ItemKind, User
from web.field.app import forms, matter, own
from web.field.arrival import SAY
from web.field.asking import IN_FRONT_OF_PEOPLE
from web.field.outcomes import told
from web.field.plan import UNDER_WAY, WAITING
from web.shared.story import events_of, story
from web.shared.wishes import wished

TOLD = 20  # lines of the history
KINDS = {ItemKind.TICK: "tick", ItemKind.PHOTO: "photo", ItemKind.NUMBER: "number", ItemKind.VALUE: "text"}
# In which states a checklist's step is gone through on the phone
STATES = {
    CheckStep.APPEARANCE: (State.CONTACTED, State.EN_ROUTE, State.ON_SITE),
    CheckStep.ENTERING: (State.ON_SITE,),
    CheckStep.WORKING: (State.DIAGNOSED,),
    CheckStep.LEAVING: (State.CHARGED,),
}


def one(user: User, pk: int, now: datetime) -> dict | None:
    """Return one order of the user's, None when it is not theirs (any more) or is finished."""
    order = ServiceOrder.objects.with_rows().one_for(user, pk)
    return order_facts(order, user, now) if order and order.is_open else None


def order_facts(order: ServiceOrder, user: User, now: datetime) -> dict[str, Any]:
    """Return everything of an open order; times as ISO 8601 in UTC, money in minor units."""
    with reading(), timezone.override(order.outlet.tz):
        visit = order.standing_visit()
        open_now = actions.open_to(order, user, now)
        known = {found.verb.name: [lack.as_dict() for lack in found.lacks] for found in open_now}
        helps = order.state in OPEN and order.state not in (State.CHARGED, State.FOLLOW_UP)
        return {
            **_head(order, visit, user, now),
            **_people(order),
            "warranty": _warranty(order, now),
            "kit": _kit(order, now),
            "taken": list(visit.kit) if visit and visit.kit_checked_at else [],
            "kit_checked": bool(visit and visit.kit_checked_at),
            "checks": _checks(order, visit, now),
            "knock": _knock(order, visit),
            "exceptions": [
                {"code": code, "label": str(name), "words": str(words), "verbs": list(verbs)}
                for code, (name, words, verbs) in EXCEPTIONS.items()
            ],
            "lateness": {
                "latest": _iso(visit.latest_arrival) if visit else None,
                "very": int(VERY_LATE.total_seconds()),
                "words": {code: {"label": str(LATENESS[code]), "say": str(SAY[code])} for code in LATENESS},
            },
            "arrived": _iso(visit.arrived_at) if visit else None,
            "told": _told(order),
            **matter.of(order, user, now, helps=helps),
            "own": own.of(order, now),
            "forms": forms.forms_of(order, user, now, open_now),
            "open": list(known),
            "lacks": {name: lacks for name, lacks in known.items() if lacks},
        }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _head(order: ServiceOrder, visit: Visit | None, user: User, now: datetime) -> dict:
    """Which order, where it stands, when, and what changed since its technician last did something."""
    decision = explain(order, now).decision
    return {
        "id": order.pk,
        "number": order.number,
        "version": order.version,
        "state": str(order.state),
        "list": _list(order, visit, now),
        "at": _iso(visit.starts_at) if visit else None,
        "ends": _iso(visit.ends_at) if visit else None,
        "until": _iso(visit.window_ends_at) if visit else None,
        "expected": _iso(visit.expected_at) if visit else None,
        "leave_by": _iso(visit.leave_by) if visit else None,
        "travel": round(visit.travel_seconds / 60) if visit and visit.travel_seconds is not None else None,
        "departed": bool(visit and visit.departed_at),
        "proposed": bool(visit and visit.status == "proposed"),
        "priority": order.priority,
        "priority_label": order.get_priority_display(),
        "at_risk": bool(visit and visit.at_risk),
        "sos": bool(order.sos_at),
        "in_front": order.state in IN_FRONT_OF_PEOPLE,
        "escalated": order.get_escalation_display() if order.escalation else "",
        "service": str(order.service_kind),
        "decided": decision.pk if decision else None,
        "next": {
            "action": order.next_action,
            "label": order.get_next_action_display(),
            "due": _iso(order.next_due_at),
            "mine": order.next_user_id == user.pk or (not order.next_user_id and order.next_role == user.role),
        },
        "changed": _changed(order, user),
        "story": [
            {"at": line.at.isoformat(), "words": line.title, "who": line.actor, "notes": [line.note, *line.notes]}
            for line in story(order)[:TOLD]
        ],
        "promised": _iso(order.promised_at),
        "outcome_step": order.outcome_step,
    }


def _list(order: ServiceOrder, visit: Visit | None, now: datetime) -> str:
    """Return which list of the day it stands in."""
    if order.state == State.ASSIGNED:
        return "new"
    if order.state in WAITING:
        return "waiting"
    soon = (visit.starts_at if visit else None) or order.next_due_at
    end = timezone.localtime(now).replace(hour=23, minute=59, second=59)
    return "later" if soon and soon > end and order.state not in UNDER_WAY else "today"


def _changed(order: ServiceOrder, user: User) -> dict | None:
    """Return the newest thing that somebody else did since this technician last did something."""
    newest: OrderEvent | None = next((one for one in events_of(order) if one.actor_id), None)
    if newest is None or newest.actor_id == user.pk:
        return None
    line = next((one for one in story(order) if one.seq == newest.seq), None)
    notes = [text for text in (line.note, *line.notes) if text] if line else []
    said = {"words": line.title if line else "", "notes": notes}
    return {"seq": newest.seq, "at": newest.at.isoformat(), "who": str(newest.actor)} | said


def _people(order: ServiceOrder) -> dict:
    """Whom, where, and which appliance; what is finished shows neither phone nor address."""
    address, appliance, customer = order.address, order.appliance, order.customer
    phones = [phone for phone in (customer.phone, customer.phone_alt) if phone]
    bought = appliance.purchased_on
    return {
        "customer": {
            "name": str(customer),
            "phones": phones if order.is_open else [masked(phone) for phone in phones],
            "note": customer.note,
        },
        "address": {
            "full": address.full,
            "district": address.district,
            "note": address.access_note,
            "lat": float(address.latitude) if address.place else None,
            "lng": float(address.longitude) if address.place else None,
        },
        "appliance": {
            "title": str(appliance),
            "category": str(appliance.category or ""),
            "brand": str(appliance.brand or ""),
            "model": appliance.model_no,
            "serial": appliance.serial,
            "bought": date_format(bought, "DATE_FORMAT") if bought else "",
        },
        "symptom": order.symptom,
        "wish": wished(order),
        "note": order.note,
        "gaps": order.gaps(),
    }


def _warranty(order: ServiceOrder, now: datetime) -> dict:
    found = explain(order, now)
    words = [str(reason.words) for reason in found.reasons] if found.decision else []
    return {"covered": found.covered, "final": found.final, "headline": str(found.headline), "words": words}


def _told(order: ServiceOrder) -> dict:
    """The standard texts that may have to be told, in the customer's language (H-F3)."""
    kinds = (Outcome.NOTHING_WRONG, Outcome.MISUSE, Outcome.REFUSED, Outcome.UNSAFE)
    found = {kind: told(order, kind) for kind in kinds}
    return {kind.value: {"text": one["told"], "lang": one["told_lang"]} for kind, one in found.items() if one}


def _kit(order: ServiceOrder, now: datetime) -> list[dict]:
    """What belongs into the bag, with what is only wanted when there is something to charge (H-C4, H-D1)."""
    return [
        {
            "code": item.code,
            "name": item.name,
            "group": str(item.get_group_display()),
            "mandatory": item.mandatory,
            "counted": item.counted,
        }
        for item in guards.kit_items(order, now)
    ]


def _checks(order: ServiceOrder, visit: Visit | None, now: datetime) -> list[dict]:
    """Every checklist of the visit, whenever it is gone through (H-E1, H-E6, H-F6, H-F12, H-H3, H-H4)."""
    return [
        {
            "step": int(part.step),
            "title": str(part.step.label),
            "states": [str(state) for state in STATES[part.step]],
            "items": [
                {
                    "code": item.code,
                    "name": item.name,
                    "kind": KINDS[item.kind],
                    "mandatory": item.mandatory,
                    "hint": item.hint,
                    "unit": item.unit,
                    "limits": limits(item),
                    "min": item.minimum,
                    "max": item.maximum,
                    "value": part.answers.get(item.code),
                }
                for item in part.items.values()
            ],
        }
        for part in lists(order, visit, list(STATES), now)
    ]


def _knock(order: ServiceOrder, visit: Visit | None) -> dict:
    """The guide at a closed door, and what of it is recorded (H-E2)."""
    done = []
    if visit and visit.arrived_at:
        events = [one for one in events_of(order)[::-1] if one.action == "knock" and one.at >= visit.arrived_at]
        done = [{"step": one.payload.get("step"), "at": _iso(one.device_at or one.at)} for one in events]
    return {
        "steps": [{"code": code, "label": str(label), "needed": code in NEEDED} for code, label in KNOCKING],
        "done": done,
        "every": int(KNOCK_EVERY.total_seconds()),
        "long_enough": int(KNOCK_FOR.total_seconds()),
    }
