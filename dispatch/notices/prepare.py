"""Making claimed rows ready: still true? at this hour? wanted? to whom, by what way, in what words.

A fixed number of statements for a batch, however large. A row comes out as `sending`, or as what it is instead: held,
dropped or failed, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Max, Prefetch
from django.utils.translation import gettext_noop as _  # kept as they are, translated where they are read

from dispatch.models import (
    Link,
    Notice,
    NoticeChannel,
    NoticeEvent,
    NoticePolicy,
    NoticeState,
    OptOut,
    QuoteStatus,
    ServiceOrder,
    State,
    Visit,
)
from dispatch.models.link import AFTER_THE_END
from dispatch.notices import wording
from dispatch.notices.catalogue import KINDS, WHEN
from dispatch.notices.facts import facts_of, language_of
from dispatch.notices.quiet import QUIET, quiet_until
from dispatch.notices.undelivered import give_up

ROWS = ("order__outlet", "order__customer", "order__appliance__brand", "order__appliance__category", "hook")
ON_THE_ROAD = (State.CONTACTED, State.EN_ROUTE)


def prepare(numbers: list[int], now: datetime) -> list[Notice]:
    """Return the claimed rows `numbers`, made ready or decided upon. Nothing is saved."""
    standing = Prefetch("order__visits", Visit.objects.standing(), to_attr="standing")
    rows = list(Notice.objects.filter(pk__in=numbers).select_related(*ROWS).prefetch_related(standing).order_by("pk"))
    known = Batch(rows)
    for row in rows:
        _decide(row, known, now)
    ready = [row for row in rows if row.state == NoticeState.SENDING and not row.body]
    fill_in(ready, now)
    return rows


class Batch:
    """What deciding needs to know of all rows of a batch, read once."""

    def __init__(self, rows: list[Notice]):
        """Read it; a statement for each kind of thing."""
        orders = {row.order_id for row in rows if row.order_id}
        outlets = {row.order.outlet_id for row in rows if row.order_id}
        of_group = [event for event, kind in KINDS.items() if kind.replaces == WHEN]
        newest = Notice.objects.filter(order__in=orders, event__in=of_group).order_by()
        self.newest = dict(newest.values_list("order").annotate(Max("pk")))
        self.policies = {row.outlet_id: row for row in NoticePolicy.objects.filter(outlet__in=outlets)}
        asked = {row.order_id for row in rows if row.event == NoticeEvent.QUOTE}
        offered = ServiceOrder.objects.filter(pk__in=asked, quotes__status=QuoteStatus.OFFERED) if asked else ()
        self.offered = {order.pk for order in offered}
        customers = {row.customer_id for row in rows if row.customer_id}
        self.refused: dict[int, list[OptOut]] = {}
        for refusal in OptOut.objects.filter(customer__in=customers):
            self.refused.setdefault(refusal.customer_id, []).append(refusal)


def _decide(row: Notice, known: Batch, now: datetime) -> None:
    """Find out whether a row is sent now, and to whom; leave it `sending` if so."""
    kind = KINDS[row.event]
    if why := _overtaken(row, known, now):
        drop(row, why)
    elif now > row.counted_from + kind.patience:
        row.last_error = row.last_error or _("Not sent in time")
        give_up(row, now)
    elif not kind.urgent and (until := _quiet(row, known, now)):
        row.state, row.not_before, row.next_try_at = NoticeState.HELD, until, until
    elif not row.to:
        choose_way(row, known, now)


def _quiet(row: Notice, known: Batch, now: datetime) -> datetime | None:
    outlet, policy = row.order.outlet, known.policies.get(row.order.outlet_id)
    return quiet_until(now, outlet.tz, (policy.quiet_from, policy.quiet_to) if policy else QUIET)


def _overtaken(row: Notice, known: Batch, now: datetime) -> str:
    """Return why it is no longer true, "" while it is. Nobody is told what was true an hour ago."""
    order, event = row.order, row.event
    if order is None:
        return ""
    if KINDS[event].replaces and known.newest.get(row.order_id, 0) > row.pk:
        return _("Replaced by a newer notice")
    visit = next(iter(order.standing), None)
    if event == NoticeEvent.APPOINTMENT:
        same = visit and row.facts.get("starts_at") == visit.starts_at.isoformat() and visit.starts_at > now
        return "" if same else _("The time was changed or has passed")
    if KINDS[event].replaces and order.state not in ON_THE_ROAD:
        return _("Arrived, or given up")
    if event == NoticeEvent.NEEDS_INFO and order.state != State.NEEDS_INFO:
        return _("No longer needed")
    if event == NoticeEvent.QUOTE and row.order_id not in known.offered:
        return _("Answered already")
    if event == NoticeEvent.PART_ARRIVED and not order.is_open:
        return _("The order has ended")
    return ""


def choose_way(row: Notice, known: Batch, now: datetime) -> None:
    """Choose the way and the address: what the outlet prefers, what the customer has, what they want."""
    customer, kind = row.order.customer, KINDS[row.event]
    ways = [(NoticeChannel.SMS, customer.phone), (NoticeChannel.EMAIL, customer.email)]
    policy = known.policies.get(row.order.outlet_id)
    if policy and policy.email_first:
        ways.reverse()
    ways = [way for way in ways if way[1]]
    if not ways:
        row.last_error = _("No phone number and no e-mail address")
        give_up(row, now)
        return
    refused = [] if kind.critical else known.refused.get(row.customer_id, [])
    wanted = [way for way in ways if not any(_holds(refusal, row.event, way[0]) for refusal in refused)]
    if wanted:
        row.channel, row.to = wanted[0]
    else:
        drop(row, _("The customer does not want it"))


def _holds(refusal: OptOut, event: str, channel: str) -> bool:
    return refusal.kind in ("", event) and refusal.channel in ("", channel)


def fill_in(rows: list[Notice], now: datetime) -> None:
    """Fill in language, subject and body."""
    own = wording.overrides({row.event for row in rows})
    for row in rows:
        row.language = row.language or (language_of(row.order) if row.order_id else "en")
    words = {row.pk: wording.words_for(row.event, row.language, row.channel, own) for row in rows}
    links = links_of({row.order for row in rows if row.order_id and wording.needs_link(words[row.pk])}, now)
    for row in rows:
        order = row.order
        facts = facts_of(order, row.facts, row.language, links.get(row.order_id)) if order else row.facts
        subject, body = (wording.fill(text, facts) for text in words[row.pk])
        row.subject, row.body = " ".join(subject.split())[:200], body


def links_of(orders: Iterable[ServiceOrder], now: datetime) -> dict[int, Link]:
    """Return the customers' links of many orders by order id, made where there is none that opens."""
    orders = {order.pk: order for order in orders}
    found = {link.order_id: link for link in Link.objects.open(now).filter(order__in=orders).order_by("pk")}
    new = [Link(order=orders[pk], made_at=now, expires_at=now + AFTER_THE_END) for pk in orders.keys() - found.keys()]
    return found | {link.order_id: link for link in Link.objects.bulk_create(new)}


def drop(row: Notice, why: str) -> None:
    """Decide that a row is not sent."""
    row.state, row.last_error = NoticeState.DROPPED, why

