"""The audit: who did what, when, to what; the filters, the pages, and the chain of the order that is looked at."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db import OperationalError, connection, transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from customers.models import Customer
from customers.phones import digits_typed
from dispatch.models import Deed, OrderEvent, ServiceOrder, write_down
from dispatch.models.event import broken_links
from dispatch.reports.audit import LOGS, LONGEST, Place, TooWide, Wanted, search
from technicians.models import Role, User
from web.insight.audit_words import LOG_NAMES, all_told, verbs_of

PER_PAGE = 50
QUERY_MS = 8_000
DAYS = 7  # looked at, unless somebody says otherwise
FIELDS = ("from", "to", "log", "verb", "who", "role", "order", "customer")
MANY = 200  # customers, or people, that one search goes through
WHOLE_CHAIN = 20_000  # events that one page checks


@dataclass
class Search:
    """The filters as they were sent, read; `wrong` says what could not be taken: then nothing is looked for."""

    user: User
    now: datetime
    sent: dict[str, str]
    wrong: list[str] = field(default_factory=list)
    wanted: Wanted | None = None
    order: ServiceOrder | None = None

    @cached_property
    def zone(self) -> Any:
        """The zone the days are meant in."""
        return timezone.get_current_timezone()

    def query(self, **more: Any) -> str:
        """Return the filters as a query, with what is added."""
        return urlencode({name: value for name, value in (self.sent | more).items() if value})

    def read(self) -> Search:
        """Read everything that was sent; return self."""
        first, last = self._days()
        self.order = self._order()
        people, customers = self._people(), self._customers()
        role = self.sent["role"] if self.sent["role"] in Role.values else ""
        if self.wrong:
            return self
        since, until = (datetime.combine(day, time.min, self.zone) for day in (first, last + timedelta(days=1)))
        number = self.order.pk if self.order else None
        try:
            self.wanted = Wanted(self.user, since, until, self._verbs(), people, role, number, customers)
        except TooWide:
            said = _("At most %(n)d days can be searched at once. Choose days closer together.")
            self.wrong.append(said % {"n": LONGEST.days})
        return self

    def _days(self) -> tuple[date, date]:
        today = self.now.astimezone(self.zone).date()
        found = []
        for name, default in (("from", today - timedelta(days=DAYS - 1)), ("to", today)):
            try:
                day = date.fromisoformat(self.sent[name]) if self.sent[name] else default
                found.append(day if date(2000, 1, 1) <= day <= date(2999, 1, 1) else None)
            except ValueError:
                found.append(None)
            self.sent[name] = self.sent[name] or default.isoformat()
        if None in found:
            self.wrong.append(_("That is not a day. Write it as 2026-11-23."))
            return today, today
        if found[1] < found[0]:
            self.wrong.append(_("The first day is after the last. Please turn them round."))
        return found[0], found[1]

    def _order(self) -> ServiceOrder | None:
        text = self.sent["order"].lstrip("#").strip()
        if not text:
            return None
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None
        mine = ServiceOrder.objects.for_user(self.user)
        found = mine.filter(pk=number).first() if number else None
        found = found or mine.filter(external_ref__iexact=text).order_by("pk").last()  # our own number first
        if found is None:
            self.wrong.append(_("There is no order with this number, or it is not yours to see."))
        return found

    def _people(self) -> tuple[int, ...] | None:
        text = self.sent["who"]
        if not text:
            return None
        named = Q(username__icontains=text) | Q(first_name__icontains=text) | Q(last_name__icontains=text)
        people = (
            User.objects.filter(named)
            if self.user.sees_everything
            else User.objects.filter(named, outlet_id=self.user.outlet_id)
        )
        found = tuple(people.order_by("pk").values_list("pk", flat=True)[:MANY])
        if not found:
            self.wrong.append(_("Nobody here is called that."))
        return found

    def _customers(self) -> tuple[int, ...] | None:
        text = self.sent["customer"]
        if not text:
            return None
        named = Q(name__icontains=text)
        if inside := digits_typed(text):
            named |= Q(phone__contains=inside) | Q(phone_alt__contains=inside)
        mine = ServiceOrder.objects.for_user(self.user).order_by().values("customer_id")
        rows = Customer.objects.filter(named, pk__in=mine).order_by("pk")
        found = tuple(rows.values_list("pk", flat=True)[: MANY + 1])
        if not found:
            self.wrong.append(_("No customer is called that."))
        if len(found) > MANY:
            self.wrong.append(_("More than %(n)d customers are called that. Write more of the name.") % {"n": MANY})
        return found

    def _verbs(self) -> dict[str, tuple[str, ...] | None]:
        logs = {log.code for log in LOGS}
        if self.sent["log"] in logs:
            logs = {self.sent["log"]}
        log, _colon, code = self.sent["verb"].partition(":")
        if code and log in logs:
            return {log: (code,)}
        return dict.fromkeys(sorted(logs))


def asked(request: HttpRequest) -> Search:
    """Read the filters of a request."""
    sent = {name: request.GET.get(name, "").replace("\0", "").strip()[:80] for name in FIELDS}
    return Search(request.user, timezone.now(), sent).read()


@never_cache
def audit(request: HttpRequest) -> HttpResponse:
    """Show a page of the audit; config.roles says who may look. 400 when the filters can't be taken."""
    found = asked(request)
    before = place_of(request.GET.get("before", ""))
    rows: list = []
    if found.wanted:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL statement_timeout = {QUERY_MS:d}")
                rows = search(found.wanted, before, PER_PAGE + 1)
                if found.wanted.customers is not None and before is None:
                    write_down(Deed.AUDIT_READ, found.now, found.user, customers=list(found.wanted.customers)[:20])
        except OperationalError:
            found.wrong.append(_("This search took too long. Choose fewer days, or name an order or a person."))
    more = len(rows) > PER_PAGE
    rows = rows[:PER_PAGE]
    context = {
        "now": found.now,
        "search": found,
        "rows": all_told(rows),
        "older": f"?{found.query(before=sign_of(rows[-1].place))}" if more else "",
        "newest": f"?{found.query()}" if before else "",
        "chain": chain(found.order) if found.order and not found.wrong else None,
        "logs": LOG_NAMES.items(),
        "verbs": verbs_of(),
        "roles": Role.choices,
        "sheets": [
            (form.upper(), f"{reverse('audit_export', args=[form])}?{found.query()}") for form in ("csv", "xlsx")
        ],
    }
    return render(request, "insight/audit.html", context, status=400 if found.wrong else 200)


@dataclass(frozen=True)
class Chain:
    """Whether an order's log is as it was written (H-N2): how many events, where it breaks."""

    events: int
    broken: tuple[int, ...]
    checked: bool = True


def chain(order: ServiceOrder) -> Chain:
    """Check the hash chain of an order's log; one that is longer than a page should read is not checked."""
    count = OrderEvent.objects.filter(order=order).count()
    if count > WHOLE_CHAIN:
        return Chain(count, (), checked=False)
    return Chain(count, tuple(broken_links(order)))


def sign_of(place: Place) -> str:
    """Return a place as a word for an address."""
    said = json.dumps([place.at.isoformat(), place.rank, place.pk])
    return base64.urlsafe_b64encode(said.encode()).decode().rstrip("=")


def place_of(text: str) -> Place | None:
    """Read a place; None for what is none: then the newest are shown."""
    if not text or len(text) > 200:
        return None
    try:
        at, rank, pk = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        place = Place(datetime.fromisoformat(at), int(rank), int(pk))
        return place if place.at.tzinfo and 0 <= place.pk < 2**63 else None
    except (ValueError, TypeError, binascii.Error):
        return None
