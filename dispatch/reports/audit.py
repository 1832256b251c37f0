"""Who did what: one search over every log, newest first, a page at a time, never more than a year.

The logs: what happened to orders (append-only, chained by hashes), changes of master data, what belongs to no order
(sheets taken along, backups, single sign-on), sign-ins, and what customers did with what is kept about them.
"""

from __future__ import annotations

import heapq
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from axes.models import AccessAttempt, AccessLog
from django.contrib.admin.models import LogEntry
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext

from dispatch.models import AuditEntry, OrderEvent, PrivacyRecord
from dispatch.reports.sheets.cells import hushed
from technicians.models import User

LONGEST = timedelta(days=366)
SIGNED_IN, SIGN_IN_FAILED, SIGNED_OUT = "signed_in", "sign_in_failed", "signed_out"
FLAGS = {"added": 1, "changed": 2, "deleted": 3}  # of Django's log of the admin
FIRST_SLICE, SHORTEST_SLICE = timedelta(days=1), timedelta(minutes=30)


class TooWide(ValueError):
    """More than a year was asked for at once."""


@dataclass(frozen=True)
class Wanted:
    """What is looked for, from `since` (included) to `until` (excluded), UTC. `people`: None anybody, else their ids.

    `verbs`: {log: codes}; a log that is not named is not asked. `customers`: None any, else their ids.
    """

    user: User
    since: datetime
    until: datetime
    verbs: dict[str, tuple[str, ...] | None]
    people: tuple[int, ...] | None = None
    role: str = ""
    order: int | None = None
    customers: tuple[int, ...] | None = None

    def __post_init__(self) -> None:
        """Raise TooWide when it is more than a year."""
        if self.until - self.since > LONGEST:
            raise TooWide


@dataclass(frozen=True, order=True)
class Place:
    """Where a page ends: the moment, the log's rank, the row's number. Rows come in falling order of it."""

    at: datetime
    rank: int
    pk: int


@dataclass
class Row:
    """One thing that happened, whatever log it stands in. `what` is plain data, not yet masked."""

    place: Place
    log: str
    verb: str
    who: str
    role: str
    order: int | None = None
    seq: int | None = None
    moved: tuple[str, str] | None = None
    reason: str = ""
    what: dict[str, Any] = field(default_factory=dict)
    about: str = ""
    event: OrderEvent | None = None

    @property
    def at(self) -> datetime:
        """When."""
        return self.place.at


@dataclass(frozen=True)
class Log:
    """A log: where its rows come from, by which field they are timed, how one is told."""

    code: str
    rank: int
    at: str
    rows: Callable[[Wanted, tuple[str, ...] | None], QuerySet]
    told: Callable[[Any, Place], Row]
    large: bool = False


def _orders(wanted: Wanted, verbs: tuple[str, ...] | None) -> QuerySet:
    rows = OrderEvent.objects.select_related("actor").order_by()
    if not wanted.user.sees_everything:
        rows = rows.filter(order__outlet_id=wanted.user.outlet_id)
    narrow = {"action__in": verbs, "actor__in": wanted.people, "order__customer__in": wanted.customers}
    narrow |= {"order": wanted.order, "role": wanted.role or None}
    return rows.filter(**{name: value for name, value in narrow.items() if value is not None})


def _told_order(event: OrderEvent, place: Place) -> Row:
    moved = (event.from_state, event.to_state) if event.from_state != event.to_state else None
    who = str(event.actor) if event.actor else ""
    found = {"order": event.order_id, "seq": event.seq, "moved": moved, "reason": event.reason, "event": event}
    return Row(place, "orders", event.action, who, event.role, what=event.payload, **found)


def _of_people(rows: QuerySet, wanted: Wanted, person: str) -> QuerySet:
    """Narrow rows by who did it; what hangs on an order or a customer is in other logs."""
    if wanted.order is not None or wanted.customers is not None:
        return rows.none()
    if not wanted.user.sees_everything:
        rows = rows.filter(**{f"{person}__outlet_id": wanted.user.outlet_id})
    return rows if wanted.people is None else rows.filter(**{f"{person}__in": wanted.people})


def _entries(wanted: Wanted, verbs: tuple[str, ...] | None) -> QuerySet:
    rows = _of_people(AuditEntry.objects.select_related("actor").order_by(), wanted, "actor")
    rows = rows if verbs is None else rows.filter(deed__in=verbs)
    return rows.filter(role=wanted.role) if wanted.role else rows


def _told_entry(entry: AuditEntry, place: Place) -> Row:
    return Row(place, "house", entry.deed, str(entry.actor or ""), entry.role, what=entry.what)


def _master(wanted: Wanted, verbs: tuple[str, ...] | None) -> QuerySet:
    rows = _of_people(LogEntry.objects.select_related("user", "content_type").order_by(), wanted, "user")
    rows = rows if verbs is None else rows.filter(action_flag__in=[FLAGS[verb] for verb in verbs])
    return rows.filter(user__role=wanted.role) if wanted.role else rows


def _told_master(entry: LogEntry, place: Place) -> Row:
    verb = next((name for name, flag in FLAGS.items() if flag == entry.action_flag), "")
    kind = str(entry.content_type.name) if entry.content_type else ""
    about = f"{kind}: {entry.object_repr}" if kind else entry.object_repr
    values = _values(entry)
    reason = "" if values else entry.get_change_message()
    return Row(place, "master", verb, str(entry.user), entry.user.role, about=about, reason=reason, what=values)


def _values(entry: LogEntry) -> dict[str, str]:
    """Return field → "before → after" of a change of master data; {} where it was not written down."""
    try:
        parts = json.loads(entry.change_message or "[]")
    except ValueError:
        return {}
    found = {}
    for part in parts if isinstance(parts, list) else []:
        changed = part.get("changed") if isinstance(part, dict) else None
        if not isinstance(changed, dict) or not changed.get("values"):
            return {}  # something else was done as well: Django's words say all of it
        row = f"{changed['object']}: " if changed.get("object") else ""
        values = hushed({name: " → ".join(pair) for name, pair in changed["values"].items()})  # by names in English
        found |= {f"{row}{gettext(name)}": said for name, said in values.items()}
    return found


def _sign_ins(model: Any, verb: str) -> Callable[[Wanted, tuple[str, ...] | None], QuerySet]:
    def found(wanted: Wanted, verbs: tuple[str, ...] | None) -> QuerySet:
        rows = model.objects.order_by()
        if wanted.order is not None or wanted.customers is not None or (verbs is not None and verb not in verbs):
            return rows.none()
        people = User.objects.all()
        if wanted.people is None and not wanted.role and wanted.user.sees_everything:
            return rows  # also names that nobody here has
        people = people if wanted.people is None else people.filter(pk__in=wanted.people)
        people = people.filter(role=wanted.role) if wanted.role else people
        people = people if wanted.user.sees_everything else people.filter(outlet_id=wanted.user.outlet_id)
        return rows.filter(username__in=people.values("username"))

    return found


def _told_sign_in(verb: str) -> Callable[[Any, Place], Row]:
    def told(row: Any, place: Place) -> Row:
        what = {"address": str(row.ip_address or "")}
        tries = getattr(row, "failures_since_start", 0)
        return Row(place, "doors", verb, row.username or "", "", what=what | ({"tries": tries} if tries else {}))

    return told


def _privacy(wanted: Wanted, verbs: tuple[str, ...] | None) -> QuerySet:
    rows = PrivacyRecord.objects.order_by()
    if wanted.people is not None or wanted.role or wanted.order is not None:
        return rows.none()
    if not wanted.user.sees_everything:
        rows = rows.filter(customer__orders__outlet_id=wanted.user.outlet_id).distinct()
    rows = rows if wanted.customers is None else rows.filter(customer__in=wanted.customers)
    return rows if verbs is None else rows.filter(kind__in=verbs)


def _told_privacy(record: PrivacyRecord, place: Place) -> Row:
    return Row(place, "customers", record.kind, "", "", what={"customer": record.customer_id} | (record.what or {}))


LOGS = (
    Log("orders", 5, "at", _orders, _told_order, large=True),
    Log("house", 4, "at", _entries, _told_entry),
    Log("master", 3, "action_time", _master, _told_master),
    Log("doors", 2, "attempt_time", _sign_ins(AccessLog, SIGNED_IN), _told_sign_in(SIGNED_IN)),
    Log("doors", 1, "attempt_time", _sign_ins(AccessAttempt, SIGN_IN_FAILED), _told_sign_in(SIGN_IN_FAILED)),
    Log("customers", 0, "at", _privacy, _told_privacy),
)


def search(wanted: Wanted, before: Place | None = None, most: int = 50) -> list[Row]:
    """Return at most `most` rows older than `before`, the newest first."""
    return list(islice(stream(wanted, before, most), most))


def stream(wanted: Wanted, before: Place | None = None, chunk: int = 2_000) -> Iterator[Row]:
    """Yield every row, the newest first, reading `chunk` of a log at a time: memory stays flat."""
    sources = [_of_log(log, wanted, before, chunk) for log in LOGS if log.code in wanted.verbs]
    yield from heapq.merge(*sources, key=lambda row: row.place, reverse=True)


def _of_log(log: Log, wanted: Wanted, before: Place | None, chunk: int) -> Iterator[Row]:
    rows = log.rows(wanted, wanted.verbs[log.code]).annotate(happened=F(log.at))
    # The log of orders is long and indexed by blocks of time: a short stretch first.
    step = FIRST_SLICE if log.large and wanted.order is None and wanted.customers is None else LONGEST
    until = wanted.until if before is None else min(wanted.until, before.at + timedelta(microseconds=1))
    while until > wanted.since:
        since = max(wanted.since, until - step)
        part = replace(wanted, since=since, until=until)
        found = 0
        for row in _stretch(log, rows, part, before, chunk):
            found += 1
            yield row
        # Each page of a stretch reads the whole stretch: few rows ask for a longer one, many for a shorter.
        until, step = since, min(step * 2, LONGEST) if found < chunk else max(step / 2, SHORTEST_SLICE)


def _stretch(log: Log, rows: QuerySet, part: Wanted, before: Place | None, chunk: int) -> Iterator[Row]:
    rows = rows.filter(**{f"{log.at}__gte": part.since, f"{log.at}__lt": part.until}).order_by(f"-{log.at}", "-pk")
    while True:
        page = list((rows.filter(_older(log, before)) if before else rows)[:chunk])
        for row in page:
            before = Place(row.happened, log.rank, row.pk)
            yield log.told(row, before)
        if len(page) < chunk:
            return


def _older(log: Log, before: Place) -> Q:
    """What comes after a place, of one log."""
    earlier = Q(**{f"{log.at}__lt": before.at})
    if before.rank > log.rank:
        return earlier | Q(**{log.at: before.at})
    return earlier if before.rank < log.rank else earlier | Q(**{log.at: before.at, "pk__lt": before.pk})
