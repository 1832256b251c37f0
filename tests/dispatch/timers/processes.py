"""Real processes of Doorstep that work on the test's own database and Redis."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection

ROOT = Path(settings.BASE_DIR)
PATIENCE = 60  # seconds until a process that should have done something is given up


def environment(**more: str) -> dict[str, str]:
    """Return the environment that leads a process to the database and Redis of the running test."""
    to = connection.settings_dict
    word = f":{quote(to['PASSWORD'])}" if to["PASSWORD"] else ""
    port = f":{to['PORT']}" if to["PORT"] else ""
    url = f"postgres://{to['USER']}{word}@{quote(to['HOST'], safe='')}{port}/{to['NAME']}"
    return os.environ | {"DATABASE_URL": url, "DATABASE_OWNER_URL": url, "REDIS_URL": settings.REDIS_URL} | more


@contextmanager
def running(folder: Path, *command: str, **env: str) -> Iterator[subprocess.Popen]:
    """Run `python …` for as long as the block lasts; `log` of the process is the file with its output."""
    log = folder / f"{len(list(folder.iterdir()))}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, env=environment(**env), stdout=output, stderr=output,
            stdin=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
    process.log = log
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(done: Callable[[], object], *processes: subprocess.Popen) -> None:
    """Wait until `done()`; fail when one of the processes ends first, or patience does."""
    until = time.monotonic() + PATIENCE
    while not done():
        for process in processes:
            assert process.poll() is None, process.log.read_text()
        assert time.monotonic() < until, "".join(process.log.read_text() for process in processes)
        time.sleep(0.05)
