"""Plans with real workers over a real Redis: none waits for another for ever, and what dies is taken over or buried."""

from __future__ import annotations

import os
import signal
import subprocess
from datetime import timedelta

import pytest
import redis
from django.utils import timezone

from dispatch.actions import plans
from dispatch.models import Plan, PlanState
from tests.dispatch.timers.processes import running, wait_for
from tests.factories import make_order, make_outlet

pytestmark = pytest.mark.django_db(transaction=True)
WORKER = ("-m", "celery", "-A", "config", "worker", "-c", "2", "-l", "WARNING", "--without-gossip", "--without-mingle")


@pytest.fixture
def asked(settings):
    """Return a function (outlets, seconds) → plans asked for and sent, each of a day with some orders."""
    redis.Redis.from_url(settings.REDIS_URL).delete("celery")

    def ask(count, seconds, orders=6):
        found = []
        for _ in range(count):
            place = make_outlet()
            for _order in range(orders):
                make_order(place, timezone.now())
            now = timezone.now()
            day = (now + timedelta(days=1)).astimezone(place.outlet.tz).date()
            plan, _made = plans.ask_plan(place.outlet, day, place.dispatcher, now, again=True, seconds=seconds)
            plans.send(plan, now)
            found.append(plan)
        return found

    return ask


def states() -> set[str]:
    return set(Plan.objects.values_list("state", flat=True))


def test_more_plans_than_workers_that_call_each_other_for_help_all_end(asked, tmp_path):
    asked(3, seconds=5)
    with running(tmp_path, *WORKER) as worker:
        wait_for(lambda: states() == {PlanState.READY}, worker)
    assert all(plan.options.count() >= 1 and plan.progress == 100 for plan in Plan.objects.all())


def test_when_a_worker_is_killed_the_next_takes_its_plan_over(asked, tmp_path):
    (plan,) = asked(1, seconds=20)
    with running(tmp_path, *WORKER) as worker:
        wait_for(lambda: Plan.objects.get().worker, worker)  # taken; how far it is, it says only now and then
        first = Plan.objects.get().worker
        children = subprocess.run(["pgrep", "-P", str(worker.pid)], capture_output=True, text=True, check=True)
        for child in children.stdout.split():
            os.kill(int(child), signal.SIGKILL)
        wait_for(lambda: Plan.objects.get().worker not in ("", first) or states() == {PlanState.READY}, worker)
        assert plans.bury(timezone.now()) == 0  # it is alive
    plan.refresh_from_db()
    assert plan.tries == 2
