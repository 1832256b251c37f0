"""What the steps of a request show beside their fields: pictures, free times, what it may cost (H-I1, H-W1, H-G1)."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from customers.models import ProductModel
from customers.money import say
from dispatch.actions import requests
from dispatch.actions.corrections import ProductData
from dispatch.models import ServiceKind
from web.portal import moments, windows
from web.portal.request_draft import PICTURES, Draft

SUGGESTED = 200  # models: a page has to stay light
SHOWS = {"appliance": ("nameplate", "proof"), "fault": ("photos",)}
NEEDED = ("category", "symptom", "address_line", "name", "phone")
# What the office calls otherwise
LABELS = {
    "category": gettext_lazy("Kind of appliance"),
    "brand": gettext_lazy("Make"),
    "symptom": gettext_lazy("What it does, or does not do"),
    "answer": gettext_lazy("Your answer"),
    "access_note": gettext_lazy("How we get in: floor, door, parking"),
    "wish": gettext_lazy("Anything else we should know?"),
}
KINDS = (
    (ServiceKind.ON_SITE, gettext_lazy("Somebody comes to me")),
    (ServiceKind.CARRY_IN, gettext_lazy("I bring it to you")),
    (ServiceKind.MAIL_IN, gettext_lazy("I send it to you")),
)


def form(needed: tuple[str, ...] = NEEDED, data: type[ProductData] = ProductData) -> ProductData:
    """Return what is typed, in the customer's words; `needed` fields are not marked as optional."""
    made = data()
    for name in LABELS.keys() & made.fields.keys():
        made.fields[name].label = LABELS[name]
    for name in needed:
        made.fields[name].required = True
    return made


def choices(step: str) -> dict[str, list]:
    """Return what a step's fields suggest."""
    if step != "appliance":
        return {}
    models = ProductModel.objects.select_related("brand").order_by("number")[:SUGGESTED]
    return {"model_no": [(one.number, f"{one.brand} {one.name}") for one in models]}


def of_step(step: str, draft: Draft, asked: requests.Asked, now: datetime) -> dict[str, Any]:
    """Return what the template of a step takes."""
    found: dict[str, Any] = {
        "pictures": {name: _pictures(draft, name) for name in SHOWS.get(step, PICTURES)},
        "kinds": KINDS,
        "elsewhere": asked.service_kind != ServiceKind.ON_SITE,
        "picked": _picked(step, draft),
    }
    if step in ("time", "send") and not draft.first_lack(("appliance", "fault", "place")):
        with suppress(serializers.ValidationError):  # said where it was typed
            found |= _rehearsed(step, draft, asked, now)
    return found


def _picked(step: str, draft: Draft) -> int | None:
    """Return the number of the chosen appliance or address: theirs of last time until something else is said."""
    name, rows = ("appliance", draft.appliances) if step == "appliance" else ("address", draft.addresses)
    return draft.kept.get(name, rows[0].pk if rows else None)


def _pictures(draft: Draft, name: str) -> list[dict[str, Any]]:
    mine = [number for number, field in draft.kept["photos"] if field == name]
    return [{"number": number, "url": reverse("portal_request_picture", args=[number])} for number in mine]


def _rehearsed(step: str, draft: Draft, asked: requests.Asked, now: datetime) -> dict[str, Any]:
    rehearsal = requests.rehearse(asked, now)
    if step == "time":
        chosen, wished = draft.kept.get("windows", []), (draft.kept.get("day", ""), draft.kept.get("part", ""))
        return {
            "offers": windows.offered(rehearsal.offers, now), "chosen": chosen, "wished": wished,
            "days": windows.days(now), "parts_of_day": windows.PARTS_OF_DAY,
        }  # fmt: skip
    currency, decision = draft.outlet.currency, rehearsal.decision
    fees = {name: None if (amount := getattr(rehearsal, name)) is None else say(amount, currency)
            for name in ("call_out", "labour")}  # fmt: skip
    why = [reason.words for reason in decision.reasons if reason.code != "repair_for_a_fee"] if decision else []
    return {"decision": decision, "why": why, "told_back": _told_back(draft, asked, now)} | fees


def _told_back(draft: Draft, asked: requests.Asked, now: datetime) -> list[dict[str, str]]:
    """Return what was said, a line each, with the step where it is changed."""
    told, times = asked.told, _times(draft, now)
    new = " ".join(
        filter(None, (_called(told, "brand"), _called(told, "category"), told.get("model_no"), told.get("serial")))
    )
    place = asked.address.full if asked.address else " ".join(
        told[name].strip() for name in ("city", "district", "address_line") if told.get(name)
    )
    who = " · ".join(filter(None, (asked.customer.name or told.get("name"), told.get("phone"))))
    if asked.service_kind != ServiceKind.ON_SITE:
        times = [str(dict(KINDS)[asked.service_kind])]
    lines = (
        ("appliance", _("Appliance"), str(asked.appliance) if asked.appliance else new),
        ("fault", _("Fault"), told.get("symptom", "")),
        ("place", _("Address"), place),
        ("place", _("Name"), who),
        ("time", _("Time"), "; ".join(times) or _("We call you to agree on a time.")),
        ("time", _("Wish"), draft.told.get("wish", "")),
    )
    return [{"step": step, "name": name, "words": words} for step, name, words in lines if words]


def _called(told: dict[str, Any], name: str) -> str:
    """Return the name of a chosen kind or make."""
    field = ProductData().fields[name]
    row = field.queryset.filter(code=told.get(name) or "").first()
    return str(row) if row else ""


def _times(draft: Draft, now: datetime) -> list[str]:
    """Return the chosen times in words."""
    chosen = windows.read(draft.kept.get("windows", []), now)
    if not chosen:
        wished = windows.part_of_day(draft.kept.get("day", ""), draft.kept.get("part", ""), now)
        chosen = [wished] if wished else []
    return [moments.window(begins, ends, now) for begins, ends in chosen]
