"""The states of a service order, and the machine that moves it between them.

Read the class from top to bottom and you read the trade: accept, contact, depart, arrive, diagnose,
charge, follow up; then everything off that spine. Bodies are empty on purpose: guards, effects and
records live in the verbs (`dispatch.actions`), and only `dispatch.lifecycle` calls these methods.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import GET_STATE, FSMField, FSMModelMixin, transition


class State(models.TextChoices):
    """Where an order is in its life."""

    REQUESTED = "requested", _("Requested")
    NEEDS_INFO = "needs_info", _("Needs information")
    REJECTED = "rejected", _("Rejected")
    READY = "ready", _("Ready")
    ASSIGNED = "assigned", _("Assigned")
    ACCEPTED = "accepted", _("Accepted")
    CONTACTED = "contacted", _("Contacted")
    CONSULTING = "consulting", _("Consulting")
    EN_ROUTE = "en_route", _("En route")
    ON_SITE = "on_site", _("On site")
    DIAGNOSED = "diagnosed", _("Diagnosed")
    CHARGED = "charged", _("Charged")
    FOLLOW_UP = "follow_up", _("Follow-up")
    CLOSED = "closed", _("Closed")
    IN_WORKSHOP = "in_workshop", _("In the workshop")
    AWAITING_PARTS = "awaiting_parts", _("Waiting for parts")
    CANCELLED = "cancelled", _("Cancelled")


S = State
FINISHED = (S.CLOSED, S.CANCELLED, S.REJECTED)
OPEN = tuple(state for state in S if state not in FINISHED)
# A technician holds the order in these: it can be passed to another, or handed back.
HELD = (S.ACCEPTED, S.CONTACTED, S.EN_ROUTE, S.ON_SITE, S.DIAGNOSED, S.AWAITING_PARTS)
WAITING_FOR_CALLBACK = (S.CONSULTING, S.FOLLOW_UP)


def _moves(source, target):
    """Declare a transition on the order's state."""
    return transition("state", source=_values(source), target=target if target is None else str(target))


def _stays(*source):
    """Declare something that may be done in a state and does not leave it."""
    return transition("state", source=_values(source), target=None)


def _values(source) -> list[str]:
    return [str(state) for state in source] if isinstance(source, tuple) else [str(source)]


def _closed_when_last(order, *, last: bool = True) -> str:
    """Closed, unless another callback is still owed: then nothing moves (H-H2, H-R1)."""
    return str(S.CLOSED) if last else order.state


class Lifecycle(FSMModelMixin, models.Model):
    """The state machine of a service order."""

    state = FSMField(_("state"), default=S.READY.value, choices=S.choices, protected=True, max_length=16)

    class Meta:
        abstract = True

    # Review of a request (H-I1)
    @_moves(S.REQUESTED, S.READY)
    def approve(self): ...
    @_moves(S.REQUESTED, S.NEEDS_INFO)
    def ask_customer(self): ...
    @_moves(S.NEEDS_INFO, S.REQUESTED)
    def supply_info(self): ...
    @_moves((S.REQUESTED, S.NEEDS_INFO), S.REJECTED)
    def reject(self): ...

    # The spine (H-A to H-R)
    @_moves(S.READY, S.ASSIGNED)
    def assign(self): ...
    @_moves(S.ASSIGNED, S.ACCEPTED)
    def accept(self): ...
    @_moves(S.ACCEPTED, S.CONTACTED)
    def contact(self): ...
    @_moves(S.CONTACTED, S.EN_ROUTE)
    def depart(self): ...
    @_moves(S.EN_ROUTE, S.ON_SITE)
    def arrive(self): ...
    @_moves((S.ON_SITE, S.DIAGNOSED), S.DIAGNOSED)
    def diagnose(self): ...
    @_moves(S.DIAGNOSED, S.CHARGED)
    def charge(self): ...
    @_moves(S.CHARGED, S.FOLLOW_UP)
    def complete(self): ...
    @transition("state", source=_values(WAITING_FOR_CALLBACK), target=GET_STATE(_closed_when_last))
    def callback_satisfied(self, *, last: bool = True): ...

    # Who does it (H-A4)
    @_moves(S.ASSIGNED, S.READY)
    def decline(self): ...
    @_moves(HELD, S.READY)
    def hand_back(self): ...
    @_moves((S.ASSIGNED, *HELD), S.ASSIGNED)
    def transfer(self): ...

    # Settled by phone (H-A2)
    @_moves((S.ACCEPTED, S.CONTACTED), S.CONSULTING)
    def consult(self): ...

    # Reaching the customer (H-C, H-E)
    @_stays(S.ACCEPTED)
    def log_no_answer(self): ...
    @_moves(S.ACCEPTED, S.EN_ROUTE)
    def go_unreached(self): ...
    @_moves((S.CONTACTED, S.EN_ROUTE, S.ON_SITE), S.CONTACTED)
    def reschedule(self): ...
    @_stays(S.ACCEPTED, S.CONTACTED)
    def check_kit(self): ...
    @_stays(S.CONTACTED, S.EN_ROUTE)
    def delay(self): ...
    @_stays(S.ON_SITE)
    def knock(self): ...
    @_moves(S.ON_SITE, S.ACCEPTED)
    def no_access(self): ...
    @_stays(S.ON_SITE)
    def note_exception(self): ...
    @_stays(*(state for state in OPEN if state not in (S.REQUESTED, S.NEEDS_INFO)))
    def escalate(self): ...
    @_stays(*OPEN)
    def settle_escalation(self): ...

    # The work, and where it goes on (H-F)
    @_stays(S.DIAGNOSED)
    def repair(self): ...
    @_moves(S.DIAGNOSED, S.IN_WORKSHOP)
    def pull_in(self): ...
    @_moves(S.IN_WORKSHOP, S.ACCEPTED)
    def workshop_done(self): ...
    @_moves(S.DIAGNOSED, S.AWAITING_PARTS)
    def wait_for_parts(self): ...
    @_moves(S.AWAITING_PARTS, S.DIAGNOSED)
    def part_fetched(self): ...
    @_moves(S.AWAITING_PARTS, S.ACCEPTED)
    def parts_arrived(self): ...
    @_stays(S.CHARGED, S.FOLLOW_UP)
    def complete_record(self): ...

    # Calling back (H-A2, H-F11, H-R)
    @_stays(*WAITING_FOR_CALLBACK)
    def callback_no_answer(self): ...
    @_moves(WAITING_FOR_CALLBACK, S.READY)
    def callback_unhappy(self): ...
    @_moves(WAITING_FOR_CALLBACK, S.CLOSED)
    def close_unreached(self): ...

    # At any time
    @_stays(*OPEN)
    def correct(self): ...
    @_stays(*S)
    def add_note(self): ...
    @_moves(OPEN, S.CANCELLED)
    def cancel(self): ...
    @_moves(FINISHED, S.READY)
    def reopen(self): ...

    # What the clock does (H-D2, H-E4, H-C5, H-H1, H-R1)
    @_stays(*WAITING_FOR_CALLBACK)
    def callback_due(self): ...
    @_stays(S.CONTACTED)
    def re_estimate(self): ...
    @_stays(S.CONTACTED)
    def leave_by_passed(self): ...
    @_stays(S.EN_ROUTE)
    def late_call_due(self): ...
    @_stays(S.ACCEPTED)
    def retry_contact(self): ...
    @_stays(S.CHARGED, S.FOLLOW_UP)
    def fields_due(self): ...
    @_stays(*OPEN)
    def technician_left(self): ...
