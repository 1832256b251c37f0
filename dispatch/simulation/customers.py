"""The invented customers: they call, and some rate on their own phone (H-I4, H-H1)."""

from __future__ import annotations

import re
from datetime import datetime
from random import Random

import requests
from django.utils import timezone

from dispatch.example import machines, makers
from dispatch.models import Link, ServiceOrder, State
from dispatch.simulation.fate import arrivals, fate
from dispatch.simulation.people import MINUTE
from dispatch.simulation.wire import Wire

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
STREET = "taipei"  # whose streets and names they have


class Customers:
    """Everybody whose machine breaks today, taken in by an agent on the phone."""

    def __init__(self, wire: Wire, outlet: str, seed: int, orders: int, minutes: float, begun: datetime) -> None:
        """Lay out the day: `minutes` of simulated time in which `orders` come in, from `begun` (UTC) on."""
        self.wire, self.outlet, self.seed, self.begun = wire, outlet, seed, begun
        self.due = [begun + at * MINUTE for at in arrivals(seed, orders, minutes)]
        self.dice, self.called, self.rated = Random(f"{seed}:customers"), 0, set()

    def look(self) -> None:
        """Let everybody call whose time has come; let somebody rate who was asked to."""
        while self.called < len(self.due) and timezone.now() >= self.due[self.called]:
            self._call(self.called)
            self.called += 1
        self._rate()

    def _call(self, number: int) -> None:
        machine = machines.appliance(self.dice, STREET, self.begun.date())
        place = makers.address(self.dice, STREET)
        told = {
            "outlet": self.outlet,
            "external_ref": f"SIM-{number:05d}",
            "name": makers.name(self.dice, STREET),
            "phone": makers.phone(self.dice, STREET, number),
            "address_line": place["address"], "district": place["district"], "city": place["city"],
            "latitude": float(place["lat"] or 25.04), "longitude": float(place["lon"] or 121.54),
            "category": machine["code"],
            "model_no": machine["model"] or "X1",
            "purchased_on": f"{self.begun.year - 1}-0{number % 9 + 1}-11",
            "symptom": makers.complaint(self.dice, STREET, machine["code"])["symptom"],
            "wish": "soon",
        }  # fmt: skip
        self.wire.post("orders/", told)

    def _rate(self) -> None:
        """One of those who were asked to rate on their own phone does, by the page of their link."""
        waiting = ServiceOrder.objects.filter(
            outlet__code=self.outlet, state=State.FOLLOW_UP, repairs__rated_how=""
        ).exclude(pk__in=self.rated)
        for order in waiting[:3]:
            self.rated.add(order.pk)
            luck = fate(self.seed, order.external_ref)
            if not luck.on_own_phone:
                continue
            code = Link.objects.of(order, timezone.now()).code
            self._send(f"{self.wire.base}/o/{code}/rate/", {"rating_repair": luck.rating, "signed_by": "me"})

    def _send(self, page: str, said: dict) -> None:
        """Open a page as a browser does, and send its form."""
        with requests.Session() as browser:
            found = TOKEN.search(browser.get(page, timeout=30).text)
            if found:
                form = said | {"csrfmiddlewaretoken": found[1]}
                answer = browser.post(page, form, headers={"Referer": page}, timeout=30)
                self.wire.said[f"rated by link: {answer.status_code}"] += 1
