"""The Celery application: beat sweeps the timers, workers do what they wake (house: Time)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# Django's checks load every page, which a worker has no use for: it starts sooner and stays smaller without.
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")

app = Celery("doorstep")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
