"""The heart of a worker: while a plan is worked out, somebody can see that whoever works on it is alive."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import DatabaseError, InterfaceError, connection
from django.db.models import F
from django.db.models.functions import Greatest

from dispatch.actions.plans.wire import told
from dispatch.models import Plan, PlanState

log = logging.getLogger(__name__)
EACH_SECONDS = 1.0
MOST = 90  # percent by the clock alone; the rest is the worker's own to say


@contextmanager
def heart_of(plan: Plan, clock: Callable[[], datetime]) -> Iterator[None]:
    """Write `heard_at` each second, over a connection of its own, for as long as the block lasts.

    The engine says how far it is when a piece is done; between, progress goes by the time that it was given.
    """
    over, begun = threading.Event(), clock()
    mine = Plan.objects.filter(pk=plan.pk, worker=plan.worker, state=PlanState.SOLVING)

    def beat() -> None:
        try:
            while not over.wait(EACH_SECONDS):
                now = clock()
                percent = min(MOST, round(MOST * (now - begun).total_seconds() / plan.seconds))
                if mine.update(heard_at=now, progress=Greatest(F("progress"), percent)):
                    told(plan)
        except (DatabaseError, InterfaceError) as error:  # the work itself will say what is wrong with the database
            log.warning("plan %s: no heartbeat: %s", plan.pk, error)
        finally:
            connection.close()

    thread = threading.Thread(target=beat, daemon=True, name=f"plan-{plan.pk}")
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
