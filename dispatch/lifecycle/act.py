"""The one function through which an order changes, and everything it does, in order.

1. the idempotency key: seen before → what was answered then (H-N3)
2. lock the order, look at who asks, the version and the state
3. guards: all that fail are collected, each with its rule and a way out
4. the transition, and the effect of the verb
5. one event in the log (H-N2), and a notice to whom it concerns (dispatch.notices)
6. timers, and the next step (H-N1)
7. on commit: tell the wire
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, partial
from typing import Any

from django.db import IntegrityError, OperationalError, connection, models, transaction
from django.utils.translation import gettext_lazy as _
from django_fsm import can_proceed

from dispatch import live
from dispatch.lifecycle.database import refused_by_database
from dispatch.lifecycle.next_step import next_step
from dispatch.lifecycle.once import once
from dispatch.lifecycle.refusal import (
    Busy,
    GuardsUnmet,
    Lack,
    NotAllowed,
    NotFound,
    Stale,
    WrongState,
)
from dispatch.lifecycle.timers import settle_timers
from dispatch.lifecycle.verb import ON_ENTRY, REGISTRY, Verb
from dispatch.models import FINISHED, OrderEvent, Repair, ServiceOrder, Visit
from dispatch.notices import told
from technicians.models import Role, Technician, User


@dataclass
class Act:
    """Somebody doing something to one locked order. Verbs read and fill it; `act` writes it down.

    `position` is {"latitude", "longitude", "accuracy"} in degrees and metres, or None. `device_at` is what
    the phone's clock said; `now` is the server's and counts.
    """

    verb: Verb
    order: ServiceOrder
    by: User | None
    now: datetime
    device_at: datetime | None = None
    position: dict | None = None
    data: dict = field(default_factory=dict)
    payload: dict = field(default_factory=dict)
    moves_with: dict = field(default_factory=dict)
    start: dict[str, datetime] = field(default_factory=dict)
    stop: set[str] = field(default_factory=set)
    from_state: str = ""
    escalated_before: str = ""
    undoes: Any = None  # the event that the board takes back

    @cached_property
    def visit(self) -> Visit | None:
        """The appointment that stands, if any."""
        return self.order.standing_visit() if self.order.pk else None

    @cached_property
    def repair(self) -> Repair | None:
        """The newest repair record, if any."""
        return self.order.newest_repair()

    def save_visit(self, **changes: Any) -> Visit:
        """Change the standing visit and write exactly those fields."""
        for name, value in changes.items():
            setattr(self.visit, name, value)
        self.visit.save(update_fields=list(changes))
        return self.visit


@dataclass(frozen=True)
class Outcome:
    """What came of an act. `answer` is plain data, the same again when it was a repeat."""

    answer: dict
    replayed: bool = False


def act(
    order_id: int,
    name: str,
    by: User | None,
    now: datetime,
    raw: Any = None,
    *,
    key: str = "",
    fingerprint: str = "",
    version: int | None = None,
    device_at: datetime | None = None,
    position: dict | None = None,
    unseen: bool = False,
) -> Outcome:
    """Let `by` do the verb `name` to an order. Returns the Outcome.

    `unseen`: the caller has made sure that this person, or the customer (None), may do it to an order they don't see.

    Raises NotFound, NotAllowed, WrongState, Stale, BadData, GuardsUnmet, KeyReused or Busy; then nothing
    has changed.
    """
    verb = REGISTRY[name]

    def work() -> dict:
        order = _lock(order_id, None if unseen else by)
        if version is not None and version != order.version:
            raise Stale(verb.rule, _who_was_last(order, verb))
        return act_on(Act(verb, order, by, now, device_at, position), raw)

    return in_one_piece(lambda: once(by, key, fingerprint, work) if key else (work(), False))


def in_one_piece(work: Any) -> Outcome:
    """Run `work` → (answer, replayed) in a transaction and translate what the database refuses."""
    kept: WrongState | None = None
    try:
        with transaction.atomic():
            try:
                answer, replayed = work()
            except WrongState as refusal:
                if not getattr(refusal, "keep", False):
                    raise
                kept = refusal
    except IntegrityError as error:
        raise refused_by_database(error) from error
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") in ("55P03", "40P01", "40001"):
            raise Busy("H-N3") from error
        raise
    if kept:
        raise kept
    return Outcome(answer, replayed)


def act_on(act: Act, raw: Any = None, write: Callable[..., None] | None = None) -> dict:
    """Carry out an act on an order already locked in the running transaction; return the answer.

    `write(act, moved=…)` writes it down; the clock, which does many at once, brings its own.
    """
    verb, order = act.verb, act.order
    if act.by and act.by.role not in verb.roles:
        raise NotAllowed(verb.rule, {"action": verb.label, "roles": _role_names(verb)})
    if not can_proceed(getattr(order, verb.name)):
        raise WrongState(verb.rule, _who_was_last(order, verb))
    act.data = verb.parse(raw, act)
    act.payload |= {name: _plain(value) for name, value in act.data.items() if name != "reason"}
    if verb.prepare:
        verb.prepare(act)
    lacks = [lack for guard in (frozen, *verb.needs, *verb.checks) for lack in guard(act)]
    if lacks:
        raise GuardsUnmet(verb.rule, lacks)
    act.from_state, act.escalated_before = order.state, order.escalation
    getattr(order, verb.name)(**act.moves_with)
    moved = order.state != act.from_state
    if moved:
        order.state_since = act.now
        order.finished_at = act.now if order.state in FINISHED else None
    verb.effect(act)
    for follow in ON_ENTRY.get(order.state, ()) if moved else ():
        follow(act)
    (write or _write_down)(act, moved=moved)
    return answer_of(order, act.verb.name)


def _lock(order_id: int, by: User | None) -> ServiceOrder:
    """Return the order with its row locked, or raise NotFound when it isn't there for `by` (None: at all)."""
    rows = ServiceOrder.objects.select_for_update(of=("self",), no_key=True)
    order = rows.one_for(by, order_id) if by else rows.filter(pk=order_id).first()
    if order is None:
        raise NotFound("H-N2")
    # No joins above: rows joined while waiting for the lock would be those from before the wait, and planning nine
    # tables costs more than reading the one or two that a verb looks at.
    if order.technician_id:
        order.technician = Technician.objects.select_related("user").get(pk=order.technician_id)
    return order


def _write_down(act: Act, *, moved: bool) -> None:
    """Event, order with its next step, timers; the wire on commit."""
    order, event = act.order, conclude(act, moved=moved)
    order.save()
    event.save(force_insert=True)
    transaction.on_commit(partial(live.tell, order.pk, order.version, order.outlet_id))


def conclude(act: Act, *, moved: bool) -> OrderEvent:
    """Settle version, event, timers and next step of an act; order and event are left to be saved."""
    order = act.order
    order.version += 1
    event = log_event(act)
    told.after(act)
    settle_timers(order, act.start, act.stop, moved=moved)
    set_next_step(order, act.visit, act.now)
    return event


PLACE = ("latitude", "longitude", "accuracy")


def log_event(act: Act) -> OrderEvent:
    """Return the next event of the order's chain, unsaved, and move the head of the chain (H-N2)."""
    order, position = act.order, act.position or {}
    order.log_seq += 1
    event = OrderEvent(
        order_id=order.pk,
        seq=order.log_seq,
        action=act.verb.name,
        at=act.now,
        device_at=act.device_at,
        actor=act.by,
        role=act.by.role if act.by else "",
        from_state=act.from_state,
        to_state=order.state,
        reason=act.data.get("reason", ""),
        payload=act.payload,
        # Floats as they are read again, the hash tells 25 from 25.0 and −0 from 0.
        **{name: None if position.get(name) is None else float(position[name]) + 0.0 for name in PLACE},
    )
    event.hash = order.log_hash = event.digest(order.log_hash)
    return event


def set_next_step(order: ServiceOrder, visit: Visit | None, now: datetime) -> None:
    """Write H-N1 onto the order."""
    step = next_step(order, visit, now)
    order.next_action, order.next_role = (step.action, step.role) if step else ("", "")
    order.next_user, order.next_due_at = (step.user, step.due_at) if step else (None, None)


CREATED = Verb("created", "H-I2", _("Order opened"), (), lambda act: None)


def open_order(order: ServiceOrder, by: User | None, now: datetime, payload: dict | None = None) -> dict:
    """Write a new order with its first event and next step; return the answer. Inside a transaction."""
    open_orders([order], by, now, payload)
    told.opened(order, now)
    transaction.on_commit(partial(live.tell, order.pk, order.version, order.outlet_id))
    return answer_of(order, "created")


def open_orders(orders: list[ServiceOrder], by: User | None, now: datetime, payload: dict | None = None) -> None:
    """The same for many, in three statements. Orders come unsaved, with their rows and outlet set."""
    with connection.cursor() as cursor:
        # The log's chain holds the order's number, so it has to be known before the row is written.
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('dispatch_serviceorder', 'id')) FROM generate_series(1, %s)",
            [len(orders)],
        )
        numbers = [row[0] for row in cursor.fetchall()]
    events = []
    for order, number in zip(orders, numbers, strict=True):
        order.pk, order.opened_at, order.state_since = number, now, now
        events.append(log_event(Act(CREATED, order, by, now, payload={"channel": order.channel} | (payload or {}))))
        set_next_step(order, None, now)
    ServiceOrder.objects.bulk_create(orders)
    OrderEvent.objects.bulk_create(events)


def answer_of(order: ServiceOrder, action: str) -> dict:
    """Return what the sender of an act is told: plain data."""
    return {
        "order": order.pk,
        "number": order.number,
        "action": action,
        "state": str(order.state),
        "version": order.version,
        "event": order.log_seq,
        "next": {
            "action": str(order.next_action),
            "role": str(order.next_role),
            "user": order.next_user_id,
            "due_at": order.next_due_at.isoformat() if order.next_due_at else None,
        },
    }


def missing(act: Act) -> Iterable[Lack]:
    """Yield what an act would still lack, as far as it can be told without its data."""
    for guard in (frozen, *act.verb.needs):
        yield from guard(act)


def frozen(act: Act) -> Iterable[Lack]:
    """H-F10: after an alarm the centre deals with the order; the technician gets out and does nothing more to it."""
    if act.order.sos_at and act.by and act.by.role == Role.TECHNICIAN and not act.verb.while_frozen:
        yield Lack("H-F10", "sos", _("The centre has been alarmed and takes over. Look after yourself first."))


def _who_was_last(order: ServiceOrder, verb: Verb) -> dict:
    """Return what a 409 says: where the order is and who brought it there."""
    last = order.events.select_related("actor").order_by("-seq").first()
    said = REGISTRY.get(last.action) if last else None
    return {
        "action": verb.label,
        "state": order.get_state_display(),
        "state_code": str(order.state),
        "last": said.label if said else "",
        "by": str(last.actor or "Doorstep") if last else "",
        "at": last.at.isoformat() if last else "",
        "technician": str(order.technician or ""),
        "version": order.version,
    }


def _role_names(verb: Verb) -> str:
    return str(_(", ")).join(str(Role(role).label) for role in verb.roles) or "Doorstep"


def _plain(value: Any) -> Any:
    """Return a value as it goes into the log: rows as their numbers."""
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, set | tuple | list):
        return [_plain(item) for item in value]
    return value
