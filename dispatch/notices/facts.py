"""What a notice says beside what it was written with: the outlet, its phone, the customer's link, times in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urljoin

from django.conf import settings
from django.utils import translation
from django.utils.dateparse import parse_datetime

from dispatch.models import Escalation, Link, NoticeEvent, ServiceOrder
from technicians.models import Outlet

LANGUAGES = dict.fromkeys(("TW", "HK", "MO"), "zh-hant") | {"CN": "zh-hans"}
DAYS = {"zh-hans": "一二三四五六日", "zh-hant": "一二三四五六日"}
WEEK = {"zh-hans": "周", "zh-hant": "週"}
# What `portal_order` is (a test compares): looking it up would load every page there is into the workers.
PAGE = "/o/{code}/"
TIMES = ("eta", "starts_at", "ends_at")
NAMES = {"what": NoticeEvent, "why": Escalation}  # kept as codes, said in the reader's language


def language_of(order: ServiceOrder) -> str:
    """Return the language the customer is written to in: theirs, else the one of where the outlet is."""
    return order.customer.language or LANGUAGES.get(order.outlet.region, "en")


def facts_of(order: ServiceOrder, kept: Mapping, language: str, link: Link | None) -> dict[str, str]:
    """Return everything a template may name, in words of `language` and by the outlet's clock.

    Reads outlet, appliance (with brand and category) and the link; nothing else.
    """
    with translation.override(language):
        said = {name: value for name, value in kept.items() if name not in TIMES}
        return {
            "outlet": order.outlet.name,
            "phone": order.outlet.phone,
            "number": order.number,
            "appliance": str(order.appliance),
            "link": address_of(link),
            "eta": clock(kept.get("eta"), order.outlet),
            "window": window(kept.get("starts_at"), kept.get("ends_at"), order.outlet, language),
        } | {name: str(NAMES[name](value).label) if name in NAMES else value for name, value in said.items()}


def address_of(link: Link | None) -> str:
    """Return the whole address of a customer's page, "" when there is none."""
    return urljoin(settings.PUBLIC_URL, PAGE.format(code=link.code)) if link else ""


def clock(said: str | None, outlet: Outlet) -> str:
    """Return a kept moment as hours and minutes by the outlet's clock, "" for none."""
    at = _moment(said)
    return f"{at.astimezone(outlet.tz):%H:%M}" if at else ""


def window(starts: str | None, ends: str | None, outlet: Outlet, language: str) -> str:
    """Return a kept time or window as people write it, by the outlet's clock; "" for none."""
    start, end = _moment(starts), _moment(ends)
    if start is None:
        return ""
    local = start.astimezone(outlet.tz)
    hours = f"{local:%H:%M}"
    if end and end > start:
        # One sign beyond GSM makes a text message cost three times as much: no dash in English.
        hours += f"{'–' if language in DAYS else ' to '}{end.astimezone(outlet.tz):%H:%M}"
    if language in DAYS:
        return f"{local.month}月{local.day}日（{WEEK[language]}{DAYS[language][local.weekday()]}）{hours}"
    return f"{local:%a} {local.day} {local:%b}, {hours}"


def _moment(said: str | None) -> datetime | None:
    return parse_datetime(said) if said else None
