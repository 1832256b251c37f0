"""What Doorstep stands on: database, tables, Redis, processes, disk, backup, version."""

from __future__ import annotations

import os
import platform
import shutil
import tomllib
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import django
import redis
from celery import current_app
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dispatch.models import AuditEntry, Deed
from dispatch.reports import pulse
from web.insight.health.line import BROKEN, LOOK, OK, Line, ago, worst
from web.shared import when

GIGABYTE = 1_000_000_000
PROCESSES = {
    "worker": (gettext_lazy("Worker"), BROKEN, gettext_lazy("It rings timers, sends notices and works out plans.")),
    "beat": (gettext_lazy("Beat"), BROKEN, gettext_lazy("It wakes the workers each second.")),
    "sweeper": (gettext_lazy("Sweeper"), LOOK, gettext_lazy("It rings timers when Redis is away.")),
}
MANY_WAITING, FAR_TOO_MANY = 200, 2_000


def database(now: datetime) -> Line:
    """PostgreSQL answers; how large it is, how many are connected."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version'), pg_database_size(current_database()),"
            " (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),"
            " current_setting('max_connections')::int"
        )
        version, size, used, most = cursor.fetchone()
    said = _("PostgreSQL %(version)s, %(size)s GB, %(used)d of %(most)d connections") % {
        "version": version.split()[0], "size": f"{size / GIGABYTE:.1f}", "used": used, "most": most,
    }  # fmt: skip
    full = used > most * 0.9
    do = _("Nearly all connections are taken. Allow more, or run fewer processes.") if full else ""
    return Line("database", _("Database"), LOOK if full else OK, said, do)


def tables(now: datetime) -> Line:
    """All migrations that this code brings have run."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    missing = sorted(set(loader.disk_migrations) - set(MigrationRecorder(connection).applied_migrations()))
    if not missing:
        return Line("tables", _("Tables"), OK, _("As this version needs them"))
    said = ngettext(
        "%(n)d migration has not run: %(first)s", "%(n)d migrations have not run, first %(first)s", len(missing)
    )
    said = said % {"n": len(missing), "first": ".".join(missing[0])}
    return Line("tables", _("Tables"), BROKEN, said, _("Run python -m config.prepare, then start again."))


def redis_lines(now: datetime) -> list[Line]:
    """Redis, who was heard there, and what waits in its queues; without it all of that is unknown, and said so."""
    try:
        with pulse.client() as one:
            info = one.info("memory")
            heard = pulse.heard(one)
            waiting = {name: one.llen(name) for name in sorted(current_app.amqp.queues)}
            taken = one.hlen("unacked")
    except (redis.exceptions.RedisError, OSError):
        return _without_redis()
    used = f"{info.get('used_memory', 0) / 1_000_000:.0f}"
    lines = [Line("redis", "Redis", OK, _("Answers; %(used)s MB in use") % {"used": used})]
    lines += [_process(kind, [one for one in heard if one.kind == kind], now) for kind in pulse.KINDS]
    return [*lines, *(_queue(name, count, taken) for name, count in waiting.items())]


def _without_redis() -> list[Line]:
    start = _("Start Redis, or see whether REDIS_URL is right. Nothing is lost: timers ring all the same, slower.")
    unknown = _("Not known while Redis is away")
    lines = [Line("redis", "Redis", BROKEN, _("Does not answer"), start)]
    lines += [Line(kind, name, LOOK, unknown) for kind, (name, _status, _what) in PROCESSES.items()]
    return [*lines, Line("queue", _("Queue"), LOOK, unknown)]


def _process(kind: str, heard: list[pulse.Pulse], now: datetime) -> Line:
    name, status, what = PROCESSES[kind]
    alive = [one for one in heard if one.age(now) <= pulse.SILENT]
    if alive:
        said = ngettext("%(n)d works: %(where)s", "%(n)d work: %(where)s", len(alive))
        return Line(kind, name, OK, said % {"n": len(alive), "where": ", ".join(one.name for one in alive[:4])})
    said = _("None has been heard of.")
    if heard:
        said = _("Last heard of %(long)s ago") % {"long": when.span(heard[0].age(now))}
    do = _("Start the process “%(kind)s” (Procfile), and read its log for why it stopped.") % {"kind": kind}
    return Line(kind, name, status, f"{said} {what}", do)


def _queue(name: str, waiting: int, taken: int) -> Line:
    status = worst((waiting >= MANY_WAITING, LOOK), (waiting >= FAR_TOO_MANY, BROKEN))
    said = ngettext("%(n)d task waits, %(taken)d in hand", "%(n)d tasks wait, %(taken)d in hand", waiting)
    do = _("The workers do not keep up: start more, or see what holds them.") if status != OK else ""
    title = _("Queue “%(name)s”") % {"name": name}
    return Line(f"queue-{name}", title, status, said % {"n": waiting, "taken": taken}, do)


def disk(now: datetime) -> Line:
    """How much room is left where pictures are kept."""
    folder = Path(settings.MEDIA_ROOT)
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    room = shutil.disk_usage(folder)
    share = 100 * room.free / room.total if room.total else 0
    status = worst((share < 10 or room.free < 5 * GIGABYTE, LOOK), (share < 2 or room.free < GIGABYTE, BROKEN))
    said = _("%(free)s GB free of %(total)s (%(share)d %%)") % {
        "free": f"{room.free / GIGABYTE:.1f}", "total": f"{room.total / GIGABYTE:.0f}", "share": share,
    }  # fmt: skip
    do = _("Make room or enlarge the disk: without it photos and signatures are refused.") if status != OK else ""
    return Line("disk", _("Disk for pictures"), status, said, do)


def backup(now: datetime) -> Line:
    """When the last backup was said to be made: by `manage.py backup_done`, or by touching the file LAST_BACKUP."""
    last = last_backup()
    if last is None:
        said = _("No backup is known.")
        do = _("Let whatever makes it run manage.py backup_done afterwards. If nothing makes one, begin today.")
        return Line("backup", _("Last backup"), LOOK, said, do)
    old = ago(last, now)
    late = timedelta(hours=settings.BACKUP_HOURS)
    status = worst((old > late, LOOK), (old > 7 * late, BROKEN))
    said = _("%(long)s ago") % {"long": when.span(old.total_seconds())}
    do = _("It is older than it should be. See whether it still runs.") if status != OK else ""
    return Line("backup", _("Last backup"), status, said, do)


def last_backup() -> datetime | None:
    """Return when the newest backup was said to be made, None when nobody ever said so."""
    said = AuditEntry.objects.filter(deed=Deed.BACKUP).order_by("-at").values_list("at", flat=True).first()
    times = [said] if said else []
    if settings.LAST_BACKUP and Path(settings.LAST_BACKUP).exists():
        times.append(datetime.fromtimestamp(Path(settings.LAST_BACKUP).stat().st_mtime, UTC))
    return max(times, default=None)


def version(now: datetime) -> Line:
    """Which versions run."""
    said = f"Doorstep {_own_version()} · Django {django.get_version()} · Python {platform.python_version()}"
    loose = settings.DEBUG
    do = _("DEBUG is on: switch it off on a server.") if loose else ""
    return Line("version", _("Version"), LOOK if loose else OK, f"{said} · {os.uname().nodename}", do)


@cache
def _own_version() -> str:
    try:
        return tomllib.loads((Path(settings.BASE_DIR) / "pyproject.toml").read_text())["project"]["version"]
    except (OSError, KeyError, tomllib.TOMLDecodeError):
        return "?"
