"""Which orders stand behind each figure: the same conditions that counted it, so that list and number agree."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from dispatch.models import FINISHED, Callback, ServiceOrder, State, Visit
from dispatch.reports import today as report
from technicians.models import Technician, User


def _orders(narrow: Callable) -> Callable:
    def found(user, now, day) -> QuerySet:
        return narrow(ServiceOrder.objects.for_user(user), now, day).order_by().values("pk")

    return found


def _visits(narrow: Callable) -> Callable:
    def found(user, now, day) -> QuerySet:
        return narrow(Visit.objects.for_user(user), now).order_by().values("order_id")

    return found


def _callbacks(narrow: Callable) -> Callable:
    def found(user, now, day) -> QuerySet:
        return Callback.objects.for_user(user).filter(narrow(now, day)).order_by().values("order_id")

    return found


def _finished(state: State) -> Callable:
    return _orders(lambda orders, now, day: report.finished_on(orders, day).filter(state=state))


def done_by(user: User, day: report.Day, technician: Technician) -> QuerySet:
    """Return the orders whose visit a technician ended on a day."""
    return report.done_visits(user, day).filter(technician=technician).order_by().values("order_id")


def late_by(user: User, day: report.Day, technician: Technician) -> QuerySet:
    """Return the orders that a technician came to late on a day, whoever has them now."""
    came = report.arrivals_on(user, day).filter(actor=technician.user_id, payload__lateness__in=report.LATE_CLASSES)
    return came.order_by().values("order_id")


# code → (name, (user, day, technician) → ids of orders)
OF_TECHNICIAN: dict[str, tuple[object, Callable]] = {
    "done": (_("Visits done today"), done_by),
    "late": (_("Late arrivals today"), late_by),
}
# code → (name, (user, now, day) → ids of orders)
BEHIND: dict[str, tuple[object, Callable]] = {
    "overdue": (_("Overdue"), _orders(lambda orders, now, day: report.overdue(orders, now))),
    "late": (_("Late"), _visits(report.late_visits)),
    "at-risk": (_("At risk"), _visits(report.visits_at_risk)),
    "unassigned": (_("Without a technician"), _orders(lambda orders, now, day: report.unassigned(orders))),
    "due": (_("Due today"), _orders(report.due_later)),
    "escalated": (_("Win back"), _orders(lambda orders, now, day: report.escalated(orders))),
    "calls-overdue": (_("Callbacks overdue"), _callbacks(report.call_overdue)),
    "calls-due": (_("Callbacks due today"), _callbacks(report.call_due)),
    "records": (_("Records due"), _orders(lambda orders, now, day: report.records_due(orders))),
    "open": (_("Open orders"), _orders(lambda orders, now, day: orders.unfinished())),
    "opened": (_("Opened today"), _orders(lambda orders, now, day: report.opened_on(orders, day))),
}
BEHIND |= {f"finished-{state}": (state.label, _finished(state)) for state in FINISHED}
BEHIND |= {
    f"heard-{outcome}": (label, _callbacks(lambda now, day, outcome=outcome: report.call_heard(day, outcome)))
    for outcome, label in report.OUTCOMES
}
