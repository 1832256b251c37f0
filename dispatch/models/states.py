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
# Nobody has left for the customer yet: the board may say who and when.
PLACEABLE = (S.READY, S.ASSIGNED, S.ACCEPTED, S.CONTACTED)
WAITING_FOR_CALLBACK = (S.CONSULTING, S.FOLLOW_UP)
# Somebody works on the appliance in these: there is something to quote, to put in, to decide about.
AT_WORK = (S.DIAGNOSED, S.IN_WORKSHOP)
LOOKED_AFTER = tuple(state for state in OPEN if state not in (S.REQUESTED, S.NEEDS_INFO))


def _moves(source, target):
    """Declare a transition on the order's state."""
    return transition("state", source=_values(source), target=target if target is None else str(target))


def _stays(*source):
    """Declare something that may be done in a state and does not leave it."""
    return transition("state", source=_values(source), target=None)


def _values(source) -> list[str]:
    return [str(state) for state in source] if isinstance(source, tuple) else [str(source)]


def _settles(order, *, last: bool = False) -> str:
    """Closed when this was the last thing owed after the last call; else where it was (H-H2, H-G3)."""
    return str(S.CLOSED) if last else order.state


def _back_from_workshop(order, **_how) -> str:
    """Brought back by a visit; what was carried or mailed in is paid for at the counter (H-F4, H-I4)."""
    return str(S.ACCEPTED) if order.service_kind == "on_site" else str(S.DIAGNOSED)


def _closed_when_last(order, *, last: bool = True) -> str:
    """Closed, unless another callback is still owed: then nothing moves (H-H2, H-R1)."""
    return str(S.CLOSED) if last else order.state


def _looked_after_again(order, *, bad: bool = False) -> str:
    """A bad rating of a closed order takes it up again; nobody dissatisfied is left alone (H-H2)."""
    return str(S.FOLLOW_UP) if bad and order.state == S.CLOSED else order.state


def _woken_by_part(order, *, last: bool = False) -> str:
    """The last part that was waited for wakes the order (H-F3)."""
    return str(S.ACCEPTED) if last and order.state == S.AWAITING_PARTS else order.state


def _settled(*source):
    """Declare something that stays, unless it settles the last thing that kept a finished order open."""
    return transition("state", source=_values(source), target=GET_STATE(_settles))


def _placed(order, *, same: bool = False) -> str:
    """Given to another technician it has to be accepted anew; with the same one it stays where it is (H-A4)."""
    return order.state if same else str(S.ASSIGNED)


def _spoken_to_again(order) -> str:
    """What was agreed is agreed no more: the customer is called before anybody leaves (H-C2)."""
    return str(S.ACCEPTED) if order.state == S.CONTACTED else order.state


def _back_to(order, *, back: str = "") -> str:
    """Where it was before it was placed."""
    return back or order.state


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

    # On the board (H-A4, H-C2, H-F9)
    @transition("state", source=_values(PLACEABLE), target=GET_STATE(_placed))
    def place(self, *, same: bool = False): ...
    @_moves(S.ASSIGNED, S.READY)
    def withdraw(self): ...
    @transition("state", source=_values((S.ASSIGNED, S.ACCEPTED, S.CONTACTED)), target=GET_STATE(_spoken_to_again))
    def ask_other_time(self): ...
    @transition("state", source=_values(PLACEABLE), target=GET_STATE(_back_to))
    def undo_place(self, *, back: str = ""): ...
    @_stays(S.ASSIGNED, S.ACCEPTED, S.CONTACTED)
    def pin(self): ...
    @_stays(S.ASSIGNED, S.ACCEPTED, S.CONTACTED)
    def unpin(self): ...

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
    @_stays(*LOOKED_AFTER)
    def escalate(self): ...
    @_stays(*OPEN)
    def settle_escalation(self): ...

    # The work, and where it goes on (H-F)
    @_stays(S.DIAGNOSED)
    def repair(self): ...
    @_moves(S.DIAGNOSED, S.IN_WORKSHOP)
    def pull_in(self): ...
    @transition("state", source=_values(S.IN_WORKSHOP), target=GET_STATE(_back_from_workshop))
    def workshop_done(self): ...
    @_moves(S.ON_SITE, S.DIAGNOSED)
    def deliver(self): ...
    @_moves(S.DIAGNOSED, S.AWAITING_PARTS)
    def wait_for_parts(self): ...
    @_moves(S.AWAITING_PARTS, S.DIAGNOSED)
    def part_fetched(self): ...
    @_moves(S.AWAITING_PARTS, S.ACCEPTED)
    def parts_arrived(self): ...
    @_stays(S.CHARGED, S.FOLLOW_UP)
    def complete_record(self): ...

    # Warranty (H-W)
    @_stays(*OPEN)
    def record_evidence(self): ...
    @_stays(*LOOKED_AFTER)
    def override_warranty(self): ...

    # Money (H-F2, H-G)
    @_stays(*AT_WORK)
    def quote(self): ...
    @_stays(*AT_WORK)
    def accept_quote(self): ...
    @_stays(*AT_WORK)
    def refuse_quote(self): ...
    @_stays(*AT_WORK, S.CHARGED, S.FOLLOW_UP)  # before the bill, or of a rest that does not come
    def request_waiver(self): ...
    @_settled(*AT_WORK, S.CHARGED, S.FOLLOW_UP)
    def decide_waiver(self, *, last: bool = False): ...
    @_settled(S.CHARGED, S.FOLLOW_UP)
    def pay(self, *, last: bool = False): ...
    @_stays(S.CHARGED, S.FOLLOW_UP, S.CLOSED)
    def refund(self): ...
    @_stays(S.CHARGED, S.FOLLOW_UP)
    def owe_invoice(self): ...
    @_settled(S.CHARGED, S.FOLLOW_UP, S.CLOSED)
    def send_invoice(self, *, last: bool = False): ...

    # Parts (H-A3, H-F7, H-W4)
    @_stays(S.READY, S.ASSIGNED, *HELD, S.IN_WORKSHOP)
    def reserve_part(self): ...
    @_stays(S.READY, S.ASSIGNED, *HELD, S.IN_WORKSHOP)
    def release_part(self): ...
    @_stays(S.READY, S.ASSIGNED, *HELD, S.IN_WORKSHOP)
    def request_part(self): ...
    @_stays(*LOOKED_AFTER)
    def decide_part(self): ...
    @transition("state", source=_values(LOOKED_AFTER), target=GET_STATE(_woken_by_part))
    def part_came(self, *, last: bool = False): ...
    @_stays(S.ACCEPTED, S.CONTACTED, S.AWAITING_PARTS)
    def load_parts(self): ...
    @_stays(S.ACCEPTED, S.CONTACTED)
    def waive_parts(self): ...
    @_stays(*AT_WORK)
    def use_part(self): ...
    @_stays(*AT_WORK)
    def take_out_part(self): ...

    # Loaners and the workshop (H-A6, H-F4, H-I4)
    @_stays(S.READY, S.ASSIGNED, *HELD, S.IN_WORKSHOP)
    def reserve_loaner(self): ...
    @_stays(*LOOKED_AFTER)
    def release_loaner(self): ...
    @_stays(S.ON_SITE, S.DIAGNOSED, S.IN_WORKSHOP)
    def hand_out_loaner(self): ...
    @_settled(*LOOKED_AFTER)  # wherever the order stands, somebody may bring the unit to the counter
    def take_back_loaner(self, *, last: bool = False): ...
    @_moves((S.READY, S.DIAGNOSED), S.IN_WORKSHOP)  # again when it does not please at the counter (H-H2)
    def take_in(self): ...
    @_stays(S.IN_WORKSHOP)
    def receive(self): ...
    @_stays(S.IN_WORKSHOP)
    def bench_diagnose(self): ...
    @_stays(S.IN_WORKSHOP)
    def bench_wait(self): ...
    @_stays(S.IN_WORKSHOP)
    def bench_repair(self): ...
    @_stays(S.IN_WORKSHOP)
    def bench_test(self): ...
    @_stays(S.IN_WORKSHOP)
    def move_promise(self): ...

    # Asking others (H-A5, H-F1, H-F5, H-F8, H-F10)
    @_stays(S.ASSIGNED, *HELD, S.IN_WORKSHOP)
    def ask_help(self): ...
    @_stays(*S)  # an answer is worth having even when it comes too late
    def answer_help(self): ...
    @_stays(*LOOKED_AFTER)
    def file_claim(self): ...
    @_settled(*LOOKED_AFTER, S.CLOSED, S.CANCELLED)
    def decide_claim(self, *, last: bool = False): ...
    @_stays(S.ON_SITE, S.DIAGNOSED)
    def hear_out(self): ...
    @_stays(S.ON_SITE, S.DIAGNOSED)
    def let_decide(self): ...
    @_stays(S.DIAGNOSED)
    def explain(self): ...
    @_stays(S.DIAGNOSED)
    def make_safe(self): ...
    @_stays(S.CONTACTED, S.EN_ROUTE, S.ON_SITE, S.DIAGNOSED, S.CHARGED)
    def sos(self): ...
    @_stays(*S)  # an alarm outlives the order
    def take_over(self): ...
    @_stays(*S)
    def settle_sos(self): ...

    # Checklists (H-E1, H-E6, H-F6, H-F12, H-H3, H-H4)
    @_stays(S.CONTACTED, S.EN_ROUTE, S.ON_SITE, S.DIAGNOSED, S.CHARGED)
    def check_off(self): ...

    # Calling back (H-A2, H-F11, H-R)
    @_stays(*WAITING_FOR_CALLBACK)
    def callback_no_answer(self): ...
    @_moves(WAITING_FOR_CALLBACK, S.READY)
    def callback_unhappy(self): ...
    @_moves((S.FOLLOW_UP, S.CLOSED), S.FOLLOW_UP)  # H-R4: the customer is asked once more
    def make_sure(self): ...
    @_moves(WAITING_FOR_CALLBACK, S.CLOSED)
    def close_unreached(self): ...

    # The customer's own word, on their own phone (H-H1, H-H2, H-R2)
    @transition("state", source=_values((S.CHARGED, S.FOLLOW_UP, S.CLOSED)), target=GET_STATE(_looked_after_again))
    def rate(self, *, bad: bool = False): ...
    @_moves((S.CONSULTING, S.FOLLOW_UP, S.CLOSED), S.READY)
    def still_broken(self): ...

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
    @_stays(S.IN_WORKSHOP)
    def return_due(self): ...
    @_stays(S.AWAITING_PARTS)
    def part_due(self): ...
    @_stays(*OPEN)
    def help_due(self): ...
    @_stays(S.CHARGED, S.FOLLOW_UP)
    def invoice_due(self): ...
    @_stays(S.CHARGED, S.FOLLOW_UP)
    def payment_due(self): ...
