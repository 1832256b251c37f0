"""The next step of an order as one large button, and everything else in groups."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dispatch import actions
from dispatch.actions.workshop import next_at_bench
from dispatch.lifecycle import REGISTRY, Lack
from dispatch.models import NextAction, ServiceOrder, State
from technicians.models import Role, User
from web.shared.forms import ActForm
from web.shared.looks import ICONS
from web.shared.post import wanted
from web.shared.sense import worth_offering

TARGET = "#act-body"

# The step of the spine in each state; what it lacks may put another verb in front (see `_first_mending`).
SPINE = {
    State.ASSIGNED: "accept",
    State.ACCEPTED: "contact",
    State.CONTACTED: "depart",
    State.EN_ROUTE: "arrive",
    State.ON_SITE: "diagnose",
    State.DIAGNOSED: "charge",
    State.CHARGED: "complete",
    State.IN_WORKSHOP: "receive",
    State.AWAITING_PARTS: "parts_arrived",
}
# Lacks that are themselves the next thing to do: the bag, the repair, the workshop, the part.
MENDS = (
    "check_kit",
    "check_off",
    "diagnose",
    "repair",
    "pull_in",
    "wait_for_parts",
    "explain",
    "hear_out",
    "ask_help",
    "make_safe",
    "file_claim",
    "quote",
    "accept_quote",
    "load_parts",
)
# Said as the act where the verb's own name is not how one says it with a phone in the hand.
WORDS = {
    "contact": _("Call the customer"),
    "complete_record": _("Finish the warranty record"),
    "callback_satisfied": _("Satisfied"),
}
# What often happens instead of the next step: in sight, not behind 'Something else'.
BESIDE = {
    State.ASSIGNED: ("decline",),
    State.CONTACTED: ("delay", "reschedule"),  # H-D3, H-C2
    State.EN_ROUTE: ("delay",),
    State.ON_SITE: ("knock", "note_exception"),  # H-E2, H-E5
}
PARTS = ("use_part", "load_parts", "reserve_part", "request_part", "waive_parts", "release_part", "take_out_part")
GROUPS = (
    (_("Reaching the customer"), ("contact", "log_no_answer", "consult", "reschedule")),
    (_("On the way"), ("depart", "go_unreached", "delay", "arrive")),
    (_("At the door"), ("knock", "no_access", "note_exception")),
    (
        _("The work"),
        (
            "check_kit",
            "diagnose",
            "repair",
            "charge",
            "pull_in",
            "wait_for_parts",
            "part_fetched",
            "parts_arrived",
            "deliver",
            "complete_record",
        ),
    ),
    (
        _("The money"),
        (
            "quote",
            "accept_quote",
            "refuse_quote",
            "request_waiver",
            "pay",
            "owe_invoice",
            "send_invoice",
        ),
    ),
    (_("Parts"), PARTS),
    (_("With the customer"), ("explain", "hear_out", "let_decide", "make_safe", "file_claim", "check_off")),
    (
        _("In the workshop"),
        ("receive", "bench_diagnose", "bench_wait", "bench_repair", "bench_test", "workshop_done", "move_promise"),
    ),
    (_("The loaner"), ("reserve_loaner", "hand_out_loaner", "take_back_loaner", "release_loaner")),
    (_("The callback"), ("callback_satisfied", "callback_unhappy", "callback_no_answer")),
    (_("Asking others"), ("ask_help", "answer_help")),
    (_("Passing it on"), ("decline", "hand_back", "transfer", "escalate")),
    (_("The record"), ("correct", "record_evidence", "add_note")),
    (_("In danger"), ("sos",)),
)


@dataclass(frozen=True)
class Step:
    """A verb as a button. `form` is there when one tap does it; else `url` leads to its page."""

    name: str
    label: object
    url: str
    icon: str = ""
    lacks: list[Lack] = field(default_factory=list)
    form: ActForm | None = None


@dataclass(frozen=True)
class Choice:
    """What a technician can do to an order now: the one step, and the rest in groups [(title, [Step])].

    `because` says why the step is back although it was done: what the bag still lacks (H-D1).
    """

    step: Step | None
    rest: list[tuple[object, list[Step]]]
    because: list[Lack] = field(default_factory=list)
    beside: list[Step] = field(default_factory=list)


def choose(order: ServiceOrder, user: User, now: datetime) -> Choice:
    """Return the next step and the rest for `user`."""
    offers = {offer.verb.name: offer for offer in actions.open_to(order, user, now) if worth_offering(offer.lacks)}
    main = _main(order, offers, now)
    steps = {name: step_of(order, offer, main=name == main) for name, offer in offers.items()}
    groups = [(title, [steps[n] for n in names if n in steps and n != main]) for title, names in GROUPS]
    because = list(offers[main].lacks) if main else []
    if main == "check_kit" and "depart" in offers:
        because += [lack for lack in offers["depart"].lacks if lack.code.startswith("kit_")]
    if main == "check_off":  # H-E1: recorded, but outside the limits: why the list is back
        held = offers.get(SPINE.get(State(order.state), ""))
        because += [lack for lack in (held.lacks if held else ()) if lack.code.startswith("limits_")]
    beside = [steps[name] for name in BESIDE.get(State(order.state), ()) if name in steps and name != main]
    rest = [(title, found) for title, found in groups if found]
    return Choice(steps.get(main), rest, because, beside)


def part_steps(choice: Choice) -> list[Step]:
    """Return what can be done with parts now, the likely ones first: in sight below the order's parts (H-A3)."""
    steps = {step.name: step for _title, found in choice.rest for step in found}
    return [steps[name] for name in PARTS[:5] if name in steps][:4]


def step_of(order: ServiceOrder, offer: actions.Open, *, main: bool) -> Step:
    """Return the button of an open verb."""
    verb = offer.verb
    url = reverse("field_act", args=[order.pk, verb.name])
    label = WORDS.get(verb.name, verb.label) if main else verb.label
    icon = ICONS.get(verb.name, "")
    form = None
    if not offer.lacks and not (verb.data and wanted(verb.data())):
        form = ActForm(verb.name, str(label), url, tone="primary" if main else "", icon=icon, target=TARGET)
        form.hidden = {"version": order.version}
    return Step(verb.name, label, url, icon, offer.lacks, form)


def accepting(order: ServiceOrder) -> Step:
    """Return the button that accepts a new order, for the list; accepting lacks nothing, so nothing is asked."""
    return step_of(order, actions.Open(REGISTRY["accept"], []), main=False)


def _main(order: ServiceOrder, offers: dict[str, actions.Open], now: datetime) -> str:
    """Return the name of the verb that comes next, '' when nothing is the technician's to do."""
    name = SPINE.get(State(order.state), "")
    if order.state in (State.CONSULTING, State.FOLLOW_UP):
        name = _after(order, offers, now)
    elif order.state == State.ACCEPTED and order.next_action == NextAction.DEPART:  # H-C5: out of time, never reached
        name = "go_unreached"
    elif order.state == State.ON_SITE and "deliver" in offers:  # H-F4: this visit brings the appliance back
        name = "deliver"
    elif order.state == State.IN_WORKSHOP:
        name = next_at_bench(order.job) if order.job else "receive"
    elif order.state == State.AWAITING_PARTS and not offers.get("part_fetched", _NOTHING).lacks:
        name = "part_fetched"
    if name not in offers:
        return ""
    return _first_mending(name, offers)


_NOTHING = actions.Open(None, [Lack("", "", "")])  # stands for a verb that is not open


def _after(order: ServiceOrder, offers: dict[str, actions.Open], now: datetime) -> str:
    """After the visit: my call once it is due, else the record while it is owed, else my call (H-R1, H-H1)."""
    call, repair = "", order.newest_repair() if "complete_record" in offers else None
    satisfied = offers.get("callback_satisfied")
    if satisfied and order.next_action == NextAction.CALL_BACK and order.next_role == Role.TECHNICIAN:
        call = "callback_satisfied"
    if repair and not repair.is_complete and not (call and order.next_due_at <= now):
        return "complete_record"
    return call


def _first_mending(name: str, offers: dict[str, actions.Open]) -> str:
    """Return what comes first on the way to `name`: a lack that is itself the next thing to do, or its own first one.

    Charging lacks the repair, the repair lacks a quote, the quote lacks the customer's yes.
    """
    seen = {name}
    while mending := next((lack.fix for lack in offers[name].lacks if lack.fix in MENDS and lack.fix in offers), ""):
        if mending in seen:
            break
        seen.add(mending)
        name = mending
    return name
