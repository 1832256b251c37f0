"""Working a plan out: load the day, solve it at every price of a change, keep what passes the checker."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from billiard.exceptions import SoftTimeLimitExceeded
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from dispatch.actions.plans.asking import BROKE, LOST, TOO_LONG, UNSOUND, fail
from dispatch.actions.plans.beating import heart_of
from dispatch.actions.plans.figuring import freed, holding, standing, sums, worth
from dispatch.actions.plans.sharing import in_turn
from dispatch.actions.plans.storing import store
from dispatch.actions.plans.tidying import tidy
from dispatch.actions.plans.wire import told
from dispatch.models import Plan, PlanState, Visit
from dispatch.models.plan import UNDER_WAY
from dispatch.planning.check import check
from dispatch.planning.load import Loaded, load
from dispatch.planning.problem import Plan as Found
from dispatch.planning.problem import Problem
from dispatch.planning.solve import solve
from technicians.models import Outlet

log = logging.getLogger(__name__)

# Seconds of travel that giving a visit to another technician must save: the slider from the best to the least change.
# The last is dearer than any order: then only who has lost their technician, or never had one, is moved.
PRICES_AGAIN = (0, 1800, 3600, 7200, 10_000_000)
PRICES = (120,)  # nobody is changed for the sake of two minutes
# What stands, though only proposed, is worth so many times as much as what does not. Waiting at most doubles a worth:
# so only the more urgent takes the place of what stands, and when planning again only the much more urgent.
HOLD, HOLD_AGAIN = 2.1, 4.1
MOST_TRIES = 2
EACH = timedelta(seconds=1)  # how often an open page is told how far it is
SEED = 1


class Stopped(Exception):
    """Somebody left the plan, or took it over, while it was being worked out."""


class Unsound(Exception):
    """Nothing that was found passed the checker. `faults` are what it said."""

    def __init__(self, faults: list):
        super().__init__("; ".join(map(str, faults[:5])))
        self.faults = faults


@dataclass
class Option:
    """A plan found at a price of a change."""

    price: int
    found: Found


@dataclass
class Worked:
    """A day worked out. Options go from the least change to the best plan; `left` is why orders never came in."""

    loaded: Loaded
    problem: Problem
    before: dict
    stands: set[int]
    options: list[Option] = field(default_factory=list)

    @property
    def left(self) -> dict[int, str]:
        """Orders that never came in: number → code."""
        return self.loaded.left

    @property
    def notices(self) -> list:
        """What must be said about the day: [code, facts]."""
        return [[code, facts] for code, facts in self.loaded.notices]


def figure_out(
    outlet: Outlet,
    day: date,
    since: datetime,
    seconds: float,
    *,
    now: datetime,
    again: bool = False,
    run: Callable = in_turn,
    tell: Callable[[float], None] | None = None,
) -> Worked:
    """Work out a day from `since` on, changing nothing. `seconds` are shared by the options; `tell` hears 0 to 1.

    `run` works pieces out (`sharing`). Raises Unsound when nothing passes the checker, and what `tell` raises.
    """
    loaded = load(outlet, day, since, again=again)
    problem = holding(_of_the_day(loaded.problem, now), HOLD_AGAIN if again else HOLD)
    prices = PRICES_AGAIN if again else PRICES
    before = standing(problem)
    open_ = freed(problem, before)
    if again:  # the options beside each other
        pieces = [(replace(open_, change_price=price), seconds / len(prices), SEED, before) for price in prices]
        found = run(pieces, tell)
    else:
        found = [solve(replace(problem, change_price=prices[0]), seconds, seed=SEED, start=before, run=run, tell=tell)]
    sound, faults = [], []
    for price, one in zip(prices, found, strict=True):
        one = tidy(problem, one)
        wrong = check(problem, one)
        if wrong:
            faults += wrong
            log.error("outlet %s, %s, price %s: unsound: %s", outlet.code, day, price, "; ".join(map(str, wrong[:5])))
        else:
            sound.append(one)
    if not sound:
        raise Unsound(faults)
    return Worked(loaded, problem, sums(problem, before), set(before.holder), _ends(open_, prices, sound))


def _of_the_day(problem: Problem, now: datetime) -> Problem:
    """Return the problem without orders that stand on another day and may still be kept there."""
    nowhere = [job.id for job in problem.jobs if job.starts is None]
    ahead = Visit.objects.standing().filter(order__in=nowhere, ends_at__gt=now)
    others = set(ahead.values_list("order", flat=True))
    return replace(problem, jobs=tuple(job for job in problem.jobs if job.id not in others)) if others else problem


def _ends(problem: Problem, prices: tuple[int, ...], found: list[Found]) -> list[Option]:
    """Return for each price the best of all plans found, from the dearest change to none; the same plan only once."""
    options: list[Option] = []
    for price in sorted(prices, reverse=True):
        priced = replace(problem, change_price=price)
        best = max(found, key=lambda plan: worth(priced, plan))
        if not any(one.found is best for one in options):
            options.append(Option(price, best))
    return options


def work_out(plan_id: int, clock: Callable[[], datetime], run: Callable = in_turn, *, alive: bool = False) -> str:
    """Work out a plan that was asked for; return its state then. What went wrong is in the plan, and in the log.

    `alive`: say so from a thread of its own, however long the engine says nothing. A task that is handed out again
    because its worker died takes the plan over; a plan that has ended workers twice is not tried a third time.
    """
    plan = _take_up(plan_id, clock())
    if plan is None:
        return Plan.objects.get(pk=plan_id).state
    mine = Plan.objects.filter(pk=plan_id, worker=plan.worker, state=PlanState.SOLVING)
    try:
        how = {"now": clock(), "again": plan.again, "run": run, "tell": _telling(plan, mine, clock)}
        with heart_of(plan, clock) if alive else nullcontext():
            worked = figure_out(plan.outlet, plan.day, plan.since, plan.seconds, **how)
        store(plan.pk, plan.worker, worked, clock())
    except Stopped:
        log.info("plan %s was left while it was worked out", plan_id)
    except Unsound as unsound:
        mine.update(notices=_stuck(unsound.faults))
        fail(mine, UNSOUND, clock())
    except SoftTimeLimitExceeded:
        fail(mine, TOO_LONG, clock())
    except Exception:  # whatever it was: the plan must not seem under way for ever
        log.exception("plan %s", plan_id)
        fail(mine, BROKE, clock())
    plan = Plan.objects.get(pk=plan_id)
    told(plan)
    return plan.state


def _stuck(faults: list) -> list:
    """Return the orders that no plan could keep to the rules, as notices."""
    return [["stuck", {"order": number}] for number in sorted({fault.job for fault in faults if fault.job})[:20]]


def _take_up(plan_id: int, now: datetime) -> Plan | None:
    """Write our name on a plan; None when there is nothing to do for it any more."""
    with transaction.atomic():
        rows = Plan.objects.select_for_update(of=("self",), no_key=True).select_related("outlet")
        plan = rows.filter(pk=plan_id, state__in=UNDER_WAY).first()
        if plan is None:
            return None
        if plan.tries >= MOST_TRIES:
            fail(Plan.objects.filter(pk=plan_id), LOST, now)
            return None
        plan.state, plan.worker, plan.heard_at = PlanState.SOLVING, str(uuid.uuid4()), now
        plan.tries, plan.progress = plan.tries + 1, 0
        plan.save(update_fields=["state", "worker", "heard_at", "tries", "progress"])
    told(plan)
    return plan


def _telling(plan: Plan, mine, clock: Callable[[], datetime]) -> Callable[[float], None]:
    """Return what the engine calls with the part that is done: says so, once a second. Raises Stopped."""
    last = {"at": clock() - EACH, "percent": 0}

    def tell(part: float) -> None:
        now, percent = clock(), min(99, round(part * 100))
        if now - last["at"] < EACH:
            return
        percent = max(last["percent"], percent)
        if not mine.update(heard_at=now, progress=Greatest(F("progress"), percent)):
            raise Stopped
        if percent != last["percent"]:
            told(plan)
        last.update(at=now, percent=percent)

    return tell
