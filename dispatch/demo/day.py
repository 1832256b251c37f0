"""Who does what at one outlet, yesterday and today: lays out the days and tells every order's story."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from dispatch.actions import guards
from dispatch.demo import bench, clerk, story
from dispatch.demo.teller import People, Teller, tell, void
from dispatch.lifecycle import GuardsUnmet
from dispatch.models import ServiceOrder
from technicians.availability import working_spans
from technicians.models import Technician

HOURS_BEFORE = 5  # how far back today goes
YESTERDAY = 31  # hours
SLOTS = 7  # visits a technician, as far as the shift holds them
EVERY = 85  # minutes from one visit to the next
WORK = 55  # minutes of each
REST_BEFORE, REST = 3, 35  # which visit follows the break, and how much later it is for that
ENDS = [
    "fine", "record", "waiver", "untested", "help", "part_missing", "invoice", "pull_in", "no_access",
    "bad_rating", "nothing_wrong", "uncertain", "fine", "part_paid", "misuse", "damage", "refused", "fine",
    "money_back", "unsafe", "alarm", "new_fault",
]  # fmt: skip
ENDED = ["fine", "invoice", "fine", "part_paid", "waiver"]  # yesterday's
HEARD = ["satisfied", "satisfied", "satisfied", "no_answer", "satisfied", "unhappy", "satisfied"]


class Pool:
    """The orders nobody has touched yet, the most urgent first, with the skills each one wants."""

    def __init__(self, orders: list[ServiceOrder]) -> None:
        self.orders = sorted(orders, key=lambda order: (order.priority, order.pk))
        self.wanted = {order.pk: {skill.pk for skill in guards.skills_wanted(order)} for order in orders}

    def fits(self, technician: Technician, order: ServiceOrder) -> bool:
        """True when the technician was trained for the order's category and fault."""
        return self.wanted[order.pk] <= {skill.pk for skill in technician.skills.all()}  # prefetched

    def take(self, technician: Technician) -> ServiceOrder | None:
        """Take out the first order the technician was trained for; None when there is none."""
        order = next((order for order in self.orders if self.fits(technician, order)), None)
        if order:
            self.orders.remove(order)
        return order


def yesterday(orders: list[ServiceOrder], technicians: list[Technician], people: People, now: datetime) -> int:
    """Live through a finished day; most customers have been called back since. Return how many orders moved."""
    dice, pool, started = random.Random(3), Pool(orders), now - timedelta(hours=YESTERDAY)
    moved = 0
    then = now - timedelta(days=1)
    days = [_slots(technician, number, started, then) for number, technician in enumerate(technicians)]
    for slot in range(4):
        for number, technician in enumerate(technicians):
            order = pool.take(technician) if slot < len(days[number]) else None
            if order is None:
                continue
            teller = Teller(order.pk, people, started + timedelta(minutes=dice.uniform(0, 20)), now, dice)
            tell(teller, _finished(technician, number + slot, days[number][slot]))
            moved += 1
    return moved


def today(orders: list[ServiceOrder], technicians: list[Technician], people: People, now: datetime) -> int:
    """Move part of the orders along until `now`; return how many moved. The rest waits to be assigned."""
    dice, pool, started = random.Random(7), Pool(orders), now - timedelta(hours=HOURS_BEFORE)
    moved = 0
    for number, technician in enumerate(technicians):
        slots = _slots(technician, number, started, now)
        for slot, starts_at in enumerate(slots):
            order = pool.take(technician)
            if order is None:
                break
            given = _given(number, len(slots) - slot)
            begin = started + timedelta(minutes=dice.uniform(0, 20))
            if given:
                begin = now - timedelta(minutes=dice.uniform(9, 26) if given == "taken" else dice.uniform(1, 17))
            teller = Teller(order.pk, people, begin, now, dice)
            tell(teller, _part(technician, number * 3 + slot, given, starts_at, now))
            moved += 1
    return moved + _odds_and_ends(pool, technicians, people, started, now)


def _given(number: int, ahead: int) -> str:
    """The last of each day was given out only now, and not answered yet; some before it were, but nobody has called."""
    if ahead == 1:
        return "asked"
    return "taken" if ahead == 2 and number % 2 == 0 else ""


def _slots(technician: Technician, number: int, since: datetime, until: datetime) -> list[datetime]:
    """Return when the visits of a technician's working day begin: the day that `until` lies in, not before `since`.

    Days are spread over one another, so that at any moment somebody is driving and somebody repairing, and leave
    room for a break. A day that begins only later than `until` is whole and ahead; who is off has none.
    """
    span = next(iter(working_spans(technician, until, until + timedelta(hours=6))), None)
    if span is None:
        return []
    begins = max(span[0], since) + timedelta(minutes=35 + (number * 17) % 70)
    begins = begins.replace(minute=begins.minute // 5 * 5, second=0, microsecond=0)
    later = [EVERY * slot + (REST if slot >= REST_BEFORE else 0) for slot in range(SLOTS)]
    slots = [begins + timedelta(minutes=minutes) for minutes in later]
    return [at for at in slots if at + timedelta(minutes=WORK) <= span[1]]


def _finished(technician: Technician, number: int, starts_at: datetime) -> Callable:
    """Return a visit that went well enough, and the call back a day later."""

    def acts(teller: Teller) -> None:
        if not assign(teller, technician, starts_at):
            return
        teller.after(1, 8).do("accept", technician.user)
        if not story.agree(teller.after(3, 9), technician, starts_at, WORK):
            return
        late = 17.0 if number % 9 == 4 else teller.dice.choice([-6, -5, -3, 0, 2])
        if number % 8 == 5:
            return _second_visit(teller, technician, starts_at, late)
        if number % 4 == 2:
            story.visit(teller, technician, starts_at, late=late, end="pull_in")
            far = bench.STAGES[teller.order_id % len(bench.STAGES)]
            bench.workshop(teller, technician, far)
            return story.deliver(teller, technician) if far == "ready" and number % 8 == 2 else None
        story.visit(teller, technician, starts_at, late=late, end=ENDED[number % len(ENDED)])
        if number % 13 == 0:  # still to be called
            return
        story.call_back(teller, HEARD[number % len(HEARD)])
        if HEARD[number % len(HEARD)] == "no_answer":  # the second try
            story.call_back(teller, "satisfied")

    return acts


def _second_visit(teller: Teller, technician: Technician, starts_at: datetime, late: float) -> None:
    """A part was missing; it came in the morning, and the technician comes again (H-F3)."""
    story.visit(teller, technician, starts_at, late=late, end="part_missing")
    if clerk.part_comes(teller):
        again = teller.clock.replace(minute=0, second=0, microsecond=0) + timedelta(hours=3)
        if story.agree(teller.after(5, 20), technician, again, 50):
            story.visit(teller, technician, again, late=-5, end="fine")


def _part(technician: Technician, turn: int, given: str, starts_at: datetime, now: datetime) -> Callable:
    """Return what happens with the order in one slot of a technician's day; `turn` says how it ends."""

    def acts(teller: Teller) -> None:
        if not assign(teller, technician, starts_at):
            return
        if given == "asked":
            return
        teller.after(1, 8).do("accept", technician.user)
        if given == "taken":  # some were tried
            if turn % 3 == 0:
                teller.at(now - timedelta(minutes=turn % 7 + 3)).do("log_no_answer", technician.user)
            return
        if not story.agree(teller.after(3, 12), technician, starts_at, WORK):
            return
        end = ENDS[turn % len(ENDS)]
        late = 18.0 if turn % 11 == 0 else teller.dice.choice([-6, -5, -4, -2, 0, 3])
        story.visit(teller, technician, starts_at, late=late, end=end)
        if end in ("untested", "uncertain"):
            story.call_back(teller, HEARD[turn % len(HEARD)])
        if end == "bad_rating" and turn % 4:
            story.win_back(teller)

    return acts


def assign(teller: Teller, technician: Technician, starts_at: datetime) -> bool:
    """The dispatcher assigns; False when a guard finds that it can't be them."""
    raw = {"technician": technician.pk, "starts_at": max(starts_at, teller.clock).isoformat(), "overtime": True}
    try:
        return teller.do("assign", teller.people.dispatcher, raw)
    except GuardsUnmet:
        return False


def _odds_and_ends(pool: Pool, technicians: list, people: People, started: datetime, now: datetime) -> int:
    """What else a day brings: advice by phone, a decline, an angry customer, a cancellation, a request to review."""
    dice = random.Random(11)
    kinds = ["advice_due", "advice_fine", "advice_later", "decline", "angry", "cancel", "advice_unhappy"]
    odd = pool.orders[:21]
    for number, order in enumerate(odd):
        technician = next((t for t in technicians[number % len(technicians) :] if pool.fits(t, order)), technicians[0])
        kind = kinds[number % len(kinds)]
        begin = now - timedelta(minutes=70) if kind == "advice_later" else started + timedelta(minutes=20 * number)
        teller = Teller(order.pk, people, begin, now, dice)
        tell(teller, lambda teller, kind=kind, technician=technician: _odd(teller, kind, technician))
    return len(odd)


def _odd(teller: Teller, kind: str, technician: Technician) -> None:
    if kind == "cancel":
        return void(teller.do("cancel", teller.people.agent, {"reason": "客戶已自行修好"}))
    if not assign(teller, technician, teller.clock + timedelta(hours=9)):
        return None
    if kind == "decline":
        return void(teller.after(4, 9).do("decline", technician.user, {"reason": "已在別處，來不及"}))
    teller.after(2, 5).do("accept", technician.user)
    if kind == "angry":
        raw = {"escalation": "angry", "reason": "客戶說已等了三天，不讓再上門"}
        return void(teller.after(3, 6).do("escalate", technician.user, raw))
    story.advise(teller, technician)
    if kind != "advice_due":
        story.call_back(teller, "unhappy" if kind == "advice_unhappy" else "satisfied")
    return None
