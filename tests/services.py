"""A pytest plugin: a PostgreSQL and a Redis for one run, gone when it ends. Loaded before Django is (`-p`)."""

import os
from pathlib import Path

import pytest

_WORKER = os.environ.get("PYTEST_XDIST_WORKER")
_FOLDERS = Path(os.environ.get("DOORSTEP_VAR") or Path(__file__).resolve().parents[1] / "var").absolute() / "test"

if _WORKER is None:
    # What belongs to one run lies in one folder, named after the process, so that two runs never meet.
    os.environ["DOORSTEP_VAR"] = str(_FOLDERS / str(os.getpid()))
    # Tests make databases and clear tables, which the application's own role may not.
    os.environ["DOORSTEP_AS_OWNER"] = "1"
    # Tests look at pages without having collected the static files first.
    os.environ["STATICFILES_STORAGE"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "DEBUG", "CALLBACK_DELAY_SECONDS"):
        os.environ.pop(name, None)

from config import embedded  # noqa: E402
from config.embedded.process import is_alive  # noqa: E402
from config.embedded.services import Services  # noqa: E402
from tests import tables  # noqa: E402

MAKER = pytest.StashKey()

if _WORKER is not None:
    # Databases are told apart by their names; Redis by its number.
    os.environ["REDIS_URL"] = f"{embedded.redis_url()}?db={1 + int(_WORKER.removeprefix('gw')) % 15}"


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session):
    """Start the servers, after removing what a killed run left behind."""
    if _WORKER is None and not session.config.option.collectonly:
        for left in _FOLDERS.glob("[0-9]*"):
            if not is_alive(int(left.name)):
                Services(left).remove()
        Services(embedded.VAR, hasty=True).start()
        session.config.stash[MAKER] = tables.begin(embedded.VAR)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config):
    """Stop the servers and forget their data."""
    if _WORKER is None and not config.option.collectonly:
        if MAKER in config.stash:
            config.stash[MAKER].kill()  # no test may have waited for it
            config.stash[MAKER].wait()
        Services(embedded.VAR).remove()
