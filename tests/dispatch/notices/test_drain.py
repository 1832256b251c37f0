"""The outbox with a real worker and a real beat: half of the tries fail, one worker is killed, nothing is lost."""

from __future__ import annotations

import os
import signal
import threading

import pytest
import redis
from django.conf import settings
from django.db import connection, connections, transaction
from django.utils import timezone

from dispatch.models import Notice, NoticeEvent, NoticePolicy, NoticeState
from dispatch.models.notice import WAITING
from dispatch.notices import send
from dispatch.notices.claim import claim, one_of
from tests.dispatch.timers.processes import running, wait_for
from tests.factories import make_order

MANY = 300


@pytest.fixture
def queued(real_place):
    """MANY notices that wait, of an outlet that writes at any hour."""
    NoticePolicy.objects.create(outlet=real_place.outlet, quiet_from="00:00", quiet_to="00:00")
    order, now = make_order(real_place), timezone.now()
    how = {"event": NoticeEvent.RECEIPT, "order": order, "customer_id": order.customer_id, "created_at": now}
    Notice.objects.all().delete()
    rows = [Notice(key=f"k{n}", next_try_at=now, facts={"amount": "NT$1"}, **how) for n in range(MANY)]
    return Notice.objects.bulk_create(rows)


def test_workers_drain_the_outbox_though_half_fails_and_one_is_killed(queued, provider, tmp_path):
    provider.mood = "half"
    redis.Redis.from_url(settings.REDIS_URL).delete("celery")
    worker = ("-m", "celery", "-A", "config", "worker", "-c", "2", "-l", "WARNING", "--without-gossip")
    beat = ("-m", "celery", "-A", "config", "beat", "-l", "WARNING", "-s", str(tmp_path / "schedule"))
    env = {"SMS_URL": provider.url, "NOTICE_FIRST_WAIT": "0.1"}
    with running(tmp_path, *beat) as clock:
        with running(tmp_path, *worker, **env) as first:
            wait_for(lambda: len(provider.got) > 20, first, clock)
            os.killpg(first.pid, signal.SIGKILL)
        # What it had taken up waits for its lease to run out; here the clock is put on.
        Notice.objects.filter(state=NoticeState.SENDING).update(next_try_at=timezone.now())
        with running(tmp_path, *worker, **env) as second:
            wait_for(lambda: not Notice.objects.filter(state__in=WAITING).exists(), second, clock)
    assert Notice.objects.filter(state=NoticeState.SENT).count() == MANY
    assert set(provider.keys) == {row.key for row in queued}
    twice = len(provider.keys) - MANY
    assert twice <= send.BATCH  # at least once: what the killed one had sent and not written down, by the same key


def test_two_senders_side_by_side_take_different_rows(queued):
    taken: list[list[int]] = []

    def take() -> None:
        try:
            while some := claim(timezone.now(), 7):
                taken.append(some)
        finally:
            connections.close_all()

    crew = [threading.Thread(target=take) for _ in range(4)]
    for one in crew:
        one.start()
    for one in crew:
        one.join()
    numbers = [number for some in taken for number in some]
    assert len(numbers) == len(set(numbers)) == MANY


def test_a_claim_passes_over_what_another_holds(queued):
    held = queued[0]
    with transaction.atomic():
        Notice.objects.select_for_update().get(key=held.key)
        found: list[int] = []

        def take() -> None:
            found.extend(claim(timezone.now(), MANY))
            connections.close_all()

        other = threading.Thread(target=take)
        other.start()
        other.join(30)
        assert len(found) == MANY - 1


def test_only_so_many_send_at_a_time_and_the_place_is_free_again(transactional_db):
    seen: list[bool] = []

    def ask() -> None:
        with one_of(1) as may:
            seen.append(may)
        connection.close()

    with one_of(1) as first:
        other = threading.Thread(target=ask)
        other.start()
        other.join()
    ask()
    assert (first, seen) == (True, [False, True])
