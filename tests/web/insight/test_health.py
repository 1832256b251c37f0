"""The health page: each line says how it is and what to do; nothing hangs when what it looks at is away."""

import time
from datetime import timedelta

import pytest
import redis
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dispatch.models import (
    AuditEntry,
    Deed,
    Export,
    Notice,
    NoticeChannel,
    NoticeEvent,
    NoticeState,
    State,
    Timer,
    Webhook,
)
from dispatch.reports import pulse
from tests import factories
from web.insight.health import house, page, work
from web.insight.health.line import BROKEN, LOOK, OK, asked

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(db):
    return factories.make_outlet()


@pytest.fixture
def wire():
    """Redis without anybody's sign of life."""
    with redis.Redis.from_url(settings.REDIS_URL) as one:
        for key in one.scan_iter(f"{pulse.KEY}*"):
            one.delete(key)
        pulse._last.clear()
        yield one


def looked(now=None) -> dict:
    return {line.code: line for line in page.lines(now or timezone.now())}


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def test_managers_and_administrators_alone(place):
    for role in ("dispatcher", "clerk", "agent"):
        assert signed_in(getattr(place, role)).get(reverse("health")).status_code == 403
    assert Client().get(reverse("health")).status_code == 302
    for role in ("manager", "admin"):
        answer = signed_in(getattr(place, role)).get(reverse("health"))
        assert answer.status_code == 200 and "no-store" in answer["Cache-Control"]


def test_a_process_is_known_by_what_it_does_and_missed_when_silent(wire):
    assert looked()["worker"].status == BROKEN and "None has been heard" in looked()["worker"].said
    assert pulse.beat("worker") and not pulse.beat("worker")  # not each task says so
    assert looked()["worker"].status == OK
    later = looked(timezone.now() + timedelta(minutes=9))["worker"]
    assert later.status == BROKEN and "9 min" in later.said and "Procfile" in later.do
    assert looked()["sweeper"].status == LOOK  # without it timers ring all the same


def test_the_queue_is_counted(wire):
    wire.delete("celery")
    wire.rpush("celery", *range(house.MANY_WAITING))
    try:
        line = looked()["queue-celery"]
    finally:
        wire.delete("celery")
    assert line.status == LOOK and str(house.MANY_WAITING) in line.said


def test_redis_stopped_is_said_at_once_and_nothing_hangs(place, own_services, settings):
    own_services.start()
    settings.REDIS_URL = own_services.urls()["REDIS_URL"]
    client = signed_in(place.manager)
    assert looked()["redis"].status == OK
    own_services.stop()
    begun = time.monotonic()
    answer = client.get(reverse("health"))
    took = time.monotonic() - begun
    lines = {line.code: line for line in answer.context["lines"]}
    assert lines["redis"].status == BROKEN and "Nothing is lost" in lines["redis"].do
    assert all(lines[code].status == LOOK for code in ("worker", "beat", "queue"))
    assert took < 20  # a hang is a minute and more; a busy machine is not a hang


def test_redis_that_takes_the_call_and_never_answers(settings, tmp_path):
    import socket

    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(tmp_path / "silent.sock"))
        silent.listen(1)
        settings.REDIS_URL = f"unix://{tmp_path}/silent.sock"
        assert looked()["redis"].status == BROKEN


def test_a_slow_database_is_told_in_its_line():
    def slow(now):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(30)")

    line = asked("slow", "Slow", slow, timezone.now())
    assert line.status == BROKEN and "in time" in str(line.said)
    assert asked("tables", "Tables", house.tables, timezone.now()).status == OK  # the next one is not held up


def test_a_migration_that_has_not_run(monkeypatch):
    from django.db.migrations.recorder import MigrationRecorder

    known = dict(MigrationRecorder(connection).applied_migrations())
    known.pop(("dispatch", "0001_initial"))
    monkeypatch.setattr(MigrationRecorder, "applied_migrations", lambda self: known)
    line = house.tables(timezone.now())
    assert line.status == BROKEN and "dispatch.0001_initial" in line.said and "config.prepare" in line.do


def test_timers_late_are_counted_with_the_oldest(place):
    order, _moment = factories.order_in(State.READY, place)
    now = timezone.now()
    assert work.timers(now).status == OK
    due = now - timedelta(minutes=3)
    Timer.objects.create(order=order, kind="re_estimate", cycle=99, due_at=due, wake_at=due)
    line = work.timers(now)
    assert line.status == BROKEN and "3 min" in line.said and "sweep" in line.do


def notice(state, **more):
    now = timezone.now()
    told = {"key": f"test-{state}", "event": NoticeEvent.OPENED, "channel": NoticeChannel.SMS, "state": state}
    return Notice.objects.create(**({"created_at": now, "next_try_at": now} | told | more))


def test_notices_that_fail_or_wait(db):
    now = timezone.now()
    notice(NoticeState.FAILED)
    assert work.notices(now).status == LOOK
    notice(NoticeState.QUEUED, next_try_at=now - timedelta(hours=1))
    line = work.notices(now)
    assert line.status == BROKEN and "1 not delivered" in line.said and "1 wait too long" in line.said


def test_messages_that_never_leave_the_house_are_said(settings):
    settings.NOTICE_CHANNELS = {"sms": "dispatch.notices.channels.console.send"}
    assert work.channels(timezone.now()).status == LOOK
    settings.NOTICE_CHANNELS = {"sms": "dispatch.notices.channels.sms.send"}
    assert work.channels(timezone.now()).status == OK


def test_a_receiver_that_fails(db):
    now = timezone.now()
    hook = Webhook.objects.create(name="Books", url="https://books.example/")
    assert work.webhooks(now).status == OK
    hook.failing_since = now - timedelta(minutes=5)
    hook.save()
    assert work.webhooks(now).status == LOOK
    assert work.webhooks(now + timedelta(hours=2)).status == BROKEN


def test_an_export_that_nobody_makes(place):
    now = timezone.now()
    Export.objects.create(asked_by=place.manager, asked_at=now - timedelta(minutes=30), kinds=["orders"])
    assert work.exports(now).status == LOOK


def test_no_backup_is_said_plainly_and_one_made_is_known(settings, tmp_path):
    now = timezone.now()
    assert house.backup(now).status == LOOK and "No backup is known" in house.backup(now).said
    call_command("backup_done", note="nightly")
    assert AuditEntry.objects.get().what == {"note": "nightly"}
    assert house.backup(timezone.now()).status == OK
    assert house.backup(now + timedelta(days=2)).status == LOOK
    assert house.backup(now + timedelta(days=20)).status == BROKEN


def test_a_file_that_is_touched_will_do(settings, tmp_path):
    settings.LAST_BACKUP = str(tmp_path / "last-backup")
    assert house.backup(timezone.now()).status == LOOK
    (tmp_path / "last-backup").touch()
    assert house.backup(timezone.now()).status == OK


def test_a_disk_without_room(monkeypatch):
    from collections import namedtuple

    room = namedtuple("room", "total used free")
    for free, status in ((500e9, OK), (50e9, LOOK), (0.5e9, BROKEN)):
        monkeypatch.setattr(house.shutil, "disk_usage", lambda folder, free=free: room(1000e9, 1000e9 - free, free))
        assert house.disk(timezone.now()).status == status


def test_what_is_written_down_stays(place):
    from django.db import DatabaseError, transaction

    call_command("backup_done")
    for change in (lambda: AuditEntry.objects.update(deed=Deed.SSO_IN), lambda: AuditEntry.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert AuditEntry.objects.count() == 1
