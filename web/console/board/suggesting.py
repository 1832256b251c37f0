"""Who could go to one order, and when: in words, with what it costs the others, and the sentence for the phone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from dispatch.lifecycle import REGISTRY
from dispatch.models import ServiceOrder
from dispatch.planning.suggesting import Offer, answer
from technicians.models import User
from web.console.board.ways import telephone

PROMISED = timedelta(hours=1)  # the widest window that is said on the phone
NARROW = timedelta(minutes=15)  # narrower than this it is a time, not a window


@dataclass(frozen=True)
class Said:
    """An offer as the panel shows it. `starts` and `until` are seconds since 1970; `until` is '' for a time.

    What is said on the phone is what is written down: from the start of the visit to `until`.
    """

    offer: Offer
    day: str
    sentence: str
    starts: int
    until: int | str


def said_of(offer: Offer, now: datetime) -> Said:
    """Put an offer into words, in the active zone and language."""
    until = min(offer.window_until, offer.starts_at + PROMISED)
    day, start = day_words(offer.starts_at, now), timezone.localtime(offer.starts_at)
    said = {"day": day, "from": f"{start:%H:%M}", "to": f"{timezone.localtime(until):%H:%M}"}
    is_window = until - offer.starts_at >= NARROW
    sentence = _("%(day)s between %(from)s and %(to)s") if is_window else _("%(day)s at %(from)s")
    stamp = int(until.timestamp()) if is_window else ""
    return Said(offer, day, sentence % said, int(offer.starts_at.timestamp()), stamp)


def day_words(moment: datetime, now: datetime) -> str:
    """Say the day of a moment as on the phone: today, tomorrow, Wednesday; with the date when it is a week away."""
    day = timezone.localtime(moment).date()
    ahead = (day - timezone.localtime(now).date()).days
    if ahead in (0, 1):
        return _("Tomorrow") if ahead else _("Today")
    weekday = formats.date_format(day, "l")
    return weekday if 1 < ahead < 7 else f"{weekday} {formats.date_format(day, 'MONTH_DAY_FORMAT')}"


@dataclass(frozen=True)
class WayOut:
    """What to do when there is nothing to suggest: a verb's form, by label and address."""

    label: str
    url: str


def way_out(order: ServiceOrder, user: User) -> WayOut | None:
    """Return the verb that helps where nothing was found: an address to find, else a talk about another time."""
    verb = "correct" if order.address.place is None else ""
    if not verb or user.role not in REGISTRY[verb].roles:
        return None
    return WayOut(_("Put the address right"), f"{reverse('order_act', args=[order.pk, verb])}?stay=1")


def suggest(request: HttpRequest, pk: int) -> HttpResponse:
    """Suggestions for one order, for the panel."""
    now = timezone.now()
    order = get_object_or_404(ServiceOrder.objects.for_user(request.user).with_rows(), pk=pk)
    with timezone.override(order.outlet.tz):
        found = answer(order, now)
        context = {
            "order": order,
            "now": now,
            "said": [said_of(offer, now) for offer in found.offers],
            "none": found.none,
            "notices": found.notices,
            "way_out": None if found.offers else way_out(order, request.user),
            "tel": telephone(order.customer.phone),
        }
        return render(request, "console/board/_suggest.html", context)
