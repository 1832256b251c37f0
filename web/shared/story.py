"""An order's history in words: each event of the log as a person would tell it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone, translation
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from customers import money
from customers.models import Brand, Category
from customers.reading import kept, of_order, remembered
from dispatch.actions.arrive import LATENESS
from dispatch.actions.corrections import ProductData
from dispatch.actions.pictures import PhotosField, SignatureField
from dispatch.lifecycle import REGISTRY
from dispatch.models import (
    CallbackKind,
    Channel,
    ClaimKind,
    DiscountPolicy,
    Escalation,
    Fault,
    HelpLevel,
    OrderEvent,
    Outcome,
    Priority,
    ServiceOrder,
    Stage,
    State,
    TimerKind,
)
from technicians.models import ChecklistItem, CheckStep, KitItem, Loaner, Part, Technician, Warehouse
from web.shared import story_moves, when
from web.shared.post import is_money

CLOCKS_APART = timedelta(minutes=5)  # from here on the phone's own time is said as well
LABELLED = gettext_lazy("%(label)s: %(said)s")


@dataclass
class Line:
    """One event as shared/timeline.html draws it. `notes` are sentences; `moved` the states (from, to) if it moved."""

    at: datetime
    to_state: str
    title: str
    actor: str
    seq: int
    note: str = ""
    notes: list[str] = field(default_factory=list)
    moved: tuple[str, str] | None = None
    device_at: datetime | None = None


class Names:
    """Rows that events name by number or code, each kind read once and only when asked for."""

    TABLES = {
        "technician": (Technician, "pk"),
        "category": (Category, "code"),
        "brand": (Brand, "code"),
        "fault": (Fault, "code"),
        "kit": (KitItem, "code"),
        "loaner": (Loaner, "code"),
        "part": (Part, "code"),
        "warehouse": (Warehouse, "code"),
        "discount": (DiscountPolicy, "code"),
        "check": (ChecklistItem, "code"),
    }

    def __init__(self):
        """Begin with nothing read."""
        self.read: dict[str, dict] = {}

    def of(self, table: str, key) -> str:
        """Return the name of a row, else the key itself."""
        if table not in self.read:
            model, by = self.TABLES[table]
            # Acts keep a row's number, corrections the code that was typed.
            self.read[table] = kept(
                ("names", table, translation.get_language()),
                lambda: {str(one): str(row) for row in model.objects.all() for one in (row.pk, getattr(row, by))},
            )
        return self.read[table].get(str(key), str(key))


@remembered(of_order)
def story(order: ServiceOrder) -> list[Line]:
    """Return the lines of an order's history, newest first."""
    names = Names()
    return [_line(event, order, names) for event in events_of(order)]


@remembered(of_order)
def events_of(order: ServiceOrder) -> list[OrderEvent]:
    """Return the events of an order with who did them, newest first."""
    return list(order.events.select_related("actor").order_by("-seq"))


def _line(event: OrderEvent, order: ServiceOrder, names: Names) -> Line:
    verb = REGISTRY.get(event.action)
    apart = event.device_at and abs(event.device_at - event.at) > CLOCKS_APART
    return Line(
        at=event.at,
        to_state=event.to_state,
        title=str(verb.label) if verb else TITLES.get(event.action, event.action),
        actor=_who(event, order),
        seq=event.seq,
        note=_(event.reason) if event.reason else "",  # one of ours, kept in the sources' language, else as typed
        notes=notes_of(event, order, names),
        moved=_moved(event),
        device_at=event.device_at if apart else None,
    )


def _who(event: OrderEvent, order: ServiceOrder) -> str:
    """Return who did it: somebody of ours, the customer by the link they were sent, or Doorstep itself."""
    if event.actor is None and event.payload.get("how") in ("link", "portal"):
        return str(event.payload.get("name") or order.customer)
    return str(event.actor or "Doorstep")


TITLES = {"created": gettext_lazy("Order opened")}


def _moved(event: OrderEvent) -> tuple[str, str] | None:
    if event.from_state == event.to_state or not event.from_state:
        return None
    labels = dict(State.choices)
    return str(labels.get(event.from_state, event.from_state)), str(labels.get(event.to_state, event.to_state))


def notes_of(event: OrderEvent, order: ServiceOrder, names: Names) -> list[str]:
    """Return the payload in sentences: the form's fields by their labels, then what the verb added."""
    verb, payload = REGISTRY.get(event.action), event.payload
    fields = verb.data().fields if verb and verb.data else {}
    notes = []
    for name, item in fields.items():
        if name in payload and name not in SAID_OTHERWISE:
            said = _said(name, item, payload[name], order, names)
            if said:
                notes.append(LABELLED % {"label": item.label, "said": said} if said is not True else str(item.label))
    for name, tell in TOLD.items():
        if name in payload and name not in fields:
            told = tell(payload[name], order, names)
            notes += told if isinstance(told, list) else [told] if told else []
    return notes


# Fields whose name also means something else in the payload, or which say nothing to a reader
SAID_OTHERWISE = {"callback", "reason", "reservation", "requisition", "use"}
PLAIN_NO = {"tested", "certain", "in_warranty"}  # here a no is worth saying


def _said(name: str, item: serializers.Field, value, order: ServiceOrder, names: Names) -> str | bool:
    """Return one field's value in words; True when the label alone says it, '' when there is nothing to say."""
    if value in (None, "", []):
        return ""
    if isinstance(item, serializers.BooleanField):
        return True if value else (_("no") if name in PLAIN_NO else "")
    if isinstance(item, PhotosField):
        return str(len(value))
    if isinstance(item, SignatureField):
        return True
    if isinstance(item, serializers.DateTimeField):
        return moment(value)
    if is_money(item):
        return money.say(value, order.outlet.currency) if value else ""
    if isinstance(item, serializers.MultipleChoiceField):
        return _(", ").join(str(item.choices.get(one, one)) for one in value)
    if isinstance(item, serializers.ChoiceField):
        return str(item.choices.get(value, value))
    if name in ("technician", "fault", "loaner", "bench", "discount"):
        return names.of("technician" if name == "bench" else name, value)
    if name == "part":
        return _part(value, order, names)
    if name in ("warehouse", "source"):
        return names.of("warehouse", value)
    if isinstance(value, list):
        return _(", ").join(dict.fromkeys(names.of("kit", one) for one in value))
    return str(value)


def moment(value) -> str:
    """Say a time of the payload in the active zone, with its date."""
    at = parse_datetime(value) if isinstance(value, str) else value
    return when.clock(at, timezone.now()) if at and at.tzinfo else str(value)


def _changes(changes: dict, order: ServiceOrder, names: Names) -> list[str]:
    """Say each correction as before → after (H-I3)."""
    fields = ProductData().fields
    notes = []
    for name, (before, after) in changes.items():
        label = fields[name].label if name in fields else name
        said = f"{_side(name, before, names)} → {_side(name, after, names)}"
        notes.append(LABELLED % {"label": label, "said": said})
    return notes


def _side(name: str, value, names: Names) -> str:
    if value in (None, ""):
        return _("nothing")
    if name in ("category", "brand", "fault"):
        return names.of(name, value)
    if name == "priority":
        return str(dict(Priority.choices).get(value, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return moment(value) if name.startswith("wish_") else str(value)


def _lateness(how: str, order: ServiceOrder, names: Names) -> str:
    return str(LATENESS.get(how, how))


def _missing(codes: list, order: ServiceOrder, names: Names) -> str:
    return _("Missing: %s") % _(", ").join(names.of("kit", code) for code in codes) if codes else ""


def _promised(calls: list, order: ServiceOrder, names: Names) -> list[str]:
    kinds = dict(CallbackKind.choices)
    return [
        _("Call promised for %(when)s: %(kind)s") % {"when": moment(one["due_at"]), "kind": kinds.get(one["kind"], "")}
        for one in calls
    ]


def _next(verbs: list, order: ServiceOrder, names: Names) -> str:
    labels = [str(REGISTRY[name].label) for name in verbs if name in REGISTRY]
    return _("What comes next: %s") % _(" or ").join(labels) if labels else ""


def _part(code: str, order: ServiceOrder, names: Names) -> str:
    return f"{code} {names.of('part', code)}"


def _parts(pattern) -> Callable:
    def tell(said, order, names):
        """Say parts by number and name; "2 × DP-001" keeps how many."""
        listed = [one.rpartition(" × ") for one in said]
        return str(pattern) % _(", ").join(f"{many}{times}{_part(code, order, names)}" for many, times, code in listed)

    return lambda said, order, names: tell(said, order, names) if said else ""


def _minutes(pattern) -> Callable:
    def tell(seconds, order, names):
        return str(pattern) % when.span(seconds) if seconds else ""

    return tell


def _orders(pattern) -> Callable:
    def tell(numbers, order, names):
        numbers = numbers if isinstance(numbers, list) else [numbers]
        return str(pattern) % _(", ").join(f"{number:06d}" for number in numbers) if numbers else ""

    return tell


def _labelled(pattern, labels) -> Callable:
    def tell(code, order, names):
        return str(pattern) % labels.get(code, code) if code else ""

    return tell


def _flag(sentence) -> Callable:
    return lambda on, order, names: str(sentence) if on else ""


def _at(pattern) -> Callable:
    return lambda value, order, names: str(pattern) % moment(value) if value else ""


def _checked(steps: dict, order: ServiceOrder, names: Names) -> list[str]:
    """Say how much of each checklist was answered (H-E1)."""
    labels = {str(step.value): step.label for step in CheckStep}
    said = {step: [one for one in answers.values() if one not in (None, False, "")] for step, answers in steps.items()}
    return [LABELLED % {"label": labels.get(step, step), "said": len(found)} for step, found in said.items()]


# What verbs add to the payload beside the form's own fields, in the order it is told
TOLD: dict[str, Callable] = {
    "channel": _labelled(gettext_lazy("Came in by: %s"), dict(Channel.choices)),
    "timer": _labelled(gettext_lazy("Fell due: %s"), dict(TimerKind.choices)),
    "changes": _changes,
    "confirmed": lambda codes, order, names: "",
    "lateness": _lateness,
    "late_seconds": _minutes(gettext_lazy("Late by %s")),
    "gift": _flag(gettext_lazy("A small gift goes with the apology")),
    "missing": _missing,
    "after_leave_by_seconds": _minutes(gettext_lazy("Left %s after the latest departure")),
    "go_direct": _flag(gettext_lazy("Too late to call again: go straight to the address")),
    "part": _part,
    "unfit": _parts(gettext_lazy("Reserved, and not for the corrected model: %s")),
    "released": _parts(gettext_lazy("Let go: %s")),
    "loaded": _parts(gettext_lazy("Now in the van: %s")),
    "reserved": _parts(gettext_lazy("Reserved: %s")),
    "requested": _parts(gettext_lazy("Requested: %s")),
    "awaited": _parts(gettext_lazy("Not here yet: %s")),
    "slip": lambda code, order, names: _("Slip %s") % code,
    "stage": _labelled(gettext_lazy("In the workshop: %s"), dict(Stage.choices)),
    "loaner": lambda key, order, names: _("Loaner: %s") % names.of("loaner", key),
    "worse": _flag(gettext_lazy("It came back worse than it went out")),
    "moved_from": _at(gettext_lazy("Promised before: %s")),
    "checked": _checked,
    "outside": lambda codes, order, names: (
        _("Outside the limits: %s") % _(", ").join(names.of("check", code) for code in codes)
    ),
    "level": _labelled(gettext_lazy("Now asked: %s"), dict(HelpLevel.choices)),
    "was_outcome": _labelled(gettext_lazy("Diagnosed before as: %s"), dict(Outcome.choices)),
    "claimed": _labelled(gettext_lazy("Claimed: %s"), dict(ClaimKind.choices)),
    "clause_words": lambda words, order, names: words,
    "centre_told": _flag(gettext_lazy("The centre is told")),
    "spread": _orders(gettext_lazy("Will be late as well: %s")),
    "because_of": _orders(gettext_lazy("Because of order %s")),
    "next": _next,
    "callbacks": _promised,
    "kind": _labelled(gettext_lazy("Callback: %s"), dict(CallbackKind.choices)),
    "attempts": lambda n, order, names: _("Attempt %s") % n,
    "was": _labelled(gettext_lazy("Was: %s"), dict(Escalation.choices)),
    "leave_by": _at(gettext_lazy("Leave by %s")),
    "expected_at": _at(gettext_lazy("Expected at %s")),
    "at_risk": _flag(gettext_lazy("May be late")),
    "open": _flag(gettext_lazy("Cause and measure are still open")),
} | story_moves.tellers(moment)
