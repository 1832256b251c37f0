"""Every figure of the manager's pages, as data: what is counted over what, what is left out, and what it means."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from dispatch.reports.kpi.promises import HOLDS_FOR

SHARE, SPAN, COUNT = "share", "span", "count"  # percent; seconds each; a number of things
DEFAULT_MINIMUM = 20


@dataclass(frozen=True)
class Figure:
    """One figure. `over` and `under` are measures as "kind.measure", summed; a leading "-" takes one away.

    `under` empty: nothing to divide by. `good`: 1 when more is better, -1 when less is, 0 when neither.
    `minimum`: with fewer in the denominator the figure says little, and is marked. `ripe`: known only so much later.
    `missed`: the list behind it is of those that are in the denominator alone, which are what one wants to see.
    """

    code: str
    name: Any
    unit: str
    over: tuple[str, ...]
    under: tuple[str, ...]
    numerator: Any
    denominator: Any
    excluded: Any
    definition: Any
    good: int = 1
    minimum: int = DEFAULT_MINIMUM
    ripe: timedelta = timedelta(0)
    missed: bool = True

    @property
    def kinds(self) -> set[str]:
        """Return the kinds of fact it is made of."""
        return {measure.lstrip("-").split(".")[0] for measure in (*self.over, *self.under)}


ON_TIME = Figure(
    "on-time", _("On time, last agreed"), SHARE, ("visits.on_time",), ("visits.agreed",),
    _("Arrivals no later than the time last agreed, or the end of the window"),
    _("Arrivals at customers with whom a time was agreed"),
    _("Visits to customers who were never reached"),
    _("By the moment the technician recorded the arrival. Early counts as on time (H-E3, H-E4)."),
)  # fmt: skip
ON_TIME_FIRST = Figure(
    "on-time-first", _("On time, first promise"), SHARE, ("visits.on_time_first",), ("visits.promised",),
    _("Arrivals no later than the time promised first"),
    _("Arrivals that followed a promise"),
    _("Visits to customers who were never reached"),
    _("Counts against the first time agreed since the visit before, however often it was moved afterwards (H-C2)."),
)  # fmt: skip
FIRST_FIX = Figure(
    "first-fix", _("First-time fix"), SHARE, ("fixes.fixed",), ("fixes.tried",),
    _("Orders settled on the first visit that came to a diagnosis, with no visit since"),
    _("Orders with a first visit that came to a diagnosis"),
    _("Carried or mailed in; cancelled; repair refused; returned or exchanged; doors nobody opened"),
    _("On the day of that visit. Provisional: a customer who is not satisfied later takes it back (H-R2)."),
)  # fmt: skip
FIRST_FIX_HELD = Figure(
    "first-fix-held", _("First-time fix, matured"), SHARE, ("fixes.held",), ("fixes.tried",),
    format_lazy(_("Those of them for whose appliance nobody called again within {days} days"), days=HOLDS_FOR.days),
    format_lazy(_("Orders whose first visit lies {days} days back or more"), days=HOLDS_FOR.days),
    _("As for first-time fix"),
    format_lazy(_("Known for certain only {days} days after the visit; later days are left out."), days=HOLDS_FOR.days),
    ripe=HOLDS_FOR,
)  # fmt: skip
RECALLS = Figure(
    "recalls", _("Came back"), SHARE, ("fixes.recalled",), ("fixes.said_done",),
    format_lazy(
        _("Orders taken up again, or followed by another for the same appliance within {days} days"),
        days=HOLDS_FOR.days,
    ),
    _("Orders left as settled on the first visit"),
    _("As for first-time fix"),
    _("Counts for the technician of the first visit, on its day, whoever comes the second time (H-R2)."),
    good=-1, missed=False,
)  # fmt: skip
DEPARTURE = Figure(
    "departure", _("Departure on time"), SHARE, ("visits.left_in_time",), ("visits.departures",),
    _("Departures no later than the latest time worked out"),
    _("Visits arrived at for which a latest departure was worked out"),
    _("Visits without a departure on record"),
    _("Worked back from the agreed time, the way there and five minutes, settled one hour before (H-D2)."),
)  # fmt: skip
REACHED = Figure(
    "reached", _("Reached at callback"), SHARE, ("calls.reached",), ("calls.finished",),
    _("Callbacks at which the customer was heard"),
    _("Callbacks that are over, heard or given up"),
    _("Callbacks still owed or no longer needed"),
    _("On the day the callback was over, whoever called (H-R1)."),
)  # fmt: skip
SATISFIED = Figure(
    "satisfied", _("Satisfied at callback"), SHARE, ("calls.satisfied",), ("calls.reached",),
    _("Callbacks at which the customer said to be satisfied"),
    _("Callbacks at which the customer was heard"),
    _("Customers who were not reached: nobody counts as satisfied who was not heard"),
    _("What the customer said, never what was assumed (H-R1, H-R4)."),
)  # fmt: skip
CONTACT = Figure(
    "contact", _("Called in time"), SHARE, ("orders.contact_in_time",), ("orders.contacted",),
    _("Customers spoken to within the service level of the order's priority: 30 min, 1, 2 or 4 h where none is set"),
    _("Orders whose customer was spoken to for the first time"),
    _("Orders whose customer nobody has spoken to yet: they show as overdue"),
    _("On the day of the first conversation; calls nobody answered do not count (H-C1)."),
)  # fmt: skip
FINISHED = Figure(
    "finish", _("Done in time"), SHARE, ("orders.finish_in_time",), ("orders.finished",),
    _("Orders done within the service level of their priority: 24, 48, 72 or 120 h where none is set"),
    _("Orders whose work was completed"),
    _("Settled by phone, cancelled, refused; the time the customer asked for or took is not counted"),
    _("From the opening to the last completed visit or handing over, without the waits for the customer."),
)  # fmt: skip
TIME_CONTACT = Figure(
    "time-contact", _("Until the first call"), SPAN, ("orders.contact_s",), ("orders.contacted",),
    _("Time from the opening to the first conversation"), _("Orders whose customer was spoken to for the first time"),
    _("Orders whose customer nobody has spoken to yet"), _("A mean over orders."), good=-1,
)  # fmt: skip
TIME_OURS = Figure(
    "time-ours", _("Time that was ours"), SPAN, ("orders.finish_s", "-orders.customer_s", "-orders.parts_s"),
    ("orders.finished",), _("Time from the opening to the last completed work, without both waits"),
    _("Orders whose work was completed"), _("Settled by phone, cancelled, refused"),
    _("A mean over orders, on the day the work was completed."), good=-1,
)  # fmt: skip
TIME_CUSTOMER = Figure(
    "time-customer", _("Waits for the customer"), SPAN, ("orders.customer_s",), ("orders.finished",),
    _("Time until the customer supplied what was missing, and until the time agreed with them"),
    _("Orders whose work was completed"), _("Settled by phone, cancelled, refused"),
    _("A mean over orders, also those that did not wait."), good=0,
)  # fmt: skip
TIME_PARTS = Figure(
    "time-parts", _("Waits for parts"), SPAN, ("orders.parts_s",), ("orders.finished",),
    _("Time in the state Waiting for parts"), _("Orders whose work was completed"),
    _("Waits at the workshop's bench"), _("A mean over orders, also those that did not wait."), good=-1,
)  # fmt: skip
UTILISATION = Figure(
    "utilisation", _("Time on site"), SHARE, ("visits.on_site_s",), ("shifts.on_duty_s",),
    _("Time from arrival to leaving"), _("Hours on duty, without breaks, on days with a visit"),
    _("Days without any visit; with a brand chosen there is no answer, as nobody is on duty for one brand"),
    _("By the weekly shifts as they are now; absences of less than a day are not taken off."), good=0,
    minimum=40 * 3600, missed=False,
)  # fmt: skip
UTILISATION_TRAVEL = Figure(
    "utilisation-travel", _("On site and travelling"), SHARE, ("visits.on_site_s", "visits.travel_s"),
    ("shifts.on_duty_s",), _("Time from departure to leaving"),
    _("Hours on duty, without breaks, on days with a visit"),
    _("The way home; otherwise as for on site"), _("By the weekly shifts as they are now."), good=0,
    minimum=40 * 3600, missed=False,
)  # fmt: skip
CHECKS = Figure(
    "checks", _("Checklists gone through"), SHARE, ("checks.done",), ("checks.due",),
    _("Steps of the visit whose checklist was gone through"), _("Steps with a checklist in force on that day"),
    _("Carried or mailed in; visits given up"), _("Before the door, entering, working, leaving (H-E1 to H-H4)."),
)  # fmt: skip


def _count(code: str, name: Any, measure: str, numerator: Any, excluded: Any, definition: Any, good: int = 0) -> Figure:
    return Figure(code, name, COUNT, (measure,), (), numerator, "", excluded, definition, good, 0, missed=False)


OPENED = _count(
    "opened", _("Orders opened"), "orders.opened", _("Orders"), _("None"), _("On the day they were opened.")
)
DONE = _count(
    "done", _("Orders done"), "orders.finished", _("Orders whose work was completed"),
    _("Settled by phone, cancelled, refused"), _("On the day of the last completed visit or handing over."), 1,
)  # fmt: skip
VISITS = _count(
    "visits", _("Visits"), "visits.visits", _("Arrivals at customers"), _("Visits given up on the way"),
    _("On the day of the arrival."),
)  # fmt: skip
LENT = _count(
    "lent", _("Loaners handed out"), "loans.lent", _("Units handed out"), _("Units only reserved"),
    _("On the day the customer got the unit (H-F4)."),
)  # fmt: skip
PARTS = _count(
    "parts", _("Parts put in"), "parts.pieces", _("Pieces put in"), _("Pieces taken out again"),
    _("On the day they were put in, at the customer's or at the bench (H-F7)."),
)  # fmt: skip
COVERED = Figure(
    "covered", _("Under warranty"), SHARE, ("decisions.covered",), ("decisions.decided",),
    _("Orders the warranty bears by the last decision"), _("Orders about whose warranty was decided for good"),
    _("Provisional decisions at intake"), _("On the day of the last decision; the manager's word counts (H-W2)."),
    good=0, missed=False,
)  # fmt: skip

FIGURES: dict[str, Figure] = {
    one.code: one
    for one in (
        ON_TIME, ON_TIME_FIRST, DEPARTURE, FIRST_FIX, FIRST_FIX_HELD, RECALLS, SATISFIED, REACHED, CONTACT, FINISHED,
        TIME_CONTACT, TIME_OURS, TIME_CUSTOMER, TIME_PARTS, UTILISATION, UTILISATION_TRAVEL, CHECKS, COVERED,
        OPENED, DONE, VISITS, PARTS, LENT,
    )
}  # fmt: skip

# The ten of the page's head
HEAD = (
    "on-time", "first-fix", "departure", "satisfied", "contact", "finish", "recalls", "checks", "utilisation", "done",
)  # fmt: skip
BY_TECHNICIAN = ("visits", "on-time", "departure", "first-fix", "recalls", "satisfied", "checks", "utilisation")
CAUSES = {
    "part": _("A part was missing"),
    "workshop": _("Had to go to the workshop"),
    "misdiagnosis": _("Another fault was found later"),
    "unhappy": _("Customer not satisfied"),
    "other": _("Another visit for another reason"),
}
