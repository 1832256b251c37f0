"""Making claimed rows ready: still true? at this hour? wanted? to whom, by what way, in what words.

A fixed number of statements for a batch, however large. A row comes out as `sending`, or as what it is instead: held,
dropped or failed, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_noop as _  # kept as they are, translated where they are read

from dispatch.models import Link, Notice, NoticeChannel, NoticeEvent, NoticeState, OptOut, ServiceOrder
from dispatch.models.link import AFTER_THE_END
from dispatch.notices import wording
from dispatch.notices.catalogue import KINDS
from dispatch.notices.claim import address
from dispatch.notices.facts import facts_of, language_of
from dispatch.notices.known import Batch, overtaken, with_orders
from dispatch.notices.quiet import QUIET, quiet_until
from dispatch.notices.undelivered import give_up


def prepare(numbers: list[int], now: datetime) -> list[Notice]:
    """Return the claimed rows `numbers`, made ready or decided upon. Saved: to whom and in what words they go."""
    rows = list(with_orders(Notice.objects.filter(pk__in=numbers)).select_related("hook").order_by("pk"))
    known = Batch(rows)
    for row in rows:
        _decide(row, known, now)
    ready = [row for row in rows if row.state == NoticeState.SENDING and not row.body]
    fill_in(ready, now)
    address([row for row in ready if row.event != NoticeEvent.CODE])  # a code is kept nowhere
    return rows


def _decide(row: Notice, known: Batch, now: datetime) -> None:
    """Find out whether a row is sent now, and to whom; leave it `sending` if so."""
    kind = KINDS[row.event]
    if why := overtaken(row, known, now):
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

