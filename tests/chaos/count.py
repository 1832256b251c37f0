"""Counting after the chaos: what was due has rung once, what was accepted was done once, nothing else happened."""

from __future__ import annotations

from collections import Counter

from django.db import OperationalError, connection
from django.db.models import Q

from dispatch.models import OrderEvent, ServiceOrder, Timer
from dispatch.models.event import broken_links
from tests.chaos.phones import Sent

LIMIT = 5.0  # seconds after its time within which a timer should have rung


def still_to_ring() -> bool:
    """True while a timer is pending that is due, or soon will be."""
    try:
        return Timer.objects.filter(state=Timer.PENDING).exclude(kind="retry_contact").exists()
    except OperationalError:
        connection.close()
        return True


def report(sent: list[Sent]) -> dict:
    """Return the figures, and under `wrong` every way in which the promise was broken."""
    figures, wrong = _timers()
    acts, wrong_acts = _acts(sent)
    return figures | acts | {"wrong": wrong + wrong_acts + _orders()}


def _timers() -> tuple[dict, list[str]]:
    """Each timer rang once, none before its time."""
    fired = list(Timer.objects.filter(state=Timer.FIRED))
    late = sorted((timer.fired_at - timer.due_at).total_seconds() for timer in fired)
    rings = Counter(
        (event.order_id, event.payload["timer"], event.payload["due_at"])
        for event in OrderEvent.objects.filter(actor=None, payload__has_key="timer")
    )
    written = Counter((t.order_id, t.kind, t.due_at.isoformat().replace("+00:00", "Z")[:23]) for t in fired)
    rang = Counter({(order, kind, due[:23]): count for (order, kind, due), count in rings.items()})
    pending = Timer.objects.filter(state=Timer.PENDING).exclude(kind="retry_contact")
    wrong = [f"never rang: {timer}" for timer in pending]
    wrong += [f"rang {count} times: {which}" for which, count in rang.items() if count != 1]
    wrong += [f"marked, but not in the log: {which}" for which in written - rang]
    wrong += [f"in the log, but not marked: {which}" for which in rang - written]
    wrong += [f"rang early: {timer}" for timer in fired if timer.fired_at < timer.due_at]
    wrong += [f"was put off: {timer}" for timer in Timer.objects.filter(tries__gt=0)]
    figures = {
        "timers": len(fired),
        "late_p50": round(late[len(late) // 2], 2),
        "late_p99": round(late[int(len(late) * 0.99)], 2),
        "late_max": round(late[-1], 2),
        "later_than_limit": sum(each > LIMIT for each in late),
    }
    return figures, wrong


def _acts(sent: list[Sent]) -> tuple[dict, list[str]]:
    """Each act was answered with success; each made one event of its own, and nothing else made any."""
    wrong = [f"refused: {act}" for act in sent if act.status != 200]
    events = {(act.order, act.answer.get("event")): act for act in sent}
    if len(events) != len(sent):
        wrong.append(f"{len(sent)} acts were answered with {len(events)} events")
    written = {
        (event.order_id, event.seq): event
        for event in OrderEvent.objects.exclude(actor=None).filter(order__in={act.order for act in sent})
        if event.action not in ("created", "assign")
    }
    wrong += [f"accepted and not in the log: {events[which]}" for which in events.keys() - written.keys()]
    wrong += [f"in the log and never accepted: {written[which]}" for which in written.keys() - events.keys()]
    for which in events.keys() & written.keys():
        if events[which].verb != written[which].action:
            wrong.append(f"{events[which]} became {written[which].action}")
    figures = {
        "acts": len(sent),
        "tries": sum(act.tries for act in sent),
        "answered_again": sum(act.replayed for act in sent),
    }
    return figures, wrong


def _orders() -> list[str]:
    """Every chain is whole and every open order has a next step (H-N1, H-N2)."""
    links = ((order, broken_links(order)) for order in ServiceOrder.objects.all())
    wrong = [f"the log of {order} is broken at {bad}" for order, bad in links if bad]
    lost = ServiceOrder.objects.unfinished().filter(Q(next_action="") | Q(next_role="") | Q(next_due_at=None))
    return wrong + [f"nobody's turn: {order}" for order in lost]
