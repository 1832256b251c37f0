"""One export: asked for, made by a worker in its own time, there to be taken for a day, then gone."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection, connections, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from dispatch.models import Deed, Export, ExportState, write_down
from dispatch.reports.sheets.kind import Kind
from dispatch.reports.sheets.kinds import KINDS
from dispatch.reports.sheets.writing import Archive, Book, Folder
from technicians.models import Outlet, Role, User

log = logging.getLogger(__name__)

MAY = (Role.MANAGER, Role.ADMIN)
AT_A_TIME = 2_000  # rows that the server-side cursor hands over
UNDER_WAY = (ExportState.WAITING, ExportState.RUNNING)
MOST_WAITING = 3  # exports of one person at a time
SILENT = timedelta(minutes=2)  # after which a worker is taken for dead
TRIES = 3
HEARTBEAT = 3.0  # seconds
Said = Callable[[int, int], None]  # (percent, rows so far)


class BadExport(ValueError):
    """What was asked for can't be made; the words say why."""


def folder() -> Path:
    """Return where finished files lie: beside the pictures, which web and worker share."""
    found = Path(settings.MEDIA_ROOT) / "exports"
    found.mkdir(parents=True, exist_ok=True, mode=0o700)
    return found


def ask(
    user: User, now: datetime, kinds: Iterable[str], form: str, outlet: Outlet | None = None,
    first: date | None = None, last: date | None = None,
) -> Export:  # fmt: skip
    """Write down that somebody wants sheets, and return the row. Raises BadExport with words for the person."""
    if user.role not in MAY:
        raise BadExport(_("Only managers and administrators take data along."))
    kinds = [code for code in KINDS if code in set(kinds)]
    if not kinds:
        raise BadExport(_("Choose at least one sheet."))
    if form not in ("csv", "xlsx"):
        raise BadExport(_("There is CSV and XLSX."))
    if not user.sees_everything:
        if outlet is not None and outlet.pk != user.outlet_id:
            raise BadExport(_("You look after another outlet."))
        outlet = user.outlet
    if first and last and last < first:
        raise BadExport(_("The first day is after the last. Please turn them round."))
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)  # two clicks are not more than one may have
        if Export.objects.filter(asked_by=user, state__in=UNDER_WAY).count() >= MOST_WAITING:
            raise BadExport(_("%(n)d exports of yours are being made. Wait for one to be ready.") % {"n": MOST_WAITING})
        wanted = {"kinds": kinds, "form": form, "outlet": outlet, "first": first, "last": last}
        row = Export.objects.create(asked_by=user, asked_at=now, **wanted)
        write_down(Deed.EXPORT_ASKED, now, user, **_told(row))
    return row


def of(user: User):
    """Return the exports this person may see and take: their own; administrators those of all."""
    rows = Export.objects.select_related("asked_by", "outlet")
    return rows if user.role == Role.ADMIN else rows.filter(asked_by=user)


def take(row: Export, user: User, now: datetime) -> Path | None:
    """Return the file for somebody who takes it, and write that down; None when there is none (any more)."""
    if row.state != ExportState.READY or row.expires_at is None or row.expires_at <= now:
        return None
    path = folder() / Path(row.file).name
    if not path.is_file():
        return None
    write_down(Deed.EXPORT_TAKEN, now, user, **_told(row))
    return path


def make_next(now: Callable[[], datetime] = timezone.now) -> int:
    """Make the export that waits longest; return 1, or 0 when none waits."""
    row = _claim(now())
    if row is None:
        return 0
    mine = Export.objects.filter(pk=row.pk, tries=row.tries, state=ExportState.RUNNING)
    path = folder() / f"{row.pk}-{row.tries}.part"
    try:
        with path.open("wb") as file, _heart(mine, now) as said:
            book = Archive(file) if row.form == "csv" else Book(file)
            kinds = [KINDS[code] for code in row.kinds if code in KINDS]
            with contextlib.ExitStack() as left:
                left.callback(book.drop)  # what was begun and not finished
                counts = write_to(book, kinds, row.outlet, row.first, row.last, said)
        _finish(row, mine, path, counts, now())
    except Exception as failed:
        log.exception("export %s", row.pk)
        path.unlink(missing_ok=True)
        again = ExportState.WAITING if row.tries < TRIES else ExportState.FAILED
        mine.update(state=again, error=type(failed).__name__[:240], alive_at=now())
    return 1


@contextlib.contextmanager
def _heart(mine: Any, now: Callable[[], datetime]) -> Iterator[Said]:
    """Say every few seconds, on a connection of its own, that the worker lives and how far it is."""
    over, far = threading.Event(), {"progress": 0, "rows": 0}

    def beat() -> None:
        while not over.wait(HEARTBEAT):
            with contextlib.suppress(DatabaseError):
                mine.all().update(alive_at=now(), **far)
        connections.close_all()

    thread = threading.Thread(target=beat, daemon=True, name="export")
    thread.start()
    try:
        yield lambda percent, rows: far.update(progress=percent, rows=rows)
    finally:
        over.set()
        thread.join()


def write_to(
    book: Archive | Book | Folder, kinds: list[Kind], outlet: Outlet | None, first: date | None, last: date | None,
    said: Said = lambda percent, rows: None,
) -> dict[str, int]:  # fmt: skip
    """Write sheets, all as of one moment; return how many rows each has."""
    counts: dict[str, int] = {}
    with _one_moment():
        for number, kind in enumerate(kinds):
            counts[kind.code] = 0
            told = partial(_so_far, said, 100 * number // len(kinds), counts)
            book.sheet(kind.code, sheet_of(kind, outlet, first, last, counts, told))
    book.sheet("about", _about(outlet, first, last, counts))
    book.close()
    return counts


def sheet_of(
    kind: Kind, outlet: Outlet | None, first: date | None, last: date | None, counts: dict[str, int],
    said: Callable[[], None],
) -> Iterator[Iterable[Any]]:  # fmt: skip
    """Yield a sheet's head and rows, from a cursor on the server; count them and speak up from time to time."""
    yield kind.head
    for row in kind.rows(outlet, first, last).iterator(chunk_size=AT_A_TIME):
        if counts[kind.code] % (5 * AT_A_TIME) == 0:
            said()
        counts[kind.code] += 1
        yield row


def expire(now: datetime) -> int:
    """Delete files whose time is over, and what dead workers left; return how many rows expired."""
    over = list(Export.objects.filter(state=ExportState.READY, expires_at__lte=now))
    for row in over:
        (folder() / Path(row.file).name).unlink(missing_ok=True)
        Export.objects.filter(pk=row.pk).update(state=ExportState.GONE)
    kept = set(Export.objects.filter(state=ExportState.READY).values_list("file", flat=True))
    for path in folder().iterdir():
        with contextlib.suppress(FileNotFoundError):
            if path.name not in kept and now.timestamp() - path.stat().st_mtime > 86_400:
                path.unlink()
    return len(over)


def _so_far(said: Said, percent: int, counts: dict[str, int]) -> None:
    said(percent, sum(counts.values()))


@contextlib.contextmanager
def _one_moment() -> Iterator[None]:
    """Read everything as of one moment; inside somebody else's transaction, as that sees it."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _claim(now: datetime) -> Export | None:
    """Take up the oldest that waits, or that a dead worker left; give up on what killed too many."""
    left = Q(state=ExportState.RUNNING, alive_at__lt=now - SILENT)
    Export.objects.filter(left, tries__gte=TRIES).update(state=ExportState.FAILED, error="worker lost")
    with transaction.atomic():
        rows = Export.objects.filter(Q(state=ExportState.WAITING) | left).order_by("pk")
        row = rows.select_for_update(skip_locked=True, of=("self",)).first()
        if row is None:
            return None
        row.state, row.alive_at, row.tries, row.progress = ExportState.RUNNING, now, row.tries + 1, 0
        row.save(update_fields=["state", "alive_at", "tries", "progress"])
    return row


def _finish(row: Export, mine: Any, path: Path, counts: dict[str, int], now: datetime) -> None:
    name = f"{row.pk}-{row.tries}.{'zip' if row.form == 'csv' else 'xlsx'}"
    size = path.stat().st_size
    path.rename(folder() / name)
    with transaction.atomic():
        done = {"state": ExportState.READY, "progress": 100, "rows": sum(counts.values()), "size": size, "error": ""}
        times = {"ready_at": now, "alive_at": now, "expires_at": now + timedelta(hours=settings.EXPORT_HOURS)}
        if mine.update(file=name, **done, **times):
            write_down(Deed.EXPORT_MADE, now, row.asked_by, **_told(row), rows=counts, bytes=size)


def _told(row: Export) -> dict[str, Any]:
    outlet = row.outlet.code if row.outlet else ""
    days = {"outlet": outlet, "first": row.first, "last": row.last}
    return {"export": row.pk, "sheets": row.kinds, "form": row.form, **days}


def _about(outlet: Outlet | None, first: date | None, last: date | None, counts: dict[str, int]) -> Iterator[list[Any]]:
    yield ["what", "value"]
    yield ["made_at", timezone.now()]
    yield ["outlet", outlet.code if outlet else "all"]
    yield ["first_day", first or "all"]
    yield ["last_day", last or "all"]
    for code, count in counts.items():
        yield [f"rows {code}", count]
