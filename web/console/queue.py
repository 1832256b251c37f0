"""Which orders the queue shows: filters from the address bar, counts that agree with the rows, pages."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from customers.phones import digits_typed
from dispatch.models import FINISHED, Escalation, NextAction, Priority, ServiceOrder, State, Visit
from technicians.models import Outlet, Technician, User

PAGE = 50
FIRST = 12  # rows of what must be decided first
ANY = "any"
RISKS = {"overdue": _("Overdue"), "at_risk": _("May be late")}
SORTS = {
    "due": ("next_due_at", "priority", "pk"),
    "-due": ("-next_due_at", "priority", "pk"),
    "number": ("pk",),
    "-number": ("-pk",),
    "priority": ("priority", "next_due_at", "pk"),
    "-priority": ("-priority", "next_due_at", "pk"),
    "visit": ("visit_at", "pk"),
    "-visit": ("-visit_at", "pk"),
}
COLUMNS = (
    (_("Number"), "number"),
    (_("Due"), "due"),
    (_("Next"), ""),
    (_("State"), ""),
    (_("Priority"), "priority"),
    (_("Customer"), ""),
    (_("District"), ""),
    (_("Appliance"), ""),
    (_("Symptom"), ""),
    (_("Visit"), "visit"),
    (_("Technician"), ""),
    (_("Act"), ""),
)
FILTERS = ("q", "state", "technician", "risk", "priority", "escalation", "outlet", "mine", "need", "sort")


@dataclass(frozen=True)
class Need:
    """One tab: orders that wait for the same thing. `code` '' is all of them; `address` shows just these."""

    code: str
    label: object
    count: int
    overdue: int
    address: str


@dataclass(frozen=True)
class Head:
    """One column's head. `sorted`: ascending, descending or ''; `url` sorts by it, or turns the order round."""

    label: object
    code: str = ""
    sorted: str = ""
    url: str = ""


class Queue:
    """The orders that `user` looks at. `asked` holds the filters as text; what does not read is left out."""

    def __init__(self, user: User, asked, now: datetime):
        """Read the filters."""
        self.user, self.now = user, now
        self.chosen = {name: asked.get(name, "").strip()[:80] for name in FILTERS}
        self.chosen = {name: text for name, text in self.chosen.items() if text and _reads(name, text)}
        self.asked_page = asked.get("page", "1")

    def get(self, name: str) -> str:
        """Return one filter as text."""
        return self.chosen.get(name, "")

    def address(self, **changes) -> str:
        """Return the filters as a query string, with some changed; '' or None takes one out."""
        said = {name: value for name, value in (self.chosen | changes).items() if value}
        return f"?{urlencode(said)}" if said else "?"

    @cached_property
    def filtered(self) -> QuerySet:
        """Everything that fits the filters, but for the need."""
        found = ServiceOrder.objects.for_user(self.user)
        found = _in_state(found, self.get("state"))
        if self.get("mine"):
            found = found.filter(pk__in=ServiceOrder.objects.waiting_for(self.user).order_by().values("pk"))
        if self.get("technician"):
            who = self.get("technician")
            found = found.filter(technician__isnull=True) if who == "none" else found.filter(technician_id=int(who))
        if self.get("priority"):
            found = found.filter(priority=int(self.get("priority")))
        if self.get("escalation"):
            which = self.get("escalation")
            found = found.exclude(escalation="") if which == ANY else found.filter(escalation=which)
        if self.get("outlet"):
            found = found.filter(outlet__code=self.get("outlet"))
        if self.get("risk") == "overdue":
            found = found.filter(finished_at__isnull=True, next_due_at__lt=self.now)
        elif self.get("risk") == "at_risk":
            found = found.filter(Exists(Visit.objects.standing().filter(order=OuterRef("pk"), at_risk=True)))
        return found.filter(searched(self.get("q"))) if self.get("q") else found

    @cached_property
    def needs(self) -> list[Need]:
        """The tabs, counted by one query over the very rows that the tabs show."""
        late = Count("pk", filter=Q(finished_at__isnull=True, next_due_at__lt=self.now))
        rows = self.filtered.order_by().values_list("next_action").annotate(n=Count("pk"), late=late)
        counted = {code: (n, overdue) for code, n, overdue in rows}
        said = [("", _("All"), sum(n for n, _l in counted.values()), sum(late for _n, late in counted.values()))]
        said += [(code, label, *counted[code]) for code, label in NextAction.choices if code in counted]
        if self.get("need") and self.get("need") not in counted:
            said.append((self.get("need"), NextAction(self.get("need")).label, 0, 0))
        return [Need(*one, self.address(need=one[0])) for one in said]

    @property
    def total(self) -> int:
        """How many rows there are over all pages."""
        return next(need.count for need in self.needs if need.code == self.get("need"))

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // PAGE))

    @property
    def page(self) -> int:
        """The page shown; one that does not exist becomes the nearest."""
        asked = int(self.asked_page) if self.asked_page.isascii() and self.asked_page.isdigit() else 1
        return min(max(1, asked), self.pages)

    @cached_property
    def rows(self) -> list[ServiceOrder]:
        """The orders of this page, with their standing appointment in `.standing`."""
        found = self.filtered.filter(next_action=self.get("need")) if self.get("need") else self.filtered
        sort = SORTS[self.get("sort") or "due"]
        if "visit_at" in sort[0]:
            standing = Visit.objects.standing().filter(order=OuterRef("pk"))
            found = found.annotate(visit_at=Subquery(standing.values("starts_at")[:1]))
        start = (self.page - 1) * PAGE
        rows = list(dressed(found.order_by(*sort)).page(start, start + PAGE))
        for order in rows:
            order.late = order.is_overdue(self.now)
        return rows

    @cached_property
    def first(self) -> list[ServiceOrder]:
        """What this person has to decide first, most urgent on top (H-N1)."""
        return list(dressed(ServiceOrder.objects.waiting_for(self.user)).page(0, FIRST))

    @cached_property
    def waiting(self) -> int:
        """How many orders wait for this person."""
        return ServiceOrder.objects.waiting_for(self.user).order_by().count()

    @property
    def stamp(self) -> str:
        """A short hash of what is shown; the same as long as nothing on the page would be different."""
        shown = [(order.pk, order.version, order.is_overdue(self.now)) for order in (*self.rows, *self.first)]
        said = [shown, [(need.code, need.count, need.overdue) for need in self.needs], self.waiting, self.page]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]

    @property
    def heads(self) -> list[Head]:
        """The columns' heads; a second press on one turns the order round."""
        now, found = self.get("sort") or "due", []
        for label, code in COLUMNS:
            if not code:
                found.append(Head(label))
                continue
            how = {code: "ascending", f"-{code}": "descending"}.get(now, "")
            found.append(Head(label, code, how, self.address(sort=f"-{code}" if now == code else code)))
        return found

    @property
    def anywhere(self) -> str:
        """The address of the same search over finished orders too."""
        return self.address(state=ANY)

    @property
    def narrowed(self) -> bool:
        """True when a filter hides something."""
        return bool(self.chosen.keys() - {"sort"})


def dressed(orders: QuerySet) -> QuerySet:
    """Join and fetch what a row shows: two statements however many rows."""
    standing = Prefetch("visits", Visit.objects.standing(), to_attr="standing")
    return orders.with_rows().select_related("next_user").prefetch_related(standing)


def searched(text: str) -> Q:
    """Return the condition for a number, phone, name, address or their own order number."""
    digits = re.sub(r"\D", "", text)
    found = (
        Q(customer__name__icontains=text)
        | Q(address__line__icontains=text)
        | Q(address__district__icontains=text)
        | Q(external_ref__iexact=text)
    )
    if digits and len(digits) <= 12 and not re.sub(r"[\d\s#]", "", text):
        found |= Q(pk=int(digits))
    if inside := digits_typed(text):
        found |= Q(customer__phone__contains=inside) | Q(customer__phone_alt__contains=inside)
    return found


def _in_state(orders: QuerySet, state: str) -> QuerySet:
    if state == ANY:
        return orders
    if state in FINISHED:
        return orders.filter(state=state)
    orders = orders.unfinished()
    return orders.filter(state=state) if state else orders


def _reads(name: str, text: str) -> bool:
    """Tell whether a filter's text is one we know; anything else in the address bar is ignored."""
    known = {
        "state": {ANY, *State.values},
        "risk": set(RISKS),
        "priority": {str(value) for value in Priority.values},
        "escalation": {ANY, *Escalation.values},
        "need": set(NextAction.values),
        "sort": set(SORTS),
        "mine": {"1"},
    }
    if name == "technician":
        return text == "none" or (text.isascii() and text.isdigit() and len(text) < 10)
    return "\0" not in text and text in known.get(name, {text})


def filter_choices(user: User) -> dict:
    """Return what the filter form offers: states, technicians, risks, priorities, escalations, outlets."""
    technicians = Technician.objects.for_user(user).working().values_list("pk", "name")
    finished = [(str(state), state.label) for state in FINISHED]
    return {
        "states": [choice for choice in State.choices if choice not in finished],
        "finished": finished,
        "technicians": [(str(pk), name) for pk, name in technicians],
        "risks": list(RISKS.items()),
        "priorities": [(str(value), label) for value, label in Priority.choices],
        "escalations": Escalation.choices,
        "outlets": [] if user.outlet_id else [(outlet.code, outlet.name) for outlet in Outlet.objects.all()],
    }
