"""Settings, URLs and wiring; the only folder that knows about all the others."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
