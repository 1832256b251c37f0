"""Timers with a real worker and a real beat over a real Redis."""

from __future__ import annotations

from datetime import timedelta

import pytest
import redis
from django.conf import settings
from django.utils import timezone

from config.celery import app
from dispatch import tasks
from dispatch.models import Answer, State, Timer
from technicians.models import Position
from tests.dispatch.timers.helpers import rung
from tests.dispatch.timers.processes import running, wait_for
from tests.factories import do, make_order, order_in


def test_a_callback_of_two_seconds_rings_once(real_place, settings, tmp_path):
    """From the advice on the phone to the callback in the queue, as the product runs (H-A2)."""
    settings.CALLBACK_DELAY_SECONDS = 2
    redis.Redis.from_url(settings.REDIS_URL).delete("celery")
    celery = ("-m", "celery", "-A", "config")
    worker = (*celery, "worker", "-c", "2", "-l", "WARNING", "--without-gossip", "--without-mingle")
    beat = (*celery, "beat", "-l", "WARNING", "-s", str(tmp_path / "schedule"))
    with running(tmp_path, *worker) as worker, running(tmp_path, *beat) as beat:
        tech = real_place.technician.user
        order, now = make_order(real_place), timezone.now()
        do(order, "assign", real_place.dispatcher, now, {"technician": real_place.technician.pk})
        do(order, "accept", tech, now)
        order = do(order, "consult", tech, timezone.now(), {"advice": "open the tap", "customer_agrees": True})
        wait_for(lambda: rung(order), worker, beat)
        again, _ = order_in(State.CONSULTING, real_place)  # due far ahead by the factory's clock: stays quiet
        Timer.objects.filter(order=again).update(wake_at=timezone.now() + timedelta(hours=1))
        later = make_order(real_place)
        do(later, "assign", real_place.dispatcher, timezone.now(), {"technician": real_place.technician.pk})
        do(later, "accept", tech, timezone.now())
        later = do(later, "consult", tech, timezone.now(), {"advice": "descale it", "customer_agrees": True})
        wait_for(lambda: rung(later), worker, beat)
    assert (rung(order), rung(later), rung(again)) == (["callback_due"], ["callback_due"], [])
    for timer in Timer.objects.filter(state=Timer.FIRED):
        assert timer.fired_at >= timer.due_at


def test_beat_sends_a_sweep_each_second_that_does_not_pile_up():
    entry = settings.CELERY_BEAT_SCHEDULE["sweep"]
    assert entry["schedule"] == 1.0
    assert 0 < entry["options"]["expires"] <= 15
    app.loader.import_default_modules()  # as a worker does
    for each in settings.CELERY_BEAT_SCHEDULE.values():
        assert each["task"] in app.tasks


def test_a_sweep_ends_long_before_it_would_be_taken_for_lost():
    assert tasks.SWEEP_SECONDS < settings.CELERY_TASK_SOFT_TIME_LIMIT < settings.CELERY_TASK_TIME_LIMIT
    assert settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"] > settings.CELERY_TASK_TIME_LIMIT


@pytest.mark.django_db
def test_old_answers_are_forgotten_at_night_and_young_ones_kept(place, monkeypatch):
    monkeypatch.setattr(tasks, "AT_A_TIME", 2)
    now = timezone.now()
    for days in (0, 29, 31, 40, 400):
        Answer.objects.create(actor=place.agent, key=f"k{days}", created_at=now - timedelta(days=days))
    assert tasks.housekeeping()["answers"] == 3
    assert set(Answer.objects.values_list("key", flat=True)) == {"k0", "k29"}  # H-N3


@pytest.mark.django_db
def test_where_somebody_was_is_forgotten_after_a_week(place):
    now = timezone.now()
    for days in (0, 6, 8):
        at = now - timedelta(days=days)
        Position.objects.create(technician=place.technician, at=at, latitude=25.0, longitude=121.5)
    assert tasks.housekeeping()["positions"] == 1
    assert Position.objects.count() == 2
