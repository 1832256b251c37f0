"""The pool of loaners: what is free, what is with whom, what is due back, what is damaged (H-A6, H-F4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models import Category
from dispatch.actions.loaners import LENT, came_back_worse
from dispatch.models import Loan
from technicians.models import Loaner, Role, User
from technicians.models.loaner import Condition

FREE, RESERVED, OUT, AWAY = "free", Loan.RESERVED, Loan.OUT, "away"
LABELS = {FREE: _("Available"), RESERVED: _("Reserved"), OUT: _("With a customer"), AWAY: _("Out of the pool")}


@dataclass
class Unit:
    """One unit: where it is, for which order, since when, and whether it should be back."""

    loaner: Loaner
    state: str
    loan: Loan | None = None
    last: Loan | None = None
    late: bool = False

    @property
    def label(self):
        """Where it is, in words."""
        return LABELS[self.state]

    @property
    def since(self) -> datetime | None:
        """Since when it is with the order."""
        return self.loan and (self.loan.out_at or self.loan.reserved_at)


def units(user: User, now: datetime, category: str = "") -> list[Unit]:
    """Return the units that `user` may see, those due back first. Two statements."""
    loans = Prefetch("loans", Loan.objects.select_related("order__customer").order_by("-pk"), to_attr="history")
    pool = Loaner.objects.for_user(user).filter(retired=False).select_related("category", "brand", "outlet")
    if category:
        pool = pool.filter(category__code=category)
    found = []
    for loaner in pool.prefetch_related(loans):
        loan = next((one for one in loaner.history if one.state in LENT), None)
        last = next((one for one in loaner.history if one.state == Loan.BACK), None)
        damaged = loaner.condition == Condition.DAMAGED
        unit = Unit(loaner, loan.state if loan else AWAY if damaged else FREE, loan, last)
        due = loan and loan.order.loaner_due_at
        unit.late = bool(unit.state == OUT and due and due < now)
        found.append(unit)
    return sorted(found, key=lambda one: (not one.late, [OUT, RESERVED, FREE, AWAY].index(one.state), one.loaner.code))


def loaners(request: HttpRequest) -> HttpResponse:
    """The pool, one row a unit, with the way to take it back or to see whose it is."""
    now, category = timezone.now(), request.GET.get("category", "").replace("\0", "")[:40]
    found = units(request.user, now, category)
    for unit in found:
        takes = unit.state == OUT and request.user.role != Role.AGENT
        unit.url = reverse("order_act", args=[unit.loan.order_id, "take_back_loaner"]) if takes else ""
        unit.worse = bool(unit.state == AWAY and unit.last and came_back_worse(unit.last))
    counts = [(label, sum(unit.state == code for unit in found)) for code, label in LABELS.items()]
    theirs = Loaner.objects.for_user(request.user).values("category")
    context = {
        "now": now,
        "units": found,
        "counts": counts,
        "category": category,
        "categories": Category.objects.filter(pk__in=theirs).order_by("code"),
    }
    return render(request, "console/loaners.html", context)
