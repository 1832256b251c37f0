"""What a manager asks to see: which days, which outlet, which brand; and how that is said in an address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.models import Brand
from dispatch.reports.kpi.behind import has_orders
from dispatch.reports.kpi.figures import COUNT, Figure
from dispatch.reports.kpi.period import NAMES, BadPeriod, Period, period
from dispatch.reports.kpi.reading import Scope
from technicians.models import Outlet, User

KEPT = ("period", "from", "to", "outlet", "brand")


@dataclass
class Asked:
    """The filters of the page, as they were sent; `wrong` says in words what could not be taken."""

    user: User
    now: datetime
    sent: dict[str, str]
    period: Period
    scope: Scope
    outlet: Outlet | None = None
    brand: Brand | None = None
    wrong: str = ""

    @property
    def today(self) -> date:
        """The day it is where the person looks at."""
        return self.now.astimezone(zone(self.user, self.outlet)).date()

    @property
    def code(self) -> str:
        """The choice of days that was made; what could not be taken stays chosen, to be put right."""
        return self.sent.get("period") or self.period.code

    @cached_property
    def outlets(self) -> list[Outlet]:
        """The outlets to choose from; none where there is nothing to choose."""
        return list(Outlet.objects.order_by("code")) if self.user.sees_everything else []

    @cached_property
    def brands(self) -> list[Brand]:
        """The brands to choose from."""
        return list(Brand.objects.order_by("code"))

    @property
    def periods(self) -> list[tuple[str, Any]]:
        """The choices of days."""
        return list(NAMES.items())

    def query(self, **more: Any) -> str:
        """Return the filters as a query, with what is added."""
        kept = {name: value for name in KEPT if (value := self.sent.get(name))}
        return urlencode(kept | {name: value for name, value in more.items() if value not in ("", None)})

    def url(self, name: str, *args: Any, **more: Any) -> str:
        """Return the address of a page under the same filters."""
        query = self.query(**more)
        return reverse(name, args=args) + (f"?{query}" if query else "")

    def behind(self, figure: Figure, by: str = "", key: Any = "", missed: bool | None = None) -> str:
        """Return the address of the orders behind a figure, '' where there are none to show.

        Of a share those that missed it, which is what one looks for; of a number those it counts.
        """
        if not has_orders(figure):
            return ""
        missed = figure.missed and figure.unit != COUNT if missed is None else missed
        return self.url("trend_orders", figure.code, by=by, key=key, side="missed" if missed else "")


def asked(request: HttpRequest) -> Asked:
    """Read the filters of a request; what can't be taken leaves the default, and `wrong` says why."""
    user, now = request.user, timezone.now()
    sent = {name: request.GET.get(name, "").strip()[:40] for name in KEPT}
    outlet = _one(Outlet, sent["outlet"]) if user.sees_everything else user.outlet
    brand = _one(Brand, sent["brand"])
    scope = Scope.of(user, outlet and outlet.pk, brand and brand.pk)
    today, wrong = now.astimezone(zone(user, outlet)).date(), []
    if sent["outlet"] and user.sees_everything and outlet is None:
        wrong.append(_("There is no such outlet: all are shown."))
    if sent["brand"] and brand is None:
        wrong.append(_("There is no such brand: all are shown."))
    try:
        found = period(sent["period"], sent["from"], sent["to"], today)
    except BadPeriod as refusal:
        found = period("", "", "", today)
        wrong.append(f"{refusal} {_('Shown are the last 30 days.')}")
    return Asked(user, now, sent, found, scope, outlet, brand, " ".join(wrong))


def zone(user: User, outlet: Outlet | None):
    """Return the zone that says which day it is: the outlet's looked at, else the reader's own."""
    return outlet.tz if outlet else timezone.get_current_timezone()


def _one(model: Any, said: str) -> Any:
    return model.objects.filter(pk=int(said)).first() if said.isascii() and said.isdigit() and len(said) < 18 else None
