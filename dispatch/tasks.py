"""What Celery does: ring timers that are due, and the nightly clean-up. Rows are the truth, tasks only wake them."""

from __future__ import annotations

import logging
from datetime import timedelta

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from celery import shared_task
from django.contrib.sessions.models import Session
from django.db import DatabaseError, models
from django.utils import timezone

from customers.pictures import forget_stray
from dispatch import actions
from dispatch.actions import plans, settling
from dispatch.actions.films import forget_unsent
from dispatch.actions.pictures import forget_unused
from dispatch.hooks.send import drain as drain_hooks
from dispatch.models import Answer, Delivery, Plan
from dispatch.notices.send import drain
from dispatch.notices.undelivered import call_off_overtaken
from dispatch.planning import learned
from dispatch.reports.kpi import counting
from dispatch.reports.sheets import making
from technicians.models import ApiToken, Outlet, Position

log = logging.getLogger(__name__)

SWEEP_SECONDS = 5.0
KEEP_ANSWERS = timedelta(days=30)  # H-N3: as long as a phone may have been out of reach
KEEP_SIGN_INS = timedelta(days=90)
KEEP_DELIVERIES = timedelta(days=30)  # so long they can be sent again
KEEP_PLANS = timedelta(days=60)
KEEP_POSITIONS = timedelta(days=7)  # where somebody was is nobody's business for longer
KEEP_UNUSED_PHOTOS = timedelta(days=7)
AT_A_TIME = 5_000


# Acknowledged when taken: a sweep that dies with its worker is not repeated, the next one does its work.
@shared_task(acks_late=False, ignore_result=True)
def sweep() -> int:
    """Ring what is due, for a few seconds at most; return how many timers were taken.

    Beat sends one each second. Several at once share the work: what one has claimed, another passes over.
    """
    return actions.drain_timers(SWEEP_SECONDS)


# What a sender that dies had taken up, another takes up again (notices/claim).
@shared_task(acks_late=False, ignore_result=True)
def send_notices() -> int:
    """Send what is due, for a few seconds at most; return how many notices were taken up."""
    return drain(SWEEP_SECONDS)


@shared_task(acks_late=False, ignore_result=True)
def call_off() -> int:
    """Take back the calls about notices that are no longer true; return how many."""
    return call_off_overtaken(timezone.now())


# What a sender that dies had taken up is sent again once its claim has run out (hooks/send).
@shared_task(acks_late=False, ignore_result=True)
def send_hooks() -> int:
    """Tell other systems what happened, for a few seconds at most; return how many deliveries were tried."""
    return drain_hooks(SWEEP_SECONDS)


# Handed out again when its worker dies: the next one takes the plan over.
@shared_task(ignore_result=True)
def work_out(plan_id: int) -> str:
    """Work out a plan that somebody asked for; return its state then. Large days are shared with whoever is free."""
    return plans.work_out(plan_id, timezone.now, plans.shared, alive=True)


# Whoever called for help does without it if need be: nothing is done twice when a helper dies.
@shared_task(acks_late=False, ignore_result=True)
def help_plan(key: str) -> int:
    """Work out pieces of another worker's plan until there are none; return how many."""
    return plans.help_out(key)


@shared_task(acks_late=False, ignore_result=True)
def bury_plans() -> int:
    """Let plans fail whose workers died, so that nobody waits for them; return how many."""
    return plans.bury(timezone.now())


# What one has not come to, the next does: days are counted whole, and what happened since is marked.
@shared_task(acks_late=False, ignore_result=True)
def count() -> int:
    """Count again the days on which something happened, for the manager's figures; return how many days."""
    return counting.catch_up()


# The books are made once, whoever makes them; what the worker missed, the next one makes up for (H-R3).
@shared_task(acks_late=False, ignore_result=True)
def settle_days() -> int:
    """Make the day's books of the outlets whose cut-off has come; return how many are new."""
    return settling.settle_due(timezone.now())


# An export has a row of its own: what a dead worker leaves, the next one begins anew.
@shared_task(acks_late=False, ignore_result=True, soft_time_limit=3 * 3600, time_limit=3 * 3600 + 60)
def make_exports() -> int:
    """Make the sheets that somebody waits for, one export at a time; return how many were made."""
    return making.make_next()


@shared_task(ignore_result=True)
def learn() -> int:
    """Learn anew from finished visits, outlet by outlet; return how many outlets were learned of."""
    known = 0
    for outlet in Outlet.objects.order_by("pk"):
        try:
            learned.learn(outlet, timezone.now())
            known += 1
        except DatabaseError:  # the others' nights are not lost for it
            log.exception("outlet %s: nothing learned", outlet.code)
    return known


@shared_task(ignore_result=True)
def housekeeping() -> dict[str, int]:
    """Forget what need not be kept: old answers, sessions and sign-ins that are over. Return how many of each."""
    now = timezone.now()
    old = now - KEEP_SIGN_INS
    gone = {
        "answers": _forget(Answer.objects.filter(created_at__lt=now - KEEP_ANSWERS)),
        "plans": _forget(Plan.objects.filter(day__lt=(now - KEEP_PLANS).date())),
        "positions": _forget(Position.objects.filter(at__lt=now - KEEP_POSITIONS)),
        "photos no act took": forget_unused(now - KEEP_UNUSED_PHOTOS),
        "photos of nothing": forget_stray(now - KEEP_UNUSED_PHOTOS),
        "films of nothing": forget_unsent(now - KEEP_UNUSED_PHOTOS),
        "exports": making.expire(now),
        "deliveries": _forget(
            Delivery.objects.exclude(state=Delivery.WAITING).filter(made_at__lt=now - KEEP_DELIVERIES)
        ),
        "tokens": _forget(ApiToken.objects.filter(expiry__lt=now)),
        "sessions": _forget(Session.objects.filter(expire_date__lt=now)),
        "sign-ins": sum(
            _forget(kind.objects.filter(attempt_time__lt=old)) for kind in (AccessLog, AccessAttempt, AccessFailureLog)
        ),
    }
    log.info("housekeeping: %s", ", ".join(f"{count} {name}" for name, count in gone.items()))
    return gone


def _forget(rows: models.QuerySet) -> int:
    """Delete rows in small transactions, so that nobody waits for a long one; return how many."""
    gone = 0
    while some := list(rows.values_list("pk", flat=True)[:AT_A_TIME]):
        gone += rows.model.objects.filter(pk__in=some).delete()[0]
    return gone
