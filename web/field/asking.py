"""On the phone: what was asked for an order, what was answered about the like before, and the alarm (H-A5, H-F10)."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from customers.reading import of_order, remembered
from dispatch.actions.alarm import open_incident
from dispatch.actions.claims import open_claim
from dispatch.models import HelpRequest, ServiceOrder, State
from dispatch.reports.answers import answered_like, open_for
from technicians.models import User
from web.field.steps import TARGET
from web.shared.forms import ActForm

BEFORE = 3
IN_FRONT_OF_PEOPLE = (State.CONTACTED, State.EN_ROUTE, State.ON_SITE, State.DIAGNOSED, State.CHARGED)


def asking_card(order: ServiceOrder, user: User, *, helps: bool) -> dict:
    """Return the open question, the newest answer, an open claim, and while it `helps` what was answered before."""
    asked = asked_about(order)
    waiting = asked[0] if asked and order.help_due_at else None
    answered = next((one for one in asked if one.answered_at), None)
    before = [one for one in answered_like(order, user, BEFORE) if one.order_id != order.pk] if helps else []
    return {
        "open": waiting,
        "who": (waiting.to or waiting.get_level_display()) if waiting else "",
        "answered": answered,
        "claim": open_claim(order) if order.claim_filed_at else None,
        "before": before,
    }


@remembered(of_order)
def asked_about(order: ServiceOrder) -> list[HelpRequest]:
    """Return the two newest questions about an order, the newest first."""
    return list(with_people(order.help.all())[:2])


def with_people(rows: QuerySet[HelpRequest]) -> QuerySet[HelpRequest]:
    """Join whom was asked and who answered, the newest first."""
    return rows.select_related("to", "answered_by").order_by("-pk")


def asked_of(user: User) -> list[HelpRequest]:
    """Return the questions that colleagues ask this person by name, the most urgent first."""
    return list(open_for(user).filter(to=user)[:BEFORE])


def sos(order: ServiceOrder, label: str = "") -> ActForm | None:
    """Return the alarm as a form of one press, None where nobody is at a customer's (H-F10)."""
    if order.state not in IN_FRONT_OF_PEOPLE:
        return None
    url = reverse("field_act", args=[order.pk, "sos"])
    return ActForm("sos", str(label or _("Alarm")), url, tone="danger", target=TARGET)


def in_alarm(order: ServiceOrder, now: datetime) -> dict:
    """Return what the page of a technician in danger shows: nothing to fill in."""
    return {"now": now, "order": order, "incident": open_incident(order), "sos": sos(order, _("Alarm again"))}
