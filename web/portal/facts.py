"""What is known of an order at a moment, for its customer's page; each thing is read once, when it is asked for."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property

from django.utils.translation import gettext as _

from dispatch.models import OrderEvent, QuoteStatus, ServiceOrder, Visit
from web.portal import moments
from web.portal.eta import Eta, eta_of

# What gives an order another time, or takes the old one off
ANOTHER_TIME = (
    "contact", "reschedule", "place", "undo_place", "assign", "transfer", "hand_back", "decline", "withdraw",
    "no_access",
)  # fmt: skip


class Facts:
    """What is known of an order at a moment; each thing read once, when it is asked for."""

    def __init__(self, order: ServiceOrder, now: datetime) -> None:
        self.order, self.now = order, now

    @cached_property
    def events(self) -> list[OrderEvent]:
        """The order's log, oldest first, as far as a page needs it."""
        names = ("seq", "action", "at", "from_state", "to_state", "reason", "payload", "order_id")
        return list(self.order.events.order_by("seq").only(*names))

    def last(self, *actions: str) -> OrderEvent | None:
        """Return the newest event of some verbs."""
        return next((event for event in reversed(self.events) if event.action in actions), None)

    @cached_property
    def visit(self) -> Visit | None:
        """The appointment that stands."""
        return self.order.visits.standing().select_related("technician").first()

    @cached_property
    def arrived(self) -> Visit | None:
        """The visit that they are or were last at."""
        rows = self.order.visits.filter(arrived_at__isnull=False)
        return rows.select_related("technician").order_by("-arrived_at").first()

    @property
    def who(self) -> str:
        """The technician's name; "our technician" where there is none."""
        technician = self.visit.technician if self.visit else self.order.technician
        return technician.name if technician else _("Our technician")

    @cached_property
    def delay(self) -> OrderEvent | None:
        """The delay that was told of the visit that stands."""
        found = self.last("delay", "re_estimate")
        since = self.last("contact", "reschedule", "place")
        return found if found and self.visit and (since is None or since.seq < found.seq) else None

    @cached_property
    def asks_other_time(self) -> bool:
        """True while the customer waits for our call about another time (H-C2)."""
        asked, since = self.last("ask_other_time"), self.last(*ANOTHER_TIME)
        return bool(asked and (since is None or since.seq < asked.seq))

    @cached_property
    def eta(self) -> Eta | None:
        """When the technician is expected, None when nobody is on the way to anybody."""
        if self.visit is None or self.visit.arrived_at:
            return None
        told = self.delay.at if self.delay and self.delay.action == "delay" else None
        return eta_of(self.order, self.visit, self.now, told)

    @cached_property
    def callback(self):
        """The call that is promised and due first."""
        return self.order.callbacks.open().order_by("due_at", "pk").first()

    @cached_property
    def quote(self):
        """The quote that stands or waits, None without one."""
        found = self.order.quotes.exclude(status=QuoteStatus.SUPERSEDED).order_by("-number").first()
        return found if found and not hasattr(found, "bill") else None

    @property
    def window(self) -> str:
        """The promised time in words."""
        visit = self.visit
        return moments.window(visit.starts_at, visit.window_ends_at, self.now) if visit else ""
