"""What a watcher is told while parts are away."""

import pytest

from config import health


@pytest.fixture
def away(settings, tmp_path):
    """Redis under an address where nobody answers."""
    settings.REDIS_URL = f"unix://{tmp_path}/nobody.sock"


def test_alive_without_a_database(client, django_assert_num_queries):
    # No `db` fixture: pytest-django would refuse any query.
    answer = client.get("/livez", headers={"host": "10.0.0.7:8000"})
    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})


@pytest.mark.django_db
def test_ready_when_all_answer(client):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ready", "database": "ok", "migrations": "ok", "redis": "ok"}


@pytest.mark.django_db
def test_degraded_without_redis(client, away):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["status"] == "degraded"


@pytest.mark.django_db
def test_unavailable_while_a_migration_is_missing(client, monkeypatch):
    monkeypatch.setattr(health, "_expected", lambda: frozenset({("dispatch", "9999_to_come")}))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["migrations"] == "missing"
