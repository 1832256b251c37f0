"""The Celery application: beat sweeps the timers, workers do what they wake (house: Time)."""

import os
import subprocess
import sys

from celery import Celery
from celery.signals import beat_init, before_task_publish, task_postrun, worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# Django's checks load every page, which a worker has no use for: it starts sooner and stays smaller without.
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")

app = Celery("doorstep")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def _pulse(kind):
    """Say that this process works: when it does something, so that one that hangs falls silent."""
    from dispatch.reports import pulse

    pulse.beat(kind)


@task_postrun.connect
def worker_works(**_kwargs):
    """A worker has finished a task."""
    _pulse("worker")


@beat_init.connect
def beat_begins(**_kwargs):
    """From here on, what this process sends, beat sends."""
    before_task_publish.connect(beat_works)


def beat_works(**_kwargs):
    """Beat sends a task."""
    _pulse("beat")


# Ended with the worker, by whatever signal, it has nothing to say: no traceback of a compiler on the way out.
COMPILE = "import signal; signal.signal(signal.SIGINT, signal.SIG_DFL); from dispatch.planning.warm import warm; warm()"


@worker_ready.connect
def prepare_search(**_kwargs):
    """Compile the planning engine's inner loops, when they have changed, beside the worker: no first plan waits."""
    subprocess.Popen([sys.executable, "-c", COMPILE])
