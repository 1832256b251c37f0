"""Whether this process lives, and whether it can serve: for the one who watches it, not for people."""

import contextlib
from functools import cache

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import JsonResponse

REDIS_SECONDS = 1.0


class HealthMiddleware:
    """Answers `/livez` and `/readyz` before anything else looks at the request: no session, no host check."""

    def __init__(self, get_response):
        self.get_response = get_response
        self.answers = {"/livez": live, "/readyz": ready}

    def __call__(self, request):
        """Answer the two addresses; pass everything else on."""
        answer = self.answers.get(request.path_info)
        return answer() if answer else self.get_response(request)


def live() -> JsonResponse:
    """Say that the process answers; touches nothing."""
    return JsonResponse({"status": "alive"})


def ready() -> JsonResponse:
    """Say whether the database answers and is migrated (503 if not); Redis away is `degraded`, yet 200."""
    database, migrations = _database()
    queue = _redis()
    if "away" in (database, migrations) or migrations == "missing":
        status = "unavailable"
    else:
        status = "ready" if queue == "ok" else "degraded"
    content = {"status": status, "database": database, "migrations": migrations, "redis": queue}
    return JsonResponse(content, status=503 if status == "unavailable" else 200)


def _database() -> tuple[str, str]:
    try:
        applied = set(MigrationRecorder(connection).applied_migrations())
    except DatabaseError:
        connection.close()
        return "away", "unknown"
    return "ok", "ok" if _expected() <= applied else "missing"


@cache
def _expected() -> frozenset[tuple[str, str]]:
    """Return the migrations this code brings: those on disk stay the same as long as the process runs."""
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


def _redis() -> str:
    with (
        contextlib.suppress(redis.exceptions.RedisError, OSError),
        redis.Redis.from_url(
            settings.REDIS_URL, socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS, retry=None
        ) as client,
    ):
        client.ping()
        return "ok"
    return "away"
